"""Known patterns: the list to choose from, and one of them with all that was learnt about it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from crash_knowledge.store.records import Crash, Pattern
from crash_knowledge.wording import solution_record
from pages.widgets.corrections import correct
from pages.widgets.history import history
from pages.widgets.services import store
from pages.widgets.texts import plain
from pages.widgets.together import compare_two, what_dumps_tell_together

MOST_DUMPS_SHOWN = 100
TABLE_HEIGHT = 320
ROWS_IN_TABLE = 8
DATE = st.column_config.DatetimeColumn(format="D MMM YYYY")
PERCENT = st.column_config.NumberColumn(format="percent", help="Mean of right among all reviews, 50 % before any")


def choose_pattern(patterns: Sequence[Pattern], total: int) -> Pattern | None:
    """The list as a table and, for keyboard and address bar, as a choice; returns the pattern that was chosen."""
    st.caption(f"{len(patterns)} of {total} patterns, the most recently seen first. Click a row to see it in full.")
    st.dataframe(
        pd.DataFrame(
            {
                "Pattern": pattern.pattern_name,
                "Status": pattern.status,
                "Seen": pattern.occurrence_count,
                "First": pattern.first_seen,
                "Last": pattern.last_seen,
                "Severity": pattern.severity or "not judged",
                "Agreed": pattern.confidence_score,
                "Reviews": pattern.validation_count + pattern.false_positive_count,
            }
            for pattern in patterns
        ),
        hide_index=True,
        height=TABLE_HEIGHT if len(patterns) > ROWS_IN_TABLE else "auto",
        column_config={"Agreed": PERCENT, "First": DATE, "Last": DATE},
        selection_mode="single-row",
        on_select=lambda: _choose_row(patterns),
        key="pattern-rows",
        alt="Known patterns",
    )
    by_id = {str(pattern.id): pattern for pattern in patterns}
    wanted = st.session_state.pop("show-pattern", None)
    if wanted is None and "pattern" not in st.session_state:
        wanted = st.query_params.get("pattern")
    if wanted in by_id:
        st.session_state["pattern"] = wanted
    chosen = st.selectbox(
        "Pattern",
        list(by_id),
        index=None,
        format_func=lambda pattern_id: f"{pattern_id}: {by_id[pattern_id].pattern_name}",
        placeholder="Choose a pattern to see it in full",
        key="pattern",
    )
    st.query_params.from_dict({"pattern": chosen} if chosen else {})
    return by_id[chosen] if chosen else None


def _choose_row(patterns: Sequence[Pattern]) -> None:
    rows = st.session_state["pattern-rows"].selection.rows
    if rows:
        st.session_state["pattern"] = str(patterns[rows[0]].id)


def pattern_in_full(pattern: Pattern, patterns: Sequence[Pattern]) -> None:
    """Solutions, prevention, history, dumps and corrections of a pattern."""
    with store().reading() as unit:
        summary = unit.patterns.summary(pattern.id)
        evolution = unit.evolution.of_pattern(pattern.id)
        solutions = unit.solutions.of_pattern(pattern.id)
        crashes = unit.crashes.of_pattern(pattern.id, limit=MOST_DUMPS_SHOWN)
    st.subheader(plain(pattern.pattern_name))
    st.text(pattern.cause_of_dump)
    st.markdown("**Solutions, the most proven first**" if solutions else "No solution is recorded yet.")
    for solution in solutions:
        st.markdown(f"- {plain(solution.description)} *({solution_record(solution)})*")
    if pattern.prevention_strategies:
        st.markdown("**Prevention**")
        for strategy in pattern.prevention_strategies:
            st.markdown(f"- {plain(strategy)}")
    with st.expander("Correct: merge, split, keep apart, undo", icon=":material/rule:"):
        correct(pattern, {str(other.id): other for other in patterns if other.id != pattern.id})
    history(summary, evolution, f"pattern-{pattern.id}")
    what_dumps_tell_together(pattern)
    st.markdown(f"**Dumps** (the newest {len(crashes)} of {summary.occurrence_count})")
    st.dataframe(
        pd.DataFrame(_row(crash) for crash in crashes),
        hide_index=True,
        column_config={"When": DATE, "Confidence": st.column_config.NumberColumn(format="percent")},
        alt="Dumps of this pattern",
    )
    compare_two(crashes)


def _row(crash: Crash) -> dict[str, object]:
    return {
        "When": crash.occurred_at,
        "Customer": crash.customer,
        "Version": crash.service_version,
        "User": crash.user_name,
        "File": crash.file_name,
        "Verdict": crash.match_level,
        "Confidence": crash.match_confidence,
    }
