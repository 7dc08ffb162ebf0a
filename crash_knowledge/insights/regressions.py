"""Patterns that come more often with a new version, although nobody knows how much either version was used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from crash_knowledge.insights.significance import benjamini_hochberg
from crash_knowledge.insights.surveillance import Floats

FALSE_SHARE = 0.1
"""The share of false ones among the regressions named."""

LEAST_NEW_SITE_DAYS = 2
PATTERNS_FOR_MEDIAN = 8
"""Patterns from which their median tells the common change; below it all site-days together do."""

SITE_DAYS_FOR_MEDIAN = 3
"""Site-days, on both versions together, from which a pattern takes part in the median."""


@dataclass(frozen=True, slots=True)
class VersionSighting:
    """One dump: its pattern, its customer, the customer's version, and the day. Several a day count once."""

    pattern_id: int
    customer: str
    version: str
    day: date


@dataclass(frozen=True, slots=True)
class Exposure:
    """Days that a customer is thought to have run the old and the new version."""

    old_days: float
    new_days: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A pattern that became more frequent with the new version.

    ``rate_ratio``: its rate on the new version by that on the old one, at the same customers, after the change that all
    patterns share. ``q_value``: the least share of false discoveries at which it is one.
    """

    pattern_id: int
    new_site_days: int
    old_site_days: int
    customers: int
    rate_ratio: float
    q_value: float

    @property
    def sentence(self) -> str:
        """``3.4 times as often as before at 5 customers: 12 site-days on the new version, 4 on the old one.``"""
        at = "1 customer" if self.customers == 1 else f"{self.customers} customers"
        days = "1 site-day" if self.new_site_days == 1 else f"{self.new_site_days} site-days"
        often = f"{self.rate_ratio:.1f} times as often as before" if self.old_site_days else "Never seen before"
        return f"{often} at {at}: {days} on the new version, {self.old_site_days} on the old one."


@dataclass(frozen=True, slots=True)
class Regressions:
    """The regressions of a version, the surest first; of ``patterns`` that ``customers`` who ran both versions had.

    ``common_change``: by how much all patterns together became more (or less) frequent, which is put down to use and
    to sending, not to any one pattern.
    """

    found: tuple[Regression, ...]
    patterns: int
    customers: int
    common_change: float


@dataclass(frozen=True, slots=True)
class NoCommonCustomers:
    """No answer: no customer sent dumps of both versions."""

    old: str
    new: str

    @property
    def sentence(self) -> str:
        """``Not enough data to compare 24.2 with 24.1: no customer sent dumps of both.``"""
        return f"Not enough data to compare {self.new} with {self.old}: no customer sent dumps of both."


@dataclass(frozen=True, eq=False, slots=True)
class _Counted:
    """Site-days of one pattern at each customer that ran both versions."""

    pattern_id: int
    old: Floats
    new: Floats


def find_regressions(sightings: Iterable[VersionSighting], old: str, new: str) -> Regressions | NoCommonCustomers:
    """The patterns whose rate rose from version ``old`` to ``new`` by more than that of all patterns.

    Each customer is compared with itself: given its site-days of a pattern on both versions, those on the new one are
    binomial with the share of its exposure. Exact, with mid-p values (Lancaster 1961), false discoveries held at 10 %.
    """
    both = [one for one in sightings if one.version in (old, new)]
    exposures = install_spans(both, old, new)
    if not exposures:
        return NoCommonCustomers(old, new)
    customers = sorted(exposures)
    old_days = np.array([exposures[one].old_days for one in customers])
    new_days = np.array([exposures[one].new_days for one in customers])
    counted = _counted(both, customers, new)
    change = _common_change(counted, old_days, new_days)
    share = change * new_days / (change * new_days + old_days)
    tested = [one for one in counted if one.new.sum() >= LEAST_NEW_SITE_DAYS]
    p_values = np.array([mid_p(one.new, one.old + one.new, share) for one in tested])
    q_values = benjamini_hochberg(p_values, len(counted))
    found = [
        Regression(
            one.pattern_id,
            int(one.new.sum()),
            int(one.old.sum()),
            int((one.new > 0).sum()),
            _rate_ratio(one, old_days, new_days) / change,
            float(q_value),
        )
        for one, q_value in zip(tested, q_values, strict=True)
        if q_value <= FALSE_SHARE
    ]
    found.sort(key=lambda one: (one.q_value, -one.new_site_days, one.pattern_id))
    return Regressions(tuple(found), len(counted), len(customers), change)


def install_spans(sightings: Sequence[VersionSighting], old: str, new: str) -> Mapping[str, Exposure]:
    """The exposure of each customer that sent dumps of both versions.

    A version is taken to be installed from its first to its last dump there. Days between the spans of the two, and
    days in both, are shared out by halves.
    """
    days: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one in sightings:
        days[one.customer, one.version].append(one.day)
    both = {customer for customer, _ in days if (customer, old) in days and (customer, new) in days}
    return {customer: _exposure(days[customer, old], days[customer, new]) for customer in both}


def _exposure(old: Sequence[date], new: Sequence[date]) -> Exposure:
    between = (min(new) - max(old)).days - 1
    old_days = (max(old) - min(old)).days + 1 + between / 2
    new_days = (max(new) - min(new)).days + 1 + between / 2
    return Exposure(max(old_days, 1.0), max(new_days, 1.0))


def _counted(sightings: Sequence[VersionSighting], customers: Sequence[str], new: str) -> list[_Counted]:
    """Site-days by pattern, customer and version, patterns by id."""
    place = {customer: at for at, customer in enumerate(customers)}
    tables: dict[int, Floats] = {}
    for one in set(sightings):
        if one.customer in place:
            table = tables.setdefault(one.pattern_id, np.zeros((2, len(customers))))
            table[int(one.version == new), place[one.customer]] += 1
    return [_Counted(pattern_id, *tables[pattern_id]) for pattern_id in sorted(tables)]


def _common_change(counted: Sequence[_Counted], old_days: Floats, new_days: Floats) -> float:
    """The rate of the new version by that of the old one: the median over patterns, or of all together if few."""
    usual = [one for one in counted if one.old.sum() + one.new.sum() >= SITE_DAYS_FOR_MEDIAN]
    if len(usual) >= PATTERNS_FOR_MEDIAN:
        return float(np.median([_rate_ratio(one, old_days, new_days) for one in usual]))
    together = _Counted(0, np.sum([one.old for one in counted], axis=0), np.sum([one.new for one in counted], axis=0))
    return _rate_ratio(together, old_days, new_days)


def _rate_ratio(counted: _Counted, old_days: Floats, new_days: Floats) -> float:
    """The Mantel-Haenszel rate ratio over customers, with half a site-day on either side."""
    share = new_days / (old_days + new_days)
    more = float((counted.new * (1.0 - share)).sum()) + 0.25
    less = float((counted.old * share).sum()) + 0.25
    return more / less


def mid_p(new: Floats, both: Floats, share: Floats) -> float:
    """P(more site-days on the new version) + half P(as many), each customer's being binomial(both, share)."""
    from scipy.stats import binom  # type: ignore[import-untyped]

    chances = np.ones(1)
    for of, chance in zip(both.astype(int), share, strict=True):
        if of:
            chances = np.convolve(chances, binom.pmf(np.arange(of + 1), of, chance))
    seen = int(new.sum())
    return float(chances[seen + 1 :].sum() + chances[seen] / 2)
