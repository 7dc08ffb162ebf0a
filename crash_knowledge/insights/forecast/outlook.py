"""What a method says at several origins of a series: the days after each, and their total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats, Ints, Mixture, mixed


@dataclass(frozen=True, eq=False, slots=True)
class Outlook:
    """Forecasts of one method. ``days`` has origins x horizon rows, by origin then day; ``total`` one row an origin."""

    days: Mixture
    total: Mixture


class Method(Protocol):
    """Forecasts the ``horizon`` days after each origin; an origin is the number of days known there."""

    def __call__(self, counts: Floats, origins: Ints, horizon: int) -> Outlook: ...


def averaged(first: Outlook, second: Outlook, share: Floats, horizon: int) -> Outlook:
    """At each origin, ``second`` with its ``share`` and ``first`` with the rest."""
    return Outlook(mixed(first.days, second.days, np.repeat(share, horizon)), mixed(first.total, second.total, share))


def walked(
    weights: Floats, level: Floats, level_variance: Floats, step: Floats, dispersion: Floats, factors: Floats
) -> Outlook:
    """The outlook of levels that wander: a random walk seen through counts with a dispersion.

    ``weights``, ``level``, ``level_variance``, ``step`` (the variance that a day adds, as a share of
    ``level_variance``) and ``dispersion`` (variance by mean of a count) have the shape (origins, components);
    ``factors`` of the weekdays (origins, horizon). The variance of a count is dispersion x mean + that of the level;
    levels of two days have the variance of the earlier one in common.
    """
    origins, horizon = factors.shape
    ahead = np.arange(1, horizon + 1)
    grown = 1.0 + step[:, None, :] * ahead[:, None]
    means = factors[:, :, None] * level[:, None, :]
    wander = factors[:, :, None] ** 2 * level_variance[:, None, :] * grown
    days = means * dispersion[:, None, :] + wander
    pairs = factors[:, :, None] * factors[:, None, :]
    common = np.minimum(ahead[:, None], ahead[None, :])
    shared = pairs.sum(axis=(1, 2))[:, None] + step * (pairs * common).sum(axis=(1, 2))[:, None]
    sums = means.sum(axis=1)
    components = level.shape[1]
    repeated = np.repeat(weights, horizon, axis=0)
    return Outlook(
        Mixture(repeated, means.reshape(-1, components), days.reshape(origins * horizon, components)),
        Mixture(weights, sums, sums * dispersion + level_variance * shared),
    )
