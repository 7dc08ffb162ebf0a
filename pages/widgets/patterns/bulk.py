"""What can be done with several patterns at once: tag, assign, merge, and steps in their life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.review import LONGEST_NAME
from crash_knowledge.store.catalogue_records import PatternRow
from crash_knowledge.store.life_cycle import MuteEnd
from crash_knowledge.store.schema.catalogue import LONGEST_TAG
from crash_knowledge.wording import counted
from pages.widgets.reviewer import needs_name
from pages.widgets.services import corrections, labels, life_cycles
from pages.widgets.texts import plain

LONGEST_VERSION = 60
LONGEST_MUTE_DAYS = 365
Change = Callable[[str, datetime], str]
"""What a button does, in whose name and when; returns the sentence that tells it."""


def bulk_actions(rows: Sequence[PatternRow], ticked: Sequence[int], by: str) -> None:
    """The actions on the ticked patterns, and what the last one did. ``by``: in whose name."""
    _tell()
    if not ticked:
        return
    named = {row.pattern.id: row.pattern.pattern_name for row in rows if row.pattern.id in ticked}
    with st.container(border=True):
        st.markdown(f"**{counted(len(ticked), 'pattern')} ticked**")
        chosen = st.segmented_control("What to do with them", list(WAYS), key="bulk-way")
        if chosen:
            WAYS[chosen](named, by)


def _tag(named: dict[int, str], by: str) -> None:
    tag = st.text_input("Tag", max_chars=LONGEST_TAG, key="bulk-tag", placeholder="planning") or ""
    put, take = st.columns(2)
    with put:
        _button(
            "Put the tag on", by, bool(tag.strip()), lambda who, now: _tagged(labels().tag(list(named), tag, who, now))
        )
    with take:
        _button(
            "Take the tag off",
            by,
            bool(tag.strip()),
            lambda who, now: _tagged(labels().untag(list(named), tag, who, now)),
        )


def _assign(named: dict[int, str], by: str) -> None:
    whom = st.text_input("Who looks after them (empty: nobody)", max_chars=LONGEST_NAME, key="bulk-assignee") or ""
    _button("Assign", by, True, lambda who, now: _assigned(labels().assign(list(named), whom, who, now), whom))


def _merge(named: dict[int, str], by: str) -> None:
    if len(named) < 2:
        st.caption("Tick two patterns or more.")
        return
    stays = st.selectbox(
        "The pattern that stays", list(named), format_func=lambda one: f"{one}: {named[one]}", key="bulk-target"
    )
    others = [one for one in named if one != stays]
    _button("Merge", by, True, lambda who, now: corrections().merge(others, stays, who, now).sentence)


def _resolve(named: dict[int, str], by: str) -> None:
    version = st.text_input("Fixed in version", max_chars=LONGEST_VERSION, key="bulk-version", placeholder="2024r1.002")
    version = (version or "").strip()
    _button(
        "Resolve",
        by,
        bool(version),
        lambda who, now: _each(named, lambda one: life_cycles().resolve(one, version, who, now), "resolved"),
    )


def _mute(named: dict[int, str], by: str) -> None:
    days = st.number_input("For how many days", 1, LONGEST_MUTE_DAYS, 14, key="bulk-days")
    _button(
        "Mute",
        by,
        True,
        lambda who, now: _each(
            named, lambda one: life_cycles().mute(one, MuteEnd(at=now + timedelta(days=days)), who, now), "muted"
        ),
    )


def _reopen(named: dict[int, str], by: str) -> None:
    st.caption("Ends a mute; or says that the pattern is not fixed, which takes its recorded fixes back.")
    _button(
        "Reopen", by, True, lambda who, now: _each(named, lambda one: life_cycles().reopen(one, who, now), "reopened")
    )


WAYS: dict[str, Callable[[dict[int, str], str], None]] = {
    "Tag": _tag,
    "Assign": _assign,
    "Resolve": _resolve,
    "Mute": _mute,
    "Reopen": _reopen,
    "Merge": _merge,
}


def _button(label: str, by: str, ready: bool, change: Change) -> None:
    st.button(
        label,
        type="primary",
        key=f"bulk-do-{label}",
        disabled=not (by and ready),
        help=needs_name(by),
        on_click=_do,
        args=(change, by),
    )


def _do(change: Change, by: str) -> None:
    try:
        st.session_state["bulk-done"] = change(by, datetime.now(UTC))
    except CrashKnowledgeError as error:
        st.session_state["bulk-refused"] = str(error)


def _each(named: dict[int, str], step: Callable[[int], object], done: str) -> str:
    """Take a step with each pattern; those that refuse it are told with the reason."""
    refused = []
    for one in named:
        try:
            step(one)
        except CrashKnowledgeError as error:
            refused.append(f"{one}: {error}")
    told = f"{counted(len(named) - len(refused), 'pattern')} {done}."
    return " ".join([told, *(f"Not {sentence}" for sentence in refused)])


def _tagged(changed: int) -> str:
    return f"{counted(changed, 'pattern')} changed." if changed else "Nothing to change: it is so already."


def _assigned(changed: int, whom: str) -> str:
    who = f"are looked after by {whom.strip()}" if whom.strip() else "are nobody's"
    return f"All of them {who} now, {changed:,} changed."


def _tell() -> None:
    if done := st.session_state.pop("bulk-done", None):
        st.success(plain(done), icon=":material/done_all:")
    if refused := st.session_state.pop("bulk-refused", None):
        st.error(plain(refused))
