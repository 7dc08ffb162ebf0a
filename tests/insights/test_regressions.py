"""Which patterns a new version made more frequent."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from crash_knowledge.insights.regressions import (
    Exposure,
    NoCommonCustomers,
    Regressions,
    VersionSighting,
    find_regressions,
    install_spans,
    mid_p,
)

START = date(2025, 1, 1)
HAND_OVER = 90
DAYS = 150


def sighting(pattern_id: int, customer: str, version: str, day: int) -> VersionSighting:
    return VersionSighting(pattern_id, customer, version, START + timedelta(days=day))


def drawn(seed: int, factors: dict[int, float], reporting: float = 1.0) -> list[VersionSighting]:
    """Forty patterns at twelve customers; ``factors``: of the rates of some patterns after the hand-over;
    ``reporting``: of all rates after it."""
    random = np.random.default_rng(seed)
    made = []
    for pattern_id in range(40):
        for customer in range(12):
            for day in range(DAYS):
                new = day >= HAND_OVER
                rate = 0.015 * (factors.get(pattern_id, 1.0) * reporting if new else 1.0)
                if random.random() < rate:
                    made.append(sighting(pattern_id, f"customer {customer}", "24.2" if new else "24.1", day))
    return made


def found(sightings: list[VersionSighting]) -> Regressions:
    answer = find_regressions(sightings, "24.1", "24.2")
    assert isinstance(answer, Regressions)
    return answer


@pytest.mark.parametrize("reporting", [1.0, 1.6])
def test_a_planted_regression_is_found_and_little_else(reporting: float) -> None:
    answer = found(drawn(1, {3: 5.0, 17: 6.0}, reporting))
    named = {one.pattern_id for one in answer.found}
    assert {3, 17} <= named
    assert len(named) <= 3
    assert answer.common_change == pytest.approx(reporting, rel=0.3)
    assert (answer.patterns, answer.customers) == (40, 12)


def test_when_everybody_sends_more_nothing_regressed() -> None:
    assert len(found(drawn(2, {}, reporting=3.0)).found) <= 1


def test_many_dumps_of_one_day_are_one_site_day() -> None:
    steady = drawn(3, {})
    storm = [sighting(5, "customer 0", "24.2", 120)] * 500
    before = {one.pattern_id: one for one in found(steady).found}
    assert {one.pattern_id: one for one in found(steady + storm).found} == before


def test_customers_with_one_version_only_say_nothing() -> None:
    newcomers = [sighting(7, "newcomer", "24.2", day) for day in range(90, 150)]
    assert 7 not in {one.pattern_id for one in found(drawn(4, {}) + newcomers).found}


def test_without_a_customer_of_both_versions_there_is_no_answer() -> None:
    answer = find_regressions(
        [sighting(1, "a", "24.1", 3), sighting(1, "b", "24.2", 90), sighting(1, "b", "24.3", 99)], "24.1", "24.2"
    )
    assert answer == NoCommonCustomers("24.1", "24.2")
    assert answer.sentence == "Not enough data to compare 24.2 with 24.1: no customer sent dumps of both."


@pytest.mark.parametrize(
    ("old", "new", "exposure"),
    [
        ([0, 9], [20, 29], Exposure(15.0, 15.0)),
        ([0, 9], [10, 19], Exposure(10.0, 10.0)),
        ([0, 19], [10, 39], Exposure(15.0, 25.0)),
        ([5], [6], Exposure(1.0, 1.0)),
    ],
)
def test_days_at_the_hand_over_are_shared_by_halves(old: list[int], new: list[int], exposure: Exposure) -> None:
    sightings = [sighting(1, "a", "24.1", day) for day in old] + [sighting(1, "a", "24.2", day) for day in new]
    assert install_spans(sightings, "24.1", "24.2") == {"a": exposure}


def test_with_equal_shares_the_p_value_is_that_of_one_binomial() -> None:
    p_value = mid_p(np.array([3.0, 2.0]), np.array([4.0, 3.0]), np.array([0.3, 0.3]))
    assert p_value == pytest.approx(stats.binom.sf(5, 7, 0.3) + stats.binom.pmf(5, 7, 0.3) / 2)


def test_a_regression_is_told_in_words() -> None:
    (one,) = [one for one in found(drawn(1, {3: 8.0})).found if one.pattern_id == 3]
    assert one.sentence == (
        f"{one.rate_ratio:.1f} times as often as before at {one.customers} customers: {one.new_site_days} site-days "
        f"on the new version, {one.old_site_days} on the old one."
    )
    assert 4.0 < one.rate_ratio < 16.0
