"""What a forecast tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LEVELS = tuple(step / 20 for step in range(1, 20))
"""The levels of the quantiles that a forecast carries."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Counts from ``lower`` to ``upper``, both included."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class DayForecast:
    """Crashes of one day: the expected whole number, where 80 and 95 of 100 such days are thought to end, the mean
    before it was rounded, and the quantiles at LEVELS."""

    day: date
    expected: int
    within_80: Interval
    within_95: Interval
    mean: float
    quantiles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TotalForecast:
    """Crashes of all days of the horizon together; not the sum of the rounded days."""

    days: int
    expected: int
    within_80: Interval
    within_95: Interval
    mean: float
    quantiles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a forecast rests on: ``crashes`` on ``days`` days, the first and the last of them."""

    days: int
    crashes: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class PastWeek:
    """A week that was forecast from the days before it, and what happened."""

    begins: date
    expected: int
    within_80: Interval
    within_95: Interval
    happened: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """How the forecasts of past weeks went, and how repeating the week before would have gone.

    The error is the continuous ranked probability score of the week's total, in crashes: the mean distance between
    what was forecast and what happened.
    """

    weeks: tuple[PastWeek, ...]
    error: float
    error_of_seasonal_naive: float

    @property
    def within_80(self) -> int:
        """Weeks that ended in their 80 % interval."""
        return sum(one.within_80.lower <= one.happened <= one.within_80.upper for one in self.weeks)

    @property
    def within_95(self) -> int:
        """Weeks that ended in their 95 % interval."""
        return sum(one.within_95.lower <= one.happened <= one.within_95.upper for one in self.weeks)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next days, one by one and together. ``backtest`` is None when the past is too short for one."""

    method: str
    sample: Sample
    days: tuple[DayForecast, ...]
    total: TotalForecast
    backtest: Backtest | None


@dataclass(frozen=True, slots=True)
class NotEnoughData:
    """No forecast, because too few days are known."""

    days: int
    days_needed: int

    @property
    def sentence(self) -> str:
        """``Not enough data for a forecast: 12 days are known, 28 are needed.``"""
        known = "1 day is known" if self.days == 1 else f"{self.days} days are known"
        return f"Not enough data for a forecast: {known}, {self.days_needed} are needed."
