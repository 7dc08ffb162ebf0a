"""Cosines in arrays are those of the vectors written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash_knowledge.matching.batch import Batch
from crash_knowledge.matching.cosine import cosines, gram_weights, idf_weights

words = st.lists(st.integers(0, 7), unique=True, max_size=8).map(sorted)


@given(words, st.lists(words, max_size=4), st.lists(st.floats(0.1, 5), min_size=8, max_size=8))
def test_cosines(query: list[int], members: list[list[int]], weights: list[float]) -> None:
    idf = np.array(weights)

    def vector(ids: list[int]) -> np.ndarray:
        dense = np.zeros(8)
        dense[ids] = idf[ids]
        return dense

    def cosine(one: np.ndarray, other: np.ndarray) -> float:
        length = float(np.linalg.norm(one) * np.linalg.norm(other))
        return float(one @ other) / length if length else 0.0

    ids = np.array(query, dtype=np.int64)
    batch = Batch.of([np.array(member, dtype=np.int64) for member in members])
    found = cosines(ids, idf[ids], batch, idf[batch.values])
    assert found == pytest.approx([cosine(vector(query), vector(member)) for member in members], abs=1e-9)


def test_rare_terms_weigh_more_and_none_weighs_nothing() -> None:
    weights = idf_weights(np.array([0.0, 1.0, 50.0, 100.0]), 100)
    assert list(weights) == sorted(weights, reverse=True)
    assert weights.min() > 0


def test_a_pair_is_as_rare_as_its_rarest_member() -> None:
    pair = np.array([(2 << 32) + 1, (1 << 32) + 1], dtype=np.int64)
    assert list(gram_weights(pair, np.array([0.5, 1.0, 3.0]))) == [3.0, 1.0]
