"""Likeness of stacks, hand-overs and neighbours."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from crash_knowledge.network.likeness import Alike, Stacks, alike, alike_of, encode
from crash_knowledge.network.neighbours import NEAREST, neighbours
from crash_knowledge.network.occurrences import DAY, Events, fold
from crash_knowledge.network.succession import hand_overs
from crash_knowledge.store.relations import PatternStack
from tests.store.builders import NOON

COMMON = tuple(f"Loop>>run{number}" for number in range(8))


def stack(pattern_id: int, *methods: str) -> PatternStack:
    frames = (*methods, *COMMON)
    return PatternStack(pattern_id, NOON, frames, tuple(frame not in COMMON for frame in frames))


def methods(name: str, count: int = 6) -> tuple[str, ...]:
    return tuple(f"{name}>>step{number}" for number in range(count))


def stacks() -> Stacks:
    one = methods("Planner")
    return encode(
        [
            stack(1, *one),
            stack(2, *one[:5], "Planner>>other"),
            stack(3, *methods("Rights")),
            stack(4, *methods("Trailer")),
            stack(5, *reversed(methods("Trailer"))),
            PatternStack(6, NOON, COMMON, (False,) * len(COMMON)),
            PatternStack(7, NOON, (), ()),
        ]
    )


def test_stacks_with_mostly_the_same_methods_are_alike() -> None:
    found = {(pair.first_id, pair.second_id): pair for pair in alike(stacks())}
    assert set(found) == {(1, 2), (4, 5)}
    assert 0.5 <= found[1, 2].similarity < 1.0
    assert (found[1, 2].same_methods, found[1, 2].shared_methods) == (False, 5)
    assert found[4, 5].same_methods


def test_of_one_pattern_only() -> None:
    found = alike_of(stacks(), 2)
    assert [(pair.first_id, pair.second_id) for pair in found] == [(1, 2)]
    assert alike_of(stacks(), 3) == ()


PAIR = Alike(1, 2, 0.8, same_methods=False, shared_methods=5)


def lived(*rows: tuple[int, int, int, int]) -> Events:
    """(pattern, customer, first day, last day), with an occurrence every third day."""
    parts = [
        (np.full(len(days), pattern), np.full(len(days), customer), days * DAY)
        for pattern, customer, first, last in rows
        for days in [np.append(np.arange(first, last, 3), last)]
    ]
    return Events(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (lived((1, 0, 0, 50), (2, 0, 60, 90)), [(2, 1, 1, 1)]),
        (lived((2, 0, 0, 50), (1, 0, 60, 90)), [(1, 2, 1, 1)]),
        (lived((1, 0, 0, 50), (2, 0, 45, 90)), [(2, 1, 1, 1)]),
        (lived((1, 0, 0, 50), (2, 0, 20, 90)), []),
        (lived((1, 0, 0, 50), (2, 0, 150, 190)), []),
        (lived((1, 0, 0, 50), (2, 1, 60, 90)), []),
        (lived((1, 0, 0, 90), (2, 0, 10, 50)), []),
        (lived((1, 0, 0, 50), (2, 0, 60, 90), (1, 1, 0, 100), (2, 1, 10, 120)), []),
        (lived((1, 0, 0, 50), (2, 0, 60, 90), (1, 1, 0, 70), (2, 1, 180, 200)), [(2, 1, 2, 2)]),
    ],
)
def test_a_pattern_takes_over_where_the_other_ends(events: Events, expected: list[tuple[int, ...]]) -> None:
    found = hand_overs(fold(events), [PAIR])
    assert [(one.new_id, one.old_id, one.handed_over, one.customers) for one in found] == expected


def test_a_hand_over_tells_when_and_how_sure() -> None:
    (one,) = hand_overs(fold(lived((1, 0, 0, 50), (2, 0, 60, 90))), [PAIR])
    assert (one.ended_at - one.began_at, one.gap_days) == (timedelta(days=-10), 10.0)
    assert one.confidence == pytest.approx(2 / 3 * 0.8)


def test_a_pattern_has_its_nearest_neighbours_only() -> None:
    pairs = [Alike(1, other, 1.0 - other / 100, same_methods=False, shared_methods=1) for other in range(2, 20)]
    pairs += [Alike(18, 19, 0.9, same_methods=False, shared_methods=1)]
    pairs += [Alike(2, 3, 0.4, same_methods=True, shared_methods=1)]
    kept = {(pair.first_id, pair.second_id) for pair in neighbours(pairs, [frozenset({1, 2})])}
    assert (1, 2) not in kept
    assert (2, 3) not in kept
    assert {(1, 3), (1, 3 + NEAREST - 1), (18, 19)} <= kept
