"""What a correction changed: rows as they were before and as they were after, so that it can be undone exactly.

Counters, times and versions are not recorded: they follow from the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import (
    comments,
    crash_patterns,
    crash_relationships,
    error_events,
    fix_attempts,
    pattern_fixes,
    pattern_separations,
    pattern_solutions,
    pattern_variants,
    ticket_links,
    validations,
)
from crash_knowledge.store.types import UtcDateTime

RECORDED: Mapping[Table, tuple[str, ...]] = {
    crash_patterns: (
        "status",
        "merged_into_id",
        "severity",
        "pattern_name",
        "prevention_strategies",
    ),
    pattern_variants: ("pattern_id", "fingerprint_version", "exact"),
    error_events: ("pattern_id", "variant_id", "match_type", "match_confidence"),
    pattern_solutions: tuple(column.name for column in pattern_solutions.c),
    fix_attempts: ("solution_id",),
    pattern_fixes: ("pattern_id", "solution_id"),
    validations: ("pattern_id", "subject_id"),
    comments: ("pattern_id",),
    ticket_links: ("pattern_id",),
    crash_relationships: tuple(column.name for column in crash_relationships.c),
    pattern_separations: tuple(column.name for column in pattern_separations.c),
}
TABLES = {table.name: table for table in RECORDED}

Row = Mapping[str, Any]
Picture = Mapping[tuple[str, int | str], Row]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of a table before and after; None where it was not there."""

    table: str
    key: int | str
    before: Row | None
    after: Row | None


class Journal(Repository):
    def picture(self, pattern_ids: Iterable[int], event_ids: Iterable[str] = ()) -> Picture:
        """The recorded columns of every row that hangs on one of the patterns, and of events: (table, key) -> row."""
        given, events = sorted(set(pattern_ids)), sorted(set(event_ids))
        picture: dict[tuple[str, int | str], Row] = {}
        for table, columns in RECORDED.items():
            query = select(table.c.id.label("key"), *(table.c[name] for name in columns))
            chosen = _hangs_on(table, given)
            if table is error_events:
                chosen |= table.c.id.in_(events)
            for row in self._rows(query.where(chosen)):
                picture[table.name, row["key"]] = {name: row[name] for name in columns}
        return picture


def changes_between(before: Picture, after: Picture) -> tuple[Change, ...]:
    """The rows that differ, by table in the order of RECORDED, then by key."""
    order = {name: place for place, name in enumerate(TABLES)}
    keys = sorted(before.keys() | after.keys(), key=lambda key: (order[key[0]], key[1]))
    changes = (Change(*key, before.get(key), after.get(key)) for key in keys)
    return tuple(change for change in changes if change.before != change.after)


def to_json(changes: Iterable[Change]) -> list[list[Any]]:
    return [[one.table, one.key, _plain(one.before), _plain(one.after)] for one in changes]


def from_json(entries: Iterable[list[Any]]) -> tuple[Change, ...]:
    return tuple(Change(table, key, _read(table, before), _read(table, after)) for table, key, before, after in entries)


def _hangs_on(table: Table, pattern_ids: list[int]) -> ColumnElement[bool]:
    if table is crash_patterns:
        return table.c.id.in_(pattern_ids)
    if table is fix_attempts:
        events = select(error_events.c.id).where(error_events.c.pattern_id.in_(pattern_ids))
        solutions = select(pattern_solutions.c.id).where(pattern_solutions.c.pattern_id.in_(pattern_ids))
        return or_(table.c.error_event_id.in_(events), table.c.solution_id.in_(solutions))
    references = [column for column in table.c if column.references(crash_patterns.c.id)]
    return or_(*(column.in_(pattern_ids) for column in references))


def _plain(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _read(table: str, row: Row | None) -> Row | None:
    if row is None:
        return None
    columns = TABLES[table].c
    return {
        name: datetime.fromisoformat(value) if value and isinstance(columns[name].type, UtcDateTime) else value
        for name, value in row.items()
    }
