"""The steps of a causal chain: an attempt, its outcome, resolved, open again, up for review, given up.

Every step keeps three things in agreement: the chain, the record of the solutions that were tried, and the evolution of
the failure's pattern. ``by``: who says so; None when a program does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Chain, ChainStatus, FixAttempt, FixOutcome

ATTEMPT_RECORDED = "attempt recorded"

_COUNTS: dict[FixOutcome, tuple[int, int]] = {"succeeded": (1, 0), "same_error": (0, 1), "different_error": (0, 1)}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was done about a failure, already redacted. ``outcome`` ``unknown``: nobody can tell yet."""

    action_taken: str
    outcome: FixOutcome = "unknown"
    code_changes: str | None = None
    session_id: str | None = None


def event_of(unit: Unit, handle: str) -> str:
    """The failure that an ``err-``, ``chain-`` or ``fix-`` id leads to. Raises UnknownRecord."""
    event_id = unit.error_events.of_handle(handle)
    if event_id is None:
        raise UnknownRecord(f"There is no failure, causal chain or fix attempt {handle}.")
    return event_id


def record_attempt(unit: Unit, event_id: str, attempt: Attempt, now: datetime, by: str | None = None) -> str:
    """Add an attempt to a failure's chain; one that succeeded resolves it. Returns the attempt's id.

    What a person (``by``) has seen work or fail counts for the solution of that text of the failure's pattern, which is
    made when the pattern has none; what a program reports never does. Raises UnknownRecord.
    """
    unit.error_events.know_session(attempt.session_id, now)
    fix_id = unit.chains.add_fix_attempt(
        event_id,
        attempt.action_taken,
        successful=False,
        at=now,
        outcome="unknown",
        code_changes=attempt.code_changes,
        session_id=attempt.session_id,
    )
    told = {"attempt": fix_id, "action_taken": attempt.action_taken}
    unit.audit.record(ATTEMPT_RECORDED, "chain", unit.chains.of_event(event_id).id, by, now, told)
    if attempt.outcome != "unknown":
        judge_attempt(unit, event_id, fix_id, attempt.outcome, now, by)
    if attempt.outcome == "succeeded":
        resolve(unit, event_id, fix_id, now, by=by)
    return fix_id


def judge_attempt(
    unit: Unit, event_id: str, fix_id: str, outcome: FixOutcome, now: datetime, by: str | None = None
) -> None:
    """Say what came of an attempt; its solution's record follows. Raises ValueError: not one of this chain."""
    chain = unit.chains.of_event(event_id)
    attempt = _attempt_of(chain, fix_id)
    solution_id = attempt.solution_id
    if solution_id is not None:
        worked, failed = _COUNTS.get(attempt.outcome, (0, 0))
        unit.arrangement.count_outcomes(solution_id, -worked, -failed)
    elif by is not None and outcome != "unknown":
        solution_id = _solution_for(unit, event_id, attempt, now, by)
    unit.chains.set_outcome(fix_id, outcome, solution_id)
    if solution_id is not None:
        unit.arrangement.count_outcomes(solution_id, *_COUNTS.get(outcome, (0, 0)))
    told = {"attempt": fix_id, "outcome": {"before": attempt.outcome, "after": outcome}}
    unit.audit.record("attempt judged", "chain", chain.id, by, now, told)


def resolve(
    unit: Unit, event_id: str, fix_id: str, now: datetime, minutes: float | None = None, by: str | None = None
) -> Chain:
    """Close a chain with the attempt that worked.

    ``minutes``: the reported time to resolution; without it, it is the time since the failure. A resolved chain changes
    only when minutes are reported; the same report again changes nothing.
    Raises UnknownRecord; ValueError: the attempt is of another chain, or the minutes are negative or no number.
    """
    before = unit.chains.of_event(event_id)
    worked_before = _attempt_of(before, fix_id).successful
    if not worked_before and (before.status != "resolved" or minutes is not None):
        judge_attempt(unit, event_id, fix_id, "succeeded", now, by)
    after = unit.chains.resolve(event_id, fix_id, now, minutes)
    if (after.status, after.successful_fix_id, after.resolution_time_minutes) != (
        before.status,
        before.successful_fix_id,
        before.resolution_time_minutes,
    ):
        told = {"fix": fix_id, "resolution_time_minutes": after.resolution_time_minutes}
        _note(unit, before, "resolved", now, by, told)
    return after


