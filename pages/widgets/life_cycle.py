"""The life of a pattern: what became of it, in which versions it is fixed, and the steps that a person may take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.life_cycle import Life
from crash_knowledge.knowledge.life_steps import ESCALATION_FACTOR
from crash_knowledge.store.life_cycle import MuteEnd
from crash_knowledge.store.records import Pattern, Solution
from crash_knowledge.wording import fix_sentence, life_sentence, step_sentence
from pages.widgets.services import life_cycles, store
from pages.widgets.texts import moment, plain

LONGEST_REASON = 2_000
LONGEST_VERSION = 60
MUTED_DAYS = 14
STEPS_SHOWN = 20
ICONS = {
    "new": ":material/fiber_new:",
    "ongoing": ":material/trending_flat:",
    "resolved": ":material/task_alt:",
    "regressed": ":material/replay:",
    "muted": ":material/notifications_off:",
    "merged": ":material/merge:",
}
WAYS = {"resolve": "Resolve in a version", "mute": "Mute", "reopen": "Reopen"}
ENDS = {
    "at": "until a day",
    "count": "for a number of dumps",
    "version": "until a version",
    "escalation": "until it gets more frequent",
}

Step = Callable[[str, str, datetime], Life]
"""Takes a step: by whom, why, when."""


def life_cycle(pattern: Pattern, by: str, key: str) -> None:
    """The status and the fixes of each line; below, the ways to change them, each in the name of a person."""
    life = life_cycles().of_pattern(pattern.id)
    with store().reading() as unit:
        solutions = unit.solutions.of_pattern(life.pattern.id)
    _just_done(key)
    st.markdown(f"{ICONS[life.pattern.status]} {plain(life_sentence(life))}")
    for fix in life.fixes:
        st.markdown(f"- {plain(fix_sentence(fix, solutions))}")
    with st.expander("Resolve, mute, reopen", icon=":material/published_with_changes:"):
        way = st.segmented_control("What becomes of it", _ways(life), format_func=WAYS.__getitem__, key=f"{key}-way")
        if way is not None:
            _step_form(way, life, solutions, by, key)
        _steps(life, by, key)


def _ways(life: Life) -> list[str]:
    """What can be done with a pattern of this status."""
    if life.pattern.status in ("new", "ongoing"):
        return ["resolve", "mute"]
    return ["resolve", "reopen"] if life.pattern.status == "muted" else ["resolve", "mute", "reopen"]


def _step_form(way: str, life: Life, solutions: tuple[Solution, ...], by: str, key: str) -> None:
    if way == "reopen":
        st.caption(_what_reopening_does(life))
    end = _kind_of_end(key) if way == "mute" else None
    with st.form(f"{key}-{way}"):
        if way == "resolve":
            step = _resolving(life, solutions, key)
        elif end is not None:
            step = _muting(life, end, key)
        else:
            step = _reopening(life)
        why = st.text_input("Why", max_chars=LONGEST_REASON, placeholder="For who looks at it later", key=f"{key}-why")
        sent = st.form_submit_button(WAYS[way], type="primary")
    if sent:
        _do(lambda: step(by, why or "", datetime.now(UTC)), key)


def _resolving(life: Life, solutions: tuple[Solution, ...], key: str) -> Step:
    version = st.text_input(
        "Fixed in version",
        max_chars=LONGEST_VERSION,
        placeholder="2024r1.002",
        help="As the dump writes it. The fix is recorded for its release line; other lines are not fixed by it.",
        key=f"{key}-version",
    )
    descriptions = {solution.id: solution.description for solution in solutions}
    solution_id = st.selectbox(
        "Which solution is it?",
        list(descriptions),
        index=None,
        format_func=descriptions.__getitem__,
        placeholder="None of the recorded ones" if descriptions else "No solution is recorded",
        key=f"{key}-solution",
    )
    return lambda by, why, now: life_cycles().resolve(life.pattern.id, version or "", by, now, solution_id, why)


def _kind_of_end(key: str) -> str:
    return st.segmented_control(
        "Mute it", list(ENDS), format_func=ENDS.__getitem__, default="at", required=True, key=f"{key}-end"
    )


def _muting(life: Life, end: str, key: str) -> Step:
    chosen = _end(end, key)
    return lambda by, why, now: life_cycles().mute(life.pattern.id, chosen, by, now, why)


def _end(end: str, key: str) -> MuteEnd:
    if end == "count":
        count = st.number_input("Further dumps", min_value=1, value=10, step=1, key=f"{key}-count")
        return MuteEnd(count=int(count))
    if end == "version":
        version = st.text_input(
            "Until a dump of this version or a later one", max_chars=LONGEST_VERSION, key=f"{key}-until-version"
        )
        return MuteEnd(version=version or "")
    if end == "escalation":
        st.caption(
            f"It wakes when it is seen more than {ESCALATION_FACTOR:g} times as often within a week as in the weeks "
            "before."
        )
        return MuteEnd(escalation_factor=ESCALATION_FACTOR)
    today = datetime.now(UTC).date()
    day = st.date_input(
        "Until (UTC)",
        value=today + timedelta(days=MUTED_DAYS),
        min_value=today + timedelta(days=1),
        key=f"{key}-until",
    )
    return MuteEnd(at=datetime.combine(day, time(), UTC))


def _reopening(life: Life) -> Step:
    return lambda by, why, now: life_cycles().reopen(life.pattern.id, by, now, why)


def _what_reopening_does(life: Life) -> str:
    if life.pattern.status == "muted":
        return "The mute ends; recorded fixes stay."
    return "It counts as not fixed: the versions recorded above are taken back. Undo brings them again."


def _steps(life: Life, by: str, key: str) -> None:
    """What was done so far, the latest first; the latest can be undone."""
    for step in life.steps[:STEPS_SHOWN]:
        text, button = st.columns([5, 1], vertical_alignment="center")
        text.markdown(plain(f"{moment(step.taken_at)}: {step_sentence(step)}"))
        is_undoable = life.undoable is not None and step.id == life.undoable.id
        if is_undoable and button.button("Undo", key=f"{key}-undo-{step.id}"):
            _do(lambda: life_cycles().undo_step(life.pattern.id, by, datetime.now(UTC)), key)


def _do(step: Callable[[], Life], key: str) -> None:
    """Take the step and draw the page anew, or say why it cannot be taken."""
    try:
        life = step()
    except CrashKnowledgeError as error:
        st.error(plain(str(error)))
        return
    st.session_state[f"{key}-done"] = life_sentence(life)
    st.rerun()


def _just_done(key: str) -> None:
    sentence = st.session_state.pop(f"{key}-done", None)
    if sentence:
        st.success(plain(sentence), icon=":material/published_with_changes:")
