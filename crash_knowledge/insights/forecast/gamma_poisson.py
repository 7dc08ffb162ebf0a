"""The dynamic Gamma-Poisson method: a level that is forgotten day by day, averaged over how fast and how dispersed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats, Ints
from crash_knowledge.insights.forecast.outlook import Outlook, walked
from crash_knowledge.insights.forecast.weekdays import WEEK, weekday_factors

DISCOUNTS = np.array([0.70, 0.80, 0.87, 0.92, 0.95, 0.97, 0.985, 0.997])
"""delta: what a day leaves of what was known of the level."""

DISPERSIONS = np.geomspace(1.0, 120.0, 9)
"""phi: variance by mean of a count at a known level, for series of small counts."""

FORGETTING = 0.95
"""What a day leaves of the evidence for one member of the grid against another."""

PRIOR_DAYS = 0.08
"""Days' worth of the long-run mean that the level never forgets: a long quiet time is no proof of silence."""

KEPT_WEIGHT = 0.98
"""The members of the grid that forecast together: the best ones, up to this share of the weight."""

KEPT_MEMBERS = 16


@dataclass(frozen=True, eq=False, slots=True)
class _Filtered:
    """The grid after each day. ``shape``, ``rate``: of the level's Gamma; ``weights``: all (days + 1, members)."""

    shape: Floats
    rate: Floats
    weights: Floats
    discounts: Floats
    dispersions: Floats


def gamma_poisson(counts: Floats, origins: Ints, horizon: int) -> Outlook:
    """Forecasts by discounted Gamma-Poisson filters, averaged by their one-step predictive likelihood.

    The level of each filter is Gamma(a, b); a day multiplies both by delta and adds count / (phi x weekday factor) and
    1 / phi: the likelihood is tempered by the dispersion phi. (Discounting: West and Harrison 1997, chapter 10;
    averaging with forgetting: Raftery et al. 2010, Koop and Korobilis 2012.)
    """
    dispersion = usual_dispersion(counts)
    factors = weekday_factors(counts, dispersion)
    known = _filtered(counts, factors[:-1, 0], dispersion)
    rows = np.asarray(origins)
    weights = known.weights[rows]
    best = np.argsort(-weights, axis=1, kind="stable")[:, :KEPT_MEMBERS]
    kept = np.take_along_axis(weights, best, axis=1)
    before = np.cumsum(kept, axis=1) - kept
    kept = np.where(before < KEPT_WEIGHT, kept, 0.0)
    kept /= kept.sum(axis=1, keepdims=True)
    shape = np.take_along_axis(known.shape[rows], best, axis=1)
    rate = np.take_along_axis(known.rate[rows], best, axis=1)
    ahead = factors[rows][:, np.arange(horizon) % WEEK]
    step = 1.0 / known.discounts[best] - 1.0
    return walked(kept, shape / rate, shape / rate**2, step, known.dispersions[best], ahead)


def usual_dispersion(counts: Floats) -> float:
    """Variance by mean of a count around the mean of its week, at least 1: the median over weeks with counts."""
    weeks = counts[len(counts) % WEEK :].reshape(-1, WEEK)
    means = weeks.mean(axis=1)
    some = means > 0
    if not some.any():
        return 1.0
    return max(1.0, float(np.median(weeks[some].var(axis=1, ddof=1) / means[some])))


def _filtered(counts: Floats, factors: Floats, dispersion: float) -> _Filtered:
    """All filters over all days; ``factors``: of each day, from the days before it."""
    scale = max(1.0, dispersion / DISPERSIONS[len(DISPERSIONS) // 2])
    discounts, dispersions = (axis.ravel() for axis in np.meshgrid(DISCOUNTS, DISPERSIONS * scale, indexing="ij"))
    usual = _long_run_mean(counts)
    seen, passed = np.empty((len(counts) + 1, len(DISCOUNTS))), np.empty((len(counts) + 1, len(DISCOUNTS)))
    for at, discount in enumerate(DISCOUNTS):
        seen[:, at] = _discounted(counts, discount)
        passed[:, at] = _discounted(factors, discount)
    each = np.repeat(np.arange(len(DISCOUNTS)), len(DISPERSIONS))
    prior = PRIOR_DAYS / dispersions
    shape = seen[:, each] / dispersions + usual[:, None] * prior
    rate = passed[:, each] / dispersions + prior
    likelihood = _log_likelihood(counts, factors, shape[:-1], rate[:-1], discounts, dispersions)
    return _Filtered(shape, rate, _weights(likelihood), discounts, dispersions)


def _discounted(values: Floats, discount: float) -> Floats:
    """Sums of the values before each day, each day discounting the older; of length days + 1."""
    from scipy.signal import lfilter  # type: ignore[import-untyped]

    return np.concatenate([[0.0], lfilter([1.0], [1.0, -discount], values)])


def _long_run_mean(counts: Floats) -> Floats:
    """The mean of the days before each day, with half a count on one day before all of them."""
    sums = np.concatenate([[0.0], np.cumsum(counts)])
    means: Floats = (sums + 0.5) / (np.arange(len(counts) + 1) + 1.0)
    return means


def _log_likelihood(
    counts: Floats, factors: Floats, shape: Floats, rate: Floats, discounts: Floats, dispersions: Floats
) -> Floats:
    """The logarithm of each filter's negative binomial predictive chance of each day's count; (days, members)."""
    from scipy.special import gammaln  # type: ignore[import-untyped]

    factor, count = factors[:, None], counts[:, None]
    mean = factor * shape / rate
    variance = dispersions * mean + factor**2 * shape / (rate**2 * discounts)
    size = mean**2 / np.maximum(variance - mean, 1e-9 * mean)
    chance = size / (size + mean)
    logarithms: Floats = gammaln(count + size) - gammaln(size) + size * np.log(chance) + count * np.log1p(-chance)
    return logarithms


def _weights(likelihood: Floats) -> Floats:
    """The weight of each member before each day and after the last; (days + 1, members), each row summing to 1."""
    from scipy.signal import lfilter

    evidence = np.zeros((len(likelihood) + 1, likelihood.shape[1]))
    evidence[1:] = lfilter([1.0], [1.0, -FORGETTING], likelihood, axis=0)
    weights = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    normalised: Floats = weights / weights.sum(axis=1, keepdims=True)
    return normalised
