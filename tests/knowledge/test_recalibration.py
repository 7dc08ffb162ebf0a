"""Recalibrating, refitting and going back, on a real store with reviews of known miscalibration."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crash_knowledge.errors import ModelStepRefused, UnknownRecord
from crash_knowledge.knowledge.assignment import join_pattern
from crash_knowledge.knowledge.calibration import Sample, fit_calibration, log_odds, quality
from crash_knowledge.knowledge.model_versions import (
    RECALIBRATE_FROM,
    model_status,
    real_verdicts,
    recalibrate,
    rollback,
    samples_of,
)
from crash_knowledge.knowledge.refitting import judged_tables, refit
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.matching.decision import shipped_models
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.matching.levels import BOUNDS
from crash_knowledge.matching.serving import Calibration, calibrated, models_of, shipped_base
from crash_knowledge.store import Store
from crash_knowledge.store.decision_models import ModelBase, NewModel
from tests.knowledge.judged import BEGIN, Shown, judge, miscalibrated, repeated
from tests.matching.crashes import MODEL, Knowledge, _pattern, crash, nil_in
from tests.store.builders import new_crash

NAMES = ("Contract", "Schedule", "Trailer", "Rights", "Invoice", "Channel")
OVERCONFIDENT = (-1.0, 0.6)
HARDLY_EVER_RIGHT = (-3.0, 0.3)


@pytest.fixture
def store():
    opened = Store.open("sqlite://")
    yield opened
    assert opened.verify() == ()
    opened.close()


def verdicts(store: Store, matcher: SmartCrashMatcher) -> list[object]:
    """What the store's six tools and one more make of crashes near them."""
    knowledge = Knowledge(store, matcher, days=3)
    return [knowledge.match(nil_in(name, depth)) for name in (*NAMES, "Playlist") for depth in (3, 5, 6)]


@pytest.fixture
def known():
    """A store that knows a crash of each of six tools."""
    opened = Store.open("sqlite://")
    knowledge = Knowledge(opened, SmartCrashMatcher(opened))
    for name in NAMES:
        knowledge.learn(nil_in(name))
    yield opened
    opened.close()


class TestRecalibration:
    def test_it_finds_the_miscalibration(self, store: Store) -> None:
        now = judge(store, miscalibrated(800, *OVERCONFIDENT))
        made = recalibrate(store, "Ann", now)
        calibration = made.version.content["calibration"]
        assert calibration["offset"] == pytest.approx(OVERCONFIDENT[0], abs=0.15)
        assert calibration["slope"] == pytest.approx(OVERCONFIDENT[1], abs=0.1)
        assert made.check.size == 160
        assert made.check.after.log_loss < made.check.before.log_loss
        assert made.check.after.calibration_error < made.check.before.calibration_error / 2
        assert (made.version.judged_count, made.version.created_by, made.version.created_at) == (800, "Ann", now)

    def test_again_on_the_same_reviews_gives_the_same_numbers(self, store: Store) -> None:
        now = judge(store, miscalibrated(400, *OVERCONFIDENT))
        first = recalibrate(store, "Ann", now)
        second = recalibrate(store, "Ben", now + timedelta(days=1))
        assert second.version.content == first.version.content
        assert second.check == first.check

    def test_verdicts_of_a_calibrated_version_count_as_what_the_weights_said(self, store: Store) -> None:
        """Confidences shown by the new version are right already: another step must not correct them twice."""
        now = judge(store, miscalibrated(800, *OVERCONFIDENT))
        first = recalibrate(store, "Ann", now).version
        numbers = Calibration(**first.content["calibration"])
        random = np.random.default_rng(3)
        later = []
        for odds in random.normal(0.5, 2.0, 800):
            calibrated_odds = numbers.applied(float(odds))
            probability = 1.0 / (1.0 + math.exp(-calibrated_odds))
            is_right = bool(random.random() < probability)
            later.append(
                Shown("fuzzy", probability, is_right)
                if probability > 0.7
                else Shown("new", 1.0 - probability, not is_right)
            )
        judge(store, later, now + timedelta(minutes=1), "later")
        with store.reading() as unit:
            samples = samples_of(unit, first, real_verdicts(unit))
        assert len(samples) == 1600
        again = fit_calibration([one.raw for one in samples])
        assert again.offset == pytest.approx(numbers.offset, abs=0.12)
        assert again.slope == pytest.approx(numbers.slope, abs=0.12)

    def test_fewer_than_fifty_are_refused_with_how_many_are_missing(self, store: Store) -> None:
        now = judge(store, miscalibrated(RECALIBRATE_FROM - 2, *HARDLY_EVER_RIGHT))
        with pytest.raises(ModelStepRefused, match="needs 50 judged verdicts; there are 48, so 2 are missing"):
            recalibrate(store, "Ann", now)
        assert model_status(store).missing_for_recalibration == 2
        judge(store, miscalibrated(2, *HARDLY_EVER_RIGHT), now, "more")
        assert recalibrate(store, "Ann", now + timedelta(hours=1)).version.judged_count == RECALIBRATE_FROM

    def test_worse_on_the_last_fifth_is_refused_and_nothing_changes(self, store: Store) -> None:
        early = repeated([(Shown("fuzzy", 0.9, False), 80)])
        now = judge(store, [*early, *repeated([(Shown("fuzzy", 0.9, True), 20)])])
        before = model_status(store)
        with pytest.raises(ModelStepRefused, match=r"would make verdicts worse.* log loss 0\.1054 before"):
            recalibrate(store, "Ann", now)
        assert model_status(store) == before

    def test_demo_knowledge_and_unsure_reviews_teach_nothing(self, store: Store) -> None:
        judge(store.as_demo(), miscalibrated(60, *OVERCONFIDENT), name="demo")
        now = judge(store, miscalibrated(10, *OVERCONFIDENT))
        with store.transaction() as unit:
            event = unit.crashes.add(new_crash("unsure"), now).error_event_id
            unit.validations.add(
                event_id=event,
                pattern_id=None,
                subject="pattern_match",
                verdict="unsure",
                validated_by="Ann",
                at=now,
                shown_level="fuzzy",
                shown_confidence=0.9,
            )
        with pytest.raises(ModelStepRefused, match="there are 10"):
            recalibrate(store, "Ann", now)
        status = model_status(store)
        assert (status.judged, status.usable, status.demo) == (10, 10, 60)

    def test_a_step_needs_a_name(self, store: Store) -> None:
        now = judge(store, miscalibrated(400, *OVERCONFIDENT))
        with pytest.raises(ModelStepRefused, match="name is missing"):
            recalibrate(store, " ", now)


