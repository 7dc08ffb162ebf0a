"""What leaves the house about a crash: the reply to the customer, and the report."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.analyzer import Analysis
from pages.widgets.reply import reply_panel
from pages.widgets.report import report_downloads


def outgoing(analysis: Analysis, key: str) -> None:
    """Both, folded; drawn only when unfolded."""
    answer = st.expander("Answer the customer", icon=":material/reply:", on_change="rerun", key=f"{key}-answer")
    if answer.open:
        with answer:
            reply_panel(analysis, key)
    export = st.expander("Export this crash", icon=":material/download:", on_change="rerun", key=f"{key}-export")
    if export.open:
        with export:
            report_downloads(analysis, key)
