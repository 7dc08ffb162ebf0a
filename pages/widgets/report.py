"""The report of a crash as a file; it is made when its button is pressed."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.reports.crash_report import crash_report
from crash_knowledge.reports.rendering import ENDINGS, ReportFormat, render_report

_LABELS: dict[ReportFormat, tuple[str, str]] = {
    "pdf": ("PDF", "application/pdf"),
    "html": ("HTML", "text/html"),
    "markdown": ("Markdown", "text/markdown"),
    "json": ("JSON", "application/json"),
}


def report_downloads(analysis: Analysis, key: str) -> None:
    """One button a format. Names of users and computers are pseudonyms in all of them."""
    st.markdown("Everything that is known of this crash, with names of users and computers as pseudonyms.")
    with st.container(horizontal=True):
        for form, (label, mime) in _LABELS.items():
            st.download_button(
                label,
                partial(_made, analysis, form),
                file_name=f"crash-report.{ENDINGS[form]}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{key}-report-{form}",
            )


def _made(analysis: Analysis, form: ReportFormat) -> bytes:
    return render_report(crash_report(analysis, datetime.now(UTC)), form)
