"""The solutions of a pattern, the most proven first, those that failed as such; and changing them by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.links import LONGEST_LINK
from crash_knowledge.knowledge.review import LONGEST_TEXT
from crash_knowledge.store.records import Pattern, Solution
from crash_knowledge.wording import day, solution_label, solution_record
from pages.widgets.services import solution_desk, store
from pages.widgets.texts import plain

WAYS = {"edit": "Edit", "withdraw": "Withdraw", "verify": "Stand behind it"}


def solutions_of(pattern: Pattern, by: str, key: str) -> None:
    """What helped, what did not, what was proposed; who said so and when; steps and link below."""
    with store().reading() as unit:
        solutions = unit.solutions.of_pattern(pattern.id)
        withdrawn = unit.solutions.withdrawn_of_pattern(pattern.id)
    _just_done(key)
    st.markdown("**Solutions, the most proven first**" if solutions else "No solution is recorded yet.")
    for solution in solutions:
        _solution(solution)
    if not solutions and not withdrawn:
        return
    with st.expander("Change a solution", icon=":material/edit:"):
        if solutions:
            _change(solutions, by, key)
        for solution in withdrawn:
            _bring_back(solution, by, key)


def _solution(solution: Solution) -> None:
    said = f"{solution.added_by or 'not recorded'}, {day(solution.created_at)}"
    record = plain(f"{solution_record(solution)}; {said}")
    st.markdown(f"- {solution_label(solution)}: {plain(solution.description)} *({record})*")
    if solution.steps:
        st.text(solution.steps)
    if solution.link:
        st.link_button("More about it", solution.link, icon=":material/open_in_new:", type="tertiary")


def _change(solutions: tuple[Solution, ...], by: str, key: str) -> None:
    by_id = {solution.id: solution for solution in solutions}
    chosen = st.selectbox(
        "Solution",
        list(by_id),
        index=None,
        format_func=lambda solution_id: by_id[solution_id].description,
        placeholder="Choose a solution",
        key=f"{key}-chosen",
    )
    if chosen is None:
        return
    solution = by_id[chosen]
    ways = [way for way in WAYS if way != "verify" or not solution.is_verified]
    way = st.segmented_control("What to do with it", ways, format_func=WAYS.__getitem__, key=f"{key}-way")
    if way == "edit":
        _edit(solution, by, key)
    elif way == "withdraw" and st.button("Withdraw it", key=f"{key}-withdraw", type="primary"):
        _do(lambda: solution_desk().withdraw(solution.id, by, datetime.now(UTC)), "It is not proposed any more.", key)
    elif way == "verify" and st.button("I stand behind it", key=f"{key}-verify", type="primary"):
        _do(lambda: solution_desk().verify(solution.id, by, datetime.now(UTC)), "It is proposed from now on.", key)


def _edit(solution: Solution, by: str, key: str) -> None:
    with st.form(f"{key}-edit-{solution.id}"):
        description = st.text_area("Description", solution.description, max_chars=LONGEST_TEXT)
        steps = st.text_area("Steps, one a line", solution.steps or "", max_chars=LONGEST_TEXT)
        link = st.text_input("Link to more about it", solution.link or "", max_chars=LONGEST_LINK)
        sent = st.form_submit_button("Save the solution", type="primary")
    if sent:
        _do(
            lambda: solution_desk().edit(
                solution.id, description or "", by, datetime.now(UTC), steps=steps or "", link=link or ""
            ),
            "The solution was changed.",
            key,
        )


def _bring_back(solution: Solution, by: str, key: str) -> None:
    text, button = st.columns([5, 1], vertical_alignment="center")
    text.markdown(plain(f"Withdrawn by {solution.withdrawn_by}: {solution.description} ({solution_record(solution)})"))
    if button.button("Bring back", key=f"{key}-back-{solution.id}"):
        _do(lambda: solution_desk().bring_back(solution.id, by, datetime.now(UTC)), "It is proposed again.", key)


def _do(change: Callable[[], Solution], done: str, key: str) -> None:
    """Make the change and draw the page anew, or say why it cannot be made."""
    try:
        change()
    except CrashKnowledgeError as error:
        st.error(plain(str(error)))
        return
    st.session_state[f"{key}-done"] = done
    st.rerun()


def _just_done(key: str) -> None:
    sentence = st.session_state.pop(f"{key}-done", None)
    if sentence:
        st.success(sentence, icon=":material/edit:")
