"""Patterns that are new, or come more often than their past allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from crash_knowledge.insights.significance import benjamini_hochberg
from crash_knowledge.insights.surveillance import (
    GAP_DAYS,
    WINDOWS,
    Counts,
    Floats,
    calibrated_bound,
    emergence_scores,
    past_rate,
    scan_scores,
    window_scores,
)

WEEK = 7
DAYS_NEEDED = 28
"""Days of history without which every pattern would be new."""

NEW_SITES, NEW_SITE_DAYS = 2, 3
"""A pattern never seen before the last week is emerging with so many sites, or so many site-days, in it."""

ALARMS_A_DAY = 1.0
"""False alarms a day, over all patterns, that people put up with."""

SETTLED_DAYS = 60
"""First days of a history, on which no bound is calibrated."""

STARTING_BOUND = 4.0
"""The bound until the past is long enough to calibrate one: that of 500 made-up patterns at one false alarm a day."""

LEAST_BOUND = 3.0


class Emergence(StrEnum):
    """How a pattern emerges."""

    NEW = "new"
    ESCALATING = "escalating"


@dataclass(frozen=True, slots=True)
class PatternHistory:
    """The days of a pattern; the last one is today.

    ``site_days``: distinct customers with a dump on each day. ``dumps``: dumps on each day.
    ``sites_in_last_week``: distinct customers in the last seven days.
    """

    pattern_id: int
    site_days: Sequence[int]
    dumps: Sequence[int]
    sites_in_last_week: int


@dataclass(frozen=True, slots=True)
class EmergingPattern:
    """One pattern that emerges, and why.

    ``expected_site_days``: what its past allows for a week. ``q_value``: the least share of false discoveries, among
    all patterns, at which the scan would name it. The counts are of the last seven days.
    """

    pattern_id: int
    emergence: Emergence
    reason: str
    score: float
    q_value: float
    site_days: int
    dumps: int
    sites: int
    expected_site_days: float


@dataclass(frozen=True, slots=True)
class EmergingPatterns:
    """What emerges among ``patterns`` patterns that were watched for ``days`` days; scores from ``bound`` on count."""

    found: tuple[EmergingPattern, ...]
    patterns: int
    days: int
    bound: float


@dataclass(frozen=True, slots=True)
class NotEnoughHistory:
    """No answer, because too few days are known."""

    days: int
    days_needed: int

    @property
    def sentence(self) -> str:
        """``Not enough data to tell what is emerging: 9 days are known, 28 are needed.``"""
        known = "1 day is known" if self.days == 1 else f"{self.days} days are known"
        return f"Not enough data to tell what is emerging: {known}, {self.days_needed} are needed."


@dataclass(frozen=True, eq=False, slots=True)
class _Today:
    """The statistics of all patterns at the end of the last day; one entry a pattern."""

    scores: Floats
    q_values: Floats
    expected: Floats
    chances: Floats


def find_emerging(
    histories: Sequence[PatternHistory], alarms_a_day: float = ALARMS_A_DAY
) -> EmergingPatterns | NotEnoughHistory:
    """The emerging patterns today, new ones first, then by score.

    A pattern escalates when the scan and Farrington's test together reach the bound at which the past gave
    ``alarms_a_day``. All histories have the same days. Raises ValueError when they do not.
    """
    lengths = {length for one in histories for length in (len(one.site_days), len(one.dumps))}
    if len(lengths) > 1:
        raise ValueError("Histories of patterns must have the same days.")
    days = lengths.pop() if lengths else 0
    if days < DAYS_NEEDED:
        return NotEnoughHistory(days, DAYS_NEEDED)
    site_days = np.array([one.site_days for one in histories], dtype=np.int64)
    scores = emergence_scores(site_days)
    bound = _bound(scores, alarms_a_day)
    today = _today(site_days, scores)
    judged = (_judged(one, at, today, bound) for at, one in enumerate(histories))
    found = [one for one in judged if one is not None]
    found.sort(key=lambda one: (one.emergence is not Emergence.NEW, -one.score, one.pattern_id))
    return EmergingPatterns(tuple(found), len(histories), days, bound)


def _bound(scores: Floats, alarms_a_day: float) -> float:
    """The bound of the past, without its first days and without the days that today is judged by."""
    past = scores[:, SETTLED_DAYS:-GAP_DAYS]
    if past.shape[1] < SETTLED_DAYS:
        return STARTING_BOUND
    return calibrated_bound(past, alarms_a_day, LEAST_BOUND)


def _today(site_days: Counts, scores: Floats) -> _Today:
    shape, rate = past_rate(site_days, GAP_DAYS)
    p_values = np.minimum(len(WINDOWS) * 10.0 ** -scan_scores(site_days)[:, -1], 1.0)
    return _Today(
        scores[:, -1],
        benjamini_hochberg(p_values, len(p_values)),
        WEEK * shape[:, -1] / rate[:, -1],
        10.0 ** -window_scores(site_days, WEEK)[:, -1],
    )


def _judged(history: PatternHistory, at: int, today: _Today, bound: float) -> EmergingPattern | None:
    site_days = sum(history.site_days[-WEEK:])
    new = site_days > 0 and not any(history.site_days[:-WEEK])
    enough = history.sites_in_last_week >= NEW_SITES or site_days >= NEW_SITE_DAYS
    if not (enough if new else today.scores[at] >= bound):
        return None
    expected = float(today.expected[at])
    reason = _reason_new(history) if new else _reason_escalating(history, expected, float(today.chances[at]))
    return EmergingPattern(
        history.pattern_id,
        Emergence.NEW if new else Emergence.ESCALATING,
        reason,
        float(today.scores[at]),
        float(today.q_values[at]),
        site_days,
        sum(history.dumps[-WEEK:]),
        history.sites_in_last_week,
        expected,
    )


def _reason_new(history: PatternHistory) -> str:
    """``Never seen before 3 days ago: since then 4 site-days at 3 sites (9 dumps).``"""
    ago = next(back for back in range(WEEK - 1, -1, -1) if history.site_days[-1 - back])
    since = "today" if ago == 0 else "yesterday" if ago == 1 else f"{ago} days ago"
    return f"Never seen before {since}: since then {_counted(history)}."


def _reason_escalating(history: PatternHistory, expected: float, chance: float) -> str:
    """``9 site-days at 5 sites (31 dumps) in the last 7 days; its past lets 1.2 site-days be expected (…).``"""
    likely = f" ({_odds(chance)})" if chance < 0.1 else ""
    return f"{_counted(history)} in the last {WEEK} days; its past lets {expected:.1f} site-days be expected{likely}."


def _counted(history: PatternHistory) -> str:
    site_days, dumps = sum(history.site_days[-WEEK:]), sum(history.dumps[-WEEK:])
    return (
        f"{_plural(site_days, 'site-day')} at {_plural(history.sites_in_last_week, 'site')} ({_plural(dumps, 'dump')})"
    )


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _odds(chance: float) -> str:
    """``one chance in 25,000``, to two digits."""
    odds = 1.0 / max(chance, 1e-9)
    digits = 10 ** max(len(str(int(odds))) - 2, 0)
    return f"one chance in {round(odds / digits) * digits:,}" if odds < 1e6 else "less than one chance in a million"
