"""evolves_from: a pattern that begins where another, with a stack like it, ended at the same customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from crash_knowledge.network.likeness import Alike
from crash_knowledge.network.occurrences import DAY, Ids, Occurrences

HANDED_OVER_WITHIN = 60 * DAY
"""Seconds from the last of the old one to the first of the new one, at most, at the customer where it is least."""

OVERLAP = 7 * DAY
"""As long as this both may be seen: an upgrade reaches the machines of a customer one by one."""

LEAST_SHARE = 0.8
"""Share of the customers with both where the new one must have taken over: began when the old one had ended."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """``new_id`` took over from ``old_id`` at ``handed_over`` of ``customers`` that have both.

    ``gap_days``: median. ``ended_at``, ``began_at``: the first end of the old one and the last begin of the new one.
    """

    new_id: int
    old_id: int
    handed_over: int
    customers: int
    gap_days: float
    ended_at: datetime
    began_at: datetime
    alike: Alike

    @property
    def confidence(self) -> float:
        """The share of customers, shrunk to a half, times the likeness of the stacks."""
        likeness = 1.0 if self.alike.same_methods else max(self.alike.similarity, 0.0)
        return (self.handed_over + 1) / (self.customers + 2) * likeness


@dataclass(frozen=True, slots=True)
class _Life:
    """First and last occurrence of a pattern at each customer (ascending numbers)."""

    customer: Ids
    first: Ids
    last: Ids


def hand_overs(occurrences: Occurrences, pairs: Iterable[Alike]) -> tuple[HandOver, ...]:
    """Which of the pairs of patterns with like stacks are one that took over from the other."""
    lives = _lives(occurrences)
    found = []
    for pair in pairs:
        for new_id, old_id in ((pair.first_id, pair.second_id), (pair.second_id, pair.first_id)):
            if new_id in lives and old_id in lives:
                handed = _handed_over(lives[old_id], lives[new_id])
                if handed is not None:
                    found.append(HandOver(new_id, old_id, *handed, pair))
    return tuple(found)


def _handed_over(old: _Life, new: _Life) -> tuple[int, int, float, datetime, datetime] | None:
    both, here, there = np.intersect1d(old.customer, new.customer, return_indices=True)
    if not len(both) or old.first[here].min() >= new.first[there].min():
        return None
    if old.last[here].max() >= new.last[there].max():
        return None
    gaps = new.first[there] - old.last[here]
    handed = (gaps >= -OVERLAP) & (old.first[here] < new.first[there])
    count = int(handed.sum())
    if count < max(1, LEAST_SHARE * len(both)) or gaps[handed].min() > HANDED_OVER_WITHIN:
        return None
    ended, began = int(old.last[here][handed].min()), int(new.first[there][handed].max())
    moments = (datetime.fromtimestamp(min(ended, began), UTC), datetime.fromtimestamp(max(ended, began), UTC))
    return count, len(both), round(float(np.median(gaps[handed])) / DAY, 1), *moments


def _lives(occurrences: Occurrences) -> dict[int, _Life]:
    first, last = occurrences.at[occurrences.run_begin[:-1]], occurrences.at[occurrences.run_begin[1:] - 1]
    order = np.argsort(occurrences.run_pattern, kind="stable")
    begins = np.searchsorted(occurrences.run_pattern[order], np.arange(occurrences.pattern_count + 1))
    lives = {}
    for place, pattern_id in enumerate(occurrences.pattern_ids):
        runs = order[begins[place] : begins[place + 1]]
        lives[int(pattern_id)] = _Life(occurrences.run_customer[runs], first[runs], last[runs])
    return lives
