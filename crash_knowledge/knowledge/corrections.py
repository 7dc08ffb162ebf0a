"""Corrections: what people change of the grouping, each in one transaction, kept in a history and undone on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge import decisions, undo
from crash_knowledge.knowledge.grouping import merge_patterns, move_crash, split_off
from crash_knowledge.knowledge.recording import Recording, titles
from crash_knowledge.knowledge.review import LONGEST_NAME
from crash_knowledge.knowledge.splitting import SplitPreview, halves, preview
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.records import CorrectionKind, CorrectionRecord, Crash, Pattern, Separation


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person corrected. ``sentence`` tells it; ``undoable``: it stands, and no later work is in the way.

    ``pattern_ids``: those it touched and that are still stored, by id. ``undone_by``, ``undone_at``: None while it
    stands.
    """

    id: int
    kind: CorrectionKind
    sentence: str
    by: str
    at: datetime
    undoable: bool
    pattern_ids: tuple[int, ...]
    undone_by: str | None
    undone_at: datetime | None


class PatternCorrections:
    """Moves crashes, merges and splits patterns, keeps pairs apart, and undoes each of these.

    Every operation is one transaction. Patterns may be named by the id of one that was merged: its heir is meant.
    All raise CorrectionRefused, with a sentence for the person, when nothing can be done; UnknownRecord for an id that
    is not there; StoreError.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def move(self, crash_id: int, target_pattern_id: int | None, by: str, now: datetime) -> Correction:
        """Put a crash into another pattern; None: into a new one of its own.

        It is a reviewer's word: the pattern it leaves is refused for it, and for crashes with the same exact key; the
        other one is confirmed. A pattern that loses its last crash is merged into the other.
        """
        with self._store.transaction() as unit:
            by = _named(by)
            crash = unit.crashes.get(crash_id)
            target_id = None if target_pattern_id is None else unit.patterns.current(target_pattern_id).id
            _check_move(unit, crash, target_id)
            return _correction(unit, recorded_move(unit, crash, target_id, by, now, is_judgement=True))

    def merge(self, source_ids: Sequence[int], target_id: int, by: str, now: datetime) -> Correction:
        """Make patterns one. Refused for a pair that must never be merged, with who said so and when."""
        with self._store.transaction() as unit:
            by = _named(by)
            target, sources = _merging(unit, source_ids, target_id)
            recording = Recording(unit, [target.id, *(source.id for source in sources)])
            merge_patterns(unit, [source.id for source in sources], target.id, by, now)
            return _correction(unit, recording.keep("merge", _merge_sentence(unit, sources, target), by, now))

    def same(self, one_id: int, other_id: int, by: str, now: datetime) -> Correction:
        """These two are the same: they are merged into the one seen more often, and that decision is kept as confirmed.

        The keys of both lead to that pattern from now on. Refused as for ``merge``.
        """
        with self._store.transaction() as unit:
            by = _named(by)
            one, other = unit.patterns.current(one_id), unit.patterns.current(other_id)
            survivor = max(one, other, key=lambda pattern: (pattern.occurrence_count, -pattern.id))
            target, (source,) = _merging(unit, [other.id if survivor is one else one.id], survivor.id)
            recording = Recording(unit, [target.id, source.id])
            merge_patterns(unit, [source.id], target.id, by, now)
            decisions.confirm_same(unit, source, target, by, now)
            names = titles([source, target])
            sentence = f"{names[source.id]} and {names[target.id]} are the same; they are one pattern now."
            return _correction(unit, recording.keep("same", sentence, by, now))

    def split_preview(self, pattern_id: int, crash_ids: Sequence[int]) -> SplitPreview:
        """What each half would be if these crashes went into a new pattern. Nothing is changed."""
        with self._store.reading() as unit:
            return preview(unit, unit.patterns.current(pattern_id), crash_ids)

    def split(self, pattern_id: int, crash_ids: Sequence[int], by: str, now: datetime) -> Correction:
        """Put some, not all, crashes of a pattern into a new one."""
        with self._store.transaction() as unit:
            by = _named(by)
            pattern = unit.patterns.current(pattern_id)
            staying, leaving = halves(unit, pattern, crash_ids)
            recording = Recording(unit, [pattern.id])
            made = unit.patterns.get(split_off(unit, pattern.id, leaving, by, now))
            recording.made(made.id)
            names = titles([pattern, made])
            sentence = (
                f"{names[pattern.id]} was split: {_crashes(len(leaving))} went into the new pattern {names[made.id]}, "
                f"{len(staying):,} stayed."
            )
            return _correction(unit, recording.keep("split", sentence, by, now))

    def never_merge(self, one_id: int, other_id: int, by: str, now: datetime) -> Correction:
        """Remember that two patterns must never be merged; refused when they are one, or when that is known."""
        with self._store.transaction() as unit:
            return _correction(unit, decisions.never_merge(unit, one_id, other_id, _named(by), now))

    def allow_merge(self, one_id: int, other_id: int, by: str, now: datetime) -> Correction:
        """Take back that two patterns must never be merged; refused when nobody had said so."""
        with self._store.transaction() as unit:
            return _correction(unit, decisions.allow_merge(unit, one_id, other_id, _named(by), now))

    def separated(self, pattern_id: int) -> tuple[Separation, ...]:
        """Whom a pattern must never be merged with, the latest word first."""
        with self._store.reading() as unit:
            return unit.corrections.separated(unit.patterns.current(pattern_id).id)

    def undo(self, correction_id: int, by: str, now: datetime) -> Correction:
        """Put back what a correction changed, all or nothing.

        What came later stays: other names and statuses, outcomes, advice, crashes. Crashes that joined since through a
        stack that goes back go back with it, unless a person placed them; a pattern that the correction made goes back
        as a whole. Refused when it is undone already, or when a pattern or a crash is elsewhere by now.
        """
        with self._store.transaction() as unit:
            return _correction(unit, undo.undo(unit, correction_id, _named(by), now))

    def obstacle(self, correction_id: int) -> str | None:
        """Why a correction cannot be undone, as a sentence; None when it can."""
        with self._store.reading() as unit:
            return undo.obstacle(unit, unit.corrections.get(correction_id))

    def history(self, limit: int = 50, pattern_id: int | None = None) -> tuple[Correction, ...]:
        """Corrections, latest first; of one pattern, when it is given."""
        with self._store.reading() as unit:
            return tuple(_correction(unit, record) for record in unit.corrections.history(limit, pattern_id))


def recorded_move(
    unit: Unit, crash: Crash, target_id: int | None, by: str, now: datetime, *, is_judgement: bool
) -> CorrectionRecord:
    """Move a crash and keep that in the history.

    ``is_judgement``: note also that its pattern was refused and the other confirmed; a review does that by itself.
    """
    touched = [one for one in (crash.pattern_id, target_id) if one is not None]
    recording = Recording(unit, touched, [crash.error_event_id])
    moved = move_crash(unit, crash, target_id, by, now)
    recording.made(moved.pattern_id)
    if is_judgement:
        decisions.judge_move(unit, crash, moved.pattern_id, by, now)
    target = unit.patterns.get(moved.pattern_id)
    left = None if crash.pattern_id is None else unit.patterns.get(crash.pattern_id)
    return recording.keep("move", _move_sentence(crash, left, target, target_id is None, moved.emptied), by, now)


def _named(by: str) -> str:
    """The name of who corrects, without blanks around it."""
    name = by.strip()
    if not name:
        raise CorrectionRefused("Your name is missing: a correction needs to say who made it.")
    if len(name) > LONGEST_NAME:
        raise CorrectionRefused(f"The name is longer than {LONGEST_NAME} characters.")
    return name


def _check_move(unit: Unit, crash: Crash, target_id: int | None) -> None:
    if crash.pattern_id is None:
        return
    left = unit.patterns.get(crash.pattern_id)
    if target_id == left.id:
        raise CorrectionRefused(f"Crash {crash.id} is in “{left.pattern_name}” already.")
    if target_id is None and left.occurrence_count == 1:
        raise CorrectionRefused(f"Crash {crash.id} is the only one of “{left.pattern_name}”: it is alone already.")


def _merging(unit: Unit, source_ids: Sequence[int], target_id: int) -> tuple[Pattern, tuple[Pattern, ...]]:
    """The living patterns meant, the target first; raises CorrectionRefused when they cannot be merged."""
    target = unit.patterns.current(target_id)
    sources = {one: unit.patterns.current(one) for one in dict.fromkeys(source_ids)}
    if not sources:
        raise CorrectionRefused("Choose at least two patterns to merge.")
    chosen = {source.id: source for source in sources.values()}
    if target.id in chosen:
        raise CorrectionRefused(f"“{target.pattern_name}” cannot be merged with itself; these are one pattern already.")
    for source in chosen.values():
        if source.source != target.source:
            raise CorrectionRefused("Failures of different kinds (crashes, AI calls, scripts) cannot be one pattern.")
    decisions.check_not_apart(unit, [*chosen.values(), target])
    return target, tuple(chosen.values())


def _move_sentence(crash: Crash, left: Pattern | None, target: Pattern, is_new: bool, emptied: bool) -> str:
    names = titles([target] if left is None else [left, target])
    to = f"into a new pattern, {names[target.id]}" if is_new else f"to {names[target.id]}"
    if left is None:
        return f"Crash {crash.id} was put {to}."
    merged = " That was its last crash, so the two are one pattern now." if emptied else ""
    return f"Crash {crash.id} was moved from {names[left.id]} {to}.{merged}"


def _merge_sentence(unit: Unit, sources: Sequence[Pattern], target: Pattern) -> str:
    names = titles([*sources, target])
    *most, last = (names[source.id] for source in sources)
    merged = f"{', '.join(most)} and {last}" if most else last
    verb = "were" if most else "was"
    count = unit.patterns.get(target.id).occurrence_count
    return f"{merged} {verb} merged into {names[target.id]}, which has {_crashes(count)} now."


def _crashes(count: int) -> str:
    return "1 crash" if count == 1 else f"{count:,} crashes"


def _correction(unit: Unit, record: CorrectionRecord) -> Correction:
    return Correction(
        id=record.id,
        kind=record.kind,
        sentence=record.sentence,
        by=record.corrected_by,
        at=record.corrected_at,
        undoable=undo.obstacle(unit, record) is None,
        pattern_ids=unit.corrections.patterns_of(record.id),
        undone_by=record.undone_by,
        undone_at=record.undone_at,
    )
