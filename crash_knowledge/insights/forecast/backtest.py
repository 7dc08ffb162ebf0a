"""Rolling-origin backtests: forecasts of past weeks from the days before them, and how far off they were."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats, Ints, Table
from crash_knowledge.insights.forecast.model import LEVELS
from crash_knowledge.insights.forecast.weekdays import WEEK


def rolling_origins(days: int, least: int, most: int) -> Ints:
    """Up to ``most`` origins a week apart, the last one a week before the end; each with ``least`` days before it."""
    origins = np.arange(days - WEEK, least - 1, -WEEK)[:most]
    return origins[::-1].astype(np.int64)


def totals_after(counts: Floats, origins: Ints) -> Floats:
    """What happened in the seven days after each origin."""
    sums = np.concatenate([[0.0], np.cumsum(counts)])
    totals: Floats = sums[origins + WEEK] - sums[origins]
    return totals


def crps(quantiles: Ints | Floats, happened: Floats) -> Floats:
    """The continuous ranked probability score of each row, as twice the mean pinball loss at LEVELS.

    ``quantiles``: (rows, levels). In units of the counts; 0 is best (Gneiting and Raftery 2007, section 4.2).
    """
    levels = np.asarray(LEVELS)
    above = happened[:, None] - quantiles
    losses: Floats = 2.0 * np.where(above >= 0, levels * above, (levels - 1.0) * above).mean(axis=1)
    return losses


def rmse(means: Floats, happened: Floats) -> float:
    """The root of the mean square error."""
    return float(np.sqrt(np.mean((means - happened) ** 2)))


def coverage(lower: Ints | Floats, upper: Ints | Floats, happened: Floats) -> float:
    """The share that ended between its bounds, both included."""
    return float(np.mean((lower <= happened) & (happened <= upper)))


def conformity(table: Table, happened: Floats) -> Floats:
    """How far out in its distribution each row ended: 0 in the middle, 1 at an end; mid-ranks for whole numbers."""
    middle = (table.at_most(happened) + table.at_most(happened - 1.0)) / 2.0
    return np.abs(2.0 * middle - 1.0)
