"""Chains as a list to work through: how old, how frequent, how costly; how long resolved ones took."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Subquery, case, func, select

from crash_knowledge.store.records import ChainStatus, Source
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import causal_chains, crash_instances, crash_patterns, error_events, fix_attempts

ChainOrder = Literal["oldest", "most_frequent", "most_costly"]

_CHAIN = causal_chains.c
_EVENT = error_events.c
_PATTERN = crash_patterns.c
_UNRESOLVED = ("open", "needs_review")


@dataclass(frozen=True, slots=True)
class ListedChain:
    """A chain with what decides how urgent it is.

    ``pattern_count``: failures of its pattern, 1 without a pattern. ``downtime_minutes``: of this failure;
    ``pattern_downtime_minutes``: of all failures of its pattern together, 0 when none is known.
    """

    chain_id: str
    event_id: str
    crash_id: int | None
    status: ChainStatus
    source: Source
    error_message: str
    exception_type: str | None
    occurred_at: datetime
    customer: str | None
    service_version: str | None
    pattern_id: int | None
    pattern_name: str | None
    pattern_count: int
    attempt_count: int
    downtime_minutes: int | None
    pattern_downtime_minutes: int


@dataclass(frozen=True, slots=True)
class ResolvedChain:
    """``minutes``: from failure to resolution, None where it is not known."""

    event_id: str
    pattern_id: int | None
    pattern_name: str | None
    resolved_at: datetime
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A pattern with unresolved failures: how many, and how many of its failures happened recently."""

    pattern_id: int
    pattern_name: str
    unresolved_count: int
    recent_count: int
    last_seen: datetime


class Resolutions(Repository):
    def chains(
        self, statuses: Collection[ChainStatus], order: ChainOrder, limit: int, offset: int = 0
    ) -> tuple[ListedChain, ...]:
        """Chains in one of the statuses, the most urgent first; of equals the oldest failure, then by id."""
        picked = self._picked(statuses, order, limit, offset)
        cost = self._cost()
        attempts = (
            select(func.count())
            .select_from(fix_attempts)
            .where(fix_attempts.c.error_event_id == _EVENT.id)
            .correlate(error_events)
            .scalar_subquery()
        )
        query = (
            select(
                _CHAIN.id.label("chain_id"),
                _CHAIN.status,
                _EVENT.id.label("event_id"),
                _EVENT.source,
                _EVENT.error_message,
                _EVENT.exception_type,
                _EVENT.occurred_at,
                _EVENT.customer,
                _EVENT.service_version,
                _EVENT.pattern_id,
                _PATTERN.pattern_name,
                func.coalesce(_PATTERN.occurrence_count, 1).label("pattern_count"),
                attempts.label("attempt_count"),
                crash_instances.c.id.label("crash_id"),
                crash_instances.c.downtime_minutes,
                _downtime(cost).label("pattern_downtime_minutes"),
            )
            .join(error_events, _EVENT.id == _CHAIN.error_event_id)
            .outerjoin(crash_patterns, _PATTERN.id == _EVENT.pattern_id)
            .outerjoin(crash_instances, crash_instances.c.error_event_id == _EVENT.id)
            .outerjoin(cost, cost.c.pattern_id == _EVENT.pattern_id)
            .where(_EVENT.id.in_(picked))
        )
        found = {row["event_id"]: ListedChain(**row) for row in self._rows(query)}
        return tuple(found[event_id] for event_id in picked)

    def count(self, statuses: Collection[ChainStatus]) -> int:
        """How many chains are in one of the statuses."""
        query = select(func.count()).select_from(causal_chains).where(_CHAIN.status.in_(sorted(statuses)))
        return self._count(query)

    def resolved(self) -> tuple[ResolvedChain, ...]:
        """Every resolved chain, in the order of their resolution."""
        query = (
            select(
                _CHAIN.error_event_id.label("event_id"),
                _EVENT.pattern_id,
                _PATTERN.pattern_name,
                _CHAIN.resolved_at,
                _CHAIN.resolution_time_minutes.label("minutes"),
            )
            .join(error_events, _EVENT.id == _CHAIN.error_event_id)
            .outerjoin(crash_patterns, _PATTERN.id == _EVENT.pattern_id)
            .where(_CHAIN.status == "resolved")
            .order_by(_CHAIN.resolved_at, _CHAIN.id)
        )
        return tuple(ResolvedChain(**row) for row in self._rows(query))

    def unresolved_by_pattern(self) -> dict[int | None, int]:
        """Pattern id (None: no pattern) -> its chains that are open or wait for a review."""
        query = (
            select(_EVENT.pattern_id, func.count())
            .join(causal_chains, _CHAIN.error_event_id == _EVENT.id)
            .where(_CHAIN.status.in_(_UNRESOLVED))
            .group_by(_EVENT.pattern_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def hotspots(self, since: datetime, limit: int) -> tuple[Hotspot, ...]:
        """Patterns by unresolved failures times failures since ``since``, the most first; those with neither last."""
        unresolved = func.count(case((_CHAIN.status.in_(_UNRESOLVED), 1)))
        recent = func.count(case((_EVENT.occurred_at >= since, 1)))
        query = (
            select(
                _PATTERN.id.label("pattern_id"),
                _PATTERN.pattern_name,
                unresolved.label("unresolved_count"),
                recent.label("recent_count"),
                _PATTERN.last_seen,
            )
            .join(error_events, _EVENT.pattern_id == _PATTERN.id)
            .join(causal_chains, _CHAIN.error_event_id == _EVENT.id)
            .group_by(_PATTERN.id, _PATTERN.pattern_name, _PATTERN.last_seen)
            .having(unresolved > 0)
            .order_by((unresolved * recent).desc(), unresolved.desc(), _PATTERN.last_seen.desc(), _PATTERN.id)
            .limit(limit)
        )
        return tuple(Hotspot(**row) for row in self._rows(query))

    def _picked(self, statuses: Collection[ChainStatus], order: ChainOrder, limit: int, offset: int) -> list[str]:
        """The events of one page, in its order."""
        query = select(_EVENT.id).join(causal_chains, _CHAIN.error_event_id == _EVENT.id)
        if order == "most_frequent":
            query = query.outerjoin(crash_patterns, _PATTERN.id == _EVENT.pattern_id)
            query = query.order_by(func.coalesce(_PATTERN.occurrence_count, 1).desc())
        if order == "most_costly":
            cost = self._cost()
            query = query.outerjoin(crash_instances, crash_instances.c.error_event_id == _EVENT.id)
            query = query.outerjoin(cost, cost.c.pattern_id == _EVENT.pattern_id)
            own = func.coalesce(crash_instances.c.downtime_minutes, 0)
            query = query.order_by(_downtime(cost).desc(), own.desc())
        query = query.where(_CHAIN.status.in_(sorted(statuses))).order_by(_EVENT.occurred_at, _EVENT.id)
        return list(self._connection.execute(query.limit(limit).offset(offset)).scalars())

    def _cost(self) -> Subquery:
        """Pattern id -> downtime of all its failures together."""
        return (
            select(_EVENT.pattern_id, func.sum(crash_instances.c.downtime_minutes).label("minutes"))
            .join(crash_instances, crash_instances.c.error_event_id == _EVENT.id)
            .where(_EVENT.pattern_id.is_not(None))
            .group_by(_EVENT.pattern_id)
            .subquery()
        )


def _downtime(cost: Subquery) -> ColumnElement[int]:
    """Minutes of all failures of the pattern together, else of this one."""
    return func.coalesce(cost.c.minutes, crash_instances.c.downtime_minutes, 0)
