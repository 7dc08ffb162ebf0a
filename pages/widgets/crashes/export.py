"""The crashes that the search and the filters let pass, as a file for a spreadsheet."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from crash_knowledge.csv_export import crashes_csv
from crash_knowledge.store.catalogue_records import MOST_ROWS, CatalogueQuery, CrashRow
from pages.widgets.services import store

MOST_EXPORTED = 20_000


def export(query: CatalogueQuery, total: int) -> None:
    """The button; the file is made when it is pressed."""
    limit = f" (the first {MOST_EXPORTED:,})" if total > MOST_EXPORTED else ""
    st.download_button(
        f"CSV{limit}",
        lambda: crashes_csv(_rows(query)),
        file_name="crashes.csv",
        mime="text/csv",
        icon=":material/download:",
        disabled=not total,
        on_click="ignore",
        help="All crashes of this list with their verdicts, in UTF-8, with commas.",
    )


def _rows(query: CatalogueQuery) -> list[CrashRow]:
    rows: list[CrashRow] = []
    ask = replace(query, offset=0, limit=MOST_ROWS)
    with store().reading() as unit:
        while len(rows) < MOST_EXPORTED:
            page = unit.catalogue.crashes(ask)
            rows += page.rows
            if page.end is None:
                break
            ask = replace(ask, after=page.end)
    return rows[:MOST_EXPORTED]
