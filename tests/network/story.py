"""Crashes of patterns at chosen moments, stored the way learning does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from crash_knowledge.store import Store, Unit
from tests.store.builders import NOON, new_crash, new_pattern, new_variant

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(days=400)
"""When relations are discovered."""


def frames_of(name: str) -> tuple[str, ...]:
    return tuple(f"{name}>>step{number}" for number in range(6))


def occur(
    store: Store,
    name: str,
    moments: Iterable[datetime],
    customer: str = "North",
    frames: tuple[str, ...] = (),
    version: str = "2024r1.001",
) -> int:
    """Store a crash of the pattern at each moment; returns the pattern's id."""
    with store.transaction() as unit:
        pattern_id = _pattern(unit, name)
        for at in moments:
            crash = unit.crashes.add(
                new_crash(f"{name} {customer} {at}", customer=customer, occurred_at=at, service_version=version), at
            )
            used = frames or frames_of(name)
            made = new_variant(name, frames=used, in_app=(True,) * len(used))
            variant = unit.variants.add(pattern_id, made, at)
            unit.postings.add(variant.id, variant.frames)
            unit.patterns.record_occurrence(pattern_id, at)
            unit.crashes.assign(crash.id, pattern_id, variant.id, "exact", 1.0)
    return pattern_id


def occur_at_all_hours(store: Store, name: str, count: int, step_hours: int) -> int:
    """A pattern without any relation: every ``step_hours`` hours and a bit."""
    return occur(store, name, [NOON + timedelta(hours=step_hours * n, minutes=37 * n) for n in range(count)])


def with_story(store: Store) -> tuple[int, int]:
    """Every sixth day the second pattern follows the first after 10 minutes, among three unrelated patterns."""
    days = [NOON + 6 * n * DAY for n in range(10)]
    first = occur(store, "Broker is lost", days)
    second = occur(store, "Save fails", [at + 10 * MINUTE for at in days])
    for number in range(3):
        occur_at_all_hours(store, f"Unrelated {number}", 12, 101 + 13 * number)
    return first, second


def _pattern(unit: Unit, name: str) -> int:
    known = [one.id for one in unit.patterns.list(limit=1_000) if one.pattern_name == name]
    return known[0] if known else unit.patterns.add(new_pattern(name)).id
