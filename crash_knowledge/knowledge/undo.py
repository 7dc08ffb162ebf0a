"""Undoing a correction: what it changed is put back, what came later stays."""

from __future__ import annotations

from datetime import datetime

from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge.grouping import are_apart, merge_patterns, note
from crash_knowledge.store import Unit
from crash_knowledge.store.journal import Change
from crash_knowledge.store.records import ChangeType, CorrectionKind, CorrectionRecord
from crash_knowledge.store.restoration import Obstacle

_EVOLUTION: dict[CorrectionKind, ChangeType] = {
    "move": "pattern_update",
    "merge": "split",
    "split": "merge",
    "same": "split",
    "never_merge": "pattern_update",
    "allow_merge": "pattern_update",
}
"""What the undoing of a correction is in the evolution of its patterns."""


def undo(unit: Unit, correction_id: int, by: str, now: datetime) -> CorrectionRecord:
    """Put back what a correction changed. Raises CorrectionRefused, UnknownRecord."""
    record = unit.corrections.get(correction_id)
    sentence = obstacle(unit, record)
    if sentence is not None:
        raise CorrectionRefused(sentence)
    changes = unit.corrections.changes(correction_id)
    touched = unit.corrections.patterns_of(correction_id)
    if unit.corrections.are_demo(touched):
        unit.origins.mark_demo()
    before = unit.patterns.get_many(touched)
    made = unit.restoration.restore(changes)
    unit.arrangement.align_solutions(touched)
    unit.arrangement.settle(touched)
    for pattern_id in sorted(made):
        merge_patterns(unit, [pattern_id], _origin(changes), by, now)
    note(unit, set(touched) - made, before, _EVOLUTION[record.kind], {"undone": record.sentence}, by, now)
    return unit.corrections.mark_undone(correction_id, by, now)


def obstacle(unit: Unit, record: CorrectionRecord) -> str | None:
    """Why a correction cannot be undone, as a sentence; None when it can."""
    if record.undone_at is not None:
        return f"This was undone already, by {record.undone_by} on {record.undone_at:%d %B %Y}."
    changes = unit.corrections.changes(record.id)
    found = unit.restoration.obstacle(changes)
    if found is not None:
        return _sentence(unit, record, found)
    made = [int(one.key) for one in changes if one.table == "crash_patterns" and one.before is None]
    if any(are_apart(unit, pattern_id, _origin(changes)) for pattern_id in made):
        return "This cannot be undone: somebody said since that the two patterns must never be merged."
    return None


def _origin(changes: tuple[Change, ...]) -> int:
    """The pattern that the crashes of a split or a move came from."""
    origins = [one.before["pattern_id"] for one in changes if one.table == "error_events" and one.before]
    return int(origins[0])


def _sentence(unit: Unit, record: CorrectionRecord, found: Obstacle) -> str:
    if found.kind == "crash_gone":
        return "This cannot be undone: a crash that it moved is not stored any more."
    if found.kind == "pattern_gone":
        return f"This cannot be undone: pattern {found.number} is not stored any more."
    if found.kind == "crash_moved":
        pattern_id = unit.crashes.get(found.number).pattern_id
        what = f"crash {found.number} was moved since"
    else:
        pattern_id = found.number
        pattern = unit.patterns.get(pattern_id)
        what = f"“{pattern.pattern_name}” was {'merged' if pattern.merged_into_id else 'made a pattern again'} since"
    later = None if pattern_id is None else unit.corrections.latest_standing(pattern_id, record.id)
    advice = "" if later is None else f" Undo that first: “{later.sentence}” ({later.corrected_by})"
    return f"This cannot be undone: {what}.{advice}"
