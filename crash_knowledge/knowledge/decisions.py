"""Decisions that are remembered: pairs that must never be merged, pairs that are the same, crashes that were moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge.grouping import note
from crash_knowledge.knowledge.recording import Recording, titles
from crash_knowledge.store import Unit
from crash_knowledge.store.records import CorrectionRecord, Crash, Judgement, Pattern


def never_merge(unit: Unit, one_id: int, other_id: int, by: str, now: datetime) -> CorrectionRecord:
    """Remember that two patterns must never be merged. Raises CorrectionRefused when they are one, or it is known."""
    pair = _pair(unit, one_id, other_id)
    check_not_apart(unit, pair)
    recording = Recording(unit, [pattern.id for pattern in pair])
    unit.corrections.separate(pair[0].id, pair[1].id, by, now)
    return _keep(unit, recording, pair, "never_merge", by, now)


def allow_merge(unit: Unit, one_id: int, other_id: int, by: str, now: datetime) -> CorrectionRecord:
    """Take that back. Raises CorrectionRefused when nobody had said so."""
    pair = _pair(unit, one_id, other_id)
    recording = Recording(unit, [pattern.id for pattern in pair])
    if not unit.corrections.allow(pair[0].id, pair[1].id):
        names = titles(pair)
        raise CorrectionRefused(f"Nobody said that {names[pair[0].id]} and {names[pair[1].id]} must never be merged.")
    return _keep(unit, recording, pair, "allow_merge", by, now)


def check_not_apart(unit: Unit, patterns: Sequence[Pattern]) -> None:
    """Raises CorrectionRefused when any two of these must never be merged; it says who said so, and when."""
    names = titles(patterns)
    for one, other in combinations(patterns, 2):
        pair = tuple(sorted((one.id, other.id)))
        said = [separation for separation in unit.corrections.separated(one.id) if separation.pattern_ids == pair]
        if said:
            raise CorrectionRefused(
                f"{names[one.id]} and {names[other.id]} must never be merged: {said[0].decided_by} said so on "
                f"{said[0].decided_at:%d %B %Y}. Allow it first if that is no longer so."
            )


def confirm_same(unit: Unit, source: Pattern, target: Pattern, by: str, now: datetime) -> None:
    """Keep as a confirmed review of the surviving pattern that both are the same."""
    unit.validations.add(
        event_id=None,
        pattern_id=target.id,
        subject="pattern_match",
        verdict="confirmed",
        validated_by=by,
        notes=f"The same as “{source.pattern_name}” (pattern {source.id}).",
        at=now,
    )
    unit.arrangement.settle([target.id])


def judge_move(unit: Unit, crash: Crash, target_id: int, by: str, now: datetime) -> None:
    """Keep as reviews that the crash's former pattern was wrong, by the level that put it there, and the new right."""
    if crash.pattern_id is not None:
        _judge(unit, crash, unit.patterns.current(crash.pattern_id).id, "rejected", by, now)
    _judge(unit, crash, target_id, "confirmed", by, now)
    unit.arrangement.settle([target_id, *([crash.pattern_id] if crash.pattern_id is not None else [])])


def _judge(unit: Unit, crash: Crash, pattern_id: int, judgement: Judgement, by: str, now: datetime) -> None:
    shown = judgement == "rejected" and crash.match_level != "manual"
    unit.validations.add(
        event_id=crash.error_event_id,
        pattern_id=pattern_id,
        subject="pattern_match",
        verdict=judgement,
        shown_level=crash.match_level if shown else None,
        shown_confidence=crash.match_confidence if shown else None,
        validated_by=by,
        at=now,
    )


def _pair(unit: Unit, one_id: int, other_id: int) -> tuple[Pattern, Pattern]:
    one, other = unit.patterns.current(one_id), unit.patterns.current(other_id)
    if one.id == other.id:
        raise CorrectionRefused(f"“{one.pattern_name}” and “{other.pattern_name}” are one pattern.")
    return one, other


def _keep(
    unit: Unit, recording: Recording, pair: tuple[Pattern, Pattern], kind: str, by: str, now: datetime
) -> CorrectionRecord:
    one, other = pair
    names = titles(pair)
    apart = kind == "never_merge"
    for pattern, another in ((one, other), (other, one)):
        note(unit, [pattern.id], {pattern.id: pattern}, "pattern_update", {kind: another.pattern_name}, by, now)
    words = "must never be merged" if apart else "may be merged again"
    sentence = f"{names[one.id]} and {names[other.id]} {words}."
    return recording.keep("never_merge" if apart else "allow_merge", sentence, by, now)
