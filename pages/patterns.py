"""Patterns: what is known, and one pattern in full."""

import pandas as pd
import streamlit as st

from crash_knowledge.wording import solution_record
from pages.widgets.history import history
from pages.widgets.services import store
from pages.widgets.texts import moment, plain

MOST_SHOWN = 1000

st.title("Patterns")
with store().reading() as unit:
    patterns = {pattern.id: pattern for pattern in unit.patterns.list(limit=MOST_SHOWN)}
    total = unit.patterns.count()

if not patterns:
    st.info("No pattern is known yet. Analyse a dump and review it: that makes the first one.")
    st.page_link("analyzer.py", label="Go to the crash analyzer", icon=":material/troubleshoot:")
    st.stop()

st.caption(f"{len(patterns)} of {total} patterns, the most recently seen first.")
st.dataframe(
    pd.DataFrame(
        {
            "Pattern": pattern.pattern_name,
            "Status": pattern.status,
            "Seen": pattern.occurrence_count,
            "First": pattern.first_seen,
            "Last": pattern.last_seen,
            "Severity": pattern.severity,
            "Confidence": pattern.confidence_score,
            "Reviews": pattern.validation_count,
        }
        for pattern in patterns.values()
    ),
    hide_index=True,
    column_config={"Confidence": st.column_config.NumberColumn(format="percent", help="How often reviewers agreed")},
    alt="Known patterns",
)

chosen = st.selectbox(
    "Pattern",
    list(patterns),
    index=None,
    format_func=lambda pattern_id: f"{pattern_id}: {patterns[pattern_id].pattern_name}",
    placeholder="Choose a pattern to see it in full",
    key="pattern",
    bind="query-params",
)
if chosen is None:
    st.stop()

with store().reading() as unit:
    summary = unit.patterns.summary(chosen)
    evolution = unit.evolution.of_pattern(chosen)
    solutions = unit.solutions.of_pattern(chosen)
    crashes = unit.crashes.of_pattern(chosen, limit=100)
pattern = patterns[chosen]
st.subheader(plain(pattern.pattern_name))
st.text(pattern.cause_of_dump)
st.markdown("**Solutions, the most proven first**" if solutions else "No solution is recorded yet.")
for solution in solutions:
    st.markdown(f"- {plain(solution.description)} *({solution_record(solution)})*")
if pattern.prevention_strategies:
    st.markdown("**Prevention**")
    for strategy in pattern.prevention_strategies:
        st.markdown(f"- {plain(strategy)}")
history(summary, evolution, f"pattern-{chosen}")
st.markdown(f"**Dumps** (the newest {len(crashes)} of {summary.occurrence_count})")
st.dataframe(
    pd.DataFrame(
        {
            "When": moment(crash.occurred_at),
            "Customer": crash.customer,
            "Version": crash.service_version,
            "File": crash.file_name,
            "Level": crash.match_level,
            "Confidence": crash.match_confidence,
        }
        for crash in crashes
    ),
    hide_index=True,
    column_config={"Confidence": st.column_config.NumberColumn(format="percent")},
    alt="Dumps of this pattern",
)
