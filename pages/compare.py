"""Compare: two dumps side by side, stored ones or those that were just analysed."""

import streamlit as st

from crash_knowledge.comparison.compare import compare
from crash_knowledge.errors import CrashKnowledgeError
from pages.widgets.comparison import choose_two, comparable, comparison_in_full
from pages.widgets.texts import plain

st.title("Compare two dumps")
chosen = choose_two()
if chosen is not None:
    try:
        comparison_in_full(compare(*map(comparable, chosen)))
    except CrashKnowledgeError as error:
        st.error(plain(str(error)))
