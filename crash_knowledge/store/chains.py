"""Causal chains: from a failure through its fix attempts to its resolution."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from crash_knowledge.store import dialect
from crash_knowledge.store.records import Chain, ChainStatus, FixAttempt, FixOutcome
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import causal_chains, error_events, fix_attempts

_CHAIN = causal_chains.c
_FIX = fix_attempts.c
_UNRESOLVED = {
    "successful_fix_id": None,
    "resolution_time_minutes": None,
    "resolution_time_source": None,
    "resolved_at": None,
}


class Chains(Repository):
    def add_fix_attempt(
        self,
        event_id: str,
        action_taken: str,
        successful: bool,
        at: datetime,
        solution_id: int | None = None,
        outcome: FixOutcome | None = None,
        code_changes: str | None = None,
        session_id: str | None = None,
    ) -> str:
        """Note what was done about a failure; returns the attempt's id. The chain stays open until it is resolved.

        ``outcome`` is ``succeeded`` for a successful attempt and ``unknown`` otherwise, unless given.
        Raises UnknownRecord when there is no such event.
        """
        only_row(self._rows(select(error_events.c.id).where(error_events.c.id == event_id)), "error event", event_id)
        return self._insert_with_new_id(
            fix_attempts,
            "fix",
            error_event_id=event_id,
            action_taken=action_taken,
            code_changes=code_changes,
            successful=successful,
            outcome=outcome or ("succeeded" if successful else "unknown"),
            solution_id=solution_id,
            session_id=session_id,
            attempted_at=at,
        )

    def set_outcome(self, fix_id: str, outcome: FixOutcome, solution_id: int | None) -> None:
        """Say what came of an attempt, and of which solution it was one. Counts of solutions are not touched."""
        values = {"outcome": outcome, "successful": outcome == "succeeded", "solution_id": solution_id}
        self._change(fix_attempts.update().where(_FIX.id == fix_id).values(values), "fix attempt", fix_id)

    def resolve(
        self, event_id: str, fix_id: str, at: datetime, minutes: float | None = None, retrospective: bool = False
    ) -> Chain:
        """Close the event's chain with the attempt that worked.

        ``minutes`` is the reported time to resolution; without it, it is computed from the event's time (unknown when
        ``at`` is earlier, or when the fix was told in retrospect together with the failure: ``retrospective``).
        A resolved chain changes only when ``minutes`` are reported; it keeps the time of its resolution, unless that
        was by another attempt. Raises UnknownRecord for an unknown event; ValueError when the attempt is not one of
        the chain, or minutes are negative.
        """
        if minutes is not None and not 0 <= minutes < float("inf"):
            raise ValueError("resolution time in minutes must be a number from 0 up")
        chain = self.of_event(event_id)
        if fix_id not in {attempt.id for attempt in chain.attempts}:
            raise ValueError(f"fix attempt {fix_id} does not belong to the chain of {event_id}")
        if chain.status == "resolved" and minutes is None:
            return chain
        self._connection.execute(
            fix_attempts.update().where(_FIX.id == fix_id).values(successful=True, outcome="succeeded")
        )
        source = "computed" if minutes is None else "reported"
        spent = minutes if minutes is not None or retrospective else self._minutes_since(event_id, at)
        self._set(
            event_id,
            status="resolved",
            successful_fix_id=fix_id,
            resolution_time_minutes=spent,
            resolution_time_source=None if spent is None else source,
            resolved_at=chain.resolved_at if chain.successful_fix_id == fix_id else at,
        )
        return self.of_event(event_id)

    def set_unresolved(self, event_id: str, status: ChainStatus) -> Chain:
        """Open the event's chain (again), ask for a person's review, or give it up. Raises UnknownRecord."""
        if status == "resolved":
            raise ValueError("a chain becomes resolved by resolve, which names the attempt that worked")
        self._set(event_id, status=status, **_UNRESOLVED)
        return self.of_event(event_id)

    def of_event(self, event_id: str) -> Chain:
        """The chain of an event with its attempts. Raises UnknownRecord."""
        rows = self._rows(select(causal_chains).where(_CHAIN.error_event_id == event_id))
        row = only_row(rows, "error event", event_id)
        attempts = self._rows(
            select(fix_attempts).where(_FIX.error_event_id == event_id).order_by(_FIX.attempted_at, _FIX.id)
        )
        return _chain(row, attempts)

    def of_events(self, event_ids: Iterable[str]) -> dict[str, Chain]:
        """Event id -> its chain with its attempts, for the events that exist."""
        found: dict[str, Chain] = {}
        for some in dialect.chunks(sorted(set(event_ids))):
            attempts: dict[str, list[RowMapping]] = {}
            of_some = select(fix_attempts).where(_FIX.error_event_id.in_(some))
            for attempt in self._rows(of_some.order_by(_FIX.attempted_at, _FIX.id)):
                attempts.setdefault(attempt["error_event_id"], []).append(attempt)
            for row in self._rows(select(causal_chains).where(_CHAIN.error_event_id.in_(some))):
                found[row["error_event_id"]] = _chain(row, attempts.get(row["error_event_id"], []))
        return found

    def latest(self, statuses: Collection[ChainStatus], limit: int) -> tuple[str, ...]:
        """The events of chains in one of the statuses, the latest to happen first."""
        query = (
            select(error_events.c.id)
            .join(causal_chains, _CHAIN.error_event_id == error_events.c.id)
            .where(_CHAIN.status.in_(sorted(statuses)))
            .order_by(error_events.c.occurred_at.desc(), error_events.c.id.desc())
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())

    def _set(self, event_id: str, **values: Any) -> None:
        change = causal_chains.update().where(_CHAIN.error_event_id == event_id).values(values)
        self._change(change, "error event", event_id)

    def _minutes_since(self, event_id: str, at: datetime) -> float | None:
        query = select(error_events.c.occurred_at).where(error_events.c.id == event_id)
        minutes = float((at - self._connection.execute(query).scalar_one()).total_seconds() / 60)
        return minutes if minutes >= 0 else None


def _chain(row: RowMapping, attempts: Iterable[RowMapping]) -> Chain:
    return Chain(
        id=row["id"],
        error_event_id=row["error_event_id"],
        status=row["status"],
        successful_fix_id=row["successful_fix_id"],
        resolution_time_minutes=row["resolution_time_minutes"],
        resolution_time_source=row["resolution_time_source"],
        created_at=row["created_at"],
        resolved_at=row["resolved_at"],
        attempts=tuple(_attempt(attempt) for attempt in attempts),
    )


def _attempt(row: RowMapping) -> FixAttempt:
    return FixAttempt(
        id=row["id"],
        error_event_id=row["error_event_id"],
        action_taken=row["action_taken"],
        code_changes=row["code_changes"],
        successful=row["successful"],
        outcome=row["outcome"],
        solution_id=row["solution_id"],
        session_id=row["session_id"],
        attempted_at=row["attempted_at"],
    )
