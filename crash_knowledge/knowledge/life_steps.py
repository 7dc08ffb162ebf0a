"""Steps in the life of a pattern within one transaction: taken by a person, or by the program at a new dump."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from crash_knowledge.errors import LifeStepRefused
from crash_knowledge.knowledge.release_lines import Release, reaches, release
from crash_knowledge.knowledge.standing import Standing, standing_of
from crash_knowledge.store import Unit
from crash_knowledge.store.life_cycle import MuteEnd, PatternMute, PatternStep, StepKind
from crash_knowledge.store.records import ChangeType, Crash, Pattern, PatternStatus

ESCALATION_FACTOR = 3.0
FEWEST_TO_ESCALATE = 3
WEEK = timedelta(days=7)
USUAL_WEEKS = 8
"""How many weeks before a mute tell the usual rate."""

_CHANGE: Mapping[StepKind, ChangeType] = {
    "resolve": "resolved",
    "withdraw": "pattern_update",
    "regress": "regressed",
    "mute": "muted",
    "wake": "pattern_update",
    "reopen": "pattern_update",
}
"""What a step is in the evolution of its pattern."""


def take_step(
    unit: Unit,
    pattern: Pattern,
    kind: StepKind,
    status: PatternStatus,
    changes: Mapping[str, Any],
    *,
    by: str | None,
    now: datetime,
    why: str | None = None,
    version: str | None = None,
    event_id: str | None = None,
) -> PatternStep:
    """Set the status, note the step, and an entry in the pattern's evolution with before and after."""
    step = unit.life_cycle.add_step(
        pattern.id, kind, pattern.status, status, by=by, at=now, why=why, version=version, event_id=event_id
    )
    unit.patterns.set_status(pattern.id, status)
    entry = {**changes, **({"why": why} if why else {})}
    if status != pattern.status:
        entry["status"] = {"before": pattern.status, "after": status}
    unit.evolution.add(pattern.id, _CHANGE[kind], entry, event_id, by, now)
    return step


def resolve(
    unit: Unit,
    pattern: Pattern,
    version: str,
    *,
    by: str,
    now: datetime,
    solution_id: int | None = None,
    why: str | None = None,
    event_id: str | None = None,
) -> PatternStep:
    """Record that a version has the fix; its line is derived. A mute ends.

    Raises LifeStepRefused for a version of another form, one recorded already, or a solution of another pattern.
    """
    fixed_in = read_version(version)
    before = [fix.version for fix in unit.life_cycle.fixes(pattern.id)]
    if fixed_in.text in before and pattern.status == "resolved":
        raise LifeStepRefused(f"“{pattern.pattern_name}” is resolved in {fixed_in.text} already.")
    if solution_id is not None and unit.solutions.get(solution_id).pattern_id != pattern.id:
        raise LifeStepRefused(f"Solution {solution_id} is not one of “{pattern.pattern_name}”.")
    changes = {
        "fixed_in": {"before": before, "after": [*before, fixed_in.text]},
        "release_line": fixed_in.line_text,
        **({"solution": solution_id} if solution_id is not None else {}),
    }
    step = take_step(
        unit,
        pattern,
        "resolve",
        "resolved",
        changes,
        by=by,
        now=now,
        why=why,
        version=fixed_in.text,
        event_id=event_id,
    )
    unit.life_cycle.add_fix(step, fixed_in.text, fixed_in.line_text, solution_id, by, now, why)
    _end_mute(unit, pattern.id, step)
    return step


def reopen(unit: Unit, pattern: Pattern, *, by: str, now: datetime, why: str | None = None) -> PatternStep:
    """Say that a pattern is not done with: a mute ends, and what was recorded as fixed is taken back.

    A muted pattern that was resolved before is resolved again. Raises LifeStepRefused when it is open already.
    """
    mute = unit.life_cycle.mute(pattern.id)
    if pattern.status in ("new", "ongoing") and mute is None:
        raise LifeStepRefused(f"“{pattern.pattern_name}” is open already ({pattern.status}).")
    if pattern.status == "muted":
        step = take_step(unit, pattern, "reopen", _status_before_mute(unit, pattern), {}, by=by, now=now, why=why)
        _end_mute(unit, pattern.id, step)
        return step
    fixes = unit.life_cycle.fixes(pattern.id)
    changes = {"fixed_in": {"before": [fix.version for fix in fixes], "after": []}}
    step = take_step(unit, pattern, "reopen", "ongoing", changes, by=by, now=now, why=why)
    unit.life_cycle.withdraw_fixes(fixes, step)
    return step