def reopen(unit: Unit, event_id: str, now: datetime, by: str | None = None, reason: str = "") -> Chain:
    """Open a chain again. The attempt that had resolved it did not hold: it counts as failed from now on.

    Raises UnknownRecord; ValueError: the chain is open.
    """
    before = unit.chains.of_event(event_id)
    if before.status == "open":
        raise ValueError(f"{before.id} is open already")
    after = unit.chains.set_unresolved(event_id, "open")
    if before.successful_fix_id is not None:
        judge_attempt(unit, event_id, before.successful_fix_id, "same_error", now, by)
    _note(unit, before, "open", now, by, _why(reason))
    return unit.chains.of_event(after.error_event_id)


def abandon(unit: Unit, event_id: str, now: datetime, by: str | None = None, reason: str = "") -> Chain:
    """Give a chain up. Raises UnknownRecord; ValueError: it is resolved, or was given up."""
    return _leave(unit, event_id, "abandoned", now, by, reason)


def ask_for_review(unit: Unit, event_id: str, now: datetime, by: str | None = None, reason: str = "") -> Chain:
    """Put a chain into the manual-review queue: all attempts failed. Raises UnknownRecord; ValueError as abandon."""
    return _leave(unit, event_id, "needs_review", now, by, reason)


def _leave(unit: Unit, event_id: str, status: ChainStatus, now: datetime, by: str | None, reason: str) -> Chain:
    before = unit.chains.of_event(event_id)
    if before.status in ("resolved", status):
        raise ValueError(f"{before.id} is {before.status.replace('_', ' ')}; open it again first")
    after = unit.chains.set_unresolved(event_id, status)
    _note(unit, before, status, now, by, _why(reason))
    return after


def _solution_for(unit: Unit, event_id: str, attempt: FixAttempt, now: datetime, by: str) -> int | None:
    """The solution of the failure's pattern with the attempt's words, made if need be; None without a pattern."""
    pattern_id = unit.error_events.get(event_id).pattern_id
    if pattern_id is None:
        return None
    known = {solution.id for solution in unit.solutions.of_pattern(pattern_id)}
    solution = unit.solutions.add(pattern_id, attempt.action_taken, by, now)
    if solution.id not in known:
        unit.evolution.add(pattern_id, "new_solution", {"description": solution.description}, event_id, by, now)
    return solution.id


def _attempt_of(chain: Chain, fix_id: str) -> FixAttempt:
    found = next((attempt for attempt in chain.attempts if attempt.id == fix_id), None)
    if found is None:
        raise ValueError(f"fix attempt {fix_id} does not belong to the chain of {chain.error_event_id}")
    return found


def _note(unit: Unit, before: Chain, status: ChainStatus, now: datetime, by: str | None, told: dict[str, Any]) -> None:
    """Note a change of the chain's status in the evolution of its pattern, which the log of changes refers to."""
    pattern_id = unit.error_events.get(before.error_event_id).pattern_id
    changes = {"chain": before.id, "chain_status": {"before": before.status, "after": status}, **told}
    if pattern_id is not None:
        unit.evolution.add(pattern_id, "pattern_update", changes, before.error_event_id, by, now)
    else:
        unit.audit.record(f"chain {status.replace('_', ' ')}", "chain", before.id, by, now, changes)


def _why(reason: str) -> dict[str, Any]:
    return {"reason": reason} if reason else {}
