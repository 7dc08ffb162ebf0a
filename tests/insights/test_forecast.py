"""What a forecast promises, whatever the series."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from crash_knowledge.insights.forecast import Forecast, NotEnoughData, forecast

START = date(2025, 1, 6)


def drawn(mean: float, days: int) -> list[int]:
    return np.random.default_rng(7).poisson(mean, days).tolist()


SERIES = {
    "all zero": [0] * 90,
    "constant": [5] * 90,
    "explosive": [int(1.1**day) for day in range(150)],
    "just enough": drawn(2.0, 28),
    "rare": drawn(0.05, 300),
    "large": drawn(10_000.0, 300),
    "one crash, today": [0] * 99 + [1],
    "a burst": [0] * 60 + [1_000] + [0] * 10,
    "silent since long": drawn(4.0, 200) + [0] * 100,
    "weekdays only": [20, 20, 20, 20, 20, 0, 0] * 20,
    "years": drawn(1.0, 1_500),
}


def made(counts: list[int], horizon: int) -> Forecast:
    found = forecast(counts, START, horizon)
    assert isinstance(found, Forecast)
    return found


@pytest.mark.parametrize("horizon", [1, 7, 28])
@pytest.mark.parametrize("name", SERIES)
def test_bounds_are_in_order_and_never_negative(name: str, horizon: int) -> None:
    found = made(SERIES[name], horizon)
    assert len(found.days) == found.total.days == horizon
    for one in (*found.days, found.total):
        assert 0 <= one.within_95.lower <= one.within_80.lower <= one.expected
        assert one.expected <= one.within_80.upper <= one.within_95.upper
        assert one.quantiles == tuple(sorted(one.quantiles))
        assert one.mean >= 0


@pytest.mark.parametrize("name", SERIES)
def test_a_later_day_is_never_claimed_to_be_surer(name: str) -> None:
    days = made(SERIES[name], 28).days
    for widths in (
        [day.within_80.upper - day.within_80.lower for day in days],
        [day.within_95.upper - day.within_95.lower for day in days],
    ):
        assert widths == sorted(widths)


@pytest.mark.parametrize("name", SERIES)
def test_the_total_of_more_days_is_not_surer(name: str) -> None:
    totals = [made(SERIES[name], horizon).total.within_80 for horizon in (1, 7, 14, 28)]
    widths = [one.upper - one.lower for one in totals]
    assert widths == sorted(widths)


def test_the_days_that_follow_are_forecast_from_the_sample_named() -> None:
    counts = drawn(3.0, 100)
    found = made(counts, 7)
    last = START + timedelta(days=99)
    assert [one.day for one in found.days] == [last + timedelta(days=ahead) for ahead in range(1, 8)]
    assert (found.sample.days, found.sample.crashes) == (100, sum(counts))
    assert (found.sample.first_day, found.sample.last_day) == (START, last)


def test_a_long_past_is_used_as_far_as_it_matters() -> None:
    found = made(SERIES["years"], 7)
    assert found.sample.days == 730
    assert found.sample.last_day == START + timedelta(days=1_499)
    assert found.sample.crashes == sum(SERIES["years"][-730:])


@pytest.mark.parametrize(("days", "known"), [(0, "0 days are"), (1, "1 day is"), (27, "27 days are")])
def test_too_short_a_past_is_an_answer_of_its_own(days: int, known: str) -> None:
    found = forecast([3] * days, START, 7)
    assert found == NotEnoughData(days, 28)
    assert found.sentence == f"Not enough data for a forecast: {known} known, 28 are needed."


@pytest.mark.parametrize(("counts", "horizon"), [([1] * 40, 0), ([1] * 40, 29), ([1] * 39 + [-1], 7)])
def test_impossible_questions_are_refused(counts: list[int], horizon: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        forecast(counts, START, horizon)


def test_steady_crashes_are_expected_to_go_on() -> None:
    total = made(drawn(20.0, 200), 7).total
    assert 125 <= total.expected <= 155
    assert total.within_95.lower <= 140 <= total.within_95.upper


def test_quiet_weekends_are_learnt() -> None:
    counts = [n if day % 7 < 5 else n // 10 for day, n in enumerate(drawn(30.0, 210))]
    expected = [day.expected for day in made(counts, 7).days]
    assert max(expected[5:]) < 10 < 20 < min(expected[:5])


def test_one_wild_day_is_not_a_new_level() -> None:
    calm = drawn(4.0, 200)
    wild = [*calm[:-3], 4_000, *calm[-2:]]
    assert made(wild, 7).days[0].quantiles[9] <= 4 * made(calm, 7).days[0].quantiles[9]


def test_the_week_before_is_repeated_where_that_was_clearly_better() -> None:
    quirky = [50, 3, 9, 70, 0, 25, 1] * 30
    found = made(quirky, 7)
    assert found.method == "Seasonal naive"
    assert [day.expected for day in found.days] == pytest.approx(quirky[:7], abs=1)
    assert made(drawn(3.0, 210), 7).method == "Gamma-Poisson average"


def test_past_weeks_are_shown_beside_what_happened() -> None:
    counts = drawn(5.0, 200)
    backtest = made(counts, 7).backtest
    assert backtest is not None
    assert len(backtest.weeks) == 16
    assert backtest.weeks[-1].begins == START + timedelta(days=193)
    assert [one.happened for one in backtest.weeks[-2:]] == [sum(counts[186:193]), sum(counts[193:])]
    assert backtest.within_80 <= backtest.within_95 <= 16
    assert backtest.within_95 >= 14
    assert 0 < backtest.error < backtest.error_of_seasonal_naive


def test_without_a_week_to_spare_there_is_no_backtest() -> None:
    assert made(SERIES["just enough"], 7).backtest is None


def test_the_same_series_has_the_same_forecast() -> None:
    assert made(SERIES["rare"], 14) == made(list(SERIES["rare"]), 14)
