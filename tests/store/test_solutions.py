from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store import Store
from crash_knowledge.store.ranking import wilson_lower_bound
from crash_knowledge.store.records import SolutionUse
from tests.store.builders import NOON, later, new_crash, new_pattern

COUNTS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("successes", "failures", "bound"),
    [(0, 0, 0.0), (1, 0, 0.20655), (0, 1, 0.0), (10, 0, 0.72247), (8, 2, 0.49016), (50, 50, 0.40383)],
)
def test_the_lower_bound_is_that_of_the_published_interval(successes: int, failures: int, bound: float) -> None:
    assert wilson_lower_bound(successes, failures) == pytest.approx(bound, abs=5e-6)


@given(COUNTS, COUNTS)
def test_more_successes_never_lower_the_bound_and_more_failures_never_raise_it(successes: int, failures: int) -> None:
    bound = wilson_lower_bound(successes, failures)
    assert 0 <= bound <= 1
    assert wilson_lower_bound(successes + 1, failures) >= bound
    assert wilson_lower_bound(successes, failures + 1) <= bound + 1e-12


def test_the_best_proven_solution_comes_first(store: Store) -> None:
    outcomes = {
        "twice of two": [True] * 2,
        "nine of ten": [True] * 9 + [False],
        "never": [False] * 3,
        "untried, older": [],
        "untried, newer": [],
        "once of one": [True],
    }
    with store.transaction() as unit:
        pattern_id = unit.patterns.add(new_pattern()).id
        for number, (text, worked) in enumerate(outcomes.items()):
            solution = unit.solutions.add(pattern_id, text, "Ada", later(hours=number))
            for one in worked:
                unit.solutions.record_outcome(solution.id, one)
        ranked = [solution.description for solution in unit.solutions.of_pattern(pattern_id)]
    best = ["nine of ten", "twice of two", "once of one"]
    assert ranked == [*best, "untried, newer", "untried, older", "never"]


def test_the_same_text_is_the_same_solution_within_a_pattern(store: Store) -> None:
    with store.transaction() as unit:
        one, other = unit.patterns.add(new_pattern("one")).id, unit.patterns.add(new_pattern("other")).id
        first = unit.solutions.add(one, "Restart the planner", "Ada", NOON)
        unit.solutions.record_outcome(first.id, True)
        again = unit.solutions.add(one, "Restart the planner", "Bob", later(days=1))
        assert (again.id, again.added_by, again.success_count, again.created_at) == (first.id, "Ada", 1, NOON)
        assert unit.solutions.add(other, "Restart the planner", None, NOON).id != first.id
        assert unit.solutions.get(first.id) == again


def test_outcomes_are_counted(store: Store) -> None:
    with store.transaction() as unit:
        solution = unit.solutions.add(unit.patterns.add(new_pattern()).id, "text", None, NOON)
        for worked in (True, False, True):
            solution = unit.solutions.record_outcome(solution.id, worked)
        assert (solution.success_count, solution.failure_count) == (2, 1)
        with pytest.raises(UnknownRecord, match="There is no solution 9"):
            unit.solutions.record_outcome(9, True)
        with pytest.raises(UnknownRecord):
            unit.solutions.get(9)


def test_the_last_success_is_the_latest_attempt_that_worked(store: Store) -> None:
    with store.transaction() as unit:
        solution_id = unit.solutions.add(unit.patterns.add(new_pattern()).id, "Restart", None, NOON).id
        crash = new_crash()
        event_id = unit.crashes.add(crash, NOON).error_event_id
        assert unit.solutions.last_success(solution_id) is None
        for days, worked in ((3, True), (1, True), (5, False)):
            unit.chains.add_fix_attempt(event_id, "Restart", worked, later(days=days), solution_id)
            unit.solutions.record_outcome(solution_id, worked)
        assert unit.solutions.last_success(solution_id) == SolutionUse(later(days=3), crash.service_version)