class TestServing:
    def test_the_calibrated_confidence_is_shown_and_the_bounds_apply_to_it(self, known: Store) -> None:
        matcher = SmartCrashMatcher(known)
        before = verdicts(known, matcher)
        now = judge(known, miscalibrated(400, *OVERCONFIDENT))
        numbers = Calibration(**recalibrate(known, "Ann", now).version.content["calibration"])
        after = verdicts(known, matcher)
        assert after != before
        for was, now_is in zip(before, after, strict=True):
            best = was.explanation.candidates[0].confidence
            expected = 1.0 / (1.0 + math.exp(-numbers.applied(log_odds(best))))
            assert now_is.explanation.candidates[0].confidence == pytest.approx(expected, rel=1e-9)
            given = {one.pattern_id: one.confidence for one in was.explanation.candidates}
            kept = [given[one.pattern_id] for one in now_is.explanation.candidates if one.pattern_id in given]
            assert kept == pytest.approx(sorted(kept, reverse=True), abs=1e-12)
            if not now_is.is_new:
                assert now_is.confidence > BOUNDS[now_is.level]

    def test_rolling_back_restores_the_very_same_verdicts(self, known: Store) -> None:
        matcher = SmartCrashMatcher(known)
        shipped = verdicts(known, matcher)
        now = judge(known, miscalibrated(400, *OVERCONFIDENT))
        recalibrate(known, "Ann", now)
        recalibrated = verdicts(known, matcher)
        assert rollback(known, "Ben", now + timedelta(hours=1)).kind == "shipped"
        assert verdicts(known, matcher) == shipped
        assert verdicts(known, SmartCrashMatcher(known)) == shipped
        assert rollback(known, "Ben", now + timedelta(hours=2), to=2).kind == "recalibrated"
        assert verdicts(known, matcher) == recalibrated
        assert verdicts(known, SmartCrashMatcher(known)) == recalibrated

    def test_every_step_is_logged(self, store: Store) -> None:
        now = judge(store, miscalibrated(400, *OVERCONFIDENT))
        recalibrate(store, "Ann", now)
        rollback(store, "Ben", now + timedelta(hours=1))
        status = model_status(store)
        assert [(one.action, one.model_id, one.taken_by) for one in status.steps] == [
            ("shipped", 1, "the program"),
            ("recalibrate", 2, "Ann"),
            ("rollback", 1, "Ben"),
        ]
        assert (status.since, status.by) == (now + timedelta(hours=1), "Ben")

    def test_there_is_nothing_before_the_shipped_weights(self, store: Store) -> None:
        with pytest.raises(ModelStepRefused, match="no earlier version"):
            rollback(store, "Ann", BEGIN)
        judge(store, miscalibrated(1, *OVERCONFIDENT))
        with pytest.raises(ModelStepRefused, match="no earlier version"):
            rollback(store, "Ann", BEGIN)
        with pytest.raises(ModelStepRefused, match="serves already"):
            rollback(store, "Ann", BEGIN, to=1)
        with pytest.raises(UnknownRecord):
            rollback(store, "Ann", BEGIN, to=7)

    @pytest.mark.parametrize(
        "base",
        [ModelBase("other weights", shipped_base().features_hash), ModelBase(shipped_base().weights_hash, "others")],
    )
    def test_a_version_for_other_weights_or_features_is_not_used(self, known: Store, base: ModelBase) -> None:
        shipped = verdicts(known, SmartCrashMatcher(known))
        content = {"calibration": {"offset": -5.0, "slope": 0.5}}
        with known.transaction() as unit:
            made = unit.decision_models.add(
                NewModel("recalibrated", None, content, base, 60, 50, {}), "recalibrate", "Ann", BEGIN
            )
        assert not model_status(known).is_used
        assert verdicts(known, SmartCrashMatcher(known)) == shipped
        judge(known, miscalibrated(1, *OVERCONFIDENT), BEGIN + timedelta(days=1))
        status = model_status(known)
        assert (status.is_used, status.active.kind, status.steps[-1].action) == (True, "shipped", "shipped")
        with pytest.raises(ModelStepRefused, match="other shipped weights or features"):
            rollback(known, "Ann", BEGIN, to=made.id)

    def test_verdicts_of_other_weights_do_not_count(self, store: Store) -> None:
        old = ModelBase("other weights", shipped_base().features_hash)
        with store.transaction() as unit:
            unit.decision_models.serve_shipped(old, BEGIN - timedelta(days=1))
            crash_id = unit.crashes.add(new_crash("old"), BEGIN - timedelta(hours=1)).error_event_id
            unit.validations.add(
                event_id=crash_id,
                pattern_id=None,
                subject="pattern_match",
                verdict="confirmed",
                validated_by="Ann",
                at=BEGIN,
                shown_level="fuzzy",
                shown_confidence=0.9,
            )
        judge(store, miscalibrated(5, *OVERCONFIDENT))
        status = model_status(store)
        assert (status.judged, status.usable) == (6, 5)


