"""Which patterns have stacks that are alike: candidates by shared rare methods, then FaST alignment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from crash_knowledge.matching.batch import Batch
from crash_knowledge.matching.fast import fast_scores, rarity
from crash_knowledge.network.occurrences import Ids
from crash_knowledge.store.relations import PatternStack

LEAST_LIKENESS = 0.5
"""FaST similarity of patterns that are alike."""

_MOST_HOLDERS = 150
"""A method of more patterns than this leads to none of them."""

_FEW_PATTERNS = 100
"""In a store of fewer patterns a method is as common as if there were so many, or it would look like plumbing."""

_COMPARED = 20
"""Patterns that one is aligned with: those that share the most, and the rarest, methods."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Stacks of patterns in the ids of one vocabulary; parallel. ``in_app``: distinct application methods, ascending.

    ``rarities``: weight of each id.
    """

    pattern_ids: tuple[int, ...]
    first_seen: tuple[datetime, ...]
    sequences: tuple[Ids, ...]
    in_app: tuple[Ids, ...]
    rarities: np.ndarray


@dataclass(frozen=True, slots=True)
class Alike:
    """Two patterns (ids, the lower first) with stacks alike; ``similarity`` by FaST, -1 to 1."""

    first_id: int
    second_id: int
    similarity: float
    same_methods: bool
    shared_methods: int


def encode(stacks: Iterable[PatternStack]) -> Stacks:
    """Stacks as arrays."""
    ids: dict[str, int] = {}
    rows = list(stacks)
    sequences = [np.array([ids.setdefault(one, len(ids)) for one in row.frames], dtype=np.int64) for row in rows]
    flags = [np.array(row.in_app, dtype=bool) for row in rows]
    held = np.zeros(len(ids))
    for sequence in sequences:
        held[np.unique(sequence)] += 1
    return Stacks(
        pattern_ids=tuple(row.pattern_id for row in rows),
        first_seen=tuple(row.first_seen for row in rows),
        sequences=tuple(sequences),
        in_app=tuple(np.unique(sequence[flag]) for sequence, flag in zip(sequences, flags, strict=True)),
        rarities=rarity(held / max(len(rows), _FEW_PATTERNS)),
    )


def alike(
    stacks: Stacks, of_patterns: frozenset[int] | None = None, progress: Callable[[float], None] | None = None
) -> tuple[Alike, ...]:
    """Pairs of patterns with the same application methods or a likeness of ``LEAST_LIKENESS`` (``of_patterns``: pairs
    with one of these only)."""
    holders = _holders(stacks)
    twins = _twins(stacks)
    found: dict[tuple[int, int], Alike] = {}
    for place, pattern_id in enumerate(stacks.pattern_ids):
        if progress is not None and place % 500 == 0:
            progress(place / len(stacks.pattern_ids))
        if of_patterns is not None and pattern_id not in of_patterns:
            continue
        others = np.union1d(_sharing(stacks, holders, place), twins[stacks.in_app[place].tobytes()])
        others = others[others != place].astype(np.int64)
        for other, score in zip(others, _scores(stacks, place, others), strict=True):
            pair = _pair(stacks, place, int(other), float(score))
            if pair.same_methods or pair.similarity >= LEAST_LIKENESS:
                found[pair.first_id, pair.second_id] = pair
    return tuple(found[key] for key in sorted(found))


def alike_of(stacks: Stacks, pattern_id: int) -> tuple[Alike, ...]:
    """The pairs with one pattern, and those of its partners, by which a pair is ranked from either side."""
    own = alike(stacks, frozenset({pattern_id}))
    return alike(stacks, frozenset({pattern_id, *(end for one in own for end in (one.first_id, one.second_id))}))


def _holders(stacks: Stacks) -> dict[int, Ids]:
    """Method -> places of the patterns with it, for application methods that few patterns have."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, methods in enumerate(stacks.in_app):
        for method in methods:
            holders[int(method)].append(place)
    return {one: np.array(places) for one, places in holders.items() if 1 < len(places) <= _MOST_HOLDERS}


def _twins(stacks: Stacks) -> dict[bytes, Ids]:
    """Places of the patterns with the very same application methods; none where there are none."""
    twins: dict[bytes, list[int]] = defaultdict(list)
    for place, methods in enumerate(stacks.in_app):
        twins[methods.tobytes()].append(place)
    return {key: np.array(places if key else [], dtype=np.int64)[:_COMPARED] for key, places in twins.items()}


def _sharing(stacks: Stacks, holders: dict[int, Ids], place: int) -> Ids:
    """The patterns that share the most with one."""
    shared = [int(one) for one in stacks.in_app[place] if int(one) in holders]
    if not shared:
        return np.empty(0, dtype=np.int64)
    weights = np.repeat([1.0 / len(holders[one]) for one in shared], [len(holders[one]) for one in shared])
    others, at = np.unique(np.concatenate([holders[one] for one in shared]), return_inverse=True)
    best = np.argsort(-np.bincount(at, weights), kind="stable")[: _COMPARED + 1]
    chosen: Ids = others[best]
    return chosen


def _scores(stacks: Stacks, place: int, others: Ids) -> np.ndarray:
    if not len(others):
        return np.empty(0)
    return fast_scores(stacks.sequences[place], Batch.of([stacks.sequences[one] for one in others]), stacks.rarities)


def _pair(stacks: Stacks, place: int, other: int, score: float) -> Alike:
    here, there = stacks.in_app[place], stacks.in_app[other]
    ids = sorted((stacks.pattern_ids[place], stacks.pattern_ids[other]))
    return Alike(
        first_id=ids[0],
        second_id=ids[1],
        similarity=score,
        same_methods=bool(len(here)) and np.array_equal(here, there),
        shared_methods=len(np.intersect1d(here, there)),
    )
