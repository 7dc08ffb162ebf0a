"""Incidents: dumps of one person at one machine within hours are one incident, however often it was tried again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crash_knowledge.store.records import Sighting

TRIED_AGAIN = timedelta(hours=4)
"""A dump this soon after another of the same user and machine belongs to its incident."""

SAME_RUN = timedelta(hours=24)
"""The same, when both are of one run of the program."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Dumps that are one incident, the earliest first.

    ``dumps_by_run``: how many dumps each run of the program wrote, in order of time; a dump that does not tell its run
    counts as one of its own. ``runs_known``: every dump tells its run.
    """

    sightings: tuple[Sighting, ...]
    dumps_by_run: tuple[int, ...]
    runs_known: bool

    @property
    def began(self) -> datetime:
        return self.sightings[0].occurred_at

    @property
    def ended(self) -> datetime:
        return self.sightings[-1].occurred_at

    @property
    def runs(self) -> int:
        return len(self.dumps_by_run)

    @property
    def sentence(self) -> str:
        """``7 dumps in 9 minutes: 3 in one run, then the program was started again 4 times.``"""
        dumps = _counted(len(self.sightings), "dump")
        if len(self.sightings) == 1:
            return f"{dumps}."
        told = f"{dumps} in {_span(self.ended - self.began)}"
        if not self.runs_known:
            return f"{told}; not every dump tells its run of the program."
        if self.runs == 1:
            return f"{told}, all in one run of the program."
        again = "once" if self.runs == 2 else f"{self.runs - 1} times"
        return f"{told}: {self.dumps_by_run[0]} in the first run, then the program was started again {again}."


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """``incidents`` of ``dumps``, with the distinct users, sites and runs of the program behind them.

    ``runs`` is 0 when no dump tells its run; ``runs_known``: every dump does.
    """

    dumps: int
    incidents: int
    users: int
    sites: int
    runs: int
    runs_known: bool

    @property
    def sentence(self) -> str:
        """``7 dumps, 1 user, 5 runs of the client: 1 incident.``"""
        parts = [_counted(self.dumps, "dump")]
        if self.sites > 1:
            parts.append(_counted(self.sites, "site"))
        if self.users:
            parts.append(_counted(self.users, "user"))
        if self.runs:
            parts.append(f"{'' if self.runs_known else 'at least '}{_counted(self.runs, 'run')} of the client")
        return f"{', '.join(parts)}: {_counted(self.incidents, 'incident')}."


def fold(sightings: Iterable[Sighting]) -> tuple[Incident, ...]:
    """The incidents behind some dumps, the earliest first.

    Dumps of the same site, user and machine belong together when one follows the other within 4 hours, or within a day
    in the same run of the program. A dump that tells neither user nor machine is an incident of its own.
    """
    by_who: dict[object, list[Sighting]] = defaultdict(list)
    for place, sighting in enumerate(sorted(sightings, key=_order)):
        nameless = sighting.user_name is None and sighting.computer is None
        who = place if nameless else (sighting.site or sighting.customer, sighting.user_name, sighting.computer)
        by_who[who].append(sighting)
    incidents = [_incident(dumps) for of_one in by_who.values() for dumps in _split(of_one)]
    return tuple(sorted(incidents, key=lambda incident: _order(incident.sightings[0])))


def count(sightings: Sequence[Sighting]) -> IncidentCount:
    """How many incidents, users, sites and runs some dumps are."""
    return IncidentCount(
        dumps=len(sightings),
        incidents=len(fold(sightings)),
        users=len({(one.customer, one.user_name) for one in sightings if one.user_name is not None}),
        sites=len({one.site or one.customer for one in sightings} - {None}),
        runs=len(_runs([one for one in sightings if one.runs])),
        runs_known=all(one.runs for one in sightings),
    )


def _order(sighting: Sighting) -> tuple[datetime, int]:
    return sighting.occurred_at, sighting.crash_id or 0


def _split(dumps: Sequence[Sighting]) -> list[list[Sighting]]:
    """The dumps of one user and machine, in order of time, as one list an incident."""
    parts = [[dumps[0]]]
    for dump in dumps[1:]:
        before = parts[-1][-1]
        allowed = SAME_RUN if set(before.runs) & set(dump.runs) else TRIED_AGAIN
        if dump.occurred_at - before.occurred_at <= allowed:
            parts[-1].append(dump)
        else:
            parts.append([dump])
    return parts


def _incident(dumps: Sequence[Sighting]) -> Incident:
    return Incident(tuple(dumps), tuple(map(len, _runs(dumps))), all(dump.runs for dump in dumps))


def _runs(dumps: Sequence[Sighting]) -> list[list[Sighting]]:
    """The dumps by run of the program: those with a run in common are of one, one without is of its own."""
    runs: list[tuple[set[tuple[str | None, str | None, str]], list[Sighting]]] = []
    for dump in dumps:
        names = {(dump.site or dump.customer, dump.computer, run) for run in dump.runs}
        met = [known for known in runs if known[0] & names]
        if met:
            met[0][0].update(names)
            met[0][1].append(dump)
        else:
            runs.append((names, [dump]))
    return [of_run for _, of_run in runs]


def _span(between: timedelta) -> str:
    minutes = round(between.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    return _counted(minutes, "minute") if minutes < 120 else _counted(round(minutes / 60), "hour")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