def withdraw_fix(
    unit: Unit, pattern: Pattern, fix_id: int, *, by: str, now: datetime, why: str | None = None
) -> PatternStep:
    """Take one fix back; without any left, a resolved pattern is ongoing. Raises LifeStepRefused."""
    fixes = unit.life_cycle.fixes(pattern.id)
    gone = [fix for fix in fixes if fix.id == fix_id]
    if not gone:
        raise LifeStepRefused(f"Fix {fix_id} is not one that stands of “{pattern.pattern_name}”.")
    left = [fix.version for fix in fixes if fix.id != fix_id]
    status: PatternStatus = "ongoing" if pattern.status in ("resolved", "regressed") and not left else pattern.status
    changes = {"fixed_in": {"before": [fix.version for fix in fixes], "after": left}}
    step = take_step(unit, pattern, "withdraw", status, changes, by=by, now=now, why=why, version=gone[0].version)
    unit.life_cycle.withdraw_fixes(gone, step)
    return step


def mute(unit: Unit, pattern: Pattern, end: MuteEnd, *, by: str, now: datetime, why: str | None = None) -> PatternStep:
    """Mute a pattern until something ends it. Raises LifeStepRefused when it is muted, or the end is no end."""
    if pattern.status == "muted":
        raise LifeStepRefused(f"“{pattern.pattern_name}” is muted already; reopen it first.")
    end = _checked_end(unit, pattern, end, now)
    step = take_step(unit, pattern, "mute", "muted", {"until": _plain(end)}, by=by, now=now, why=why)
    unit.life_cycle.add_mute(step, end, by, now, why)
    return step


def meet_dump(unit: Unit, pattern_id: int, crash: Crash, by: str | None, now: datetime) -> tuple[str, ...]:
    """What a new dump of a pattern does to its life: a mute may end, a fixed crash may be back.

    The crash must have been counted in the pattern. Returns a sentence for each.
    """
    sentences = [*_wake(unit, unit.patterns.get(pattern_id), crash, by, now)]
    pattern = unit.patterns.get(pattern_id)
    if pattern.status not in ("new", "ongoing", "resolved"):
        return tuple(sentences)
    standing = standing_of(unit, pattern, crash.service_version, build_of(crash), crash.occurred_at)
    if standing is not None and standing.is_back:
        regress(unit, pattern, standing, by=by, now=now, event_id=crash.error_event_id)
        sentences.append(f"It is back: fixed in {standing.fix}, seen again in {standing.version}.")
    return tuple(sentences)


def regress(
    unit: Unit, pattern: Pattern, standing: Standing, *, by: str | None, now: datetime, event_id: str | None
) -> PatternStep:
    """A crash of the pattern was seen in a version that has the fix."""
    changes = {"fixed_in": standing.fix, "seen_again_in": standing.version}
    return take_step(
        unit, pattern, "regress", "regressed", changes, by=by, now=now, version=standing.version, event_id=event_id
    )


def wake_due(unit: Unit, now: datetime) -> tuple[int, ...]:
    """End every mute whose time has come; returns the ids of the patterns."""
    due = unit.life_cycle.due_mutes(now)
    for one in due:
        _end_by_itself(unit, unit.patterns.get(one.pattern_id), one, "its time has come", None, now)
    return tuple(one.pattern_id for one in due)


def read_version(version: str) -> Release:
    """Raises LifeStepRefused for a version of another form."""
    found = release(version)
    if found is None:
        raise LifeStepRefused(
            f"“{version.strip()[:60]}” is not a version. Write it as the dump does: 2024r1.002 or 2023r8.001.042a."
        )
    return found


