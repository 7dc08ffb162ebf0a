"""Failures reported by hand or by a program, and how any failure is found by one of its ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.records import MatchLevel, Source
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import causal_chains, crash_patterns, error_events, fix_attempts, sessions

_EVENT = error_events.c
_PATTERN = crash_patterns.c


@dataclass(frozen=True, slots=True)
class NewErrorEvent:
    """A failure to be stored, already redacted. ``session_id``: made known when it is new."""

    error_message: str
    error_type: str
    exception_type: str | None
    context: Mapping[str, Any]
    occurred_at: datetime
    stacktrace: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A stored failure of any source."""

    id: str
    source: Source
    error_message: str
    error_type: str
    exception_type: str | None
    session_id: str | None
    pattern_id: int | None
    match_level: MatchLevel | None
    match_confidence: float | None
    occurred_at: datetime
    recorded_at: datetime
    context: Mapping[str, Any] = field(default_factory=dict)


class ErrorEvents(Repository):
    def add(self, new: NewErrorEvent, recorded_at: datetime) -> tuple[str, str]:
        """Store a reported failure with its open chain; returns the ids of both (``err-``, ``chain-`` + 8 hex)."""
        self.know_session(new.session_id, recorded_at)
        event_id = self._insert_with_new_id(
            error_events,
            "err",
            source="manual",
            error_message=new.error_message,
            error_type=new.error_type,
            exception_type=new.exception_type,
            context=new.context,
            stacktrace=new.stacktrace,
            session_id=new.session_id,
            occurred_at=new.occurred_at,
            recorded_at=recorded_at,
        )
        chain_id = self._insert_with_new_id(causal_chains, "chain", error_event_id=event_id, created_at=recorded_at)
        return event_id, chain_id

    def know_session(self, session_id: str | None, at: datetime) -> None:
        """Make the session known, unless it is, or there is none."""
        if session_id is not None:
            self._insert_if_absent(sessions, id=session_id, origin="api", created_at=at, updated_at=at)

    def get(self, event_id: str) -> StoredEvent:
        """Raises UnknownRecord."""
        return _event(only_row(self._rows(select(error_events).where(_EVENT.id == event_id)), "error event", event_id))

    def get_many(self, event_ids: Iterable[str]) -> dict[str, StoredEvent]:
        """The failures of those ids that exist."""
        found: dict[str, StoredEvent] = {}
        for some in dialect.chunks(sorted(set(event_ids))):
            for row in self._rows(select(error_events).where(_EVENT.id.in_(some))):
                found[row["id"]] = _event(row)
        return found

    def of_handle(self, handle: str) -> str | None:
        """The id of the failure that an ``err-``, ``chain-`` or ``fix-`` id leads to; None when there is none."""
        if handle.startswith("chain-"):
            query = select(causal_chains.c.error_event_id).where(causal_chains.c.id == handle)
        elif handle.startswith("fix-"):
            query = select(fix_attempts.c.error_event_id).where(fix_attempts.c.id == handle)
        else:
            query = select(_EVENT.id).where(_EVENT.id == handle)
        return self._connection.execute(query).scalar_one_or_none()

    def assign(self, event_id: str, pattern_id: int, level: MatchLevel, confidence: float) -> None:
        """Say which pattern a reported failure belongs to, by which level. Counts of patterns are not touched."""
        change = error_events.update().where(_EVENT.id == event_id)
        change = change.values(pattern_id=pattern_id, match_type=level, match_confidence=confidence)
        self._change(change, "error event", event_id)

    def pattern_with_key(self, key: str, key_version: int) -> int | None:
        """The oldest pattern of reported failures that was founded with the key, whatever became of it."""
        query = (
            select(_PATTERN.id)
            .where(_PATTERN.source == "manual", _PATTERN.fingerprint_version == key_version)
            .where(_PATTERN.fingerprint_exact == key)
            .order_by(_PATTERN.id)
            .limit(1)
        )
        return self._connection.execute(query).scalar_one_or_none()

    def pattern_among(self, event_ids: Iterable[str], exception_type: str | None) -> int | None:
        """The first pattern, by id, of those reported failures that have the exception; None when there is none."""
        found: list[int] = []
        same_exception = _EVENT.exception_type.is_not_distinct_from(exception_type)
        for some in dialect.chunks(sorted(set(event_ids))):
            query = select(func.min(_EVENT.pattern_id)).where(_EVENT.id.in_(some), _EVENT.source == "manual")
            first = self._connection.execute(query.where(same_exception)).scalar_one()
            found += [] if first is None else [first]
        return min(found, default=None)


def _event(row: RowMapping) -> StoredEvent:
    return StoredEvent(
        id=row["id"],
        source=row["source"],
        error_message=row["error_message"],
        error_type=row["error_type"],
        exception_type=row["exception_type"],
        session_id=row["session_id"],
        pattern_id=row["pattern_id"],
        match_level=row["match_type"],
        match_confidence=row["match_confidence"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        context=row["context"],
    )
