"""The alignment in arrays gives what the formula says, frame by frame."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash_knowledge.matching.batch import Batch
from crash_knowledge.matching.fast import ALPHA, BETA, GAMMA, align, fast_scores, rarity

FRAMES = 6
stacks = st.lists(st.integers(0, FRAMES - 1), max_size=12)
shares = st.lists(st.floats(0, 1), min_size=FRAMES, max_size=FRAMES)


def by_the_formula(one: list[int], other: list[int], share: list[float]) -> float:
    def numbered(stack: list[int]) -> dict[tuple[int, int], tuple[int, float]]:
        seen: Counter[int] = Counter()
        frames = {}
        for position, frame in enumerate(stack, start=1):
            seen[frame] += 1
            weight = position**-ALPHA * math.exp(-BETA * 100 * share[frame])
            frames[frame, seen[frame]] = (position, weight)
        return frames

    here, there = numbered(one), numbered(other)
    total = sum(weight for _, weight in (*here.values(), *there.values()))
    if not total:
        return 0.0
    score = 0.0
    for key in here.keys() | there.keys():
        if key in here and key in there:
            (position1, weight1), (position2, weight2) = here[key], there[key]
            score += (weight1 + weight2) * math.exp(-GAMMA * abs(position1 - position2))
        else:
            score -= (here.get(key) or there[key])[1]
    return score / total


def array(stack: list[int]) -> np.ndarray:
    return np.array(stack, dtype=np.int64)


@given(stacks, st.lists(stacks, max_size=5), shares)
def test_scores_are_those_of_the_formula(query: list[int], others: list[list[int]], share: list[float]) -> None:
    scores = fast_scores(array(query), Batch.of([array(other) for other in others]), rarity(np.array(share)))
    assert scores == pytest.approx([by_the_formula(query, other, share) for other in others], abs=1e-9)


@given(stacks.filter(bool), shares)
def test_a_stack_is_wholly_like_itself(stack: list[int], share: list[float]) -> None:
    scores = fast_scores(array(stack), Batch.of([array(stack)]), rarity(np.array(share)))
    assert scores == pytest.approx([1.0])


@given(stacks, stacks, shares)
def test_the_alignment_is_the_one_scored(one: list[int], other: list[int], share: list[float]) -> None:
    pairs = align(array(one), array(other), rarity(np.array(share)))
    assert [pair.here for pair in pairs if pair.here is not None] == list(range(len(one)))
    assert sorted(pair.there for pair in pairs if pair.there is not None) == list(range(len(other)))
    signed = sum(pair.share if pair.here is not None and pair.there is not None else -pair.share for pair in pairs)
    assert signed == pytest.approx(by_the_formula(one, other, share), abs=1e-9)
