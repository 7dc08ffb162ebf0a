"""Failures that were like this one and are resolved, with the fix that worked."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.causal_chains import SimilarFailure, shared_ledger
from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.resolutions import Timeline, duration
from crash_knowledge.wording import clipped, percent, solution_record
from pages.widgets.services import store
from pages.widgets.texts import plain

MOST_SHOWN = 5


def what_worked_before(told: Timeline) -> None:
    """The solutions of the failure's pattern, and the fixes of failures with a similar message."""
    st.markdown("**What worked before**")
    solved = _pattern_solutions(told)
    similar = _similar(told)
    if not solved and not similar:
        st.caption("No resolved failure is like this one yet. When this one is resolved, its fix will be shown here.")


def _pattern_solutions(told: Timeline) -> bool:
    if told.event.pattern_id is None:
        return False
    with store().reading() as unit:
        solutions = unit.solutions.of_pattern(told.event.pattern_id)
    for solution in solutions[:MOST_SHOWN]:
        st.markdown(f"- Same pattern: {plain(clipped(solution.description))} *({solution_record(solution)})*")
    return bool(solutions)


def _similar(told: Timeline) -> bool:
    try:
        found = shared_ledger().similar(told.event.error_message, MOST_SHOWN + 1)
    except CrashKnowledgeError as error:
        st.caption(f"Similar failures cannot be looked up now: {plain(str(error))}")
        return False
    others = [one for one in found if one.error_id != told.event.id][:MOST_SHOWN]
    for one in others:
        st.markdown(_line(one))
        st.page_link(
            "resolutions.py",
            label=f"See {one.chain_id}",
            icon=":material/timeline:",
            query_params={"chain": one.chain_id},
        )
    return bool(others)


def _line(one: SimilarFailure) -> str:
    minutes = one.resolution_time_minutes
    took = "time not known" if minutes is None else f"resolved in {duration(minutes)}"
    return (
        f"- {plain(clipped(one.error_message, 120))} *({percent(one.similarity)} alike)*  \n"
        f"  Fix: {plain(clipped(one.action_taken))} *({took})*"
    )
