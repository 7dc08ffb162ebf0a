"""The Theta method: exponential smoothing with half the slope of the line through the series."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.gamma_poisson import usual_dispersion
from crash_knowledge.insights.forecast.mixture import Floats, Ints
from crash_knowledge.insights.forecast.outlook import Outlook, walked
from crash_knowledge.insights.forecast.weekdays import WEEK, weekday_factors

SMOOTHINGS = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8])
"""alpha: what the newest day contributes to the level; the one with the least error so far is used."""

LINE_DAYS = 365
"""Days through which the line is drawn."""

ERROR_HALF_LIFE = 40.0
"""Days after which an error of one step counts half."""


def theta(counts: Floats, origins: Ints, horizon: int) -> Outlook:
    """Forecasts of the standard Theta method (Assimakopoulos and Nikolopoulos 2000; as exponential smoothing with a
    drift of half the slope: Hyndman and Billah 2003), on counts divided by their weekday factors."""
    factors = weekday_factors(counts, usual_dispersion(counts))
    even = counts / factors[:-1, 0]
    levels, errors = _smoothed(even)
    best = np.argmin(errors[origins], axis=1)
    level = levels[origins, best]
    drift = np.array([_slope(even[max(0, origin - LINE_DAYS) : origin]) / 2 for origin in origins])
    ahead = np.arange(1, horizon + 1)
    path = np.maximum(level[:, None] + drift[:, None] * ahead, 0.05 * level[:, None] + 1e-6)
    start = np.maximum(level, 1e-6)
    error = np.maximum(errors[origins, best], start)
    wander = (SMOOTHINGS[best] ** 2 * error)[:, None]
    none = np.full((len(level), 1), 1e-9)
    scaled = factors[origins][:, ahead % WEEK - 1] * path / start[:, None]
    return walked(np.ones((len(level), 1)), start[:, None], none, wander / none, (error / start)[:, None], scaled)


def _smoothed(values: Floats) -> tuple[Floats, Floats]:
    """The level, and the mean square of the errors of one step, before each day; both (days + 1, smoothings)."""
    from scipy.signal import lfilter  # type: ignore[import-untyped]

    days = len(values)
    levels = np.empty((days + 1, len(SMOOTHINGS)))
    levels[0] = values[:WEEK].mean()
    for at, alpha in enumerate(SMOOTHINGS):
        levels[1:, at] = lfilter([alpha], [1.0, alpha - 1.0], values, zi=[(1.0 - alpha) * levels[0, at]])[0]
    keep = 0.5 ** (1.0 / ERROR_HALF_LIFE)
    squares = (values[:, None] - levels[:-1]) ** 2
    sums = np.zeros((days + 1, len(SMOOTHINGS)))
    sums[1:] = lfilter([1.0], [1.0, -keep], squares, axis=0)
    weights = (1.0 - keep ** np.arange(days + 1)) / (1.0 - keep)
    return levels, sums / np.maximum(weights, 1.0)[:, None]


def _slope(values: Floats) -> float:
    """The slope of the least-squares line, a day."""
    at = np.arange(len(values)) - (len(values) - 1) / 2
    squares = float((at**2).sum())
    return float(at @ values / squares) if squares else 0.0
