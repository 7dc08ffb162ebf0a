"""Verdicts that nobody has judged yet, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, cast, func, select

from crash_knowledge.store.records import MatchLevel
from crash_knowledge.store.repository import Query, Repository
from crash_knowledge.store.schema import crash_instances, crash_patterns, error_events, event_facts, validations

QueueReason = Literal["unknown", "regressed", "near_on_air", "low_confidence", "known"]
REASONS: tuple[QueueReason, ...] = get_args(QueueReason)

NEAR_DAYS = 7
SURE_FROM = 0.85

_EVENT = error_events.c
_INSTANCE = crash_instances.c
_PATTERN = crash_patterns.c
_FACT = event_facts.c
_SAID = validations.c


@dataclass(frozen=True, slots=True)
class WaitingVerdict:
    """A stored crash whose verdict nobody has confirmed or refused.

    ``match_level``, ``match_confidence``: of the verdict. ``days_to_air``: the fewest days between the crash and what
    it worked on going on air, None when the dump does not tell. ``was_unsure``: somebody looked and could not say.
    """

    crash_id: int
    event_id: str
    reason: QueueReason
    file_name: str
    error_message: str
    customer: str | None
    service_version: str | None
    occurred_at: datetime
    pattern_id: int
    pattern_name: str
    match_level: MatchLevel | None
    match_confidence: float | None
    days_to_air: int | None
    was_unsure: bool


class ReviewQueue(Repository):
    def waiting(self, limit: int, offset: int = 0) -> tuple[WaitingVerdict, ...]:
        """Unjudged verdicts: unknown crashes, then regressed patterns, then what goes on air within ``NEAR_DAYS`` days
        (the soonest first), then those less sure than ``SURE_FROM``, then the rest.

        Within each, what somebody was unsure about comes last; then the less sure verdict, the earlier crash, the id.
        """
        air = _days_to_air()
        reason, unsure = _reason(air), _was_unsure()
        query = (
            select(
                _INSTANCE.id.label("crash_id"),
                _EVENT.id.label("event_id"),
                reason.label("reason"),
                _INSTANCE.file_name,
                _EVENT.error_message,
                _EVENT.customer,
                _EVENT.service_version,
                _EVENT.occurred_at,
                _EVENT.pattern_id,
                _PATTERN.pattern_name,
                _EVENT.match_type.label("match_level"),
                _EVENT.match_confidence,
                air.c.days.label("days_to_air"),
                unsure.label("was_unsure"),
            )
            .order_by(
                case({word: place for place, word in enumerate(REASONS)}, value=reason),
                unsure,
                case((reason == "near_on_air", air.c.days), else_=0),
                func.coalesce(_EVENT.match_confidence, 0.0),
                _EVENT.occurred_at,
                _INSTANCE.id,
            )
            .limit(limit)
            .offset(offset)
        )
        rows = self._rows(_unjudged(query, air))
        return tuple(WaitingVerdict(**{**row, "was_unsure": bool(row["was_unsure"])}) for row in rows)

    def counts(self) -> dict[QueueReason, int]:
        """Reason -> how many verdicts wait for it, in the order of the queue."""
        air = _days_to_air()
        reason = _reason(air).label("reason")
        found = _unjudged(select(reason, func.count()), air).group_by(reason)
        of_reason = {row[0]: row[1] for row in self._connection.execute(found)}
        return {word: of_reason.get(word, 0) for word in REASONS}


def _unjudged(query: Query, air: Subquery) -> Query:
    """The crashes with a verdict that nobody confirmed or refused."""
    judged = select(_SAID.id).where(
        _SAID.error_event_id == _EVENT.id,
        _SAID.subject == "pattern_match",
        _SAID.verdict.in_(("confirmed", "rejected")),
    )
    return (
        query.select_from(error_events)
        .join(crash_instances, _INSTANCE.error_event_id == _EVENT.id)
        .join(crash_patterns, _PATTERN.id == _EVENT.pattern_id)
        .outerjoin(air, air.c.event_id == _EVENT.id)
        .where(~judged.correlate(error_events).exists())
    )


def _reason(air: Subquery) -> ColumnElement[Any]:
    near = and_(air.c.days >= 0, air.c.days <= NEAR_DAYS)
    return case(
        (_EVENT.match_type == "new", "unknown"),
        (_PATTERN.status == "regressed", "regressed"),
        (near, "near_on_air"),
        (func.coalesce(_EVENT.match_confidence, 0.0) < SURE_FROM, "low_confidence"),
        else_="known",
    )


def _was_unsure() -> ColumnElement[bool]:
    unsure = select(_SAID.id).where(
        _SAID.error_event_id == _EVENT.id, _SAID.subject == "pattern_match", _SAID.verdict == "unsure"
    )
    return case((unsure.correlate(error_events).exists(), 1), else_=0)


def _days_to_air() -> Subquery:
    """Event id -> the fewest days to air among its facts."""
    days = func.min(cast(_FACT.value, Integer)).label("days")
    return select(_FACT.event_id, days).where(_FACT.name == "days_to_air").group_by(_FACT.event_id).subquery()
