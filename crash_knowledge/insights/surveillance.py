"""Statistics that tell, for many patterns at once, whether one lately comes more often than its past allows.

They take site-days (distinct customers a day), never dumps: one user who repeats a crash is not an outbreak. Every
score is minus the decimal logarithm of a tail probability: 3 is one chance in a thousand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

WINDOWS = (3, 7, 14)
"""Days of the windows of the scan."""

GAP_DAYS = 14
"""Newest days that the past leaves out, so that what just began is not part of it."""

HALF_LIFE_DAYS = 90.0
"""Days after which a day of the past counts half."""

PRIOR_SHAPE = 1.0
"""Site-days, of a pattern as usual, that stand for a past that is not known yet."""

LEAST_SITE_DAYS = 2
"""Site-days in a window below which nothing is said of it."""

BASELINE_WEEKS = 13
LEAST_PROBABILITY = 1e-300
QUIET_DAYS = 14
"""After an alarm of a pattern, days in which more of the same is not another alarm."""


def scan_scores(site_days: Counts) -> Floats:
    """The Gamma-Poisson scan at the end of each day: the greatest score of its windows; (patterns, days).

    ``site_days``: (patterns, days). The past gives each pattern's rate a Gamma distribution, drawn to the mean rate of
    all; the count of a window is then negative binomial (as DuMouchel 1999; scan over windows: Naus 1982).
    """
    greatest: Floats = np.max([window_scores(site_days, window) for window in WINDOWS], axis=0)
    return greatest


def window_scores(site_days: Counts, window: int) -> Floats:
    """The scores of one window that ends with each day; (patterns, days)."""
    from scipy.special import betainc  # type: ignore[import-untyped]

    recent = window_sums(site_days, window)
    shape, rate = past_rate(site_days, max(window, GAP_DAYS))
    tail = np.where(recent > 0, betainc(np.maximum(recent, 1), shape, window / (rate + window)), 1.0)
    return _scored(tail, recent)


def past_rate(site_days: Counts, gap: int) -> tuple[Floats, Floats]:
    """Shape and rate (in days) of the Gamma distribution of each pattern's site-days a day, as the days up to ``gap``
    before each day tell; both (patterns, days)."""
    from scipy.signal import lfilter  # type: ignore[import-untyped]

    keep = 0.5 ** (1.0 / HALF_LIFE_DAYS)
    seen = _delayed(lfilter([1.0], [1.0, -keep], site_days, axis=1), gap)
    days = _delayed(lfilter([1.0], [1.0, -keep], np.ones((1, site_days.shape[1])), axis=1), gap)
    usual = (seen.mean(axis=0, keepdims=True) + 0.01) / (days + 1.0)
    return seen + PRIOR_SHAPE, days + PRIOR_SHAPE / usual


def farrington_scores(site_days: Counts) -> Floats:
    """The week that ends with each day against the weeks before it, quasi-Poisson; (patterns, days).

    The past is 13 weeks that end two weeks before (Farrington et al. 1996, with the negative binomial bound of Noufaily
    et al. 2013); its mean is drawn to that of all patterns by one week's worth.
    """
    from scipy.special import betainc

    weekly = window_sums(site_days, 7).astype(np.float64)
    past = np.stack([_delayed(weekly, GAP_DAYS + 7 * back) for back in range(BASELINE_WEEKS)])
    known = np.clip((np.arange(site_days.shape[1]) + 1 - GAP_DAYS) // 7, 1, BASELINE_WEEKS)
    sums = past.sum(axis=0)
    usual = sums.mean(axis=0) / known
    mean = (sums + usual + 0.01) / (known + 1.0)
    squares = np.maximum((past**2).sum(axis=0) - known * mean**2, 0.0) / np.maximum(known - 1, 1)
    dispersion = np.maximum(squares / mean, 1.0)
    variance = dispersion * mean * (1.0 + 1.0 / known)
    size = mean**2 / (variance - mean)
    tail = np.where(weekly > 0, betainc(np.maximum(weekly, 1), size, mean / (size + mean)), 1.0)
    return _scored(tail, weekly)


def emergence_scores(site_days: Counts) -> Floats:
    """Scan and Farrington together: the sum of their scores; (patterns, days).

    The two share their counts, so the sum is no tail probability: its bound comes from ``calibrated_bound``.
    """
    return scan_scores(site_days) + farrington_scores(site_days)


def window_sums(site_days: Counts, window: int) -> Counts:
    """The sums of the ``window`` days that end with each day, of fewer at the beginning; (patterns, days)."""
    sums = np.cumsum(site_days, axis=1)
    return sums - _delayed(sums, window).astype(sums.dtype)


def alarms(scores: Floats, bound: float) -> NDArray[np.bool_]:
    """The days on which a score reaches the bound and did not in the 14 days before; (patterns, days)."""
    above = scores >= bound
    first: NDArray[np.bool_] = above & (window_sums(above.astype(np.int64), QUIET_DAYS + 1) == 1)
    return first


def calibrated_bound(scores: Floats, alarms_a_day: float, least: float = 1.0) -> float:
    """The least bound, at least ``least``, at which past days gave no more than so many alarms a day.

    ``scores``: (patterns, days) of days to calibrate on. Real outbreaks among them make the bound only stricter.
    """
    allowed = alarms_a_day * scores.shape[1]
    low, high = least, max(least, float(scores.max(initial=least))) + 0.01
    if alarms(scores, low).sum() <= allowed:
        return low
    while high - low > 0.005:
        middle = (low + high) / 2
        low, high = (low, middle) if alarms(scores, middle).sum() <= allowed else (middle, high)
    return high


def _delayed(values: Floats | Counts, days: int) -> Floats:
    """The values of so many days earlier; zeros before the first day."""
    late = np.zeros(values.shape)
    if days < values.shape[1]:
        late[:, days:] = values[:, : values.shape[1] - days]
    return late


def _scored(tail: Floats, counts: Floats | Counts) -> Floats:
    score: Floats = -np.log10(np.maximum(tail, LEAST_PROBABILITY))
    return np.where(counts >= LEAST_SITE_DAYS, score, 0.0)
