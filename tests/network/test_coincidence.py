"""Which patterns come together more often than by chance, on arrays with planted truth."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from benchmarks.planted import BEGIN, planted
from crash_knowledge.network.coincidence import Coincidences, coincidences, possible_tests
from crash_knowledge.network.direction import directions
from crash_knowledge.network.occurrences import DAY, HOUR, Events, Occurrences, fold

MINUTE = 60


def events(*rows: tuple[int, int, int]) -> Events:
    pattern, customer, at = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Events(pattern, customer, at)


def found_pairs(occurrences: Occurrences, found: Coincidences) -> set[tuple[int, int]]:
    ids = occurrences.pattern_ids
    ends = zip(ids[found.pairs.first].tolist(), ids[found.pairs.second].tolist(), strict=True)
    return {(min(pair), max(pair)) for pair in ends}


@pytest.fixture(scope="module")
def made():
    return planted(seed=3, patterns=600, events=30_000)


@pytest.fixture(scope="module")
def occurrences(made) -> Occurrences:
    return fold(made.events)


@pytest.fixture(scope="module")
def found(occurrences) -> Coincidences:
    return coincidences(occurrences)


def test_what_is_tried_again_within_an_hour_is_one() -> None:
    given = events((7, 0, 0), (7, 0, 50 * MINUTE), (7, 0, 100 * MINUTE), (7, 0, 161 * MINUTE), (7, 1, 10), (9, 0, 20))
    folded = fold(given)
    assert folded.pattern_ids.tolist() == [7, 9]
    told = zip(folded.pattern_ids[folded.pattern], folded.customer, folded.at, strict=True)
    assert sorted(told) == [(7, 0, 0), (7, 0, 161 * MINUTE), (7, 1, 10), (9, 0, 20)]
    assert np.diff(folded.run_begin).tolist() == [2, 1, 1]


def test_what_is_said_to_be_later_than_now_is_left_out() -> None:
    given = events((1, 0, 100), (1, 0, 9_000))
    assert given.until(datetime.fromtimestamp(200, UTC)).at.tolist() == [100]
    assert given.until(None) is given


def test_most_planted_relations_are_found_and_hardly_any_other(made, occurrences, found) -> None:
    pairs = found_pairs(occurrences, found)
    true = made.co_occurs | {(min(pair), max(pair)) for pair in made.causes}
    assert len(pairs & true) / len(pairs) >= 0.95
    assert len(pairs & true) / len(true) >= 0.85
    assert len(pairs & made.confounded) == 0


def test_the_order_of_most_causes_is_found_and_never_turned_round(made, occurrences, found) -> None:
    ordered, ids = directions(found), occurrences.pattern_ids
    first, second = ids[found.pairs.first], ids[found.pairs.second]
    causes = set(zip(first[ordered.leads].tolist(), second[ordered.leads].tolist(), strict=True))
    causes |= set(zip(second[ordered.follows].tolist(), first[ordered.follows].tolist(), strict=True))
    assert len(causes & made.causes) / len(made.causes) >= 0.7
    assert not {(two, one) for one, two in causes} & made.causes
    assert len(causes - made.causes) <= 2


def test_one_pattern_alone_gets_the_relations_it_has_among_all(occurrences, found) -> None:
    for place in np.unique(found.pairs.first)[:3]:
        own = (found.pairs.first == place) | (found.pairs.second == place)
        alone = coincidences(occurrences, of_pattern=int(place), known=len(found.pairs))
        assert found_pairs(occurrences, alone) == {
            pair
            for pair, is_own in zip(
                zip(found.pairs.first.tolist(), found.pairs.second.tolist(), strict=True), own, strict=True
            )
            if is_own
            for pair in [tuple(sorted(occurrences.pattern_ids[list(pair)].tolist()))]
        }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_nothing_is_planted_nothing_is_found(seed: int) -> None:
    made = planted(seed=seed, patterns=600, events=30_000, null=True)
    assert len(coincidences(fold(made.events)).pairs) == 0


@pytest.mark.parametrize(("meetings", "is_found"), [(2, False), (6, True)])
def test_two_meetings_are_not_enough(meetings: int, is_found: bool) -> None:
    rows = [(1, 0, BEGIN + day * 9 * DAY) for day in range(meetings)]
    rows += [(2, 0, BEGIN + day * 9 * DAY + 5 * MINUTE) for day in range(meetings)]
    rows += [(3, 0, BEGIN + day * 4 * DAY + 11 * HOUR) for day in range(30)]
    occurrences = fold(events(*rows))
    assert found_pairs(occurrences, coincidences(occurrences)) == ({(1, 2)} if is_found else set())


def test_many_meetings_on_one_day_are_not_enough() -> None:
    rows = [(1, 0, BEGIN + hour * 2 * HOUR) for hour in range(10)]
    rows += [(2, 0, BEGIN + hour * 2 * HOUR + 5 * MINUTE) for hour in range(10)]
    rows += [(3, 0, BEGIN + day * 4 * DAY + 11 * HOUR) for day in range(30)]
    assert len(coincidences(fold(events(*rows))).pairs) == 0


def test_every_pair_that_could_be_found_counts_as_a_test() -> None:
    assert possible_tests(10) == 90
    assert possible_tests(0) == 0
