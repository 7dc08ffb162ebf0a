"""Seasonal naive: next Monday is as last Monday. What every other method has to beat."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats, Ints, single
from crash_knowledge.insights.forecast.outlook import Outlook
from crash_knowledge.insights.forecast.weekdays import WEEK

LEAST_MEAN = 0.05
"""The mean given to a day whose weekday had no count last week."""


def seasonal_naive(counts: Floats, origins: Ints, horizon: int) -> Outlook:
    """Forecasts that repeat the last week; the variance is that of the week-to-week changes so far, at least Poisson's.

    Needs a week of counts before each origin.
    """
    ahead = np.arange(horizon)
    means = np.maximum(counts[origins[:, None] - WEEK + ahead % WEEK], LEAST_MEAN)
    totals = means.sum(axis=1)
    changes = np.concatenate([np.zeros(2 * WEEK), (counts[WEEK:] - counts[:-WEEK]) ** 2])
    summed = np.cumsum(changes)[origins + WEEK - 1]
    level = np.cumsum(np.concatenate([[0.0], counts]))[origins] / origins
    mean_square = summed / np.maximum(origins - WEEK, 1)
    dispersion = np.maximum(mean_square / np.maximum(level, 1e-9), 1.0)
    weeks = 1 + ahead // WEEK
    return Outlook(
        single(means.ravel(), (means * dispersion[:, None] * weeks).ravel()),
        single(totals, (means * dispersion[:, None] * weeks).sum(axis=1)),
    )
