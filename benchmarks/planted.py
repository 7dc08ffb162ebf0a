"""Made-up failures of many patterns with planted relations, whose truth is known.

Patterns differ in frequency by orders of magnitude, live for a while, and occur at some of the customers; customers
differ in size. All share office hours, weekends, and busy days on which everything fails more often, common ones and
those of one customer. One in four failures is tried again within minutes. Planted on top of that:

``co_occurs``: with an occurrence of the one comes, in 30 to 80 % of cases, one of the other, earlier or later.
``causes``: the same, but always later, minutes to hours.
``confounded``: two patterns without a relation, of which nearly everything falls on the same busy days.
``evolves_from``: a pattern ends with a release, and another one with mostly the same stack begins at its customers.
``related_to``: mostly the same stack, at the same time. ``similar_fix``: proven solutions with the same link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.network.occurrences import DAY, HOUR, Events

Ids = NDArray[np.int64]

BEGIN = 1_735_689_600
"""1 January 2025, UTC."""
DAYS = 365

_RELATED_SHARE = 0.04
_CONFOUNDED_SHARE = 0.015
_EVOLVED_SHARE = 0.02
_ALIKE_SHARE = 0.02
_TRIED_AGAIN = 0.25
_OWN_METHODS, _COMMON_METHODS, _CHANGED_METHODS = 12, 30, 3
_OFFICE_HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 4, 8, 14, 16, 16, 14, 12, 14, 16, 16, 14, 10, 6, 4, 3, 2, 2, 1], dtype=float
)


@dataclass(frozen=True, slots=True)
class Planted:
    """Events, the stack of each pattern (from pattern 1; application methods first), and the pairs that were planted.

    ``causes``: (cause, effect); ``evolves_from``: (new, old); the others: the lower id first.
    ``links``: pattern -> link of its solution.
    """

    events: Events
    stacks: tuple[tuple[str, ...], ...]
    links: dict[int, str]
    co_occurs: frozenset[tuple[int, int]]
    causes: frozenset[tuple[int, int]]
    confounded: frozenset[tuple[int, int]]
    evolves_from: frozenset[tuple[int, int]]
    related_to: frozenset[tuple[int, int]]
    similar_fix: frozenset[tuple[int, int]]


def planted(seed: int, patterns: int, events: int, null: bool = False) -> Planted:
    """About so many events of so many patterns (ids from 1). ``null``: nothing planted but what is confounded."""
    return _World(seed, patterns, events).planted(null)


class _World:
    def __init__(self, seed: int, patterns: int, events: int) -> None:
        self._random = np.random.default_rng((seed, patterns, events))
        self._patterns = patterns
        self._events = events
        self._customers = max(12, round(1.5 * patterns**0.5))
        self._sizes = self._random.lognormal(0.0, 0.9, self._customers)
        self._sizes /= self._sizes.sum()
        self._busy = self._busy_days()
        self._activity = self._days()
        self._parts: list[tuple[Ids, Ids, Ids]] = []

    def planted(self, null: bool) -> Planted:
        special = self._random.permutation(np.arange(self._patterns // 50, self._patterns))
        shares = (_RELATED_SHARE, _RELATED_SHARE, _CONFOUNDED_SHARE, _EVOLVED_SHARE, _ALIKE_SHARE, _ALIKE_SHARE)
        cuts = np.cumsum([2 * round(share * self._patterns) for share in shares])
        parts = [part.reshape(-1, 2) for part in np.split(special[: cuts[-1]], cuts[:-1])]
        together, causing, sharing, following, alike, cured = parts
        frequency = self._frequencies()
        frequency[sharing.ravel()] = 0
        if not null:
            frequency[following.ravel()] = 0
        self._background(frequency)
        self._share_busy_days(sharing)
        if null:
            together = causing = following = alike = cured = np.empty((0, 2), dtype=np.int64)
        self._bring_along(together, both_ways=True)
        self._bring_along(causing, both_ways=False)
        self._hand_over(following)
        return Planted(
            events=self._collected(),
            stacks=self._stacks([*following, *alike]),
            links={int(one) + 1: f"https://tickets/{min(pair)}" for pair in cured for one in pair},
            co_occurs=_ordered(together),
            causes=frozenset((int(one) + 1, int(other) + 1) for one, other in causing),
            confounded=_ordered(sharing),
            evolves_from=frozenset((int(new) + 1, int(old) + 1) for old, new in following),
            related_to=_ordered(alike),
            similar_fix=_ordered(cured),
        )

    def _busy_days(self) -> NDArray[np.bool_]:
        common = self._random.random(DAYS) < 0.03
        own = self._random.random((self._customers, DAYS)) < 0.03
        return own | common

    def _days(self) -> NDArray[np.float64]:
        weekdays = np.where(np.arange(DAYS) % 7 < 5, 1.0, 0.3)
        noise = self._random.gamma(4.0, 0.25, (self._customers, DAYS))
        return weekdays * noise * np.where(self._busy, 6.0, 1.0)

    def _frequencies(self) -> NDArray[np.float64]:
        weights = 1.0 / np.arange(10, self._patterns + 10) ** 0.8
        folded = self._events / (1.0 + _TRIED_AGAIN * 2.0)
        return weights * folded / weights.sum()

    def _background(self, frequency: NDArray[np.float64]) -> None:
        for pattern, often in enumerate(frequency):
            if often > 0:
                self._occur(pattern, often, self._some_customers(often), *self._lifetime())

    def _lifetime(self) -> tuple[int, int]:
        if self._random.random() < 0.5:
            return 0, DAYS
        begin = int(self._random.integers(0, DAYS - 90))
        return begin, int(self._random.integers(begin + 60, DAYS + 1))

    def _some_customers(self, often: float) -> Ids:
        most = max(1, min(self._customers, round(often / 5)))
        count = min(most, 1 + self._random.poisson(8))
        return self._random.choice(self._customers, count, replace=False, p=self._sizes)

    def _occur(self, pattern: int, often: float, customers: Ids, begin: int, end: int, busy_only: bool = False) -> None:
        counts = self._random.multinomial(
            self._random.poisson(often), self._sizes[customers] / self._sizes[customers].sum()
        )
        for customer, count in zip(customers, counts, strict=True):
            if count:
                at = self._moments(int(customer), int(count), begin, end, busy_only)
                self._parts.append((np.full(count, pattern), np.full(count, customer), at))

    def _moments(self, customer: int, count: int, begin: int, end: int, busy_only: bool) -> Ids:
        weights = self._activity[customer, begin:end]
        if busy_only and self._busy[customer, begin:end].any():
            weights = np.where(self._busy[customer, begin:end], weights * 20.0, weights)
        day = begin + self._random.choice(end - begin, count, p=weights / weights.sum())
        hour = self._random.choice(24, count, p=_OFFICE_HOURS / _OFFICE_HOURS.sum())
        moments: Ids = BEGIN + day * DAY + hour * HOUR + self._random.integers(0, HOUR, count)
        return moments

    def _share_busy_days(self, pairs: Ids) -> None:
        for one, other in pairs:
            often = float(self._random.uniform(30, 150))
            customers = self._some_customers(often)
            self._occur(one, often, customers, 0, DAYS, busy_only=True)
            self._occur(other, often, customers, 0, DAYS, busy_only=True)

    def _bring_along(self, pairs: Ids, both_ways: bool) -> None:
        where = self._by_pattern()
        for one, other in pairs:
            customer, at = where(int(one))
            chosen = self._random.random(len(at)) < self._random.uniform(0.3, 0.8)
            typical = self._random.choice([300.0, 900.0, 3_600.0])
            delay = np.minimum(self._random.exponential(typical, len(at)), 5 * HOUR).astype(np.int64) + 5
            if both_ways:
                delay = np.where(self._random.random(len(at)) < 0.5, delay, -delay)
            came = (at + delay)[chosen]
            self._parts.append((np.full(len(came), other), customer[chosen], came))

    def _hand_over(self, pairs: Ids) -> None:
        for old, new in pairs:
            often = float(self._random.uniform(10, 80))
            customers = self._some_customers(often)
            release = int(self._random.integers(90, DAYS - 90))
            self._occur(old, often, customers, max(0, release - 150), release)
            gap = int(self._random.integers(0, 20))
            self._occur(new, often, customers, release + gap, min(DAYS, release + gap + 150))

    def _stacks(self, copies: list[Ids]) -> tuple[tuple[str, ...], ...]:
        """A stack of its own for each pattern; the second of each pair has most methods of the first."""
        common = tuple(f"Framework>>pass{number}" for number in range(_COMMON_METHODS))
        own = [[f"Class{pattern}>>step{number}" for number in range(_OWN_METHODS)] for pattern in range(self._patterns)]
        for one, other in copies:
            changed = self._random.choice(np.arange(2, _OWN_METHODS), _CHANGED_METHODS, replace=False)
            own[other] = [own[other][at] if at in changed else method for at, method in enumerate(own[one])]
        return tuple((*methods, *common) for methods in own)

    def _by_pattern(self) -> Callable[[int], tuple[Ids, Ids]]:
        pattern, customer, at = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        order = np.argsort(pattern, kind="stable")
        begins = np.searchsorted(pattern[order], np.arange(self._patterns + 1))

        def where(one: int) -> tuple[Ids, Ids]:
            of_one = order[begins[one] : begins[one + 1]]
            return customer[of_one], at[of_one]

        return where

    def _collected(self) -> Events:
        pattern, customer, at = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        again = self._random.random(len(at)) < _TRIED_AGAIN
        times = self._random.geometric(0.5, again.sum())
        later = self._random.integers(20, 900, times.sum())
        repeated = np.repeat(np.flatnonzero(again), times)
        pattern = np.concatenate((pattern, pattern[repeated]))
        customer = np.concatenate((customer, customer[repeated]))
        at = np.concatenate((at, at[repeated] + later))
        return Events(pattern + 1, customer, at)


def _ordered(pairs: Ids) -> frozenset[tuple[int, int]]:
    """Pairs of ids, the lower first."""
    return frozenset((int(min(pair)) + 1, int(max(pair)) + 1) for pair in pairs)