def build_of(crash: Crash) -> str | None:
    """The build as the dump prints it."""
    build = crash.environment.get("build")
    return build if isinstance(build, str) else None


def _wake(unit: Unit, pattern: Pattern, crash: Crash, by: str | None, now: datetime) -> tuple[str, ...]:
    mute = unit.life_cycle.mute(pattern.id)
    if pattern.status != "muted" or mute is None:
        return ()
    unit.life_cycle.count_seen(mute.id)
    reason = _reason_to_wake(unit, mute, crash, now)
    if reason is None:
        return ()
    _end_by_itself(unit, pattern, mute, reason, crash, now, by)
    return (f"It was muted by {mute.muted_by}; that ends now, because {reason}.",)


def _reason_to_wake(unit: Unit, mute: PatternMute, crash: Crash, now: datetime) -> str | None:
    end = mute.end
    if end.at is not None:
        return "its time has come" if now >= end.at else None
    if end.count is not None:
        return f"{end.count:,} further dumps came" if mute.seen_count + 1 >= end.count else None
    if end.version is not None:
        version = release(crash.service_version, build_of(crash))
        return f"a dump of {version.text} came" if version and reaches(version, read_version(end.version)) else None
    within = unit.life_cycle.crashes_between(mute.pattern_id, crash.occurred_at - WEEK, crash.occurred_at)
    usual, factor = end.usual_per_week or 0.0, end.escalation_factor or ESCALATION_FACTOR
    if within > usual * factor and within >= FEWEST_TO_ESCALATE:
        return f"it was seen {within:,} times within a week, {usual:.1f} being usual"
    return None


def _end_by_itself(
    unit: Unit,
    pattern: Pattern,
    mute: PatternMute,
    reason: str,
    crash: Crash | None,
    now: datetime,
    by: str | None = None,
) -> None:
    event_id = crash.error_event_id if crash else None
    status = _status_before_mute(unit, pattern)
    step = take_step(unit, pattern, "wake", status, {"because": reason}, by=by, now=now, event_id=event_id)
    unit.life_cycle.end_mute(mute.id, step)


def _status_before_mute(unit: Unit, pattern: Pattern) -> PatternStatus:
    """What the pattern was before it was muted; a new one that was seen again since is ongoing."""
    muting = unit.life_cycle.latest_step(pattern.id, "mute")
    status = muting.status_before if muting else "ongoing"
    return "ongoing" if status == "new" and pattern.occurrence_count > 1 else status


def _end_mute(unit: Unit, pattern_id: int, step: PatternStep) -> None:
    lasting = unit.life_cycle.mute(pattern_id)
    if lasting is not None:
        unit.life_cycle.end_mute(lasting.id, step)


def _checked_end(unit: Unit, pattern: Pattern, end: MuteEnd, now: datetime) -> MuteEnd:
    """The end with a version as it is compared, and with the usual rate where that tells the end."""
    ends = (end.at, end.count, end.version, end.escalation_factor)
    if sum(one is not None for one in ends) != 1:
        raise LifeStepRefused("Say one thing that ends the mute: a time, a number of dumps, a version, or escalation.")
    if end.at is not None and end.at <= now:
        raise LifeStepRefused("The mute would end in the past. Choose a later day.")
    if end.count is not None and end.count < 1:
        raise LifeStepRefused("The number of further dumps that end the mute is at least 1.")
    if end.version is not None:
        return MuteEnd(version=read_version(end.version).text)
    if end.escalation_factor is not None:
        if end.escalation_factor <= 1:
            raise LifeStepRefused("Escalation is more than once the usual rate.")
        seen = unit.life_cycle.crashes_between(pattern.id, now - USUAL_WEEKS * WEEK, now)
        return MuteEnd(escalation_factor=end.escalation_factor, usual_per_week=seen / USUAL_WEEKS)
    return end


def _plain(end: MuteEnd) -> dict[str, Any]:
    said = {
        "at": end.at.isoformat() if end.at else None,
        "further_dumps": end.count,
        "version": end.version,
        "escalation_factor": end.escalation_factor,
        "usual_per_week": end.usual_per_week,
    }
    return {name: value for name, value in said.items() if value is not None}
