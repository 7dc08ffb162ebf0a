"""Exact tests of counts, and the control of false discoveries among many of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def fisher_greater(having: Counts, of: int, others_having: Counts, of_others: int) -> Floats:
    """The one-sided p-value of Fisher's exact test, for each of many 2 x 2 tables with the same two group sizes.

    ``having`` of ``of`` in the group have the property, ``others_having`` of ``of_others`` elsewhere. The p-value is
    the chance of at least ``having`` in the group when the property falls on the two groups at random (Fisher 1934).
    """
    from scipy.stats import hypergeom  # type: ignore[import-untyped]

    p_values: Floats = hypergeom.sf(having - 1, of + of_others, having + others_having, of)
    return np.clip(p_values, 0.0, 1.0)


def benjamini_hochberg(p_values: Floats, tested: int) -> Floats:
    """The q-value of each p-value: the least share of false discoveries at which it is one.

    ``tested``: how many tests were made; those whose p-value is not given count as p = 1 (Benjamini, Hochberg 1995).
    """
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * tested / np.arange(1, len(p_values) + 1)
    q_values = np.empty(len(p_values))
    q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q_values
