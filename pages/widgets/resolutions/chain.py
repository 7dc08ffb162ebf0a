"""One causal chain: the failure, what was tried, and what came of it, as a picture and as a table."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from crash_knowledge.knowledge.resolutions import Step, Timeline, duration, mermaid
from crash_knowledge.store.records import ChainStatus
from crash_knowledge.wording import counted
from pages.widgets.services import store
from pages.widgets.texts import moment, plain

STATUS: dict[ChainStatus, str] = {
    "open": "Open",
    "needs_review": "Waits for a person",
    "resolved": "Resolved",
    "abandoned": "Given up",
}
Colour = Literal["orange", "red", "green", "gray"]
COLOURS: dict[ChainStatus, Colour] = {"open": "orange", "needs_review": "red", "resolved": "green", "abandoned": "gray"}
HAPPENED = st.column_config.DatetimeColumn("When, UTC", format="D MMM YYYY, HH:mm", timezone="UTC")


def heading(told: Timeline) -> None:
    """What failed, when, where, and how it stands."""
    chain = told.chain
    name, badge = st.columns([5, 1], vertical_alignment="center")
    name.subheader(f"Chain {chain.id}", anchor="chain")
    badge.badge(STATUS[chain.status], color=COLOURS[chain.status])
    st.text(told.event.error_message)
    st.caption(plain(" · ".join(_facts(told))))
    _pattern_link(told.event.pattern_id)


def picture_and_table(told: Timeline) -> None:
    """The steps as a Mermaid chart, and the same as a table."""
    st.markdown("**From the failure to its resolution**")
    st.mermaid_chart(
        mermaid(told),
        alt=f"Timeline of {told.chain.id} with {counted(len(told.steps), 'step')}; the table below tells the same.",
    )
    st.dataframe(
        pd.DataFrame(_row(step) for step in told.steps),
        hide_index=True,
        column_config={"When": HAPPENED, "What": st.column_config.TextColumn(width="large")},
        alt=f"Steps of {told.chain.id}",
    )


def _facts(told: Timeline) -> list[str]:
    event, chain = told.event, told.chain
    facts = [f"failed {moment(event.occurred_at)}", f"{event.id}, {event.source.replace('_', ' ')}"]
    if event.exception_type:
        facts.append(event.exception_type)
    facts.append(counted(len(chain.attempts), "attempt"))
    if chain.resolution_time_minutes is not None:
        facts.append(f"resolved in {duration(chain.resolution_time_minutes)} ({chain.resolution_time_source})")
    return facts


def _pattern_link(pattern_id: int | None) -> None:
    if pattern_id is None:
        return
    with store().reading() as unit:
        pattern = unit.patterns.current(pattern_id)
    st.page_link(
        "patterns.py",
        label=f"Pattern: {plain(pattern.pattern_name)}",
        icon=":material/category:",
        query_params={"pattern": str(pattern.id)},
    )


def _row(step: Step) -> dict[str, object]:
    return {"When": step.at, "What": step.words, "Kind": step.kind.replace("_", " "), "Who": step.by or "–"}
