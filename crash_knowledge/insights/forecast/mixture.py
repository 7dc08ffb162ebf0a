"""Mixtures of negative binomial distributions: what every method says of a count to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SUPPORT_POINTS = 96
"""Counts at which a distribution function is computed; with small counts that is every count."""

BELOW, ABOVE = 5.0, 9.0
"""How many standard deviations below and above the mean the points reach."""

_BENT = np.sinh(np.linspace(-2.5, 2.5, SUPPORT_POINTS)) / np.sinh(2.5)
"""Points of -1 to 1 that lie close together in the middle."""


@dataclass(frozen=True, eq=False, slots=True)
class Mixture:
    """One distribution of a count a row: negative binomials with these weights, means and variances.

    All three have the shape (rows, components); weights sum to 1 in each row.
    """

    weights: Floats
    means: Floats
    variances: Floats

    @property
    def mean(self) -> Floats:
        """The mean of each row."""
        means: Floats = (self.weights * self.means).sum(axis=1)
        return means

    @property
    def deviation(self) -> Floats:
        """The standard deviation of each row."""
        second = (self.weights * (self.variances + self.means**2)).sum(axis=1)
        deviations: Floats = np.sqrt(np.maximum(second - self.mean**2, 0.0))
        return deviations

    def table(self) -> Table:
        """The distribution functions of all rows, computed once for many quantiles."""
        points = _support(self.mean, self.deviation)
        return Table(points, self.distribution(points))

    def distribution(self, counts: Floats) -> Floats:
        """P(count <= k) for each row's ``counts``, of shape (rows, points)."""
        from scipy.special import betainc  # type: ignore[import-untyped]

        means = np.maximum(self.means, 1e-9)
        size = means**2 / np.maximum(self.variances - means, 1e-6 * means**2 + 1e-12)
        at_most = betainc(size[:, :, None], counts[:, None, :] + 1.0, (size / (size + means))[:, :, None])
        at_most = np.where(counts[:, None, :] < 0, 0.0, at_most)
        chances: Floats = np.einsum("rc,rcp->rp", self.weights, at_most)
        return chances


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """Distribution functions at chosen whole numbers, both of shape (rows, points)."""

    points: Floats
    chances: Floats

    def quantiles(self, levels: Sequence[float] | Floats) -> Ints:
        """The least count whose distribution function reaches each level; shape (rows, levels)."""
        wanted = np.asarray(levels, dtype=np.float64)
        found = np.empty((len(self.points), len(wanted)), dtype=np.int64)
        for row, (points, chances) in enumerate(zip(self.points, self.chances, strict=True)):
            found[row] = np.ceil(np.interp(wanted, chances, points) - 1e-9)
        return found

    def at_most(self, counts: Floats | Ints) -> Floats:
        """P(count <= k) for one k a row."""
        rows = zip(counts, self.points, self.chances, strict=True)
        return np.array([np.interp(k, points, chances, left=0.0) for k, points, chances in rows])


def single(means: Floats, variances: Floats) -> Mixture:
    """Mixtures of one component each."""
    return Mixture(np.ones((len(means), 1)), means[:, None], variances[:, None])


def mixed(first: Mixture, second: Mixture, share: Floats) -> Mixture:
    """Row by row, ``first`` with the weight ``1 - share`` and ``second`` with ``share`` (a linear pool)."""
    return Mixture(
        np.hstack([first.weights * (1.0 - share)[:, None], second.weights * share[:, None]]),
        np.hstack([first.means, second.means]),
        np.hstack([first.variances, second.variances]),
    )


def _support(means: Floats, deviations: Floats) -> Floats:
    """Whole numbers that cover each row's distribution; all of them from 0 on where that is possible."""
    spread = np.maximum(deviations, 1.0)[:, None]
    reach = np.where(_BENT < 0, BELOW, ABOVE) * _BENT
    points: Floats = np.rint(np.maximum(means[:, None] + spread * reach, 0.0))
    small = means + ABOVE * deviations < SUPPORT_POINTS
    points[small] = np.arange(SUPPORT_POINTS)
    return points
