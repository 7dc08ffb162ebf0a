"""The last weeks as they were: bursts held down for the methods that follow a level, and the plain recent past."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats, Ints, single
from crash_knowledge.insights.forecast.outlook import Outlook

BURST_DAYS = 56
BURST_DEVIATIONS = 2.0
"""A day counts at most as much as the mean of the 56 days before it and two of their standard deviations."""

FIRST_DAYS = 28
"""Days whose mean stands for the time before a series began."""

RECENT_DAYS = 90
LEAST_MEAN = 0.01


def without_bursts(counts: Floats) -> Floats:
    """The counts, each held down to what the 56 days before it allow: one wild day is not a new level."""
    before = np.concatenate([np.full(BURST_DAYS, counts[:FIRST_DAYS].mean()), counts])
    windows = np.lib.stride_tricks.sliding_window_view(before, BURST_DAYS)[:-1]
    means = windows.mean(axis=1)
    spread = np.maximum(windows.std(axis=1), np.sqrt(means) + 1.0)
    even: Floats = np.minimum(counts, np.rint(means + BURST_DEVIATIONS * spread))
    return even


def recent_days(counts: Floats, origins: Ints, horizon: int) -> Outlook:
    """Forecasts with the mean of the last 90 days and the variances, at least Poisson's, of their days and of every
    stretch of ``horizon`` days among them: what comes in clusters came in clusters."""
    means, days, totals = np.empty(len(origins)), np.empty(len(origins)), np.empty(len(origins))
    for at, origin in enumerate(origins):
        known = counts[max(0, origin - RECENT_DAYS) : origin]
        stretches = np.convolve(known, np.ones(min(horizon, len(known))), "valid")
        means[at] = max(known.mean(), LEAST_MEAN)
        days[at] = max(known.var(), means[at])
        totals[at] = max(stretches.var(), means[at] * horizon, days[at] * horizon / 2)
    return Outlook(single(np.repeat(means, horizon), np.repeat(days, horizon)), single(means * horizon, totals))
