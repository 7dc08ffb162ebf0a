"""The patterns of a page of the catalogue as a table, and the choice of one of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store.catalogue_records import WEEKS_SHOWN, PatternRow
from crash_knowledge.store.records import Pattern
from pages.widgets.services import store

TABLE_HEIGHT = 320
ROWS_IN_TABLE = 8
ADDRESSED = "pattern-in-address"
DATE = st.column_config.DatetimeColumn(format="D MMM YYYY")
PERCENT = st.column_config.NumberColumn(format="percent", help="Mean of right among all reviews, 50 % before any")
WEEKS = st.column_config.BarChartColumn(
    "A week", help=f"Crashes that the filters let pass, a week, over the last {WEEKS_SHOWN} weeks", y_min=0
)


def pattern_table(rows: Sequence[PatternRow]) -> tuple[int, ...]:
    """Draw the table; returns the ids of the patterns that are ticked."""
    shown = [row.pattern.id for row in rows]
    picked = st.dataframe(
        pd.DataFrame(map(_cells, rows)),
        hide_index=True,
        height=TABLE_HEIGHT if len(rows) > ROWS_IN_TABLE else "auto",
        column_config={"Agreed": PERCENT, "First": DATE, "Last": DATE, "A week": WEEKS},
        selection_mode="multi-row",
        on_select=lambda: _choose_row(shown),
        key="pattern-rows",
        alt="Patterns that the search and the filters let pass",
    )
    return tuple(shown[row] for row in picked.selection.rows if row < len(shown))


def choose_pattern(rows: Sequence[PatternRow]) -> Pattern | None:
    """The choice of a pattern, for the keyboard and the address; one of another page stays chosen."""
    offered = {str(row.pattern.id): row.pattern for row in rows}
    wanted = st.session_state.pop("show-pattern", None) or _newly_addressed() or st.session_state.get("pattern")
    if wanted and wanted not in offered:
        other = _pattern(wanted)
        wanted = None if other is None else str(other.id)
        offered |= {} if other is None else {str(other.id): other}
    if wanted in offered or "pattern" in st.session_state:
        st.session_state["pattern"] = wanted if wanted in offered else None
    chosen = st.selectbox(
        "Pattern",
        list(offered),
        index=None,
        format_func=lambda pattern_id: f"{pattern_id}: {offered[pattern_id].pattern_name}",
        placeholder="Choose a pattern to see it in full",
        key="pattern",
    )
    if chosen:
        st.query_params["pattern"] = chosen
    else:
        st.query_params.pop("pattern", None)
    st.session_state[ADDRESSED] = chosen
    return offered[chosen] if chosen else None


def _newly_addressed() -> str | None:
    """The pattern in the address, unless it is the one that this page put there: a link may lead to another one."""
    asked = st.query_params.get("pattern")
    is_ours = "pattern" in st.session_state and asked == st.session_state.get(ADDRESSED)
    return None if is_ours else asked


def _choose_row(shown: Sequence[int]) -> None:
    rows = st.session_state["pattern-rows"].selection.rows
    if len(rows) == 1 and rows[0] < len(shown):
        st.session_state["pattern"] = str(shown[rows[0]])


def _pattern(wanted: str) -> Pattern | None:
    """The pattern of that number, or the one that it was merged into."""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 12):
        return None
    try:
        with store().reading() as unit:
            return unit.patterns.current(int(wanted))
    except UnknownRecord:
        return None


def _cells(row: PatternRow) -> dict[str, object]:
    pattern = row.pattern
    return {
        "Pattern": pattern.pattern_name,
        "Status": pattern.status,
        "Seen": pattern.occurrence_count,
        "Matching": row.matching,
        "A week": list(row.weeks),
        "First": pattern.first_seen,
        "Last": pattern.last_seen,
        "Severity": pattern.severity or "not judged",
        "Solution": "yes" if row.has_solution else "no",
        "Tags": ", ".join(row.tags),
        "Looked after by": row.assignee or "",
        "Agreed": pattern.confidence_score,
        "Reviews": pattern.validation_count + pattern.false_positive_count,
    }
