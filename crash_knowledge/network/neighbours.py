"""related_to: patterns whose stacks are alike, but not enough to be one pattern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from crash_knowledge.network.likeness import LEAST_LIKENESS, Alike

NEAREST = 5
"""A pair stays when it is among so many nearest of either pattern."""


def neighbours(pairs: Iterable[Alike], left_out: Iterable[frozenset[int]]) -> tuple[Alike, ...]:
    """The nearest neighbours of each pattern, without pairs that have a closer relation (``left_out``)."""
    closer = set(left_out)
    of_pattern: dict[int, list[Alike]] = defaultdict(list)
    for pair in pairs:
        if pair.similarity >= LEAST_LIKENESS and frozenset((pair.first_id, pair.second_id)) not in closer:
            of_pattern[pair.first_id].append(pair)
            of_pattern[pair.second_id].append(pair)
    nearest = {one for own in of_pattern.values() for one in sorted(own, key=_order)[:NEAREST]}
    return tuple(sorted(nearest, key=_order))


def _order(pair: Alike) -> tuple[float, int, int]:
    return -pair.similarity, pair.first_id, pair.second_id
