"""Grouping: moving crashes between patterns, merging patterns and splitting them, by the rules of what follows.

A crash takes its stack's variant with it, or a copy where others stay; solutions count where the crashes lie that they
were tried for. Counters, times and confidence follow from the rows. Every pattern touched gets an entry in its
evolution.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crash_knowledge.knowledge.founding import founding
from crash_knowledge.store import Unit
from crash_knowledge.store.records import ChangeType, Crash, Member, Pattern, PatternStatus, Severity

_SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a crash went. ``emptied``: its former pattern lost its last crash and was merged into the new one."""

    pattern_id: int
    emptied: bool


def move_crash(unit: Unit, crash: Crash, target_id: int | None, by: str, now: datetime) -> Moved:
    """Put a stored crash into another pattern (None: one of its own) because a person said so.

    A pattern that loses its last crash is merged into the other, unless these two must never be merged.
    """
    left_id = crash.pattern_id
    before = _states(unit, [one for one in (left_id, target_id) if one is not None])
    went_to = found_pattern(unit, [_member(crash)], by, now) if target_id is None else target_id
    touched = {went_to} if left_id is None else {left_id, went_to}
    unit.arrangement.put([crash.error_event_id], went_to)
    unit.arrangement.align_solutions(touched)
    unit.arrangement.settle(touched)
    change = {"crash": crash.id, "from": left_id, "to": went_to}
    note(unit, touched, before, "pattern_update", change, by, now, crash.error_event_id)
    if left_id is None or unit.patterns.get(left_id).occurrence_count > 0 or are_apart(unit, left_id, went_to):
        return Moved(went_to, emptied=False)
    merge_patterns(unit, [left_id], went_to, by, now)
    return Moved(went_to, emptied=True)


def merge_patterns(unit: Unit, source_ids: Sequence[int], target_id: int, by: str, now: datetime) -> None:
    """Make several living patterns one.

    The target keeps its name, cause and keys, and the sources' keys lead to it from now on. Severity: the worst of all.
    Status: ``muted`` stays muted; all resolved or muted stays as the target is; one regressed makes it regressed; else
    it is ongoing, or new while there is one crash only. A source without crashes says nothing of either. Prevention
    advice is joined, the target's own first.
    """
    before = _states(unit, [*source_ids, target_id])
    target, sources = before[target_id], [before[one] for one in source_ids]
    for source in sources:
        unit.arrangement.hand_over(source.id, target_id)
        for advice in source.prevention_strategies:
            unit.patterns.add_prevention(target_id, advice)
        unit.patterns.merge_into(source.id, target_id)
    alive = [target, *(source for source in sources if source.occurrence_count > 0)]
    unit.patterns.set_severity(target_id, _worst(pattern.severity for pattern in alive))
    unit.patterns.set_status(target_id, _status(target, {pattern.status for pattern in alive}))
    unit.arrangement.align_solutions([target_id])
    unit.arrangement.settle(before)
    note(unit, [target_id], before, "merge", {"merged": list(source_ids)}, by, now)
    note(unit, source_ids, before, "merge", {"merged_into": target_id}, by, now)


def split_off(unit: Unit, pattern_id: int, members: Sequence[Member], by: str, now: datetime) -> int:
    """Put some crashes of a pattern into a new one; returns its id.

    The new pattern is named by its most frequent stack, is as severe as its worst crash, and is new or ongoing by its
    count. The rest keeps name, status, severity, advice and reviews. Solutions follow the crashes they were tried for.
    """
    before = _states(unit, [pattern_id])
    made = found_pattern(unit, members, by, now)
    unit.arrangement.put([member.error_event_id for member in members], made)
    unit.arrangement.align_solutions([made])
    unit.arrangement.settle([pattern_id, made])
    change = {"crashes": len(members), "from": pattern_id, "to": made}
    note(unit, [pattern_id, made], before, "split", change, by, now)
    return made


def found_pattern(unit: Unit, members: Sequence[Member], by: str, now: datetime) -> int:
    """A new pattern, still without crashes, for some of one pattern; returns its id."""
    founder = unit.crashes.get(founder_of(members).crash_id)
    made = unit.patterns.add(founding(unit, founder))
    severity = _worst(member.severity for member in members)
    if severity is not None:
        unit.patterns.set_severity(made.id, severity)
    unit.evolution.add(made.id, "created", {"pattern_name": made.pattern_name}, founder.error_event_id, by, now)
    return made.id


def founder_of(members: Sequence[Member]) -> Member:
    """The crash that a pattern of these is named after: the first to happen of the most frequent stack."""
    frequency = Counter(member.variant_id for member in members)
    return min(members, key=lambda member: (-frequency[member.variant_id], member.occurred_at, member.crash_id))


def are_apart(unit: Unit, one_id: int, other_id: int) -> bool:
    """Whether a person said that these two must never be merged."""
    pair = tuple(sorted((one_id, other_id)))
    return any(separation.pattern_ids == pair for separation in unit.corrections.separated(one_id))


def note(
    unit: Unit,
    pattern_ids: Iterable[int],
    before: Mapping[int, Pattern],
    change_type: ChangeType,
    change: Mapping[str, Any],
    by: str,
    now: datetime,
    event_id: str | None = None,
) -> None:
    """An entry in the evolution of each pattern: the change, and what of its figures is another than before."""
    for pattern_id in sorted(set(pattern_ids)):
        entry = {**change, **_differences(before.get(pattern_id), unit.patterns.get(pattern_id))}
        unit.evolution.add(pattern_id, change_type, entry, event_id, by, now)


def _member(crash: Crash) -> Member:
    return Member(
        crash_id=crash.id,
        error_event_id=crash.error_event_id,
        variant_id=crash.variant_id,
        severity=crash.severity,
        customer=crash.customer,
        service_version=crash.service_version,
        occurred_at=crash.occurred_at,
    )


def _states(unit: Unit, pattern_ids: Sequence[int]) -> dict[int, Pattern]:
    return {pattern_id: unit.patterns.get(pattern_id) for pattern_id in pattern_ids}


def _differences(before: Pattern | None, after: Pattern) -> dict[str, dict[str, Any]]:
    figures = (
        "occurrence_count",
        "status",
        "severity",
        "confidence_score",
        "resolved_in_version",
        "prevention_strategies",
    )
    pairs = {name: (getattr(before, name, None), getattr(after, name)) for name in figures}
    return {name: {"before": was, "after": is_now} for name, (was, is_now) in pairs.items() if was != is_now}


def _worst(severities: Iterable[Severity | None]) -> Severity | None:
    known = [severity for severity in severities if severity is not None]
    return min(known, key=_SEVERITIES.index, default=None)


def _status(target: Pattern, statuses: set[PatternStatus]) -> PatternStatus:
    """The status of a merged pattern; ``settle`` makes a new one ongoing when it has more than one crash."""
    if target.status == "muted" or statuses <= {"resolved", "muted"}:
        return target.status
    if "regressed" in statuses:
        return "regressed"
    return "new" if statuses == {"new"} else "ongoing"