NUMBERS = st.builds(Sample, log_odds=st.floats(-12, 12), is_right=st.booleans())


@settings(max_examples=200, deadline=None)
@given(samples=st.lists(NUMBERS, min_size=1, max_size=80), odds=st.lists(st.floats(-12, 12), min_size=2, unique=True))
def test_any_reviews_keep_order_and_probabilities_between_0_and_1(samples: list[Sample], odds: list[float]) -> None:
    calibration = fit_calibration(samples)
    assert calibration.slope > 0
    models = calibrated(shipped_models(), calibration)
    model, scale = shipped_models().without_text, shipped_models().without_text.scales
    column = int(np.argmax(np.abs(model.weights)))
    values = np.tile(model.means, (len(odds), 1))
    values[:, column] += (np.array(sorted(odds)) - model.intercept) / model.weights[column] * scale[column]
    probabilities = models.without_text.probabilities(values)
    expected = [min(max(calibration.applied(one), -50.0), 50.0) for one in sorted(odds)]
    assert probabilities == pytest.approx(1.0 / (1.0 + np.exp(-np.array(expected))), rel=1e-6)
    assert (np.diff(probabilities) >= 0).all()
    assert ((probabilities > 0) & (probabilities < 1)).all()
    for one in odds:
        assert calibration.undone(calibration.applied(one)) == pytest.approx(one, abs=1e-6)


def test_few_reviews_move_little_and_many_move_all() -> None:
    wrong = [Sample(2.0, False), Sample(-2.0, False), Sample(1.0, True)]
    few, many = fit_calibration(wrong), fit_calibration(wrong * 300)
    assert abs(few.offset) < abs(many.offset)
    assert quality([Sample(0.0, True)]).log_loss == pytest.approx(math.log(2))
    assert quality([Sample(0.0, True), Sample(0.0, True)]).calibration_error == pytest.approx(0.5)


def vector_of(text: str) -> np.ndarray:
    """A vector for the words of a text."""
    return np.mean([np.random.default_rng(list(word.encode())).normal(size=8) for word in text.split()], axis=0)


