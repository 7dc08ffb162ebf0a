"""Evolution: every change of a pattern, numbered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from crash_knowledge.store.audit import AuditLog
from crash_knowledge.store.records import ChangeType, EvolutionEntry
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import crash_patterns, pattern_evolution

_T = pattern_evolution.c


class Evolution(Repository):
    def add(
        self,
        pattern_id: int,
        change_type: ChangeType,
        changes: Mapping[str, Any],
        event_id: str | None,
        by: str | None,
        at: datetime,
    ) -> EvolutionEntry:
        """Note a change, in the log of changes too. It gets the pattern's next version number, the first is 1.

        Raises UnknownRecord.
        """
        newest = select(func.coalesce(func.max(_T.version), 0)).where(_T.pattern_id == pattern_id)
        version = self._count(newest) + 1
        numbered = crash_patterns.update().where(crash_patterns.c.id == pattern_id).values(version=version)
        self._change(numbered, "pattern", pattern_id)
        row_id = self._insert(
            pattern_evolution,
            pattern_id=pattern_id,
            version=version,
            change_type=change_type,
            changes=changes,
            learned_from_event_id=event_id,
            created_by=by,
            created_at=at,
        )
        AuditLog(self._scope).record(change_type, "pattern", pattern_id, by, at, evolution_id=row_id)
        row = only_row(self._rows(select(pattern_evolution).where(_T.id == row_id)), "evolution entry", row_id)
        return _entry(row)

    def of_pattern(self, pattern_id: int) -> tuple[EvolutionEntry, ...]:
        """Changes of a pattern, oldest first."""
        query = select(pattern_evolution).where(_T.pattern_id == pattern_id).order_by(_T.version)
        return tuple(_entry(row) for row in self._rows(query))

    def of_event(self, event_id: str) -> tuple[EvolutionEntry, ...]:
        """Changes of any pattern that were learnt from a failure, in the order in which they were noted."""
        query = select(pattern_evolution).where(_T.learned_from_event_id == event_id)
        return tuple(_entry(row) for row in self._rows(query.order_by(_T.id)))


def _entry(row: RowMapping) -> EvolutionEntry:
    return EvolutionEntry(
        pattern_id=row["pattern_id"],
        version=row["version"],
        change_type=row["change_type"],
        changes=row["changes"],
        learned_from_event_id=row["learned_from_event_id"],
        created_by=row["created_by"],
        created_at=row["created_at"],
    )
