"""Direction of a coincidence: does one pattern lead to the other, or do both just come together?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crash_knowledge.network.coincidence import Coincidences, Counts
from crash_knowledge.network.occurrences import Flags, Floats

SURELY_ORDERED = 0.01
"""Tail probability of the order by even odds, below which it is no chance."""

WITHOUT_EXCEPTION = 0.07
"""The same where the reverse order never happened: four times of four."""

TIMES_AS_OFTEN = 2.5
"""How many times as often, beyond chance, one must come before the other than after it."""

BOTH_WAYS = 0.05
"""Below this tail probability the reverse order is no chance either, at the short scale."""


@dataclass(frozen=True, slots=True)
class Directions:
    """For each coincidence: whether the first pattern ``leads`` to the second, or the second to the first
    (``follows``); ``p_value``: of the order, by the binomial test against even odds."""

    leads: Flags
    follows: Flags
    p_value: Floats


def directions(found: Coincidences) -> Directions:
    """Where the data supports an order."""
    forward = _ordered(found.counts.after, found.counts.before, found.counts.expected)
    backward = _ordered(found.counts.before, found.counts.after, found.counts.expected)
    leads = forward & ~_no_chance(found.short.before, found.short)
    follows = backward & ~_no_chance(found.short.after, found.short)
    return Directions(leads, follows, order_p_values(found.counts))


def order_p_values(counts: Counts) -> Floats:
    """Chance of so uneven an order or a more uneven one in the same direction, when both are as likely."""
    more, less = np.maximum(counts.after, counts.before), np.minimum(counts.after, counts.before)
    return _even_odds(more, less)


def _ordered(more: Floats, less: Floats, expected: Floats) -> Flags:
    beyond, reverse = more - expected / 2, np.maximum(less - expected / 2, 0.0)
    bound = np.where(less == 0, WITHOUT_EXCEPTION, SURELY_ORDERED)
    ordered: Flags = (_even_odds(more, less) < bound) & (beyond >= TIMES_AS_OFTEN * reverse) & (beyond > 0)
    return ordered


def _even_odds(more: Floats, less: Floats) -> Floats:
    """P(X >= more) for X binomial of (more + less, 1/2)."""
    from scipy.special import betainc  # type: ignore[import-untyped]

    tails: Floats = betainc(np.maximum(more, 1e-9), less + 1.0, 0.5)
    return np.where(more > 0, tails, 1.0)


def _no_chance(together: Floats, short: Counts) -> Flags:
    from scipy.special import gammainc

    tails: Floats = gammainc(np.maximum(together, 1e-9), short.expected / 2)
    return (together > 1) & (tails < BOTH_WAYS)
