"""The parts of the forecaster, against computations by other means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from crash_knowledge.insights.forecast.backtest import conformity, coverage, crps, rmse, rolling_origins, totals_after
from crash_knowledge.insights.forecast.conformal import intervals, recalibrated
from crash_knowledge.insights.forecast.gamma_poisson import gamma_poisson, usual_dispersion
from crash_knowledge.insights.forecast.mixture import Mixture, mixed, single
from crash_knowledge.insights.forecast.model import LEVELS
from crash_knowledge.insights.forecast.recent import without_bursts
from crash_knowledge.insights.forecast.seasonal_naive import seasonal_naive
from crash_knowledge.insights.forecast.theta import theta
from crash_knowledge.insights.forecast.weekdays import weekday_factors

SOME_LEVELS = np.array([0.025, 0.1, 0.3, 0.5, 0.7, 0.9, 0.975])


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.5), (4.0, 9.0), (20.0, 300.0)])
def test_quantiles_of_small_counts_are_exact(mean: float, variance: float) -> None:
    size = mean**2 / (variance - mean)
    expected = stats.nbinom.ppf(SOME_LEVELS, size, size / (size + mean))
    table = single(np.array([mean]), np.array([variance])).table()
    np.testing.assert_allclose(table.quantiles(SOME_LEVELS)[0], expected, atol=1 if mean == 20.0 else 0)


def test_quantiles_of_large_counts_are_close() -> None:
    size = 5_000.0**2 / (90_000.0 - 5_000.0)
    expected = stats.nbinom.ppf(SOME_LEVELS, size, size / (size + 5_000.0))
    found = single(np.array([5_000.0]), np.array([90_000.0])).table().quantiles(SOME_LEVELS)[0]
    np.testing.assert_allclose(found, expected, atol=6)


def test_a_mixture_has_the_moments_and_the_chances_of_its_parts() -> None:
    both = mixed(single(np.array([2.0]), np.array([2.5])), single(np.array([10.0]), np.array([30.0])), np.array([0.25]))
    assert both.mean[0] == pytest.approx(4.0)
    assert both.deviation[0] ** 2 == pytest.approx(0.75 * 2.5 + 0.25 * 30.0 + 0.75 * 4.0 + 0.25 * 36.0)
    parts = [stats.nbinom.cdf(3, m * m / (v - m), m / v) for m, v in ((2.0, 2.5), (10.0, 30.0))]
    assert both.distribution(np.array([[3.0, -1.0]]))[0] == pytest.approx([0.75 * parts[0] + 0.25 * parts[1], 0.0])


def test_the_score_of_a_distribution_is_near_its_integral() -> None:
    quantiles = stats.norm.ppf(LEVELS)[None, :] * 10.0 + 100.0
    for happened in (100.0, 115.0):
        z = (happened - 100.0) / 10.0
        exact = 10.0 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
        assert crps(quantiles, np.array([happened]))[0] == pytest.approx(exact, rel=0.08)


def test_a_certain_forecast_scores_its_distance() -> None:
    assert crps(np.full((1, 19), 7.0), np.array([10.0]))[0] == pytest.approx(3.0)


def test_errors_and_coverage_by_hand() -> None:
    assert rmse(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == pytest.approx(np.sqrt(12.5))
    assert coverage(np.array([0, 3, 5]), np.array([2, 4, 9]), np.array([2.0, 5.0, 5.0])) == pytest.approx(2 / 3)


def test_origins_are_weeks_apart_and_leave_a_week() -> None:
    assert rolling_origins(60, 28, 16).tolist() == [32, 39, 46, 53]
    assert rolling_origins(200, 28, 3).tolist() == [179, 186, 193]
    assert rolling_origins(34, 28, 16).tolist() == []
    assert totals_after(np.arange(20.0), np.array([0, 13])).tolist() == [21.0, 112.0]


def test_no_method_looks_ahead() -> None:
    counts = np.random.default_rng(3).poisson(6.0, 200).astype(float)
    changed = counts.copy()
    changed[150:] = 90.0
    origin = np.array([150])
    assert np.array_equal(weekday_factors(counts, 1.0)[:151], weekday_factors(changed, 1.0)[:151])
    assert np.array_equal(without_bursts(counts)[:150], without_bursts(changed)[:150])
    for method in (theta, seasonal_naive, gamma_poisson):
        before = method(counts[:150], origin, 7)
        assert before.total.mean == pytest.approx(method(counts, origin, 7).total.mean, rel=0.02)


def test_weekday_factors_find_the_quiet_day_and_leave_noise_alone() -> None:
    random = np.random.default_rng(5)
    quiet_third_day = np.where(np.arange(280) % 7 == 2, random.poisson(5, 280), random.poisson(50, 280)).astype(float)
    factors = weekday_factors(quiet_third_day, 1.0)[-1]
    assert factors.argmin() == 2
    assert factors[2] < 0.3
    few = weekday_factors(random.poisson(0.1, 280).astype(float), 1.0)[-1]
    assert np.abs(few - 1.0).max() < 0.2
    assert factors.mean() == pytest.approx(1.0)


def test_dispersion_of_poisson_counts_is_one_and_of_clusters_more() -> None:
    random = np.random.default_rng(11)
    poisson = random.poisson(30.0, 700).astype(float)
    assert usual_dispersion(poisson) == pytest.approx(1.0, abs=0.25)
    assert usual_dispersion(poisson * 10) == pytest.approx(10.0, rel=0.25)
    assert usual_dispersion(np.zeros(50)) == 1.0


def test_the_filters_follow_a_step() -> None:
    counts = np.concatenate([np.full(100, 2.0), np.full(30, 12.0)])
    before, after = gamma_poisson(counts, np.array([100, 130]), 1).total.mean
    assert before == pytest.approx(2.0, abs=0.3)
    assert after == pytest.approx(12.0, abs=1.0)


def test_conformity_is_half_way_out_at_a_quartile() -> None:
    table = single(np.full(3, 1_000.0), np.full(3, 10_000.0)).table()
    quartiles = table.quantiles([0.25, 0.5, 0.75])[0].astype(float)
    assert conformity(table, quartiles) == pytest.approx([0.5, 0.0, 0.5], abs=0.02)


def test_past_misses_widen_and_past_hits_narrow() -> None:
    assert recalibrated(0.8, np.array([])) == 0.8
    assert recalibrated(0.8, np.full(16, 0.99)) > 0.8 > recalibrated(0.8, np.full(16, 0.3))


def test_an_interval_comes_as_near_to_its_level_as_whole_numbers_can() -> None:
    table = Mixture(np.ones((1, 1)), np.array([[0.25]]), np.array([[0.25]])).table()
    promised = table.quantiles([0.1, 0.9])[0]
    lower, upper = intervals(table, 0.8, nearest=True)
    assert (promised.tolist(), lower[0], upper[0]) == ([0, 1], 0, 0)
    held_lower, held_upper = intervals(table, 0.8, nearest=False)
    assert (held_lower[0], held_upper[0]) == (0, 1)
