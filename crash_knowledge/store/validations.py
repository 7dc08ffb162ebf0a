"""Validations: what people said of analyses, matches, solutions and relations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping, select

from crash_knowledge.store.records import Judgement, Validation, ValidationSubject
from crash_knowledge.store.repository import Query, Repository
from crash_knowledge.store.schema import validations

_T = validations.c


class Validations(Repository):
    def add(
        self,
        *,
        event_id: str | None,
        pattern_id: int | None,
        subject: ValidationSubject,
        verdict: Judgement,
        validated_by: str,
        at: datetime,
        subject_id: int | None = None,
        shown_level: str | None = None,
        shown_confidence: float | None = None,
        quality_rating: int | None = None,
        notes: str | None = None,
    ) -> Validation:
        """Store a judgement about an event, a pattern, or both; ``quality_rating`` 1 to 5."""
        row_id = self._insert(
            validations,
            error_event_id=event_id,
            pattern_id=pattern_id,
            subject=subject,
            subject_id=subject_id,
            verdict=verdict,
            shown_level=shown_level,
            shown_confidence=shown_confidence,
            quality_rating=quality_rating,
            validated_by=validated_by,
            notes=notes,
            created_at=at,
        )
        return self._found(select(validations).where(_T.id == row_id))[0]

    def of_pattern(self, pattern_id: int, limit: int = 100) -> tuple[Validation, ...]:
        """Judgements about a pattern, latest first."""
        return self._found(select(validations).where(_T.pattern_id == pattern_id).limit(limit))

    def of_event(self, event_id: str) -> tuple[Validation, ...]:
        """Judgements about an event, latest first."""
        return self._found(select(validations).where(_T.error_event_id == event_id))

    def latest_for_event(self, event_id: str) -> Validation | None:
        found = self._found(select(validations).where(_T.error_event_id == event_id).limit(1))
        return found[0] if found else None

    def _found(self, query: Query) -> tuple[Validation, ...]:
        return tuple(_validation(row) for row in self._rows(query.order_by(_T.created_at.desc(), _T.id.desc())))


def _validation(row: RowMapping) -> Validation:
    return Validation(
        id=row["id"],
        error_event_id=row["error_event_id"],
        pattern_id=row["pattern_id"],
        subject=row["subject"],
        subject_id=row["subject_id"],
        verdict=row["verdict"],
        shown_level=row["shown_level"],
        shown_confidence=row["shown_confidence"],
        quality_rating=row["quality_rating"],
        validated_by=row["validated_by"],
        notes=row["notes"],
        created_at=row["created_at"],
    )
