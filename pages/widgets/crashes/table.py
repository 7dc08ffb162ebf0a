"""The crashes of a page of the catalogue as a table, and the choice of one of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store.catalogue_records import CrashRow
from crash_knowledge.store.records import Crash
from crash_knowledge.wording import counted
from pages.widgets.services import store
from pages.widgets.texts import plain

TABLE_HEIGHT = 380
ROWS_IN_TABLE = 10
WHEN = st.column_config.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm")
PERCENT = st.column_config.NumberColumn(format="percent", help="How sure the verdict was when it was given")
MOST_DIGITS = 11


def crash_table(rows: Sequence[CrashRow]) -> None:
    """Draw the table; a click chooses a crash."""
    shown = [row.id for row in rows]
    st.dataframe(
        pd.DataFrame(map(_cells, rows)),
        hide_index=True,
        height=TABLE_HEIGHT if len(rows) > ROWS_IN_TABLE else "auto",
        column_config={"When": WHEN, "Confidence": PERCENT},
        selection_mode="single-row",
        on_select=lambda: _choose_row(shown),
        key="crash-rows",
        alt=f"{counted(len(rows), 'crash', 'crashes')} that the search and the filters let pass",
    )


def choose_crash() -> Crash | None:
    """The crash whose number stands in the field, which the address keeps; says so when there is none."""
    if "crash" not in st.session_state:
        st.session_state["crash"] = st.query_params.get("crash", "")
    number = st.text_input("Crash", key="crash", max_chars=MOST_DIGITS, placeholder="number of a crash").strip()
    if not number:
        st.query_params.pop("crash", None)
        return None
    st.query_params["crash"] = number
    try:
        with store().reading() as unit:
            return unit.crashes.get(int(number) if number.isascii() and number.isdigit() else 0)
    except UnknownRecord:
        st.warning(plain(f"There is no crash {number}."))
        return None


def _choose_row(shown: Sequence[int]) -> None:
    rows = st.session_state["crash-rows"].selection.rows
    if rows and rows[0] < len(shown):
        st.session_state["crash"] = str(shown[rows[0]])


def _cells(row: CrashRow) -> dict[str, object]:
    return {
        "Crash": row.id,
        "When": row.occurred_at,
        "Customer": row.customer or "not known",
        "Version": row.service_version or "not known",
        "Cause": row.error_message,
        "Kind": row.kind or "not known",
        "Severity": row.severity or "not judged",
        "Pattern": row.pattern_name or "none",
        "Status": row.pattern_status or "",
        "Verdict": row.match_level or "none",
        "Confidence": row.match_confidence,
        "User": row.user_name or "",
        "File": row.file_name,
    }
