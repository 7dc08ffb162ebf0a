"""The log of changes: who did what, when, with what was before and after. Entries are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, func, select

from crash_knowledge.store.repository import Query, Repository
from crash_knowledge.store.schema import audit_log, pattern_evolution

AuditSubject = Literal["pattern", "crash", "chain"]

_LOG = audit_log.c


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change. ``by``: who made it, None for a program. ``changes``: name -> what it is, or ``{before, after}``.

    ``evolution_version``: of the pattern's evolution entry that tells the change, None when there is none.
    """

    id: int
    action: str
    subject: AuditSubject
    subject_id: str
    by: str | None
    at: datetime
    changes: Mapping[str, Any]
    evolution_version: int | None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are meant; None: any. ``since`` and ``until`` are included."""

    by: str | None = None
    subject: AuditSubject | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditLog(Repository):
    def record(
        self,
        action: str,
        subject: AuditSubject,
        subject_id: int | str,
        by: str | None,
        at: datetime,
        changes: Mapping[str, Any] | None = None,
        evolution_id: int | None = None,
    ) -> None:
        """Note a change. ``evolution_id``: of the evolution entry that holds the ``changes``; they are not repeated."""
        self._insert(
            audit_log,
            action=action,
            subject=subject,
            subject_id=str(subject_id),
            done_by=by,
            done_at=at,
            changes=changes or {},
            evolution_id=evolution_id,
        )

    def entries(self, wanted: AuditFilter, limit: int, offset: int = 0) -> tuple[AuditEntry, ...]:
        """The changes that were meant, the latest first."""
        query = select(
            audit_log, pattern_evolution.c.changes.label("told"), pattern_evolution.c.version.label("version")
        ).outerjoin(pattern_evolution, pattern_evolution.c.id == _LOG.evolution_id)
        latest = _filtered(query, wanted).order_by(_LOG.done_at.desc(), _LOG.id.desc())
        return tuple(_entry(row) for row in self._rows(latest.limit(limit).offset(offset)))

    def count(self, wanted: AuditFilter) -> int:
        """How many changes were meant."""
        return self._count(_filtered(select(func.count()).select_from(audit_log), wanted))

    def people(self) -> tuple[str, ...]:
        """Everybody who changed something, by name."""
        names = select(_LOG.done_by).where(_LOG.done_by.is_not(None)).distinct().order_by(_LOG.done_by)
        return tuple(self._connection.execute(names).scalars())


def _filtered(query: Query, wanted: AuditFilter) -> Query:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (_LOG.done_by, wanted.by),
        (_LOG.subject, wanted.subject),
        (_LOG.subject_id, wanted.subject_id),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(_LOG.done_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_LOG.done_at <= wanted.until)
    return query.where(*conditions)


def _entry(row: RowMapping) -> AuditEntry:
    return AuditEntry(
        id=row["id"],
        action=row["action"],
        subject=row["subject"],
        subject_id=row["subject_id"],
        by=row["done_by"],
        at=row["done_at"],
        changes=row["told"] if row["evolution_id"] is not None else row["changes"],
        evolution_version=row["version"],
    )
