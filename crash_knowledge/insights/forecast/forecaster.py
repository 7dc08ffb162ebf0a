"""The forecaster: the next days of a series of daily counts, or that too little is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from crash_knowledge.insights.forecast.backtest import conformity, crps, rolling_origins, totals_after
from crash_knowledge.insights.forecast.combined import combined
from crash_knowledge.insights.forecast.conformal import intervals, recalibrated
from crash_knowledge.insights.forecast.mixture import Floats, Ints, Mixture, Table
from crash_knowledge.insights.forecast.model import (
    LEVELS,
    Backtest,
    DayForecast,
    Forecast,
    Interval,
    NotEnoughData,
    PastWeek,
    Sample,
    TotalForecast,
)
from crash_knowledge.insights.forecast.outlook import Method
from crash_knowledge.insights.forecast.seasonal_naive import seasonal_naive
from crash_knowledge.insights.forecast.weekdays import WEEK

DAYS_NEEDED = 28
DAYS_USED = 730
LONGEST_HORIZON = 28

BACKTEST_WEEKS = 16
WEEKS_TO_CHOOSE = 8
"""Weeks of backtest without which the usual method is kept."""

NAIVE_CHOSEN_BELOW = 0.9
"""Seasonal naive is chosen when its error in the backtest is less than this share of the usual method's."""

COMBINED = "Gamma-Poisson average"
NAIVE = "Seasonal naive"


@dataclass(frozen=True, eq=False, slots=True)
class _Tested:
    """A method on past weeks; one entry of each array an origin."""

    name: str
    method: Method
    table: Table
    means: Floats
    errors: Floats


def forecast(counts: Sequence[int], start: date, horizon: int) -> Forecast | NotEnoughData:
    """The ``horizon`` days (1 to 28) after a series.

    ``counts``: crashes of each day from ``start`` on, zeros included, none left out. The method is the Gamma-Poisson
    average unless repeating the last week was clearly better in past weeks of this very series. Intervals are
    recalibrated on those weeks; a later day's interval is never narrower than an earlier one's. Raises ValueError
    when the horizon is out of range or a count is negative.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise ValueError(f"A forecast reaches 1 to {LONGEST_HORIZON} days, not {horizon}.")
    if any(count < 0 for count in counts):
        raise ValueError("A count of crashes cannot be negative.")
    if len(counts) < DAYS_NEEDED:
        return NotEnoughData(len(counts), DAYS_NEEDED)
    known = np.asarray(counts[-DAYS_USED:], dtype=np.float64)
    first = start + timedelta(days=len(counts) - len(known))
    origins = rolling_origins(len(known), DAYS_NEEDED, BACKTEST_WEEKS)
    tested = _chosen(known, origins)
    scores = conformity(tested.table, totals_after(known, origins))
    level_80 = recalibrated(0.80, scores)
    outlook = tested.method(known, np.array([len(known)]), horizon)
    sample = Sample(len(known), int(known.sum()), first, first + timedelta(days=len(known) - 1))
    return Forecast(
        tested.name,
        sample,
        _days(outlook.days, level_80, sample.last_day),
        _total(outlook.total, level_80, horizon),
        _backtest(known, origins, first, tested, level_80) if len(origins) else None,
    )


def _chosen(counts: Floats, origins: Ints) -> _Tested:
    usual = _tested(COMBINED, combined, counts, origins)
    naive = _tested(NAIVE, seasonal_naive, counts, origins)
    enough = len(origins) >= WEEKS_TO_CHOOSE
    return naive if enough and naive.errors.sum() < NAIVE_CHOSEN_BELOW * usual.errors.sum() else usual


def _tested(name: str, method: Method, counts: Floats, origins: Ints) -> _Tested:
    total = method(counts, origins, WEEK).total
    table = total.table()
    return _Tested(name, method, table, total.mean, crps(table.quantiles(LEVELS), totals_after(counts, origins)))


def _days(days: Mixture, level_80: float, last_day: date) -> tuple[DayForecast, ...]:
    table = days.table()
    within_80, within_95 = _intervals(table, level_80)
    within_80, within_95 = _never_narrower(within_80), _never_narrower(within_95)
    rows = zip(days.mean, within_80, within_95, table.quantiles(LEVELS), strict=True)
    return tuple(
        DayForecast(
            last_day + timedelta(days=ahead),
            _expected(mean, of_80),
            of_80,
            of_95,
            float(mean),
            tuple(quantiles.tolist()),
        )
        for ahead, (mean, of_80, of_95, quantiles) in enumerate(rows, start=1)
    )


def _total(total: Mixture, level_80: float, horizon: int) -> TotalForecast:
    table = total.table()
    (within_80,), (within_95,) = _intervals(table, level_80)
    mean = float(total.mean[0])
    quantiles = tuple(table.quantiles(LEVELS)[0].tolist())
    return TotalForecast(horizon, _expected(mean, within_80), within_80, within_95, mean, quantiles)


def _backtest(counts: Floats, origins: Ints, first: date, tested: _Tested, level_80: float) -> Backtest:
    within_80, within_95 = _intervals(tested.table, level_80)
    rows = zip(origins.tolist(), tested.means, within_80, within_95, totals_after(counts, origins), strict=True)
    weeks = tuple(
        PastWeek(first + timedelta(days=origin), _expected(mean, of_80), of_80, of_95, int(happened))
        for origin, mean, of_80, of_95, happened in rows
    )
    naive = _tested(NAIVE, seasonal_naive, counts, origins)
    return Backtest(weeks, float(tested.errors.mean()), float(naive.errors.mean()))


def _intervals(table: Table, level_80: float) -> tuple[list[Interval], list[Interval]]:
    """The 80 and the 95 % intervals of all rows; the wider one holds the narrower one."""
    lower_80, upper_80 = intervals(table, level_80, nearest=True)
    lower_95, upper_95 = intervals(table, 0.95, nearest=False)
    lower_95, upper_95 = np.minimum(lower_80, lower_95), np.maximum(upper_80, upper_95)
    return _as_intervals(lower_80, upper_80), _as_intervals(lower_95, upper_95)


def _as_intervals(lower: Ints, upper: Ints) -> list[Interval]:
    return [Interval(int(begin), int(end)) for begin, end in zip(lower, upper, strict=True)]


def _never_narrower(days: Sequence[Interval]) -> list[Interval]:
    """The intervals, each at least as wide as the one before."""
    width, wide = 0, []
    for one in days:
        width = max(width, one.upper - one.lower)
        wide.append(Interval(one.lower, one.lower + width))
    return wide


def _expected(mean: float, within: Interval) -> int:
    return min(max(round(mean), within.lower), within.upper)