class Site:
    """Crashes learnt one after the other, each confirmed by a person who knows its tool."""

    def __init__(self, store: Store, seed: int = 5) -> None:
        self.store = store
        self.matcher = SmartCrashMatcher(store)
        self.tables: list[np.ndarray] = []
        self._random = np.random.default_rng(seed)
        self._patterns: dict[str, int] = {}

    def take(self, number: int, review: bool) -> None:
        """Match, store and judge one crash of one of forty tools, which call each other now and then."""
        at = BEGIN + timedelta(hours=number)
        tool = f"Tool{chr(65 + int(self._random.zipf(1.4)) % 26)}{int(self._random.integers(2))}"
        fingerprint = self._crash(tool)
        vector = vector_of(fingerprint.semantic_text)
        ranking = self.matcher.rank(fingerprint, vector, at, MODEL)
        if review and ranking.patterns:
            self.tables.append(ranking.table.values)
        truth = self._patterns.get(tool)
        best = ranking.patterns[0] if ranking.patterns else None
        is_new = best is None or best.level == "new"
        with self.store.transaction() as unit:
            unit.decision_models.serve_shipped(shipped_base(), at)
            stored = unit.crashes.add(new_crash(f"crash {number}", occurred_at=at), at)
            pattern_id = truth or unit.patterns.add(_pattern(fingerprint, at)).id
            self._patterns[tool] = pattern_id
            level, shown = ("new", 1.0) if best is None else (best.level, best.probability)
            confidence = 1.0 - shown if is_new and best is not None else shown
            join_pattern(unit, stored, pattern_id, fingerprint, level, confidence, vector, MODEL)
            if review:
                right = truth is None if is_new else best.pattern.id == truth
                unit.validations.add(
                    event_id=stored.error_event_id,
                    pattern_id=None,
                    subject="pattern_match",
                    verdict="confirmed" if right else "rejected",
                    validated_by="Ann",
                    at=at,
                    shown_level=level,
                    shown_confidence=confidence,
                )

    def _crash(self, tool: str):
        depth = int(self._random.integers(1, 4))
        own = [f"MediaGeniX.{tool}{part}>>do{tool}{part}" for part in ("Slot", "Day", "Week")[:depth]]
        shared = [f"MediaGeniX.Shared{int(self._random.integers(6))}>>call" for _ in range(3)]
        frames = [*own, *shared] if self._random.random() < 0.7 else [*shared[:1], *own, *shared[1:]]
        cause = f"Message not understood: #is{int(self._random.integers(3))}"
        return crash(cause, ["UndefinedObject(Object)>>doesNotUnderstand:", *frames])


@pytest.fixture(scope="module")
def site():
    store = Store.open("sqlite://")
    site = Site(store)
    for number in range(330):
        site.take(number, review=number % 15 != 7)
    yield site
    assert store.verify() == ()
    store.close()


class TestRefit:
    def test_judged_crashes_are_matched_again_as_they_were(self, site: Site) -> None:
        with site.store.reading() as unit:
            judged = frozenset(one.event_id for one in unit.history.judged_verdicts())
        tables = judged_tables(site.store, judged, MODEL)
        assert len(judged) == 308
        assert len(tables) == len(site.tables)
        changed = [
            place
            for place, (again, then) in enumerate(zip(tables, site.tables, strict=True))
            if not np.allclose(again.labelled.values, then, atol=1e-9)
        ]
        assert changed == []

    def test_it_serves_better_weights_and_goes_back(self, site: Site) -> None:
        now = BEGIN + timedelta(days=30)
        probe = crash(
            "Message not understood: #is1", ["MediaGeniX.ToolB0Slot>>doToolB0Slot", "MediaGeniX.Shared1>>call"]
        )
        before = site.matcher.match_crash(probe, None, now)
        told: list[int] = []
        made = refit(site.store, "Ann", now, MODEL, lambda done, total: told.append(total))
        assert (made.version.kind, made.version.weights_id, set(told)) == ("refitted", made.version.id, {330})
        assert made.check.after.log_loss < made.check.before.log_loss
        fitted = models_of(made.version)
        assert len(fitted.with_text.weights) == len(FEATURES)
        assert not np.array_equal(fitted.with_text.weights, shipped_models().with_text.weights)
        assert site.matcher.match_crash(probe, None, now) != before
        with pytest.raises(ModelStepRefused, match="there are 0, so 50 are missing"):
            recalibrate(site.store, "Ann", now)
        rollback(site.store, "Ann", now)
        assert site.matcher.match_crash(probe, None, now) == before

    def test_fewer_than_three_hundred_are_refused(self, store: Store) -> None:
        now = judge(store, miscalibrated(299, *OVERCONFIDENT))
        with pytest.raises(ModelStepRefused, match="needs 300 judged verdicts; there are 299, so 1 are missing"):
            refit(store, "Ann", now, MODEL)
        assert model_status(store).missing_for_refit == 1

    def test_crashes_without_candidates_teach_nothing(self, store: Store) -> None:
        now = judge(store, miscalibrated(300, *OVERCONFIDENT))
        with pytest.raises(ModelStepRefused, match="nothing to learn from"):
            refit(store, "Ann", now, MODEL)
