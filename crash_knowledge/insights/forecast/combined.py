"""The method of the product: the Gamma-Poisson average, together with what helps it on small and on large counts."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.gamma_poisson import gamma_poisson
from crash_knowledge.insights.forecast.mixture import Floats, Ints
from crash_knowledge.insights.forecast.outlook import Outlook, averaged
from crash_knowledge.insights.forecast.recent import recent_days, without_bursts
from crash_knowledge.insights.forecast.theta import theta

LARGE_MEAN = 4.0
"""Crashes a day, over the last 28 days, from which Theta takes part; below it the recent past does."""

MEAN_DAYS = 28
THETA_SHARE = 0.5
RECENT_SHARE = 0.3


def combined(counts: Floats, origins: Ints, horizon: int) -> Outlook:
    """Gamma-Poisson filters, averaged with Theta where counts are large and with the last 90 days where small."""
    even = without_bursts(counts)
    sums = np.concatenate([[0.0], np.cumsum(counts)])
    begins = np.maximum(origins - MEAN_DAYS, 0)
    large = (sums[origins] - sums[begins]) / (origins - begins) >= LARGE_MEAN
    outlook = gamma_poisson(even, origins, horizon)
    if large.any():
        outlook = averaged(outlook, theta(counts, origins, horizon), np.where(large, THETA_SHARE, 0.0), horizon)
    if not large.all():
        outlook = averaged(outlook, recent_days(counts, origins, horizon), np.where(large, 0.0, RECENT_SHARE), horizon)
    return outlook
