"""Where the reviewer stands in the queue: the list, the way forwards and back, and how much is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from crash_knowledge.knowledge.queue import NEAR_DAYS, SURE_FROM, QueueReason, WaitingVerdict, reason_sentence
from crash_knowledge.wording import clipped, counted
from pages.widgets.texts import plain

REASONS: Mapping[QueueReason, str] = {
    "unknown": "unknown",
    "regressed": "regressed",
    "near_on_air": f"on air within {NEAR_DAYS} days",
    "low_confidence": f"less than {SURE_FROM:.0%} sure",
    "known": "known",
}
ROWS_BEFORE, ROWS_SHOWN = 2, 8
_PLACE = "queue-place"


def how_many(counts: Mapping[QueueReason, int]) -> None:
    """What is left, by reason."""
    parts = [f"{count:,} {REASONS[reason]}" for reason, count in counts.items() if count]
    verb = "waits" if sum(counts.values()) == 1 else "wait"
    st.markdown(
        f"**{plain(counted(sum(counts.values()), 'verdict'))} {verb} for a person**: {plain(', '.join(parts))}."
    )


def current(waiting: Sequence[WaitingVerdict]) -> WaitingVerdict:
    """The verdict at which the reviewer stands, with the buttons (and keys) that lead to its neighbours."""
    place: int = min(st.session_state.get(_PLACE, 0), len(waiting) - 1)
    st.session_state[_PLACE] = place
    back, forward, where = st.columns([1, 1, 4], vertical_alignment="center")
    back.button("Previous", shortcut="K", disabled=place == 0, on_click=_go, args=(place - 1,), width="stretch")
    forward.button(
        "Next", shortcut="J", disabled=place == len(waiting) - 1, on_click=_go, args=(place + 1,), width="stretch"
    )
    where.caption(f"{place + 1:,} of {len(waiting):,} in this list")
    return waiting[place]


def neighbours(waiting: Sequence[WaitingVerdict]) -> None:
    """A few verdicts before and after the current one."""
    place = st.session_state.get(_PLACE, 0)
    first = max(0, min(place - ROWS_BEFORE, len(waiting) - ROWS_SHOWN))
    shown = waiting[first : first + ROWS_SHOWN]
    st.dataframe(
        pd.DataFrame(_row(one, first + number == place) for number, one in enumerate(shown)),
        hide_index=True,
        column_config={"Here": st.column_config.TextColumn(width="small")},
        alt="The queue around the current verdict",
    )


def _go(place: int) -> None:
    st.session_state[_PLACE] = place


def _row(one: WaitingVerdict, is_current: bool) -> dict[str, object]:
    return {
        "Here": "▶" if is_current else "",
        "Why now": reason_sentence(one),
        "Crash": clipped(one.error_message, 80),
        "Customer": one.customer,
        "When": one.occurred_at.date(),
    }
