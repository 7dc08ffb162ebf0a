"""A year of invented crashes: when, where and of what, as the scenario says; always the same for one seed and end."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crash_knowledge.demo.rhythm import day_factor, moment_of_day
from crash_knowledge.demo.scenario import DemoCustomer, DemoPattern, PlannedSolution, Relation, Scenario, load_scenario
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Circumstances, Extent
from crash_knowledge.wcr.writer import encode, file_name, join_dumps, render

SMALL = Extent(scale=0.04, argument_frames=6, bystanders=False)
STORM_CHANCE = 0.09
DETOUR_CHANCE = 0.4
FIRST_CRASHES = 3
"""So many crashes of a pattern are nearly always reviewed."""


@dataclass(frozen=True, slots=True)
class DemoReview:
    """What a person will say of a crash. ``solution``: (text, it worked)."""

    validator: str
    unsure: bool
    solution: tuple[str, bool] | None
    quality: int
    downtime_minutes: int | None
    after_minutes: int


@dataclass(frozen=True, slots=True)
class DemoCrash:
    """One dump file of the demo; ``true_pattern`` is the key of what it really is. ``when`` is UTC."""

    when: datetime
    file_name: str
    content: bytes
    true_pattern: str
    customer: str
    version: str
    review: DemoReview | None


@dataclass(frozen=True, slots=True)
class Event:
    """A crash before it is written. ``planted``: belongs to a relation, must not be dropped."""

    when: datetime
    pattern: DemoPattern
    customer: DemoCustomer
    user: str
    planted: bool = False


def demo_corpus(seed: int, end: datetime, scenario: Scenario | None = None) -> Iterator[DemoCrash]:
    """All crashes of the year before ``end`` (aware UTC), oldest first."""
    scenario = scenario or load_scenario()
    rng = random.Random(seed)  # noqa: S311
    seen: Counter[str] = Counter()
    for number, event in enumerate(demo_events(rng, end, scenario)):
        seen[event.pattern.key] += 1
        yield _write(event, number, seed, rng, end, scenario, seen[event.pattern.key])


def demo_events(rng: random.Random, end: datetime, scenario: Scenario) -> list[Event]:
    """Exactly as many events as the scenario asks for, oldest first."""
    scale = 0.8
    while True:
        events = _draw_events(rng, end, scenario, scale)
        if len(events) >= scenario.crashes:
            return _thin_out(rng, events, scenario.crashes)
        scale *= 1.1


def _thin_out(rng: random.Random, events: list[Event], count: int) -> list[Event]:
    droppable = [index for index, event in enumerate(events) if not event.planted]
    dropped = set(rng.sample(droppable, len(events) - count))
    return [event for index, event in enumerate(events) if index not in dropped]


def _draw_events(rng: random.Random, end: datetime, scenario: Scenario, scale: float) -> list[Event]:
    total = sum(pattern.weight for pattern in scenario.patterns)
    scale = scale * scenario.crashes / total
    events: list[Event] = []
    for pattern in scenario.patterns:
        customers = [customer for customer in scenario.customers if pattern.happens_at(customer)]
        share = sum(customer.weight for customer in customers)
        for customer in customers:
            a_day = scale * pattern.weight * customer.weight / share / _active_days(pattern, scenario.days)
            for day in range(scenario.days, 0, -1):
                rate = a_day * _factor(pattern, customer, day, scenario)
                rate *= day_factor(end - timedelta(days=day), pattern.situations[0])
                events += [_event(rng, end, day, pattern, customer) for _ in range(_poisson(rng, rate))]
    events = [event for source in events for event in _with_related(rng, source, scenario)]
    events += [repeat for event in events for repeat in _storm(rng, event)]
    start = end - timedelta(days=scenario.days)
    return sorted(
        (event for event in events if start <= event.when < end),
        key=lambda event: (event.when, event.pattern.key, event.customer.code),
    )


def _active_days(pattern: DemoPattern, days: int) -> int:
    silent = pattern.silent_days[0] - pattern.silent_days[1] if pattern.silent_days else 0
    return (pattern.first_day or days) - pattern.last_day - silent


def _factor(pattern: DemoPattern, customer: DemoCustomer, day: int, scenario: Scenario) -> float:
    """How much more (or not at all) a pattern happens ``day`` days before the end than on its average day."""
    first_day = pattern.first_day or scenario.days
    if not pattern.last_day < day <= first_day:
        return 0.0
    if pattern.silent_days and pattern.silent_days[1] < day <= pattern.silent_days[0]:
        return 0.0
    if pattern.growing:
        return 2.0 * (first_day - day + 1) / first_day
    if pattern.worse_from_release is not None:
        names = [release.name for release in scenario.releases]
        is_worse = names.index(customer.release_on(day)) >= names.index(pattern.worse_from_release)
        return 4.0 if is_worse else 1.0
    return 1.0


def _event(rng: random.Random, end: datetime, day: int, pattern: DemoPattern, customer: DemoCustomer) -> Event:
    user = "WONSERVICE" if pattern.situations[0] == "service" else rng.choice(customer.users)
    local = moment_of_day(rng, end - timedelta(days=day), pattern.situations[0])
    return Event(local - timedelta(seconds=customer.tz_offset_seconds), pattern, customer, user)


def _with_related(rng: random.Random, source: Event, scenario: Scenario) -> list[Event]:
    """A crash, and what it brings about or what comes with it, by the scenario's relations."""
    related = []
    for relation in scenario.relations:
        if relation.source == source.pattern.key and rng.random() < relation.chance:
            seconds = round(rng.uniform(*relation.minutes) * 60) * _direction(rng, relation)
            target = scenario.pattern(relation.target)
            related.append(replace(source, when=source.when + timedelta(seconds=seconds), pattern=target, planted=True))
    return [replace(source, planted=bool(related)), *related]


