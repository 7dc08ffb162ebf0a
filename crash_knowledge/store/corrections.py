"""Corrections that people made of the grouping, pairs of patterns kept apart, and what reviewers refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, or_, select

from crash_knowledge.store.journal import Change, from_json, to_json
from crash_knowledge.store.records import CorrectionKind, CorrectionRecord, Member, Separation
from crash_knowledge.store.repository import Query, Repository, only_row
from crash_knowledge.store.schema import (
    correction_patterns,
    crash_instances,
    crash_patterns,
    error_events,
    pattern_corrections,
    pattern_separations,
    pattern_variants,
    validations,
)

_C = pattern_corrections.c
_S = pattern_separations.c


class Corrections(Repository):
    def add(
        self,
        kind: CorrectionKind,
        sentence: str,
        pattern_ids: Iterable[int],
        changes: Sequence[Change],
        by: str,
        at: datetime,
    ) -> CorrectionRecord:
        """Keep a correction with the patterns it touched and the rows it changed."""
        correction_id = self._insert(
            pattern_corrections,
            kind=kind,
            sentence=sentence,
            corrected_by=by,
            corrected_at=at,
            changes=to_json(changes),
        )
        for pattern_id in sorted(set(pattern_ids)):
            self._insert(correction_patterns, correction_id=correction_id, pattern_id=pattern_id)
        return self.get(correction_id)

    def get(self, correction_id: int) -> CorrectionRecord:
        """Raises UnknownRecord."""
        rows = self._rows(_corrections().where(_C.id == correction_id))
        return _correction(only_row(rows, "correction", correction_id))

    def history(self, limit: int = 50, pattern_id: int | None = None) -> tuple[CorrectionRecord, ...]:
        """Corrections, latest first; only those that touched a pattern, when one is given."""
        query = _corrections().order_by(_C.corrected_at.desc(), _C.id.desc()).limit(limit)
        if pattern_id is not None:
            touched = select(correction_patterns.c.correction_id).where(correction_patterns.c.pattern_id == pattern_id)
            query = query.where(_C.id.in_(touched))
        return tuple(self._found(query))

    def changes(self, correction_id: int) -> tuple[Change, ...]:
        """The rows that a correction changed. Raises UnknownRecord."""
        rows = self._rows(select(_C.changes).where(_C.id == correction_id))
        return from_json(only_row(rows, "correction", correction_id)["changes"])

    def patterns_of(self, correction_id: int) -> tuple[int, ...]:
        """The patterns that a correction touched, by id."""
        touched = select(correction_patterns.c.pattern_id).where(correction_patterns.c.correction_id == correction_id)
        return tuple(sorted(self._connection.execute(touched).scalars()))

    def mark_undone(self, correction_id: int, by: str, at: datetime) -> CorrectionRecord:
        change = pattern_corrections.update().where(_C.id == correction_id).values(undone_by=by, undone_at=at)
        self._change(change, "correction", correction_id)
        return self.get(correction_id)

    def latest_standing(self, pattern_id: int, after: int) -> CorrectionRecord | None:
        """The latest correction of a pattern, made after the correction ``after``, that is not undone."""
        query = (
            _corrections()
            .join(correction_patterns, correction_patterns.c.correction_id == _C.id)
            .where(correction_patterns.c.pattern_id == pattern_id, _C.id > after, _C.undone_at.is_(None))
        )
        found = self._found(query.order_by(_C.id.desc()).limit(1))
        return found[0] if found else None

    def separate(self, one: int, other: int, by: str, at: datetime) -> bool:
        """Remember that two patterns must never be merged; False when that was known.

        Raises ValueError when they are one.
        """
        if one == other:
            raise ValueError("a pattern cannot be kept apart from itself")
        first, second = sorted((one, other))
        return self._insert_if_absent(
            pattern_separations, first_pattern_id=first, second_pattern_id=second, decided_by=by, decided_at=at
        )

    def allow(self, one: int, other: int) -> bool:
        """Forget that two patterns must never be merged; False when nobody had said so."""
        first, second = sorted((one, other))
        gone = pattern_separations.delete().where(_S.first_pattern_id == first, _S.second_pattern_id == second)
        return self._connection.execute(gone).rowcount > 0

    def separated(self, pattern_id: int) -> tuple[Separation, ...]:
        """Whom a pattern must never be merged with, the latest word first."""
        of_pattern = or_(_S.first_pattern_id == pattern_id, _S.second_pattern_id == pattern_id)
        query = select(pattern_separations).where(of_pattern).order_by(_S.decided_at.desc(), _S.id.desc())
        return tuple(
            Separation((row["first_pattern_id"], row["second_pattern_id"]), row["decided_by"], row["decided_at"])
            for row in self._rows(query)
        )

    def refused(self, exact_keys: Iterable[str]) -> set[int]:
        """The patterns that a reviewer refused for a crash with one of these exact keys.

        A refusal stands while that crash is in another pattern, until a later reviewer confirms the pattern for a crash
        with such a key.
        """
        keys = sorted(set(exact_keys))
        latest: dict[int, tuple[str, bool]] = {}
        query = (
            select(validations.c.pattern_id, validations.c.verdict, error_events.c.pattern_id.label("lies_in"))
            .join(error_events, error_events.c.id == validations.c.error_event_id)
            .join(pattern_variants, pattern_variants.c.id == error_events.c.variant_id)
            .where(
                pattern_variants.c.exact.in_(keys),
                validations.c.subject == "pattern_match",
                validations.c.verdict.in_(("confirmed", "rejected")),
                validations.c.pattern_id.is_not(None),
            )
            .order_by(validations.c.created_at, validations.c.id)
        )
        for row in self._rows(query):
            latest[row["pattern_id"]] = (row["verdict"], row["lies_in"] == row["pattern_id"])
        return {
            pattern_id for pattern_id, (verdict, is_there) in latest.items() if verdict == "rejected" and not is_there
        }

    def members(self, pattern_id: int) -> tuple[Member, ...]:
        """Every crash of a pattern, the first to happen first."""
        query = (
            select(
                crash_instances.c.id,
                error_events.c.id.label("event_id"),
                error_events.c.variant_id,
                error_events.c.severity,
                error_events.c.customer,
                error_events.c.service_version,
                error_events.c.occurred_at,
            )
            .join(error_events, error_events.c.id == crash_instances.c.error_event_id)
            .where(error_events.c.pattern_id == pattern_id)
            .order_by(error_events.c.occurred_at, crash_instances.c.id)
        )
        return tuple(
            Member(
                crash_id=row["id"],
                error_event_id=row["event_id"],
                variant_id=row["variant_id"],
                severity=row["severity"],
                customer=row["customer"],
                service_version=row["service_version"],
                occurred_at=row["occurred_at"],
            )
            for row in self._rows(query)
        )

    def are_demo(self, pattern_ids: Iterable[int]) -> bool:
        """Whether all of these patterns are demo knowledge."""
        marks = select(crash_patterns.c.is_demo).where(crash_patterns.c.id.in_(sorted(set(pattern_ids))))
        found = self._connection.execute(marks).scalars().all()
        return bool(found) and all(found)

    def _found(self, query: Query) -> list[CorrectionRecord]:
        return [_correction(row) for row in self._rows(query)]


def _corrections() -> Query:
    return select(*(column for column in _C if column.name not in ("changes", "is_demo")))


def _correction(row: RowMapping) -> CorrectionRecord:
    return CorrectionRecord(
        id=row["id"],
        kind=row["kind"],
        sentence=row["sentence"],
        corrected_by=row["corrected_by"],
        corrected_at=row["corrected_at"],
        undone_by=row["undone_by"],
        undone_at=row["undone_at"],
    )
