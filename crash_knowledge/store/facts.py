"""Facts of crashes: what diagnosis established, to be counted over many crashes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import zstandard
from sqlalchemy import ColumnElement, RowMapping, Select, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.records import (
    EventFact,
    FactExtent,
    FactSpread,
    RecordSighting,
    Sighting,
    UndiagnosedCrash,
)
from crash_knowledge.store.repository import Query, Repository
from crash_knowledge.store.schema import crash_instances, error_events, event_facts, raw_dumps
from crash_knowledge.store.schema.facts import LONGEST_VALUE

_EVENT = error_events.c
_INSTANCE = crash_instances.c
_FACT = event_facts.c

_CUSTOMER = func.coalesce(_EVENT.customer, "")
_DAY = func.date(_EVENT.occurred_at)


class Facts(Repository):
    def put(self, event_id: str, facts: Iterable[EventFact], revision: str) -> None:
        """Make these the facts of a crash, instead of those it had.

        Values are clipped to 300 characters, empty ones left out. ``revision``: of the rules that established them.
        Raises UnknownRecord.
        """
        known = crash_instances.update().where(_INSTANCE.error_event_id == event_id)
        self._change(known.values(facts_revision=revision), "crash of the failure", event_id)
        self._connection.execute(event_facts.delete().where(_FACT.event_id == event_id))
        clipped = {(fact.name, fact.value.strip()[:LONGEST_VALUE]) for fact in facts}
        rows = [{"event_id": event_id, "name": name, "value": value} for name, value in sorted(clipped) if value]
        if rows:
            self._connection.execute(event_facts.insert(), rows)

    def of_event(self, event_id: str) -> tuple[EventFact, ...]:
        """The facts of a crash, by name and value."""
        query = select(_FACT.name, _FACT.value).where(_FACT.event_id == event_id).order_by(_FACT.name, _FACT.value)
        return tuple(EventFact(row["name"], row["value"]) for row in self._rows(query))

    def events_with(self, name: str, value: str) -> tuple[str, ...]:
        """The failures that have a fact, in the order of their ids."""
        query = select(_FACT.event_id).where(_FACT.name == name, _FACT.value == value).order_by(_FACT.event_id)
        return tuple(self._connection.execute(query).scalars())

    def extent_of_pattern(self, pattern_id: int) -> FactExtent:
        """How many crashes, customers and site-days of a pattern have their facts known."""
        return self._extent(_with_facts().where(_EVENT.pattern_id == pattern_id))

    def extent_of_others(self, pattern_id: int) -> FactExtent:
        """The same of all other patterns; a site-day is counted for each of them that it has a crash of."""
        return self._extent(_with_facts().where(_EVENT.pattern_id != pattern_id))

    def of_pattern(self, pattern_id: int) -> tuple[FactSpread, ...]:
        """How far each fact spreads among the crashes of a pattern, by name and value."""
        return self._spread(_facts().where(_EVENT.pattern_id == pattern_id))

    def of_others(self, pattern_id: int, facts: Iterable[EventFact]) -> tuple[FactSpread, ...]:
        """How far these facts spread among the crashes of all other patterns than this one, by name and value."""
        by_name: defaultdict[str, list[str]] = defaultdict(list)
        for fact in facts:
            by_name[fact.name].append(fact.value)
        return tuple(
            spread
            for name, values in sorted(by_name.items())
            for some in dialect.chunks(sorted(values))
            for spread in self._spread(
                _facts().where(_FACT.name == name, _FACT.value.in_(some), _EVENT.pattern_id != pattern_id)
            )
        )

    def count_spread_over(self, crashes: int, names_left_out: Sequence[str]) -> int:
        """How many facts at least so many crashes have."""
        wide = (
            select(_FACT.name)
            .where(_FACT.name.not_in(names_left_out))
            .group_by(_FACT.name, _FACT.value)
            .having(func.count() >= crashes)
            .subquery()
        )
        return self._count(select(func.count()).select_from(wide))

    def sightings(self, pattern_id: int) -> tuple[Sighting, ...]:
        """All crashes of a pattern, the earliest to happen first."""
        return self._sightings(_EVENT.pattern_id == pattern_id)

    def sightings_of(self, crash_ids: Sequence[int]) -> tuple[Sighting, ...]:
        """These crashes, the earliest to happen first; ids without a crash are passed over."""
        found = [
            one for some in dialect.chunks(sorted(set(crash_ids))) for one in self._sightings(_INSTANCE.id.in_(some))
        ]
        return tuple(sorted(found, key=lambda one: (one.occurred_at, one.crash_id or 0)))

    def record_sightings(self, pattern_id: int) -> tuple[RecordSighting, ...]:
        """Every crash of any pattern with a record that the crashes of this pattern have, by record, then time."""
        own = (
            select(_FACT.value)
            .distinct()
            .join(error_events, _EVENT.id == _FACT.event_id)
            .where(_EVENT.pattern_id == pattern_id, _FACT.name == "record")
        )
        query = (
            _crashes(_FACT.value.label("record"), _EVENT.pattern_id)
            .join(event_facts, _FACT.event_id == _EVENT.id)
            .where(_FACT.name == "record", _FACT.value.in_(own), _EVENT.pattern_id.is_not(None))
            .order_by(_FACT.value, _EVENT.occurred_at, _INSTANCE.id)
        )
        rows = self._rows(query)
        runs, services = (self._values(name, [row["event_id"] for row in rows]) for name in ("run", "service"))
        return tuple(
            RecordSighting(
                row["record"],
                row["pattern_id"],
                tuple(services[row["event_id"]]),
                _sighting(row, runs[row["event_id"]]),
            )
            for row in rows
        )

    def undiagnosed(self, revision: str, after: int, limit: int) -> tuple[UndiagnosedCrash, ...]:
        """Crashes whose facts are not of these rules and whose text is kept, in order of id behind ``after``."""
        query = (
            select(_INSTANCE.id, _INSTANCE.error_event_id, raw_dumps.c.content)
            .join(raw_dumps, raw_dumps.c.dump_hash == _INSTANCE.dump_hash)
            .where(_INSTANCE.facts_revision.is_distinct_from(revision), _INSTANCE.id > after)
            .order_by(_INSTANCE.id)
            .limit(limit)
        )
        return tuple(
            UndiagnosedCrash(
                row["id"],
                row["error_event_id"],
                zstandard.decompress(row["content"]).decode("utf-8", "surrogatepass"),
            )
            for row in self._rows(query)
        )

    def count_undiagnosed(self, revision: str) -> int:
        """How many crashes ``undiagnosed`` would give in all."""
        query = (
            select(func.count())
            .select_from(crash_instances)
            .join(raw_dumps, raw_dumps.c.dump_hash == _INSTANCE.dump_hash)
            .where(_INSTANCE.facts_revision.is_distinct_from(revision))
        )
        return self._count(query)

    def _extent(self, events: Query) -> FactExtent:
        some = events.subquery()
        days = select(some.c.pattern_id, some.c.customer, some.c.day).distinct().subquery()
        return FactExtent(
            events=self._count(select(func.count()).select_from(some)),
            customers=self._count(select(func.count(some.c.customer.distinct())).where(some.c.customer != "")),
            site_days=self._count(select(func.count()).select_from(days)),
        )

    def _spread(self, days: Query) -> tuple[FactSpread, ...]:
        some = days.subquery()
        query = (
            select(
                some.c.name,
                some.c.value,
                func.sum(some.c.events).label("events"),
                func.count(func.nullif(some.c.customer, "").distinct()).label("customers"),
                func.count().label("site_days"),
            )
            .group_by(some.c.name, some.c.value)
            .order_by(some.c.name, some.c.value)
        )
        return tuple(
            FactSpread(
                EventFact(row["name"], row["value"]),
                FactExtent(int(row["events"]), row["customers"], row["site_days"]),
            )
            for row in self._rows(query)
        )

    def _sightings(self, condition: ColumnElement[bool]) -> tuple[Sighting, ...]:
        rows = self._rows(_crashes().where(condition).order_by(_EVENT.occurred_at, _INSTANCE.id))
        runs = self._values("run", [row["event_id"] for row in rows])
        return tuple(_sighting(row, runs[row["event_id"]]) for row in rows)

    def _values(self, name: str, event_ids: Sequence[str]) -> defaultdict[str, list[str]]:
        """Failure -> its values of a fact, in order."""
        values: defaultdict[str, list[str]] = defaultdict(list)
        for some in dialect.chunks(sorted(set(event_ids))):
            query = select(_FACT.event_id, _FACT.value).where(_FACT.name == name, _FACT.event_id.in_(some))
            for event_id, value in self._connection.execute(query.order_by(_FACT.event_id, _FACT.value)):
                values[event_id].append(value)
        return values


def _with_facts() -> Select[Any]:
    """Customer and day of every crash whose facts are known."""
    return (
        select(_EVENT.id, _EVENT.pattern_id, _CUSTOMER.label("customer"), _DAY.label("day"))
        .join(crash_instances, _INSTANCE.error_event_id == _EVENT.id)
        .where(_INSTANCE.facts_revision.is_not(None), _EVENT.pattern_id.is_not(None))
    )


def _facts() -> Select[Any]:
    """Every fact of every pattern, one row a site-day, with the number of events that have it then."""
    return (
        select(
            _FACT.name,
            _FACT.value,
            _EVENT.pattern_id,
            _CUSTOMER.label("customer"),
            _DAY.label("day"),
            func.count().label("events"),
        )
        .join(error_events, _EVENT.id == _FACT.event_id)
        .where(_EVENT.pattern_id.is_not(None))
        .group_by(_FACT.name, _FACT.value, _EVENT.pattern_id, _CUSTOMER, _DAY)
    )


def _crashes(*more: ColumnElement[Any]) -> Select[Any]:
    return select(
        *more,
        _INSTANCE.id.label("crash_id"),
        _EVENT.id.label("event_id"),
        _EVENT.occurred_at,
        _EVENT.customer,
        _EVENT.service_site,
        _INSTANCE.user_name,
        _INSTANCE.computer,
    ).join(error_events, _EVENT.id == _INSTANCE.error_event_id)


def _sighting(row: RowMapping, runs: Sequence[str]) -> Sighting:
    return Sighting(
        crash_id=row["crash_id"],
        occurred_at=row["occurred_at"],
        customer=row["customer"],
        site=row["service_site"],
        user_name=row["user_name"],
        computer=row["computer"],
        runs=tuple(runs),
    )
