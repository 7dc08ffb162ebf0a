"""Two people at once: between a verdict and its saving, or in the very same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from crash_knowledge.knowledge.review import Review
from tests.knowledge.dumps import PERMISSION, dump_bytes

ANN, BOB = Review(validator="Ann"), Review(validator="Bob")


@pytest.mark.parametrize(
    "reviews", [(None, None), (ANN, BOB), (Review("Ann", "new"), Review("Bob", "new")), (ANN, None)]
)
def test_the_same_new_failure_judged_twice_before_either_is_saved_is_one_pattern(analyzer, analyze, reviews) -> None:
    analyses = [analyze(dump_bytes(days=days)) for days in (0, 1)]
    assert all(analysis.match.is_new for analysis in analyses)
    saved = [analyzer.save(analysis, review) for analysis, review in zip(analyses, reviews, strict=True)]
    assert [learned.is_new_pattern for learned in saved] == [True, False]
    assert saved[1].pattern.occurrence_count == 2
    assert saved[1].crash.match_level == "exact"


def test_the_same_dump_judged_twice_before_either_is_saved_is_one_instance(analyzer, analyze) -> None:
    analyses = [analyze(dump_bytes()), analyze(dump_bytes())]
    saved = [analyzer.save(analysis, ANN) for analysis in analyses]
    assert [learned.was_stored_before for learned in saved] == [False, True]
    assert saved[1].pattern.occurrence_count == 1


def test_a_pattern_that_was_judged_and_refused_is_not_joined(analyzer, analyze) -> None:
    """Only what was saved after the verdict is joined unasked: what the reviewer saw and refused stays refused."""
    first = analyzer.save(analyze(dump_bytes()), None)
    learned = analyzer.save(analyze(dump_bytes(days=1)), Review("Ann", "new"))
    assert learned.pattern.id != first.pattern.id


def test_threads_that_save_at_once_lose_nothing(analyzer, analyze) -> None:
    kinds = [(dump_bytes(days=days), dump_bytes(PERMISSION, days)) for days in range(4)]
    start = Barrier(len(kinds))

    def work(contents: tuple[bytes, ...]) -> list[int]:
        analyses = [analyze(content) for content in contents]
        start.wait(timeout=30)
        return [analyzer.save(analysis, ANN).pattern.id for analysis in analyses]

    with ThreadPoolExecutor(len(kinds)) as pool:
        ids = list(pool.map(work, kinds))
    assert len(set(map(tuple, ids))) == 1
    with analyzer.store.reading() as unit:
        patterns = unit.patterns.list()
        assert unit.crashes.count() == 8
    assert [(pattern.occurrence_count, pattern.validation_count) for pattern in patterns] == [(4, 4), (4, 4)]


def test_threads_that_save_the_same_dump_at_once_save_it_once(analyzer, analyze) -> None:
    start = Barrier(4)

    def work(_: int) -> bool:
        analysis = analyze(dump_bytes())
        start.wait(timeout=30)
        return analyzer.save(analysis, None).was_stored_before

    with ThreadPoolExecutor(4) as pool:
        stored_before = list(pool.map(work, range(4)))
    assert sorted(stored_before) == [False, True, True, True]
    with analyzer.store.reading() as unit:
        assert unit.crashes.count() == 1
