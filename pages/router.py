"""Names the pages and runs the one that was asked for."""

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from pages.widgets.services import analyzer
from pages.widgets.texts import plain

st.set_page_config(page_title="Crash knowledge", page_icon="🩺", layout="wide")

analyzer_page = st.Page("analyzer.py", title="Crash analyzer", icon=":material/troubleshoot:", url_path="analyzer")
patterns_page = st.Page("patterns.py", title="Patterns", icon=":material/category:", url_path="patterns")
crashes_page = st.Page("crashes.py", title="Crashes", icon=":material/bug_report:", url_path="crashes")
queue_page = st.Page("review_queue.py", title="Review queue", icon=":material/checklist:", url_path="review_queue")
resolutions_page = st.Page("resolutions.py", title="Resolutions", icon=":material/build:", url_path="resolutions")
audit_page = st.Page("audit.py", title="Audit log", icon=":material/history:", url_path="audit")
compare_page = st.Page("compare.py", title="Compare", icon=":material/compare_arrows:", url_path="compare")


def start() -> None:
    st.switch_page(analyzer_page)


page = st.navigation(
    [
        st.Page(start, title="Start", default=True, visibility="hidden"),
        analyzer_page,
        patterns_page,
        crashes_page,
        queue_page,
        resolutions_page,
        compare_page,
        audit_page,
    ],
    position="top",
)
try:
    analyzer()
except CrashKnowledgeError as error:
    st.error(plain(str(error)))
    st.stop()
page.run()
