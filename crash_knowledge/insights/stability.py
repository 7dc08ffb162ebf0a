"""The stability score: the chance that a customer has a day without a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crash_knowledge.insights.surveillance import Floats

HALF_LIFE_DAYS = 28.0
QUIET_HALF_LIFE_DAYS = 56.0
"""The half-life for customers with few crash days: it takes longer to learn about them."""

QUIET_CRASH_DAYS = 6
"""Days with a crash, in the last 56, below which a customer is a quiet one."""

DAYS_NEEDED = 14
SILENT_TIMES_HABIT = 4.0
"""A customer is silent when its last dump is longer ago than so many times its usual pause (and four weeks)."""

SILENT_DAYS = 28
LEAST_PRIOR, MOST_PRIOR = 2.0, 60.0
"""Bounds of the days that the customers together count for, against those of one customer."""

LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class CustomerDays:
    """A customer's days since its first dump; the last one is today. ``crashed``: whether a dump is of that day."""

    customer: str
    crashed: Sequence[bool]


@dataclass(frozen=True, slots=True)
class CustomerStability:
    """The chance of a crash-free day at a customer, with an 80 % interval, and the days it was learnt from."""

    customer: str
    crash_free: float
    lower: float
    upper: float
    days: int
    crash_days: int


@dataclass(frozen=True, slots=True)
class Stability:
    """The stability of all active customers, weighted by the days known of each; the least stable customer first.

    ``silent``: customers that sent nothing for much longer than is their habit. They are not counted as stable.
    """

    crash_free: float
    lower: float
    upper: float
    customers: tuple[CustomerStability, ...]
    silent: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """``94 of 100 days are free of crashes (80 % interval 92 to 96), at 7 active customers; 2 are silent.``"""
        active = "1 active customer" if len(self.customers) == 1 else f"{len(self.customers)} active customers"
        silent = f"; {len(self.silent)} {'is' if len(self.silent) == 1 else 'are'} silent" if self.silent else ""
        return (
            f"{self.crash_free * 100:.0f} of 100 days are free of crashes "
            f"(80 % interval {self.lower * 100:.0f} to {self.upper * 100:.0f}), at {active}{silent}."
        )


@dataclass(frozen=True, slots=True)
class NotEnoughCustomers:
    """No score: no active customer is known for long enough."""

    customers: int
    days_needed: int

    @property
    def sentence(self) -> str:
        """``Not enough data for a stability score: no active customer is known for 14 days.``"""
        return f"Not enough data for a stability score: no active customer is known for {self.days_needed} days."


def stability(histories: Sequence[CustomerDays]) -> Stability | NotEnoughCustomers:
    """The stability score today.

    Each customer's chance has a beta distribution: its own days, older ones weighing less, and a share of all
    customers' that is the larger the more alike customers are (empirical Bayes by moments, Kleinman 1973).
    """
    long_enough = [one for one in histories if len(one.crashed) >= DAYS_NEEDED]
    silent = tuple(sorted(one.customer for one in long_enough if is_silent(one)))
    active = sorted((one for one in long_enough if one.customer not in silent), key=lambda one: one.customer)
    if not active:
        return NotEnoughCustomers(len(histories), DAYS_NEEDED)
    known = np.array([_weighted(one.crashed) for one in active])
    free, days = known[:, 0], known[:, 1]
    prior_free, prior_days = prior(free, days)
    shape, rest = free + prior_free, days - free + prior_days - prior_free
    lower, upper = _interval(shape, rest)
    customers = [
        CustomerStability(one.customer, float(mean), float(low), float(high), len(one.crashed), sum(one.crashed))
        for one, mean, low, high in zip(active, shape / (shape + rest), lower, upper, strict=True)
    ]
    score, low, high = _averaged(shape, rest, days)
    customers.sort(key=lambda one: (one.crash_free, one.customer))
    return Stability(score, low, high, tuple(customers), silent)


def is_silent(history: CustomerDays) -> bool:
    """Whether a customer sent nothing for so long that this is no sign of stability."""
    crash_days = np.flatnonzero(history.crashed)
    if len(crash_days) == 0:
        return len(history.crashed) > SILENT_DAYS
    since = len(history.crashed) - 1 - int(crash_days[-1])
    if len(crash_days) == 1:
        return since > 2 * SILENT_DAYS
    pause = float(np.mean(np.diff(crash_days)))
    return since > max(SILENT_DAYS, SILENT_TIMES_HABIT * pause)


def prior(free: Floats, days: Floats) -> tuple[float, float]:
    """What a customer nobody knows is given: crash-free days and days, by the moments of all customers' shares."""
    mean = float(np.clip((free.sum() + 0.5) / (days.sum() + 1.0), 0.001, 0.999))
    noise = mean * (1.0 - mean)
    spread = float((days * (free / days - mean) ** 2).sum())
    weight = float(days.sum() - (days**2).sum() / days.sum())
    between = (spread - (len(days) - 1) * noise) / weight if weight > 0 else 0.0
    strength = noise / between - 1.0 if between > 0 else MOST_PRIOR
    strength = float(np.clip(strength, LEAST_PRIOR, MOST_PRIOR))
    return mean * strength, strength


def _weighted(crashed: Sequence[bool]) -> tuple[float, float]:
    """Crash-free days and days, older ones weighing less; of a quiet customer they weigh longer."""
    days = np.asarray(crashed, dtype=bool)
    quiet = int(days[-int(QUIET_HALF_LIFE_DAYS) :].sum()) < QUIET_CRASH_DAYS
    half_life = QUIET_HALF_LIFE_DAYS if quiet else HALF_LIFE_DAYS
    weights = 0.5 ** (np.arange(len(days))[::-1] / half_life)
    return float(weights[~days].sum()), float(weights.sum())


def _interval(shape: Floats, rest: Floats) -> tuple[Floats, Floats]:
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    tail = (1.0 - LEVEL) / 2.0
    return betaincinv(shape, rest, tail), betaincinv(shape, rest, 1.0 - tail)


def _averaged(shape: Floats, rest: Floats, days: Floats) -> tuple[float, float, float]:
    """The mean over customers, weighted by their days, with the interval of a beta of its mean and variance."""
    weights = days / days.sum()
    both = shape + rest
    mean = float((weights * shape / both).sum())
    variance = float((weights**2 * shape * rest / (both**2 * (both + 1.0))).sum())
    strength = mean * (1.0 - mean) / variance - 1.0
    lower, upper = _interval(np.array([mean * strength]), np.array([(1.0 - mean) * strength]))
    return mean, float(lower[0]), float(upper[0])
