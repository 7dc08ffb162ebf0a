"""What relations are found from, read from one state of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from crash_knowledge.network.likeness import Stacks, encode
from crash_knowledge.network.occurrences import Events
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.relations import VerifiedSolution


@dataclass(frozen=True, slots=True)
class Evidences:
    """``customers``: their names, by number. ``frequent_patterns``: those seen often enough to be tested."""

    events: Events
    customers: tuple[str, ...]
    frequent_patterns: int
    stacks: Stacks
    solutions: tuple[VerifiedSolution, ...]


def read(store: Store, least: int, of_pattern: int | None, progress: Callable[[float], None]) -> Evidences:
    """Everything (``of_pattern``: events only of the customers that have this pattern). ``progress``: share read."""
    with store.reading() as unit:
        customers = unit.relations.customers(of_pattern)
        return Evidences(
            events=_events(unit, customers, progress),
            customers=customers,
            frequent_patterns=unit.relations.count_frequent(least),
            stacks=encode(unit.relations.stacks()),
            solutions=unit.relations.verified_solutions(),
        )


def _events(unit: Unit, customers: Sequence[str], progress: Callable[[float], None]) -> Events:
    total = max(unit.relations.count_events(), 1)
    parts, count = [], 0
    for part in unit.relations.events(customers):
        parts.append(part)
        count += len(part.at)
        progress(min(count / total, 1.0))
    nothing = np.empty(0, dtype=np.int64)
    if not parts:
        return Events(nothing, nothing, nothing)
    columns = ([getattr(part, name) for part in parts] for name in ("pattern", "customer", "at"))
    return Events(*(np.concatenate(column) for column in columns))
