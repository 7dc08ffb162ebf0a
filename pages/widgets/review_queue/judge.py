"""Judging in one click: right, the same as another pattern, or new. It is saved as a review, like the form's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.queue import WaitingVerdict
from crash_knowledge.knowledge.review import Review
from crash_knowledge.wording import clipped, percent
from pages.widgets.reviewer import needs_name, your_name
from pages.widgets.services import analyzer, store
from pages.widgets.texts import plain

MOST_PATTERNS_OFFERED = 1000
NEAREST_OFFERED = 3


def judge(waiting: WaitingVerdict, analysis: Analysis) -> None:
    """The buttons of the current verdict, each with its key, in the name of a person."""
    st.markdown("**Your judgement**")
    by = your_name()
    is_unknown = waiting.reason == "unknown"
    right = "Right: it is new" if is_unknown else "Right: it is this pattern"
    _button(right, "Enter", analysis, Review(by), "primary")
    if not is_unknown:
        _button("Wrong: it is a new crash", "N", analysis, Review(by, "new"))
    _button("Not sure", "U", analysis, Review(by, "unsure"))
    _same_as(waiting, analysis, by)
    st.caption(
        "Keys: J next, K previous, Enter right, N new, U not sure, 1 to 3 the same as the nearest ones, "
        "S the same as the chosen one."
    )


def tell_last_judgement() -> None:
    """What the last judgement taught, once."""
    said = st.session_state.pop("queue-said", None)
    if said:
        st.success(plain(said), icon=":material/school:")
    failed = st.session_state.pop("queue-failed", None)
    if failed:
        st.error(f"Not saved: {plain(failed)}")


def _same_as(waiting: WaitingVerdict, analysis: Analysis, by: str) -> None:
    others = [one for one in analysis.match.explanation.candidates if one.pattern_id != waiting.pattern_id]
    nearest = others[:NEAREST_OFFERED]
    if nearest:
        st.markdown("It is the same as one of the nearest other patterns:")
    for number, candidate in enumerate(nearest, start=1):
        label = f"{plain(clipped(candidate.pattern_name, 90))} ({plain(percent(candidate.confidence))})"
        _button(f"Same as {label}", str(number), analysis, Review(by, "other", candidate.pattern_id))
    names = _pattern_names(waiting.pattern_id)
    if not names:
        st.caption("No other pattern is known yet, so it cannot be the same as one.")
        return
    chosen = st.selectbox(
        "Or the same as this pattern",
        list(names),
        index=None,
        format_func=lambda pattern_id: f"{pattern_id}: {names[pattern_id]}",
        placeholder="Choose among all patterns",
        key=f"same-as-{waiting.crash_id}",
    )
    if chosen is not None:
        _button("Same as the chosen pattern", "S", analysis, Review(by, "other", chosen))


def _button(
    label: str,
    shortcut: str,
    analysis: Analysis,
    review: Review,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    st.button(
        label,
        shortcut=shortcut,
        type=kind,
        disabled=not review.validator,
        help=needs_name(review.validator),
        on_click=_save,
        args=(analysis, review),
        width="stretch",
    )


def _save(analysis: Analysis, review: Review) -> None:
    try:
        learned = analyzer().save(analysis, review)
    except CrashKnowledgeError as error:
        st.session_state["queue-failed"] = str(error)
    else:
        st.session_state["queue-said"] = f"Crash {learned.crash.id}: {' '.join(learned.sentences[1:])}"


def _pattern_names(but: int) -> Mapping[int, str]:
    with store().reading() as unit:
        patterns = unit.patterns.list(limit=MOST_PATTERNS_OFFERED)
    return {pattern.id: pattern.pattern_name for pattern in patterns if pattern.id != but}
