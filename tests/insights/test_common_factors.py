"""Common factors: what is planted is found, what is random is not, and too little is said to be too little."""

from __future__ import annotations

import numpy as np
import pytest

from crash_knowledge.insights.common_factors import INCIDENTS_NEEDED, CommonFactors, common_factors, find_common_factors
from crash_knowledge.store import Store
from crash_knowledge.store.records import EventFact, FactExtent, FactSpread, Pattern
from tests.store.builders import later, learn


def spread(name: str, value: str, site_days: int) -> FactSpread:
    return FactSpread(EventFact(name, value), FactExtent(site_days, 1, site_days))


def extent(site_days: int) -> FactExtent:
    return FactExtent(site_days, 1, site_days)


def random_factors(rng: np.random.Generator, here: int, elsewhere: int, count: int = 200) -> CommonFactors:
    """Factors that fall on the incidents at random, of all frequencies."""
    has = rng.random((count, here + elsewhere)) < rng.uniform(0.01, 0.9, (count, 1))
    own = [spread("window", str(place), int(row[:here].sum())) for place, row in enumerate(has) if row[:here].any()]
    others = [spread("window", str(place), int(row[here:].sum())) for place, row in enumerate(has)]
    tested = int((has.sum(axis=1) >= INCIDENTS_NEEDED).sum())
    return find_common_factors(extent(here), extent(elsewhere), own, others, tested)


@pytest.mark.parametrize(("here", "elsewhere"), [(3, 40), (7, 40), (20, 200), (60, 60)])
def test_random_factors_are_called_common_in_at_most_one_run_of_twenty(here: int, elsewhere: int) -> None:
    """Without any true factor the share of runs that claim one is what the control of false discoveries bounds."""
    rng = np.random.default_rng(7)
    runs = 400
    claiming = sum(bool(random_factors(rng, here, elsewhere).factors) for _ in range(runs))
    assert claiming / runs <= 0.05


def test_a_planted_factor_is_found_among_random_ones() -> None:
    rng = np.random.default_rng(8)
    found = 0
    for _ in range(50):
        has = rng.random((200, 47)) < rng.uniform(0.01, 0.9, (200, 1))
        has[0, :7], has[0, 7:] = True, np.arange(40) == 3
        own = [spread("command", str(place), int(row[:7].sum())) for place, row in enumerate(has) if row[:7].any()]
        others = [spread("command", str(place), int(row[7:].sum())) for place, row in enumerate(has)]
        factors = find_common_factors(extent(7), extent(40), own, others, 200).factors
        found += bool(factors) and factors[0].value == "0"
    assert found == 50


def test_a_factor_says_its_counts() -> None:
    own, others = [spread("command", "Save", 7)], [spread("command", "Save", 1)]
    result = find_common_factors(extent(7), extent(40), own, others, 12)
    (factor,) = result.factors
    assert factor.sentence == "7 of 7 have the command Save; 1 of 40 others do."
    assert factor.q_value == pytest.approx(12 * factor.p_value)
    assert result.sentence == (
        "1 common factor: 7 incidents (customer and day), 7 dumps, against 40 of others; "
        "12 tested, at most 5% of such findings false."
    )


@pytest.mark.parametrize(
    ("here", "having", "elsewhere", "others_having", "found"),
    [
        pytest.param(10, 10, 200, 5, True, id="all of ten"),
        pytest.param(10, 6, 200, 0, True, id="six of ten are 60 %"),
        pytest.param(10, 5, 200, 0, False, id="five of ten are too few, however rare elsewhere"),
        pytest.param(10, 10, 200, 199, False, id="everybody has it"),
        pytest.param(60, 60, 200, 110, False, id="surely more frequent, but not twice as frequent"),
        pytest.param(60, 60, 200, 100, True, id="twice as frequent"),
        pytest.param(10, 0, 200, 200, False, id="only the others have it"),
    ],
)
def test_bounds(here, having, elsewhere, others_having, found) -> None:
    own, others = [spread("window", "w", having)], [spread("window", "w", others_having)]
    result = find_common_factors(extent(here), extent(elsewhere), own, others, 1)
    assert bool(result.factors) == found


def crash(store: Store, name: str, day: int, pattern: Pattern | None, *facts: EventFact) -> Pattern:
    with store.transaction() as unit:
        pattern, _, stored = learn(unit, name, pattern, occurred_at=later(days=day))
        unit.facts.put(stored.error_event_id, facts, "rules 1")
    return pattern


SAVE, OPEN, METHOD = EventFact("command", "Save"), EventFact("command", "Open"), EventFact("method", "a>>b")


def test_from_the_store_a_retry_storm_is_one_incident(store: Store) -> None:
    pattern = None
    for number in range(20):
        pattern = crash(store, f"storm {number}", 0, pattern, SAVE)
    assert pattern is not None
    for number in range(30):
        crash(store, f"other {number}", number, None, OPEN)
    result = common_factors(store, pattern.id)
    assert result.factors == ()
    assert result.sentence == (
        "Not enough for common factors: 1 of 3 needed incidents (a customer on a day), from 20 dumps."
    )


def test_from_the_store_a_shared_command_is_found_and_the_defining_method_is_not(store: Store) -> None:
    pattern, other = None, None
    for day in range(7):
        pattern = crash(store, f"crash {day}", day, pattern, SAVE, METHOD)
    for day in range(40):
        other = crash(store, f"other {day}", day, other, OPEN if day else SAVE)
    assert pattern is not None
    result = common_factors(store, pattern.id)
    assert [(one.name, one.value, one.having, one.others_having) for one in result.factors] == [
        ("command", "Save", 7, 1)
    ]
    assert (result.incidents, result.other_incidents, result.tested) == (7, 40, 2)


def test_without_other_patterns_there_is_nothing_to_compare_with(store: Store) -> None:
    pattern = None
    for day in range(4):
        pattern = crash(store, f"crash {day}", day, pattern, SAVE)
    assert pattern is not None
    assert common_factors(store, pattern.id).sentence.startswith("Nothing to compare with")
