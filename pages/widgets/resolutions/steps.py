"""Going on with a chain: record an attempt, say what came of it, resolve, open again, give up, ask for a review."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.review import LONGEST_TEXT
from crash_knowledge.store.records import Chain, FixAttempt, FixOutcome
from crash_knowledge.wording import clipped
from pages.widgets.reviewer import needs_name, your_name
from pages.widgets.services import resolution_desk
from pages.widgets.texts import plain

OUTCOMES: Mapping[FixOutcome, str] = {
    "succeeded": "It worked",
    "same_error": "The same error again",
    "different_error": "Another error instead",
    "unknown": "Not known yet",
}
LONGEST_REASON = 1_000


def next_step(chain: Chain) -> None:
    """The forms that the chain's status allows, each in the name of a person."""
    st.markdown("**What happens next**")
    by = your_name()
    if not by:
        st.caption("Say who you are: your name is kept with what you do.")
    if chain.status in ("open", "needs_review"):
        _record_attempt(chain, by)
        if chain.attempts:
            _judge_attempt(chain, by)
            _resolve(chain, by)
        _leave(chain, by)
    else:
        _reopen(chain, by)


def tell_last_step() -> None:
    """What was just done, once."""
    said = st.session_state.pop("chain-step-said", None)
    if said:
        st.success(plain(said), icon=":material/check_circle:")


def _record_attempt(chain: Chain, by: str) -> None:
    with st.form(f"attempt-{chain.id}", clear_on_submit=True):
        st.markdown("Record an attempt")
        action = st.text_area("What was done?", max_chars=LONGEST_TEXT, height=80, placeholder="One action, in words")
        code = st.text_area("Code or settings that were changed", max_chars=LONGEST_TEXT, height=80)
        outcome = st.radio("What came of it?", list(OUTCOMES), format_func=OUTCOMES.__getitem__, index=3)
        sent = _submit("Record the attempt", by, ":material/build:")
    if sent:
        _do(
            "The attempt was recorded."
            if outcome != "succeeded"
            else "The attempt was recorded; the chain is resolved.",
            lambda now: resolution_desk().record_attempt(chain.id, action or "", outcome, by, now, code or None),
        )


def _judge_attempt(chain: Chain, by: str) -> None:
    undecided = {attempt.id: attempt for attempt in chain.attempts if attempt.outcome == "unknown"}
    if not undecided:
        return
    with st.form(f"judge-{chain.id}"):
        st.markdown("Say what came of an attempt")
        fix_id = st.selectbox("Attempt", list(undecided), format_func=lambda one: _label(undecided[one]))
        known = [outcome for outcome in OUTCOMES if outcome != "unknown"]
        outcome = st.radio("What came of it?", known, format_func=OUTCOMES.__getitem__, index=None)
        sent = _submit("Save the outcome", by, ":material/task_alt:")
    if sent and outcome is None:
        st.error("Choose what came of it.")
    elif sent and outcome is not None:
        _do("The outcome was saved.", lambda now: resolution_desk().judge_attempt(fix_id, outcome, by, now))


def _resolve(chain: Chain, by: str) -> None:
    attempts = {attempt.id: attempt for attempt in reversed(chain.attempts)}
    with st.form(f"resolve-{chain.id}"):
        st.markdown("Resolve it")
        fix_id = st.selectbox("The attempt that worked", list(attempts), format_func=lambda one: _label(attempts[one]))
        minutes = st.number_input(
            "Minutes it took", min_value=0.0, value=None, placeholder="Empty: the time since the failure"
        )
        sent = _submit("Resolve", by, ":material/done_all:")
    if sent:
        _do("The chain is resolved.", lambda now: resolution_desk().resolve(chain.id, fix_id, by, now, minutes))


def _leave(chain: Chain, by: str) -> None:
    with st.form(f"leave-{chain.id}"):
        reason = st.text_input("Why is it left for now?", max_chars=LONGEST_REASON, placeholder="A reason, if you like")
        ask, give_up = st.columns(2)
        with ask:
            asked = chain.status == "open" and _submit("Ask for a review", by, ":material/person_raised_hand:")
        with give_up:
            given_up = _submit("Give it up", by, ":material/block:")
    if asked:
        _do(
            "The chain waits for a person's review.",
            lambda now: resolution_desk().ask_for_review(chain.id, by, now, reason or ""),
        )
    if given_up:
        _do("The chain was given up.", lambda now: resolution_desk().abandon(chain.id, by, now, reason or ""))


def _reopen(chain: Chain, by: str) -> None:
    with st.form(f"reopen-{chain.id}"):
        if chain.status == "resolved":
            st.caption("When it is opened again, the attempt that had resolved it counts as failed.")
        reason = st.text_input("Why is it open again?", max_chars=LONGEST_REASON, placeholder="It came back on Monday")
        sent = _submit("Open again", by, ":material/undo:")
    if sent:
        _do("The chain is open again.", lambda now: resolution_desk().reopen(chain.id, by, now, reason or ""))


def _submit(label: str, by: str, icon: str) -> bool:
    return st.form_submit_button(label, icon=icon, disabled=not by, help=needs_name(by))


def _do(said: str, step: Callable[[datetime], object]) -> None:
    try:
        step(datetime.now(UTC))
    except (CrashKnowledgeError, ValueError) as error:
        st.error(f"Not saved: {plain(str(error))}")
    else:
        st.session_state["chain-step-said"] = said
        st.rerun()


def _label(attempt: FixAttempt) -> str:
    return f"{clipped(attempt.action_taken, 80)} ({OUTCOMES[attempt.outcome].lower()})"
