"""Patterns: what is known, and one pattern in full."""

import streamlit as st

from pages.widgets.pattern import choose_pattern, pattern_in_full
from pages.widgets.services import store

MOST_SHOWN = 1000

st.title("Patterns")
with store().reading() as unit:
    patterns = unit.patterns.list(limit=MOST_SHOWN)
    total = unit.patterns.count("crash")

if not patterns:
    st.info("No pattern is known yet. Analyse a dump and review it: that makes the first one.")
    st.page_link("analyzer.py", label="Go to the crash analyzer", icon=":material/troubleshoot:")
    st.stop()

chosen = choose_pattern(patterns, total)
if chosen is not None:
    pattern_in_full(chosen, patterns)
