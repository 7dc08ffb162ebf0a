"""How often first verdicts were right: what counts, once, and with which interval."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crash_knowledge.knowledge.accuracy import Accuracy, recognition_accuracy, wilson_interval
from crash_knowledge.knowledge.model_versions import model_status
from crash_knowledge.knowledge.review import Review
from crash_knowledge.store import Store
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes
from tests.knowledge.judged import Shown, judge, repeated

NOW = datetime(2025, 2, 1, tzinfo=UTC)


@pytest.fixture
def store():
    opened = Store.open("sqlite://")
    yield opened
    assert opened.verify() == ()
    opened.close()


def counts(accuracy: Accuracy) -> dict[str, tuple[int, int]]:
    return {one.level: (one.right, one.judged) for one in accuracy.by_level}


def test_without_a_judged_verdict_there_is_no_figure(store: Store) -> None:
    accuracy = recognition_accuracy(store)
    assert (accuracy.overall, accuracy.by_level, accuracy.bands, accuracy.demo) == (None, (), (), 0)
    assert accuracy.sentence == "Not enough reviews: no verdict was judged yet."


def test_share_and_interval_by_level(store: Store) -> None:
    judge(
        store,
        repeated(
            [
                (Shown("new", 0.9, True), 8),
                (Shown("new", 0.9, False), 2),
                (Shown("exact", 0.99, True), 10),
            ]
        ),
    )
    accuracy = recognition_accuracy(store)
    assert [one.level for one in accuracy.by_level] == ["exact", "new"]
    assert counts(accuracy) == {"exact": (10, 10), "new": (8, 10)}
    exact, new = accuracy.by_level
    assert (exact.low, exact.high) == (pytest.approx(0.7225, abs=1e-4), pytest.approx(1.0))
    assert (new.low, new.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert accuracy.overall is not None
    assert (accuracy.overall.right, accuracy.overall.judged) == (18, 20)
    assert accuracy.sentence == (
        "The first verdict was right in 18 of 20 judged crashes (90%; 95 % interval 70% to 97%)."
    )


def test_confidence_stands_beside_the_share_of_right_ones(store: Store) -> None:
    shown = [(Shown("fuzzy", 0.8, True), 3), (Shown("fuzzy", 0.72, False), 1), (Shown("exact", 1.0, True), 2)]
    judge(store, repeated([*shown, (Shown("new", 0.0, False), 1)]))
    bands = {(one.above, one.up_to): (one.right, one.judged) for one in recognition_accuracy(store).bands}
    assert bands == {(0.0, 0.5): (0, 1), (0.7, 0.8): (3, 4), (0.95, 1.0): (2, 2)}
    assert recognition_accuracy(store).bands[1].confidence == pytest.approx((3 * 0.8 + 0.72) / 4)


def test_since_leaves_out_what_was_judged_before(store: Store) -> None:
    later = judge(store, [Shown("exact", 0.99, False)] * 3)
    judge(store, [Shown("exact", 0.99, True)] * 2, later, "later")
    assert counts(recognition_accuracy(store, since=later)) == {"exact": (2, 2)}
    assert counts(recognition_accuracy(store)) == {"exact": (2, 5)}


@pytest.mark.parametrize(("real", "words"), [(0, "All of them are demo"), (3, "2 of them are demo")])
def test_demo_knowledge_is_said_to_be_demo_and_goes_with_it(store: Store, real: int, words: str) -> None:
    judge(store.as_demo(), [Shown("exact", 0.99, True)] * 2, name="demo")
    judge(store, [Shown("exact", 0.99, True)] * real)
    accuracy = recognition_accuracy(store)
    assert (counts(accuracy), accuracy.demo) == ({"exact": (real + 2, real + 2)}, 2)
    assert words in accuracy.sentence
    with store.transaction() as unit:
        unit.origins.remove_demo()
    assert recognition_accuracy(store).demo == 0
    assert counts(recognition_accuracy(store)) == ({"exact": (real, real)} if real else {})


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)]
)
def test_wilson_interval(right: int, judged: int, low: float, high: float) -> None:
    assert wilson_interval(right, judged) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


class TestReviews:
    """What a person's review makes of the verdict that was shown."""

    @pytest.fixture
    def known(self, analyzer, analyze) -> tuple[int, ...]:
        """Two unreviewed patterns: (run window, permission)."""
        return tuple(analyzer.save(analyze(dump_bytes(kind)), None).pattern.id for kind in (RUN_WINDOW, PERMISSION))

    @pytest.mark.parametrize(
        ("kind", "verdict", "expected"),
        [
            (RUN_WINDOW, "right", {"exact": (1, 1)}),
            (RUN_WINDOW, "other", {"exact": (0, 1)}),
            (RUN_WINDOW, "new", {"exact": (0, 1)}),
            (RUN_WINDOW, "unsure", {}),
            (DATABASE, "right", {"new": (1, 1)}),
            (DATABASE, "new", {"new": (1, 1)}),
            (DATABASE, "other", {"new": (0, 1)}),
            (DATABASE, "unsure", {}),
        ],
    )
    def test_each_verdict(self, analyzer, analyze, known, kind, verdict, expected) -> None:
        other = known[1] if verdict == "other" else None
        analysis = analyze(dump_bytes(kind, days=2))
        analyzer.save(analysis, Review("Ann", verdict, other_pattern_id=other))
        accuracy = recognition_accuracy(analyzer.store)
        assert counts(accuracy) == expected
        assert [band.confidence for band in accuracy.bands] == [analysis.match.confidence] * len(expected)

    def test_a_judged_verdict_can_teach_the_decision(self, analyzer, analyze, known) -> None:
        for days, verdict in enumerate(("right", "unsure", "new"), start=2):
            analyzer.save(analyze(dump_bytes(days=days)), Review("Ann", verdict))
        status = model_status(analyzer.store)
        assert (status.judged, status.usable, status.active.kind, status.is_used) == (2, 2, "shipped", True)

    def test_a_refused_new_changes_no_pattern(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(DATABASE)), Review("Ann", "other", other_pattern_id=known[0]))
        assert (learned.pattern.validation_count, learned.pattern.false_positive_count) == (1, 0)
        with analyzer.store.reading() as unit:
            rows = unit.validations.of_event(learned.crash.error_event_id)
        assert [(one.verdict, one.pattern_id) for one in rows] == [("confirmed", known[0]), ("rejected", None)]

    def test_the_first_sure_judgement_counts(self, analyzer, analyze, known) -> None:
        for verdict in ("unsure", "right", "new", "new"):
            analyzer.save(analyze(dump_bytes(days=2)), Review("Ann", verdict))
        assert counts(recognition_accuracy(analyzer.store)) == {"exact": (1, 1)}

    @pytest.mark.parametrize(("verdict", "right"), [("right", 1), ("other", 0)])
    def test_of_a_dump_saved_before_the_verdict_of_then_counts(self, analyzer, analyze, known, verdict, right) -> None:
        first = analyzer.save(analyze(dump_bytes(DATABASE)), None)
        again = analyze(dump_bytes(DATABASE))
        assert (first.crash.match_level, again.match.level) == ("new", "exact")
        analyzer.save(again, Review("Ann", verdict, other_pattern_id=known[0] if verdict == "other" else None))
        accuracy = recognition_accuracy(analyzer.store)
        assert counts(accuracy) == {"new": (right, 1)}
        assert accuracy.bands[0].confidence == first.crash.match_confidence
