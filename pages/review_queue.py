"""Review queue: verdicts that nobody has judged yet, one after the other."""

from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.stored_analysis import stored_analysis
from pages.widgets.comments import comments
from pages.widgets.review_queue.crash import heading, what_happened, what_the_verdict_said
from pages.widgets.review_queue.judge import judge, tell_last_judgement
from pages.widgets.review_queue.place import current, how_many, neighbours
from pages.widgets.services import analyzer, verdict_queue
from pages.widgets.texts import plain

MOST_LISTED = 200

st.title("Review queue")
tell_last_judgement()
waiting = verdict_queue().waiting(MOST_LISTED)
if not waiting:
    st.info(
        "Nothing waits: every stored verdict was judged by a person. A crash comes here when it is saved without a "
        "review, by `crash-knowledge analyze --save` for example."
    )
    st.page_link("analyzer.py", label="Analyse a dump", icon=":material/troubleshoot:")
    st.stop()

how_many(verdict_queue().counts())
one = current(waiting)
try:
    analysis = stored_analysis(analyzer(), one.crash_id, datetime.now(UTC))
except CrashKnowledgeError as error:
    st.warning(f"Crash {one.crash_id} cannot be shown: {plain(str(error))}")
    st.stop()
heading(one)
crash, verdict = st.columns(2, gap="large")
with crash:
    what_happened(one, analysis)
with verdict:
    what_the_verdict_said(one, analysis)
    judge(one, analysis)
comments("crash", one.crash_id, f"crash-{one.crash_id}")
neighbours(waiting)
