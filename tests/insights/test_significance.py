"""The exact test and the control of false discoveries, against computations by hand."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from crash_knowledge.insights.significance import benjamini_hochberg, fisher_greater


def by_hand(having: int, of: int, others_having: int, of_others: int) -> float:
    """The tail of the hypergeometric distribution, summed."""
    total, marked = of + of_others, having + others_having
    ways = sum(comb(marked, k) * comb(total - marked, of - k) for k in range(having, min(of, marked) + 1))
    return ways / comb(total, of)


@pytest.mark.parametrize(
    ("having", "of", "others_having", "of_others"),
    [(7, 7, 1, 40), (3, 3, 0, 10), (3, 5, 20, 40), (0, 5, 3, 10), (5, 5, 40, 40)],
)
def test_the_p_value_is_the_tail_of_the_hypergeometric_distribution(having, of, others_having, of_others) -> None:
    (p_value,) = fisher_greater(np.array([having]), of, np.array([others_having]), of_others)
    assert p_value == pytest.approx(by_hand(having, of, others_having, of_others), rel=1e-9)


def test_q_values_keep_order_and_count_tests_without_result() -> None:
    p_values = np.array([0.04, 0.001, 0.02, 0.9])
    np.testing.assert_allclose(benjamini_hochberg(p_values, 4), [4 / 75, 0.004, 0.04, 0.9])
    np.testing.assert_allclose(benjamini_hochberg(p_values, 100), [1, 0.1, 1, 1])
    assert len(benjamini_hochberg(np.array([]), 0)) == 0
