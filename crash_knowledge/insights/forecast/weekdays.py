"""Factors of the days of the week, at each day from the days before it only."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats

WEEK = 7
HALF_LIFE_WEEKS = 12.0
"""Weeks after which a day tells half as much of its weekday."""

SHRUNK_TO_ONE = 20.0
"""Counts, as many as a Poisson series would need, that speak for "every day is alike"."""


def weekday_factors(counts: Floats, dispersion: float) -> Floats:
    """Factors of mean 1 over a week, of shape (days + 1, 7).

    Row t rests on the days before t; its column j is the factor of day t + j. ``dispersion``: variance by mean of the
    counts; the more of it, the more is shrunk. A day is compared with the mean of the week that ends with it.
    """
    days = len(counts)
    keep = 0.5 ** (1.0 / HALF_LIFE_WEEKS)
    seen, usual = _by_weekday(counts, keep), _by_weekday(_trailing_mean(counts), keep)
    prior = SHRUNK_TO_ONE * dispersion
    factors = (seen + prior) / (usual + prior)
    factors /= factors.mean(axis=1, keepdims=True)
    turned = (np.arange(days + 1)[:, None] + np.arange(WEEK)) % WEEK
    ahead: Floats = np.take_along_axis(factors, turned, axis=1)
    return ahead


def _by_weekday(values: Floats, keep: float) -> Floats:
    """Sums of the values of each weekday before each day, older weeks weighing less; shape (days + 1, 7)."""
    from scipy.signal import lfilter  # type: ignore[import-untyped]

    weeks = len(values) // WEEK + 1
    padded = np.zeros(weeks * WEEK)
    padded[: len(values)] = values
    sums: Floats = lfilter([1.0], [1.0, -keep], padded.reshape(weeks, WEEK), axis=0)
    before = np.zeros((weeks + 1, WEEK))
    before[1:] = sums
    day = np.arange(len(values) + 1)[:, None]
    week_of = (day - np.arange(WEEK) + WEEK - 1) // WEEK
    sums_before: Floats = before[week_of, np.arange(WEEK)]
    return sums_before


def _trailing_mean(counts: Floats) -> Floats:
    """The mean of the seven days that end with each day, of fewer at the beginning."""
    sums = np.cumsum(np.concatenate([[0.0], counts]))
    ends = np.arange(1, len(counts) + 1)
    begins = np.maximum(ends - WEEK, 0)
    means: Floats = (sums[ends] - sums[begins]) / (ends - begins)
    return means
