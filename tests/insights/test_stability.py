"""The stability score: crash-free days of active customers."""

from __future__ import annotations

import numpy as np
import pytest

from crash_knowledge.insights.stability import (
    CustomerDays,
    NotEnoughCustomers,
    Stability,
    is_silent,
    prior,
    stability,
)


def drawn(customer: str, crash_chance: float, days: int = 200) -> CustomerDays:
    random = np.random.default_rng([ord(letter) for letter in customer])
    return CustomerDays(customer, [*(random.random(days - 1) < crash_chance).tolist(), True])


def found(*histories: CustomerDays) -> Stability:
    answer = stability(histories)
    assert isinstance(answer, Stability)
    return answer


def test_the_score_is_near_the_truth_and_inside_its_interval() -> None:
    answer = found(*(drawn(f"customer {at}", 0.2) for at in range(20)))
    assert answer.crash_free == pytest.approx(0.8, abs=0.04)
    assert answer.lower < answer.crash_free < answer.upper
    assert answer.upper - answer.lower < 0.1
    assert answer.sentence.endswith("at 20 active customers.")


def test_the_least_stable_customer_comes_first() -> None:
    answer = found(drawn("calm", 0.1), drawn("wild", 0.8), drawn("usual", 0.4))
    assert [one.customer for one in answer.customers] == ["wild", "usual", "calm"]
    for one in answer.customers:
        assert 0 < one.lower < one.crash_free < one.upper < 1
        assert one.days == 200


def test_few_days_are_drawn_to_all_customers_and_less_sure() -> None:
    many = [drawn(f"customer {at}", 0.1) for at in range(15)]
    short = CustomerDays("new", [True] * 7 + [False] * 7)
    answer = found(*many, short)
    new = next(one for one in answer.customers if one.customer == "new")
    assert 0.5 < new.crash_free < 0.9
    widths = {one.customer: one.upper - one.lower for one in answer.customers}
    assert widths["new"] > max(width for customer, width in widths.items() if customer != "new")


def test_what_is_long_ago_matters_less() -> None:
    better = CustomerDays("better", [True, True, False] * 40 + [False, False, False, True] * 20)
    worse = CustomerDays("worse", [False, False, False, True] * 20 + [True, True, False] * 40)
    answer = found(better, worse)
    assert [one.customer for one in answer.customers] == ["worse", "better"]


@pytest.mark.parametrize(
    ("crashed", "silent"),
    [
        ([True, False] * 30 + [False] * 20, False),
        ([True, False] * 30 + [False] * 40, True),
        ([True] + [False] * 60 + [True] + [False] * 100, False),
        ([True] + [False] * 50, False),
        ([True] + [False] * 60, True),
        ([False] * 20, False),
        ([False] * 29, True),
    ],
)
def test_silence_is_judged_by_habit(crashed: list[bool], silent: bool) -> None:
    assert is_silent(CustomerDays("a", crashed)) is silent


def test_a_silent_customer_is_named_and_not_counted_as_stable() -> None:
    active = [drawn("one", 0.5), drawn("two", 0.5)]
    silent = CustomerDays("gone", [True] * 100 + [False] * 60)
    answer = found(*active, silent)
    assert answer.silent == ("gone",)
    assert answer.crash_free == found(*active).crash_free
    assert answer.sentence.endswith("at 2 active customers; 1 is silent.")


@pytest.mark.parametrize(
    "histories", [(), (CustomerDays("a", [True] * 13),), (CustomerDays("a", [True] + [False] * 99),)]
)
def test_without_an_active_customer_there_is_no_score(histories: tuple[CustomerDays, ...]) -> None:
    answer = stability(histories)
    assert answer == NotEnoughCustomers(len(histories), 14)
    assert "no active customer is known for 14 days" in answer.sentence


def test_a_single_customer_has_a_score_and_so_have_extremes() -> None:
    for one in (drawn("alone", 0.3), CustomerDays("always", [True] * 90)):
        answer = found(one)
        assert 0 < answer.lower <= answer.crash_free <= answer.upper < 1


def test_the_more_alike_customers_are_the_more_they_tell_of_another() -> None:
    days = np.full(20, 40.0)
    alike = prior(np.full(20, 30.0), days)
    apart = prior(np.array([10.0, 39.0] * 10), days)
    assert alike[1] > 5 * apart[1]
    assert alike[0] / alike[1] == pytest.approx(0.75, abs=0.01)
