"""Correcting what the program grouped: merge patterns, split one, keep two apart, and undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.corrections import Correction
from crash_knowledge.knowledge.splitting import Half
from crash_knowledge.store.records import Crash, Pattern
from crash_knowledge.wording import counted, day
from pages.widgets.reviewer import needs_name
from pages.widgets.services import corrections, store
from pages.widgets.texts import moment, plain

MOST_DUMPS_OFFERED = 1000
WAYS = {"merge": "Merge another into it", "split": "Split it", "apart": "Keep apart from another"}


def correct(pattern: Pattern, others: Mapping[str, Pattern], by: str) -> None:
    """The ways to correct a pattern, each in the name of a person, and what was corrected so far."""
    _just_corrected()
    way = st.segmented_control("Correction", list(WAYS), format_func=WAYS.__getitem__, key="way-to-correct")
    if way is not None:
        {"merge": _merge, "split": _split, "apart": _keep_apart}[way](pattern, others, by)
    _history(pattern, by)


def _merge(pattern: Pattern, others: Mapping[str, Pattern], by: str) -> None:
    other = _other(others, "The pattern that is the same crash")
    sure = st.checkbox("I am sure: remember it as a confirmed decision", value=True, key="merge-sure")
    if other is not None and st.button("Merge", type="primary", disabled=not by, help=needs_name(by)):
        if sure:
            _do(pattern, lambda now: corrections().same(pattern.id, other.id, by, now))
        else:
            _do(pattern, lambda now: corrections().merge([other.id], pattern.id, by, now))


def _split(pattern: Pattern, others: Mapping[str, Pattern], by: str) -> None:
    with store().reading() as unit:
        crashes = {crash.id: crash for crash in unit.crashes.of_pattern(pattern.id, limit=MOST_DUMPS_OFFERED)}
    chosen = st.multiselect(
        "Dumps that are another crash",
        list(crashes),
        format_func=lambda crash_id: _crash_label(crashes[crash_id]),
        key=f"split-{pattern.id}",
    )
    if not chosen:
        st.caption("Choose the dumps that do not belong here; a preview shows both halves.")
        return
    try:
        preview = corrections().split_preview(pattern.id, chosen)
    except CrashKnowledgeError as error:
        st.warning(plain(str(error)))
        return
    stays, leaves = st.columns(2)
    with stays:
        _half("Stays", preview.staying)
    with leaves:
        _half("Becomes a pattern of its own", preview.leaving)
    if preview.shared_variants:
        st.caption(
            f"{counted(len(preview.shared_variants), 'stack')} would be in both halves: "
            "the next crash with such a stack could be of either."
        )
    if st.button("Split", type="primary", disabled=not by, help=needs_name(by)):
        _do(pattern, lambda now: corrections().split(pattern.id, chosen, by, now))


def _keep_apart(pattern: Pattern, others: Mapping[str, Pattern], by: str) -> None:
    other = _other(others, "The pattern that must never be merged with it")
    if other is not None and st.button("Keep apart", type="primary", disabled=not by, help=needs_name(by)):
        _do(pattern, lambda now: corrections().never_merge(pattern.id, other.id, by, now))


def _other(others: Mapping[str, Pattern], label: str) -> Pattern | None:
    chosen = st.selectbox(
        label,
        list(others),
        index=None,
        format_func=lambda pattern_id: f"{pattern_id}: {others[pattern_id].pattern_name}",
        placeholder="Choose a pattern",
    )
    return others[chosen] if chosen else None


def _half(title: str, half: Half) -> None:
    st.markdown(f"**{title}**: {plain(half.pattern_name)}")
    st.markdown(
        plain(
            f"{counted(half.crash_count, 'dump')}, {counted(half.variant_count, 'distinct stack')}, "
            f"at {', '.join(half.customers) or 'unknown customers'}, {day(half.first_seen)} to {day(half.last_seen)}."
        )
    )


def _history(pattern: Pattern, by: str) -> None:
    done = corrections().history(limit=20, pattern_id=pattern.id)
    for correction in done:
        text, button = st.columns([5, 1], vertical_alignment="center")
        undone = f" (undone by {correction.undone_by})" if correction.undone_by else ""
        text.markdown(plain(f"{moment(correction.at)}, {correction.by}: {correction.sentence}{undone}"))
        if correction.undoable and button.button("Undo", key=f"undo-{correction.id}"):
            _undo(pattern, correction, by)


def _undo(pattern: Pattern, correction: Correction, by: str) -> None:
    _do(pattern, lambda now: corrections().undo(correction.id, by or correction.by, now))


def _do(pattern: Pattern, change: Callable[[datetime], Correction]) -> None:
    """Make the change and start the page over with the pattern as it is now, or say why it cannot be."""
    try:
        correction = change(datetime.now(UTC))
    except CrashKnowledgeError as error:
        st.error(plain(str(error)))
        return
    with store().reading() as unit:
        st.session_state["show-pattern"] = str(unit.patterns.current(pattern.id).id)
    st.session_state["corrected"] = correction.sentence
    st.rerun()


def _just_corrected() -> None:
    sentence = st.session_state.pop("corrected", None)
    if sentence:
        st.success(plain(sentence), icon=":material/rule:")


def _crash_label(crash: Crash) -> str:
    return f"{crash.id}: {crash.file_name}, {day(crash.occurred_at)}, {crash.customer or 'unknown customer'}"
