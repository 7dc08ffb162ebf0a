"""Audit log: who changed what, and when."""

import streamlit as st

from crash_knowledge.wording import counted
from pages.widgets.audit import PAGE_SIZE, changes_table, chosen_filter
from pages.widgets.services import change_log

st.title("Audit log")
wanted = chosen_filter()
number = st.session_state.get("page", 1)
page = change_log().entries(wanted, PAGE_SIZE, (number - 1) * PAGE_SIZE)
if not page.total:
    st.info(
        "No change was logged for this choice. Reviews, corrections, steps of chains, comments and tickets are logged "
        "from the first one on, each with who made it."
    )
    st.stop()
st.caption(f"{counted(page.total, 'change')}, the latest first, {PAGE_SIZE} a page. Nothing here is ever changed.")
changes_table(page.entries)
if page.total > PAGE_SIZE:
    st.pagination(-(-page.total // PAGE_SIZE), key="page")
