"""Crash instances: stored dumps with their error event, their causal chain and their text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import zstandard
from sqlalchemy import RowMapping, func, or_, select

from crash_knowledge.store.records import Crash, MatchLevel, NewCrash, Severity
from crash_knowledge.store.repository import Query, Repository, only_row
from crash_knowledge.store.schema import causal_chains, crash_instances, error_events, raw_dumps, sessions

_EVENT = error_events.c
_INSTANCE = crash_instances.c
_COMPRESSION_LEVEL = 3


class Crashes(Repository):
    def add(self, new: NewCrash, recorded_at: datetime) -> Crash:
        """Store a crash: its event, an open chain, the instance and the compressed text.

        A dump that is there already, in whatever file, is one crash: the stored one is returned and nothing changes.
        """
        known = self._find(
            or_(
                _INSTANCE.dump_hash == new.dump_hash,
                (_INSTANCE.file_hash == new.file_hash) & (_INSTANCE.dump_index == new.dump_index),
            )
        )
        if known is not None:
            return known
        event_id = self._add_event(new, recorded_at)
        self._insert_with_new_id(causal_chains, "chain", error_event_id=event_id, created_at=recorded_at)
        crash_id = self._insert(
            crash_instances,
            error_event_id=event_id,
            file_name=new.file_name,
            file_hash=new.file_hash,
            dump_index=new.dump_index,
            dump_hash=new.dump_hash,
            user_name=new.user_name,
            computer=new.computer,
            database_version=new.database_version,
            environment=new.environment,
            analysis=new.analysis,
        )
        self._add_text(new.dump_hash, new.redacted_text)
        return self.get(crash_id)

    def find_by_dump_hash(self, dump_hash: str) -> Crash | None:
        return self._find(_INSTANCE.dump_hash == dump_hash)

    def get(self, crash_id: int) -> Crash:
        """Raises UnknownRecord."""
        rows = self._rows(_crashes().where(_INSTANCE.id == crash_id))
        return _crash(only_row(rows, "crash", crash_id))

    def of_event(self, event_id: str) -> Crash:
        """The crash of a failure. Raises UnknownRecord, for failures of another source too."""
        rows = self._rows(_crashes().where(_INSTANCE.error_event_id == event_id))
        return _crash(only_row(rows, "crash of the failure", event_id))

    def of_pattern(self, pattern_id: int, limit: int = 100) -> tuple[Crash, ...]:
        """Crashes of a pattern, the latest to happen first."""
        return self._latest(_crashes().where(_EVENT.pattern_id == pattern_id), limit)

    def latest(self, limit: int = 50) -> tuple[Crash, ...]:
        """The latest crashes to happen, of any pattern or none."""
        return self._latest(_crashes(), limit)

    def count(self) -> int:
        return self._count(select(func.count()).select_from(crash_instances))

    def text(self, crash_id: int) -> str:
        """The redacted text of the dump. Raises UnknownRecord when there is no such crash or its text is not kept."""
        query = (
            select(raw_dumps.c.content)
            .join(crash_instances, _INSTANCE.dump_hash == raw_dumps.c.dump_hash)
            .where(_INSTANCE.id == crash_id)
        )
        content = only_row(self._rows(query), "dump text of crash", crash_id)["content"]
        return zstandard.decompress(content).decode("utf-8", "surrogatepass")

    def assign(
        self, crash_id: int, pattern_id: int | None, variant_id: int | None, level: MatchLevel, confidence: float
    ) -> None:
        """Say which pattern and variant the crash belongs to, by which level. Counts of patterns are not touched."""
        self._change_event(
            crash_id, pattern_id=pattern_id, variant_id=variant_id, match_type=level, match_confidence=confidence
        )

    def set_impact(
        self,
        crash_id: int,
        severity: Severity | None,
        downtime_minutes: int | None,
        affected_features: Sequence[str],
    ) -> None:
        """What the crash meant for the business. Raises UnknownRecord."""
        self._change_event(crash_id, severity=severity)
        change = crash_instances.update().where(_INSTANCE.id == crash_id)
        change = change.values(downtime_minutes=downtime_minutes, affected_features=list(affected_features))
        self._change(change, "crash", crash_id)

    def _change_event(self, crash_id: int, **values: object) -> None:
        event_id = select(_INSTANCE.error_event_id).where(_INSTANCE.id == crash_id).scalar_subquery()
        self._change(error_events.update().where(_EVENT.id == event_id).values(values), "crash", crash_id)

    def _add_event(self, new: NewCrash, recorded_at: datetime) -> str:
        if new.session_id is not None:
            self._insert_if_absent(
                sessions, id=new.session_id, origin="crash", created_at=recorded_at, updated_at=recorded_at
            )
        return self._insert_with_new_id(
            error_events,
            "err",
            source="crash",
            error_message=new.error_message,
            error_type=new.exception_type or "unknown",
            exception_type=new.exception_type,
            error_category=new.error_category,
            stacktrace=new.stacktrace,
            severity=new.severity,
            session_id=new.session_id,
            customer=new.customer,
            service_site=new.site,
            service_version=new.service_version,
            release_line=new.release_line,
            occurred_at=new.occurred_at,
            recorded_at=recorded_at,
        )

    def _add_text(self, dump_hash: str, text: str) -> None:
        plain = text.encode("utf-8", "surrogatepass")
        packed = zstandard.compress(plain, _COMPRESSION_LEVEL)
        self._insert(raw_dumps, dump_hash=dump_hash, content=packed, text_bytes=len(plain), stored_bytes=len(packed))

    def _find(self, condition: Any) -> Crash | None:
        rows = self._rows(_crashes().where(condition).order_by(_INSTANCE.id).limit(1))
        return _crash(rows[0]) if rows else None

    def _latest(self, query: Query, limit: int) -> tuple[Crash, ...]:
        query = query.order_by(_EVENT.occurred_at.desc(), _EVENT.id.desc()).limit(limit)
        return tuple(_crash(row) for row in self._rows(query))


def _crashes() -> Query:
    columns = [column for column in _INSTANCE if column.name != "expert_report"]
    columns += [column for column in _EVENT if column.name not in ("id", "context", "is_demo")]
    return (
        select(*columns, causal_chains.c.id.label("chain_id"))
        .join(error_events, _EVENT.id == _INSTANCE.error_event_id)
        .join(causal_chains, causal_chains.c.error_event_id == _EVENT.id)
    )


def _crash(row: RowMapping) -> Crash:
    return Crash(
        id=row["id"],
        error_event_id=row["error_event_id"],
        chain_id=row["chain_id"],
        pattern_id=row["pattern_id"],
        variant_id=row["variant_id"],
        match_level=row["match_type"],
        match_confidence=row["match_confidence"],
        file_name=row["file_name"],
        file_hash=row["file_hash"],
        dump_index=row["dump_index"],
        dump_hash=row["dump_hash"],
        error_message=row["error_message"],
        exception_type=row["exception_type"],
        severity=row["severity"],
        customer=row["customer"],
        site=row["service_site"],
        service_version=row["service_version"],
        user_name=row["user_name"],
        computer=row["computer"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        downtime_minutes=row["downtime_minutes"],
        affected_features=tuple(row["affected_features"]),
        environment=row["environment"],
        analysis=row["analysis"],
        error_category=row["error_category"],
        stacktrace=row["stacktrace"],
        release_line=row["release_line"],
        database_version=row["database_version"],
        session_id=row["session_id"],
    )
