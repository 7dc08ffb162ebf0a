"""One pattern with all that was learnt about it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crash_knowledge.store.records import Crash, Pattern
from pages.widgets.comments import comments
from pages.widgets.corrections import correct
from pages.widgets.history import history
from pages.widgets.life_cycle import life_cycle
from pages.widgets.patterns.extent import extent
from pages.widgets.patterns.related import chains, related
from pages.widgets.patterns.relations import relations
from pages.widgets.services import store
from pages.widgets.solutions import solutions_of
from pages.widgets.texts import plain
from pages.widgets.together import compare_two, what_dumps_tell_together

MOST_DUMPS_SHOWN = 100
MOST_OTHERS_OFFERED = 1000
DATE = st.column_config.DatetimeColumn(format="D MMM YYYY")
CRASH = st.column_config.LinkColumn(display_text=r"crash=(\d+)$", help="Opens the crash with its verdict and dump")


def pattern_in_full(pattern: Pattern, by: str) -> None:
    """Solutions, prevention, history, dumps and corrections of a pattern. ``by``: who changes any of it."""
    with store().reading() as unit:
        summary = unit.patterns.summary(pattern.id)
        evolution = unit.evolution.of_pattern(pattern.id)
        crashes = unit.crashes.of_pattern(pattern.id, limit=MOST_DUMPS_SHOWN)
        others = unit.patterns.list(limit=MOST_OTHERS_OFFERED)
    st.subheader(plain(pattern.pattern_name))
    st.text(pattern.cause_of_dump)
    extent(pattern)
    life_cycle(pattern, by, f"life-{pattern.id}")
    solutions_of(pattern, by, f"solutions-{pattern.id}")
    if pattern.prevention_strategies:
        st.markdown("**Prevention**")
        for strategy in pattern.prevention_strategies:
            st.markdown(f"- {plain(strategy)}")
    comments("pattern", pattern.id, f"pattern-{pattern.id}", by)
    with st.expander("Correct: merge, split, keep apart, undo", icon=":material/rule:"):
        correct(pattern, {str(other.id): other for other in others if other.id != pattern.id}, by)
    history(summary, evolution, f"pattern-{pattern.id}")
    what_dumps_tell_together(pattern)
    st.markdown(f"**Dumps** (the newest {len(crashes)} of {summary.occurrence_count})")
    st.dataframe(
        pd.DataFrame(_row(crash) for crash in crashes),
        hide_index=True,
        column_config={"Crash": CRASH, "When": DATE, "Confidence": st.column_config.NumberColumn(format="percent")},
        alt="Dumps of this pattern",
    )
    compare_two(crashes)
    chains(crashes)
    related(pattern)
    relations(pattern, by)


def _row(crash: Crash) -> dict[str, object]:
    return {
        "Crash": f"/crashes?crash={crash.id}",
        "When": crash.occurred_at,
        "Customer": crash.customer,
        "Version": crash.service_version,
        "User": crash.user_name,
        "File": crash.file_name,
        "Verdict": crash.match_level,
        "Confidence": crash.match_confidence,
    }
