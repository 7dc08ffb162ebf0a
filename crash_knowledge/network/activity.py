"""How busy a customer is at a time, and how each pattern answers to that: what must not be taken for a relation.

Days are put into classes by how busy they are there against the days around. A pattern that mostly comes on busy days
has a greater answer to these: its rate on a day of the class against its rate on all days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crash_knowledge.network.occurrences import DAY, HOUR, Floats, Ids, Occurrences

AROUND_DAYS = 7

BUSY = (0.6, 0.9, 1.2, 1.7, 2.5, 4.0)
"""The bounds between classes of days: how many times as busy as the days around."""

_QUIET = 2.0
"""Occurrences added to a day and to its surroundings, so that a quiet customer's days are not all extreme."""

_HOURS_SHRUNK = 48.0
"""Occurrences of the common daily rhythm that are mixed into a customer's own."""

_HOURS_EVEN = 5.0
"""Occurrences added to every hour of the common rhythm: a few crashes do not make one."""

_ANSWER_SHRUNK = 10.0
"""Occurrences with the common answer to busy days that are mixed into a pattern's own."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the days and hours of customers are like.

    ``day_class``: (customers, days). ``classes_around``: (customers, days, classes), how many of the days on either
    side are of each class, the day itself included. ``answer``: (patterns, classes), the rate of a pattern on days of
    a class against its rate on all days.
    """

    day_class: Ids
    classes_around: Floats
    answer: Floats

    def on_day(self, pattern: Ids, customer: Ids, day: Ids) -> tuple[Floats, Floats]:
        """The rate of patterns on days at customers against the days around, and against all days."""
        overall = self.answer[pattern, self.day_class[customer, day]]
        around = self.classes_around[customer, day]
        mean = np.einsum("ij,ij->i", around, self.answer[pattern]) / around.sum(axis=1)
        return overall / mean, overall


def rhythm(occurrences: Occurrences) -> Rhythm:
    """The days of all customers, and how the patterns answer to them."""
    customers, day = occurrences.customer_count, occurrences.day
    days = int(day.max()) + 1
    counts = np.bincount(occurrences.customer * days + day, minlength=customers * days).reshape(customers, days)
    day_class = np.digitize(_against_surroundings(counts.astype(float)), BUSY)
    is_of_class = (day_class[:, :, None] == np.arange(len(BUSY) + 1)).astype(float)
    return Rhythm(day_class, _sums_around(is_of_class), _answers(occurrences, day_class, is_of_class, counts))


def busy_hours(occurrences: Occurrences, window: int) -> Floats:
    """(customers, 24): the hours within ``window`` seconds of an hour (UTC), as busy as so many times the whole day."""
    hour = occurrences.at % DAY // HOUR
    size = occurrences.customer_count * 24
    by_hour = np.bincount(occurrences.customer * 24 + hour, minlength=size).reshape(-1, 24).astype(float)
    common = by_hour.sum(axis=0) + _HOURS_EVEN
    shares = by_hour + _HOURS_SHRUNK * common / common.sum()
    shares /= shares.sum(axis=1, keepdims=True)
    reach = window // HOUR
    around: Floats = np.mean([np.roll(shares, shift, axis=1) for shift in range(-reach, reach + 1)], axis=0)
    return around * 24.0


def _against_surroundings(counts: Floats) -> Floats:
    ones = np.ones_like(counts)
    mean = _sums_around(counts[:, :, None])[:, :, 0] / _sums_around(ones[:, :, None])[:, :, 0]
    factors: Floats = (counts + _QUIET) / (mean + _QUIET)
    return factors


def _sums_around(values: Floats) -> Floats:
    """(customers, days, ...) summed over the days on either side."""
    days = values.shape[1]
    total = np.concatenate((np.zeros_like(values[:, :1]), values.cumsum(axis=1)), axis=1)
    first = np.maximum(np.arange(days) - AROUND_DAYS, 0)
    last = np.minimum(np.arange(days) + AROUND_DAYS + 1, days)
    sums: Floats = total[:, last] - total[:, first]
    return sums


def _answers(occurrences: Occurrences, day_class: Ids, is_of_class: Floats, counts: Ids) -> Floats:
    classes = len(BUSY) + 1
    there = day_class[occurrences.customer, occurrences.day]
    size = occurrences.pattern_count * classes
    seen = np.bincount(occurrences.pattern * classes + there, minlength=size).reshape(-1, classes).astype(float)
    share_of_days = is_of_class.mean(axis=1)
    run_share = share_of_days[occurrences.run_customer] * np.diff(occurrences.run_begin)[:, None]
    expected = np.zeros_like(seen)
    np.add.at(expected, occurrences.run_pattern, run_share)
    common = seen.sum(axis=0) / np.maximum(expected.sum(axis=0), 1e-9)
    prior = _ANSWER_SHRUNK * expected / np.maximum(expected.sum(axis=1, keepdims=True), 1e-9)
    answers: Floats = (seen + prior * common + 1e-9) / (expected + prior + 1e-9)
    return answers
