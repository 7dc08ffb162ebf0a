"""Patterns with similar stacks, and the chains of a pattern, each with the way there."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.knowledge.related import related_patterns
from crash_knowledge.store.records import Crash, Pattern
from crash_knowledge.wording import counted, percent, times
from pages.widgets.services import store
from pages.widgets.texts import plain

MOST_CHAINS = 5


def related(pattern: Pattern) -> None:
    """The nearest other patterns by their stacks."""
    found = related_patterns(store(), pattern.id)
    st.markdown("**Patterns with similar stacks**" if found else "**No other pattern has a similar stack.**")
    for one in found:
        seen = f"{percent(one.similarity)} of its stack alike, seen {times(one.pattern.occurrence_count)}"
        st.page_link(
            "patterns.py",
            label=plain(f"{one.pattern.id}: {one.pattern.pattern_name} ({seen}, {one.pattern.status})"),
            icon=":material/category:",
            query_params={"pattern": str(one.pattern.id)},
        )


def chains(crashes: tuple[Crash, ...]) -> None:
    """How many of the failures behind the shown dumps are resolved, and the way to the open ones."""
    with store().reading() as unit:
        told = [unit.chains.of_event(crash.error_event_id) for crash in crashes]
    waiting = [chain for chain in told if chain.status in ("open", "needs_review")]
    resolved = sum(chain.status == "resolved" for chain in told)
    of = f"of the newest {len(told)} dumps" if len(told) > 1 else "of its one dump"
    st.markdown(plain(f"Chains {of}: {counted(len(waiting), 'open one')}, {counted(resolved, 'resolved one')}."))
    if not waiting:
        return
    with st.expander(f"{counted(min(MOST_CHAINS, len(waiting)), 'open chain')}, the newest", icon=":material/link:"):
        for chain in waiting[:MOST_CHAINS]:
            tried = counted(len(chain.attempts), "attempt")
            st.page_link(
                "resolutions.py",
                label=plain(f"{chain.id}, {tried}"),
                icon=":material/build:",
                query_params={"chain": chain.id},
            )