def _direction(rng: random.Random, relation: Relation) -> int:
    return rng.choice((-1, 1)) if relation.kind == "co_occurs" else 1


def _storm(rng: random.Random, event: Event) -> Iterator[Event]:
    """Somebody who tries again and again, or a service that is started again and again."""
    if rng.random() >= STORM_CHANCE:
        return
    when = event.when
    for _ in range(rng.randint(1, 5)):
        when += timedelta(seconds=rng.randint(40, 600))
        yield replace(event, when=when, planted=False)


def _poisson(rng: random.Random, mean: float) -> int:
    """Knuth's product of uniforms; for small means."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def _write(
    event: Event, number: int, seed: int, rng: random.Random, end: datetime, scenario: Scenario, seen: int
) -> DemoCrash:
    local_time = (event.when + timedelta(seconds=event.customer.tz_offset_seconds)).replace(tzinfo=None)
    release = event.customer.release_on(max(0, (end - event.when).days))
    version = scenario.version(release, end)
    situation = rng.choice(event.pattern.situations)
    customer = event.customer.customer()
    if situation == "login":
        customer = replace(customer, database="none")
    computer = event.customer.users.index(event.user) + 3 if event.user in event.customer.users else 1
    circumstances = Circumstances(
        customer=customer,
        local_time=local_time,
        version=version,
        user=event.user,
        windows_user=event.user.partition("@")[0].lower(),
        computer=f"{event.customer.computers}{computer:02}",
        build_number=1 + sum(release.encode()) % 4,
        argument_style=event.customer.argument_style,
        flavour=sum(release.encode()) % 2,
    )
    detour = rng.choice(event.pattern.detours) if rng.random() < DETOUR_CHANCE and event.pattern.detours else ()
    incident = event.pattern.as_incident(situation, detour)
    description = compose(incident, circumstances, seed * 100_003 + number, SMALL)
    return DemoCrash(
        when=event.when,
        file_name=file_name(local_time),
        content=encode(join_dumps([render(description)])),
        true_pattern=event.pattern.key,
        customer=event.customer.code,
        version=version,
        review=_review(rng, event.pattern, scenario, seen),
    )


def _review(rng: random.Random, pattern: DemoPattern, scenario: Scenario, seen: int) -> DemoReview | None:
    habits = scenario.reviews
    if rng.random() >= (habits.share_of_first if seen <= FIRST_CRASHES else habits.share):
        return None
    return DemoReview(
        validator=rng.choice(habits.validators),
        unsure=rng.random() < habits.unsure,
        solution=_solution(rng, pattern.solutions) if seen > 1 else None,
        quality=rng.choice((3, 4, 4, 5, 5)),
        downtime_minutes=rng.randint(*pattern.downtime_minutes),
        after_minutes=rng.randint(6, 500),
    )


def _solution(rng: random.Random, solutions: tuple[PlannedSolution, ...]) -> tuple[str, bool] | None:
    """One of the pattern's fixes was tried; the better ones more often."""
    if not solutions or rng.random() < 0.3:
        return None
    chosen = rng.choices(solutions, [0.2 + solution.works for solution in solutions])[0]
    return chosen.text, rng.random() < chosen.works
