"""Poison records: the same record of a customer's database in crash after crash of a service, or of several users."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.insights.incidents import IncidentCount, count
from crash_knowledge.store import Store
from crash_knowledge.store.records import RecordSighting

CRASHES_NEEDED = 3
"""Crashes with the same record before it is called a poison record."""

PARTIES_NEEDED = 2
"""Runs of a service, or users, that the crashes must come from: one stubborn user proves nothing of the record."""

_RECORD = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,100})[ #:]+([0-9]{1,20})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PoisonRecord:
    """A record that crashes of one pattern at one customer have in common.

    ``service``: what it stops; None when it meets users at work. ``counted``: dumps, users and runs.
    ``other_crashes``: crashes of other patterns at this customer that have the record too.
    """

    class_name: str
    oid: str
    customer: str | None
    service: str | None
    counted: IncidentCount
    since: datetime
    last: datetime
    other_crashes: int

    @property
    def sentence(self) -> str:
        """``Record 4711 of class CM2Contract stops the service CM2UpdateService: 5 crashes in 3 runs since …``"""
        what = f"Record {self.oid} of class {self.class_name}"
        crashes = f"{self.counted.dumps:,} crashes"
        since = f"since {self.since.day} {self.since:%b %Y}"
        at = f" at {self.customer}" if self.customer else ""
        if self.service is not None:
            return f"{what} stops the service {self.service}{at}: {crashes} in {self.counted.runs:,} runs {since}."
        return f"{what} crashes {self.counted.users:,} users{at}: {crashes} {since}."

    @property
    def select(self) -> str:
        """A read-only statement for the customer's database administrator, who knows the table."""
        table = f"<table of {self.class_name}>"
        return (
            f"-- Reads only. Put the name of the table in place of {table}.\n"
            f"SELECT * FROM {table} WHERE oid = {self.oid};"
        )


def poison_records(store: Store, pattern_id: int) -> tuple[PoisonRecord, ...]:
    """The poison records of a pattern, the one with the most crashes first. Raises StoreError."""
    with store.reading() as unit:
        sightings = unit.facts.record_sightings(pattern_id)
    return find_poison_records(sightings, pattern_id)


def find_poison_records(sightings: Iterable[RecordSighting], pattern_id: int) -> tuple[PoisonRecord, ...]:
    """The poison records among the records of a pattern's crashes.

    ``sightings``: every crash, of any pattern, with such a record. A record that other patterns meet as often as this
    one is what everybody works with, not what makes them crash.
    """
    by_record: dict[tuple[str, str | None], list[RecordSighting]] = defaultdict(list)
    for sighting in sightings:
        by_record[sighting.record, sighting.crash.customer].append(sighting)
    found = [_poison(record, customer, some, pattern_id) for (record, customer), some in by_record.items()]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: (-one.counted.dumps, one.class_name, int(one.oid), one.customer or "")))


def _poison(
    record: str, customer: str | None, sightings: Sequence[RecordSighting], pattern_id: int
) -> PoisonRecord | None:
    named = _RECORD.fullmatch(record)
    own = [one for one in sightings if one.pattern_id == pattern_id]
    others = len(sightings) - len(own)
    if named is None or len(own) < CRASHES_NEEDED or others >= len(own):
        return None
    counted = count([one.crash for one in own])
    service = _shared_service(own)
    if (counted.runs if service is not None else counted.users) < PARTIES_NEEDED:
        return None
    times = [one.crash.occurred_at for one in own]
    return PoisonRecord(named[1], named[2], customer, service, counted, min(times), max(times), others)


def _shared_service(sightings: Sequence[RecordSighting]) -> str | None:
    """The service that all of the crashes are of; None when some are not."""
    shared = set.intersection(*(set(one.services) for one in sightings))
    return min(shared, default=None)
