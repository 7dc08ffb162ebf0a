"""Which patterns are called emerging, and in which words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from crash_knowledge.insights.emerging import (
    Emergence,
    EmergingPattern,
    EmergingPatterns,
    NotEnoughHistory,
    PatternHistory,
    find_emerging,
)
from crash_knowledge.insights.surveillance import (
    alarms,
    calibrated_bound,
    emergence_scores,
    farrington_scores,
    past_rate,
    scan_scores,
    window_scores,
    window_sums,
)

DAYS = 300


def background(patterns: int, mean: float = 0.15) -> list[PatternHistory]:
    drawn = np.random.default_rng(9).poisson(mean, (patterns, DAYS))
    return [pattern(100 + at, row.tolist()) for at, row in enumerate(drawn)]


def pattern(pattern_id: int, site_days: Sequence[int], dumps: Sequence[int] = (), sites: int = 1) -> PatternHistory:
    return PatternHistory(pattern_id, list(site_days), list(dumps or site_days), sites)


def found(histories: Sequence[PatternHistory]) -> dict[int, EmergingPattern]:
    answer = find_emerging(histories)
    assert isinstance(answer, EmergingPatterns)
    return {one.pattern_id: one for one in answer.found}


@pytest.mark.parametrize(
    ("last_days", "sites", "emerging"),
    [
        ([1, 0, 0, 0], 1, False),
        ([1, 1, 0, 0], 1, False),
        ([2, 0, 0, 0], 2, True),
        ([1, 1, 1, 0], 1, True),
        ([0, 0, 0, 0], 0, False),
    ],
)
def test_a_new_pattern_needs_two_sites_or_three_site_days(last_days: list[int], sites: int, emerging: bool) -> None:
    new = pattern(1, [0] * (DAYS - 4) + last_days, sites=sites)
    assert (1 in found([*background(60), new])) is emerging


def test_a_new_pattern_says_since_when_and_where() -> None:
    new = pattern(1, [0] * (DAYS - 4) + [2, 0, 1, 1], [0] * (DAYS - 4) + [5, 0, 2, 2], sites=3)
    one = found([*background(60), new])[1]
    assert one.emergence is Emergence.NEW
    assert one.reason == "Never seen before 3 days ago: since then 4 site-days at 3 sites (9 dumps)."
    assert (one.site_days, one.dumps, one.sites) == (4, 9, 3)


def test_seen_again_is_not_new() -> None:
    again = pattern(1, [1] + [0] * (DAYS - 5) + [2, 0, 1, 1], sites=3)
    assert found([*background(60), again])[1].emergence is Emergence.ESCALATING


def test_a_step_escalates_and_the_steady_ones_do_not() -> None:
    stepped = pattern(1, [*([0, 0, 0, 0, 0, 0, 1] * 50)[: DAYS - 7], 1, 2, 1, 2, 1, 1, 2], sites=5)
    answer = found([*background(60), stepped])
    assert answer[1].emergence is Emergence.ESCALATING
    assert answer[1].reason.startswith("10 site-days at 5 sites (10 dumps) in the last 7 days; its past lets ")
    assert "one chance in" in answer[1].reason
    assert 0.5 < answer[1].expected_site_days < 2.0
    assert answer[1].q_value < 0.01
    assert len(answer) <= 2


def test_a_retry_storm_at_one_site_is_no_outbreak() -> None:
    usual = ([0, 0, 1] * 100)[:DAYS]
    storm = pattern(1, usual, [*usual[:-2], 0, 5_000])
    assert 1 not in found([*background(60), storm])


def test_new_ones_come_first_then_the_highest_score() -> None:
    quiet = [0] * (DAYS - 7)
    ones = [
        pattern(1, [1, *quiet[1:], 1, 1, 1, 1, 1, 1, 1], sites=4),
        pattern(2, [1, *quiet[1:], 4, 4, 4, 4, 4, 4, 4], sites=9),
        pattern(3, [*quiet, 0, 0, 0, 0, 1, 1, 1], sites=2),
    ]
    answer = find_emerging([*background(60), *ones])
    assert isinstance(answer, EmergingPatterns)
    assert [one.pattern_id for one in answer.found if one.pattern_id < 100] == [3, 2, 1]
    assert (answer.patterns, answer.days) == (63, DAYS)


@pytest.mark.parametrize(("histories", "days"), [([], 0), ([pattern(1, [1] * 27)], 27)])
def test_too_short_a_past_is_an_answer_of_its_own(histories: list[PatternHistory], days: int) -> None:
    answer = find_emerging(histories)
    assert answer == NotEnoughHistory(days, 28)
    assert answer.sentence == (f"Not enough data to tell what is emerging: {days} days are known, 28 are needed.")


def test_histories_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="same days"):
        find_emerging([pattern(1, [0] * 40), pattern(2, [0] * 41)])


def test_without_any_crash_nothing_emerges() -> None:
    assert found([pattern(1, [0] * 90), pattern(2, [0] * 90)]) == {}


def test_windows_are_sums_of_the_days_that_end_them() -> None:
    counts = np.array([[1, 0, 2, 3, 0]])
    assert window_sums(counts, 3).tolist() == [[1, 1, 3, 5, 5]]


def test_the_score_of_a_window_is_the_tail_of_a_negative_binomial() -> None:
    counts = np.random.default_rng(1).poisson(0.4, (30, 200))
    shape, rate = past_rate(counts, 14)
    week = counts[:, -7:].sum(axis=1)
    tail = stats.nbinom.sf(week - 1, shape[:, -1], rate[:, -1] / (rate[:, -1] + 7.0))
    expected = np.where(week >= 2, -np.log10(tail), 0.0)
    np.testing.assert_allclose(window_scores(counts, 7)[:, -1], expected, rtol=1e-9)


@pytest.mark.parametrize("scores", [scan_scores, farrington_scores, emergence_scores])
def test_scores_rest_on_days_gone_by_only(scores) -> None:
    counts = np.random.default_rng(2).poisson(0.5, (40, 200))
    later = counts.copy()
    later[:, 150:] += 3
    assert np.array_equal(scores(counts)[:, :150], scores(later)[:, :150])
    assert scores(later)[:, 156].mean() > scores(counts)[:, 156].mean() + 1.0


def test_a_bound_keeps_to_its_budget_and_no_stricter() -> None:
    scores = emergence_scores(np.random.default_rng(4).poisson(0.2, (200, 300)))[:, 60:]
    bound = calibrated_bound(scores, 0.5)
    assert alarms(scores, bound).sum() <= 0.5 * scores.shape[1] < alarms(scores, bound - 0.2).sum()


def test_an_alarm_is_not_repeated_while_it_lasts() -> None:
    scores = np.zeros((1, 60))
    scores[0, [10, 11, 20, 45]] = 5.0
    assert np.flatnonzero(alarms(scores, 4.0)[0]).tolist() == [10, 45]
