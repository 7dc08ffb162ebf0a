"""Names the pages and runs the one that was asked for."""

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from pages.widgets.services import analyzer
from pages.widgets.texts import plain

st.set_page_config(page_title="Crash knowledge", page_icon="🩺", layout="wide")

analyzer_page = st.Page("analyzer.py", title="Crash analyzer", icon=":material/troubleshoot:", url_path="analyzer")
patterns_page = st.Page("patterns.py", title="Patterns", icon=":material/category:", url_path="patterns")
compare_page = st.Page("compare.py", title="Compare", icon=":material/compare_arrows:", url_path="compare")


def start() -> None:
    st.switch_page(analyzer_page)


page = st.navigation(
    [st.Page(start, title="Start", default=True, visibility="hidden"), analyzer_page, patterns_page, compare_page],
    position="top",
)
try:
    analyzer()
except CrashKnowledgeError as error:
    st.error(plain(str(error)))
    st.stop()
page.run()
