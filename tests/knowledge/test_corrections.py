"""What people correct of the grouping: moves, merges, splits, pairs kept apart, and the undoing of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crash_knowledge.errors import CorrectionRefused, UnknownRecord
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.founding import founding
from crash_knowledge.knowledge.review import LONGEST_NAME, Review
from crash_knowledge.store.schema import crash_relationships
from crash_knowledge.wcr.generator import catalogue
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BY_MENU = replace(RUN_WINDOW, situation="menu")


def told(verdict="right", **fields) -> Review:
    return Review(validator="Ann", verdict=verdict, **fields)


@pytest.fixture
def corrections(analyzer) -> PatternCorrections:
    return PatternCorrections(analyzer.store)


@pytest.fixture
def save(analyzer, analyze):
    def of(kind=RUN_WINDOW, days=0, review=None, **changes):
        return analyzer.save(analyze(dump_bytes(kind, days, **changes)), review, NOW)

    return of


@pytest.fixture
def known(save):
    """The patterns (run window, permission) of two crashes each, and the ids of the crashes."""
    saved = [[save(kind, days) for days in (0, 1)] for kind in (RUN_WINDOW, PERMISSION)]
    return tuple(some[0].pattern.id for some in saved), tuple(one.crash.id for some in saved for one in some)


@pytest.fixture
def pattern(analyzer):
    def of(pattern_id: int):
        with analyzer.store.reading() as unit:
            return unit.patterns.get(pattern_id)

    return of


def solutions(analyzer, pattern_id: int) -> dict[str, tuple[int, int]]:
    with analyzer.store.reading() as unit:
        return {
            one.description: (one.success_count, one.failure_count) for one in unit.solutions.of_pattern(pattern_id)
        }


class TestMove:
    def test_counts_and_recognition_follow_and_a_reviewers_word_is_kept(
        self, corrections, known, pattern, analyzer
    ) -> None:
        (one, other), crashes = known
        done = corrections.move(crashes[0], other, " Ann ", NOW)
        names = pattern(one).pattern_name, pattern(other).pattern_name
        assert done.sentence == f"Crash {crashes[0]} was moved from “{names[0]}” to “{names[1]}”."
        assert (done.kind, done.by, done.at, done.undoable, done.pattern_ids) == (
            "move",
            "Ann",
            NOW,
            True,
            (one, other),
        )
        assert [pattern(some).occurrence_count for some in (one, other)] == [1, 3]
        assert [pattern(some).false_positive_count for some in (one, other)] == [1, 0]
        assert [pattern(some).validation_count for some in (one, other)] == [0, 1]
        with analyzer.store.reading() as unit:
            moved = unit.crashes.get(crashes[0])
            (judged,) = unit.validations.of_pattern(one)
            assert (moved.match_level, moved.match_confidence) == ("manual", 1.0)
            assert (judged.verdict, judged.shown_level, judged.validated_by) == ("rejected", "new", "Ann")
            assert len(unit.variants.of_pattern(one)) == len(unit.variants.of_pattern(other)) - 1 == 1

    def test_the_same_stack_never_goes_back_by_itself(self, corrections, known, save) -> None:
        (_, other), crashes = known
        corrections.move(crashes[0], other, "Ann", NOW)
        learned = save(RUN_WINDOW, days=5)
        assert (learned.pattern.id, learned.crash.match_level) == (other, "exact")

    def test_nor_by_a_verdict_that_was_given_before(self, corrections, known, analyzer, analyze) -> None:
        (one, other), crashes = known
        stale = analyze(dump_bytes(RUN_WINDOW, 5))
        assert stale.match.pattern_id == one
        corrections.move(crashes[0], other, "Ann", NOW)
        assert analyzer.save(stale, None, NOW).pattern.id == other

    def test_nor_when_no_other_pattern_has_the_stack(self, corrections, known, analyzer, analyze) -> None:
        (one, other), crashes = known
        stale = analyze(dump_bytes(RUN_WINDOW, 5))
        corrections.move(crashes[0], other, "Ann", NOW)
        corrections.move(crashes[0], None, "Ann", NOW)
        with analyzer.store.reading() as unit:
            home = unit.crashes.get(crashes[0]).pattern_id
            assert unit.corrections.refused(stale.fingerprint.exact_keys) == {one, other}
        assert analyzer.save(stale, None, NOW).pattern.id == home

    def test_a_reviewer_may_send_it_back(self, corrections, known, save) -> None:
        (one, other), crashes = known
        corrections.move(crashes[0], other, "Ann", NOW)
        save(RUN_WINDOW, days=5, review=told("other", other_pattern_id=one))
        assert save(RUN_WINDOW, days=6).pattern.id != other

    def test_into_a_pattern_of_its_own(self, corrections, known, pattern) -> None:
        (one, _), crashes = known
        done = corrections.move(crashes[1], None, "Ann", NOW)
        made = pattern(max(done.pattern_ids))
        assert (made.occurrence_count, made.status, made.pattern_name) == (1, "new", pattern(one).pattern_name)
        assert "into a new pattern" in done.sentence
        assert f"(pattern {made.id})" in done.sentence

    def test_the_last_crash_takes_its_pattern_along(self, corrections, known, pattern, save, analyzer) -> None:
        (one, other), crashes = known
        save(RUN_WINDOW, days=0, review=told(new_solution="Set a start date.", prevention="Check at night."))
        corrections.move(crashes[0], other, "Ann", NOW)
        done = corrections.move(crashes[1], other, "Ann", NOW)
        assert (pattern(one).status, pattern(one).merged_into_id) == ("merged", other)
        assert done.sentence.endswith("That was its last crash, so the two are one pattern now.")
        assert solutions(analyzer, other) == {"Set a start date.": (1, 0)}
        assert pattern(other).prevention_strategies == ("Check at night.",)
        corrections.undo(done.id, "Ann", LATER)
        assert (pattern(one).status, pattern(one).occurrence_count, pattern(other).occurrence_count) == (
            "ongoing",
            1,
            3,
        )
        assert pattern(one).prevention_strategies == ("Check at night.",)
        assert pattern(other).prevention_strategies == ()

    def test_a_pattern_kept_apart_stays_when_its_last_crash_leaves(self, corrections, known, pattern) -> None:
        (one, other), crashes = known
        corrections.never_merge(one, other, "Ann", NOW)
        for crash_id in crashes[:2]:
            corrections.move(crash_id, other, "Ann", NOW)
        assert (pattern(one).status, pattern(one).occurrence_count, pattern(other).occurrence_count) == (
            "ongoing",
            0,
            4,
        )

    def test_outcomes_of_solutions_go_with_the_crash_they_were_told_of(
        self, corrections, known, save, analyzer
    ) -> None:
        (one, other), crashes = known
        for days in (0, 1):
            save(RUN_WINDOW, days=days, review=told(new_solution="Restart."))
        done = corrections.move(crashes[0], other, "Ann", NOW)
        assert (solutions(analyzer, one), solutions(analyzer, other)) == ({"Restart.": (1, 0)}, {"Restart.": (1, 0)})
        corrections.undo(done.id, "Ann", LATER)
        assert (solutions(analyzer, one), solutions(analyzer, other)) == ({"Restart.": (2, 0)}, {})

    def test_a_move_by_review_is_in_the_history_and_can_be_undone(self, corrections, known, save, pattern) -> None:
        (one, other), _ = known
        save(RUN_WINDOW, days=0, review=told("other", other_pattern_id=other))
        (done,) = corrections.history()
        assert (done.kind, done.by, pattern(other).occurrence_count) == ("move", "Ann", 3)
        corrections.undo(done.id, "Bob", LATER)
        assert [pattern(some).occurrence_count for some in (one, other)] == [2, 2]
        assert save(RUN_WINDOW, days=5).pattern.id == one


class TestMerge:
    def test_events_keys_and_knowledge_are_one(self, corrections, known, pattern, save, analyzer, analyze) -> None:
        (one, other), _ = known
        save(RUN_WINDOW, days=0, review=told(new_solution="Restart.", prevention="Check.", severity="critical"))
        save(PERMISSION, days=0, review=told(new_solution="Restart.", prevention="Train."))
        done = corrections.merge([other], one, "Ann", NOW)
        assert done.sentence.endswith("which has 4 crashes now.")
        survivor = pattern(one)
        assert (survivor.occurrence_count, survivor.validation_count, survivor.severity) == (4, 2, "critical")
        assert survivor.confidence_score == pytest.approx(3 / 4)
        assert survivor.prevention_strategies == ("Check.", "Train.")
        assert solutions(analyzer, one) == {"Restart.": (2, 0)}
        assert solutions(analyzer, other) == {}
        with analyzer.store.reading() as unit:
            assert unit.patterns.current(other).id == one
            for pattern_id, key in ((one, "merged"), (other, "merged_into")):
                entry = unit.evolution.of_pattern(pattern_id)[-1]
                assert entry.change_type == "merge"
                assert key in entry.changes
                assert set(entry.changes["occurrence_count"]) == {"before", "after"}
        assert analyze(dump_bytes(PERMISSION, 9)).match.pattern_id == one
        assert analyze(dump_bytes(RUN_WINDOW, 9)).match.pattern_id == one

    def test_stacks_that_both_have_are_one_variant(self, corrections, known, analyzer, pattern) -> None:
        (one, other), crashes = known
        corrections.move(crashes[0], other, "Ann", NOW)
        with analyzer.store.reading() as unit:
            before = {one: unit.variants.of_pattern(one), other: unit.variants.of_pattern(other)}
        done = corrections.merge([one], other, "Ann", NOW)
        with analyzer.store.reading() as unit:
            variants = unit.variants.of_pattern(other)
            assert sorted(variant.occurrence_count for variant in variants) == [2, 2]
            assert (unit.variants.count(), unit.postings.document_count()) == (2, 2)
            assert unit.vectors.count(analyzer.embedder.model_id) == 2
        corrections.undo(done.id, "Ann", LATER)
        with analyzer.store.reading() as unit:
            assert (unit.variants.count(), unit.vectors.count(analyzer.embedder.model_id)) == (3, 3)
            assert {some: unit.variants.of_pattern(some) for some in (one, other)} == before
        assert [pattern(some).occurrence_count for some in (one, other)] == [1, 3]

    def test_old_ids_lead_to_the_survivor_however_often_merged(self, corrections, known, save, analyzer) -> None:
        (one, other), _ = known
        third = save(DATABASE).pattern.id
        corrections.merge([one], other, "Ann", NOW)
        corrections.merge([one], third, "Ann", NOW)
        with analyzer.store.reading() as unit:
            assert {unit.patterns.current(some).id for some in (one, other, third)} == {third}

    def test_relations_are_repointed_folded_or_dropped(self, corrections, known, save, analyzer) -> None:
        (one, other), _ = known
        third = save(DATABASE).pattern.id
        rows = [(one, third, 0.4, "inferred"), (other, third, 0.9, "confirmed"), (one, other, 0.5, "inferred")]
        with analyzer.store.transaction() as unit:
            for place, (source, target, confidence, origin) in enumerate(rows):
                unit.connection.execute(
                    crash_relationships.insert().values(
                        source_pattern_id=source,
                        target_pattern_id=target,
                        relationship_type="causes",
                        confidence=confidence,
                        link_origin=origin,
                        first_evidence_at=NOW + timedelta(days=place),
                        last_evidence_at=LATER + timedelta(days=place),
                    )
                )
        before = relations(analyzer)
        done = corrections.merge([other], one, "Ann", NOW)
        (row,) = relations(analyzer)
        assert (row.source_pattern_id, row.target_pattern_id, row.confidence) == (one, third, 0.9)
        assert (row.link_origin, row.first_evidence_at, row.last_evidence_at) == (
            "confirmed",
            NOW,
            LATER + timedelta(days=1),
        )
        corrections.undo(done.id, "Ann", LATER)
        assert relations(analyzer) == before

    @pytest.mark.parametrize(
        ("target", "source", "merged"),
        [
            ("muted", "ongoing", "muted"),
            ("ongoing", "muted", "ongoing"),
            ("resolved", "resolved", "resolved"),
            ("resolved", "muted", "resolved"),
            ("resolved", "ongoing", "ongoing"),
            ("ongoing", "resolved", "ongoing"),
            ("ongoing", "regressed", "regressed"),
            ("new", "new", "ongoing"),
        ],
    )
    def test_the_status_of_the_merged_pattern(
        self, corrections, save, analyzer, pattern, target, source, merged
    ) -> None:
        ids = [save(kind).pattern.id for kind in (RUN_WINDOW, PERMISSION)]
        with analyzer.store.transaction() as unit:
            for pattern_id, status in zip(ids, (target, source), strict=True):
                unit.patterns.set_status(pattern_id, status)
        done = corrections.merge([ids[1]], ids[0], "Ann", NOW)
        assert pattern(ids[0]).status == merged
        corrections.undo(done.id, "Ann", NOW)
        assert [pattern(one).status for one in ids] == [target, source]

    def test_an_empty_pattern_says_nothing_of_status_and_severity(self, corrections, known, analyzer, pattern) -> None:
        (one, other), crashes = known
        corrections.never_merge(one, other, "Ann", NOW)
        for crash_id in crashes[:2]:
            corrections.move(crash_id, other, "Ann", NOW)
        with analyzer.store.transaction() as unit:
            unit.patterns.set_status(one, "regressed")
            unit.patterns.set_severity(one, "critical")
        corrections.allow_merge(one, other, "Ann", NOW)
        corrections.merge([one], other, "Ann", NOW)
        assert (pattern(other).status, pattern(other).severity) == ("ongoing", None)


def relations(analyzer):
    with analyzer.store.reading() as unit:
        return unit.connection.execute(crash_relationships.select().order_by(crash_relationships.c.id)).all()


class TestSplit:
    def test_the_preview_is_what_the_split_does(self, corrections, known, save, pattern, analyzer) -> None:
        (one, _), crashes = known
        menu = save(BY_MENU, days=3, customer=catalogue.MAREA, review=told("other", other_pattern_id=one)).crash
        shown = corrections.split_preview(one, [crashes[0], menu.id])
        assert pattern(one).occurrence_count == 3
        assert (shown.staying.crash_count, shown.staying.variant_count) == (1, 1)
        assert (shown.leaving.crash_count, shown.leaving.variant_count) == (2, 2)
        assert shown.leaving.customers == tuple(sorted({"FJORD", menu.customer}))
        assert [(shared.staying, shared.leaving) for shared in shown.shared_variants] == [(1, 1)]
        assert shown.shared_variants[0].first_frame
        done = corrections.split(one, [crashes[0], menu.id], "Ann", NOW)
        made = pattern(max(done.pattern_ids))
        assert (made.pattern_name, made.occurrence_count, made.status) == (shown.leaving.pattern_name, 2, "ongoing")
        assert (made.first_seen, made.last_seen) == (shown.leaving.first_seen, shown.leaving.last_seen)
        assert "2 crashes went into the new pattern" in done.sentence
        assert done.sentence.endswith("1 stayed.")
        with analyzer.store.reading() as unit:
            assert [unit.evolution.of_pattern(some)[-1].change_type for some in done.pattern_ids] == ["split", "split"]

    def test_the_new_pattern_is_as_severe_as_its_worst_crash(self, corrections, known, save, pattern) -> None:
        (one, _), crashes = known
        save(RUN_WINDOW, days=0, review=told(severity="high"))
        done = corrections.split(one, [crashes[0]], "Ann", NOW)
        assert pattern(max(done.pattern_ids)).severity == "high"

    def test_undone_after_more_crashes_joined_they_all_come_back(self, corrections, known, save, pattern) -> None:
        (one, _), _ = known
        menu = [save(BY_MENU, days=days, review=told("other", other_pattern_id=one)).crash.id for days in (3, 4)]
        done = corrections.split(one, menu, "Ann", NOW)
        made = max(done.pattern_ids)
        assert save(BY_MENU, days=7, review=told(new_solution="Wait.")).pattern.id == made
        corrections.undo(done.id, "Bob", LATER)
        assert (pattern(one).occurrence_count, pattern(made).merged_into_id) == (5, one)

    @pytest.mark.parametrize("chosen", ["none", "all", "strange"])
    def test_some_not_all_crashes_of_the_pattern_must_be_chosen(self, corrections, known, pattern, chosen) -> None:
        (one, _), crashes = known
        crash_ids = {"none": [], "all": crashes[:2], "strange": [crashes[0], crashes[2]]}[chosen]
        for attempt in (
            lambda: corrections.split_preview(one, crash_ids),
            lambda: corrections.split(one, crash_ids, "Ann", NOW),
        ):
            with pytest.raises(CorrectionRefused):
                attempt()
        assert corrections.history() == ()


class TestApart:
    def test_a_merge_is_refused_with_who_said_so_and_when(self, corrections, known, pattern) -> None:
        one, other = known[0]
        corrections.never_merge(other, one, "Ann", NOW)
        for attempt in (
            lambda: corrections.merge([one], other, "Bob", LATER),
            lambda: corrections.same(one, other, "Bob", LATER),
            lambda: corrections.never_merge(one, other, "Bob", LATER),
        ):
            with pytest.raises(CorrectionRefused, match="Ann said so on 01 March 2025"):
                attempt()
        (said,) = corrections.separated(one)
        assert (said.pattern_ids, said.decided_by) == ((one, other), "Ann")
        corrections.allow_merge(one, other, "Bob", LATER)
        assert corrections.separated(one) == ()
        corrections.merge([one], other, "Bob", LATER)

    def test_it_holds_for_whatever_they_are_merged_into(self, corrections, known, save) -> None:
        one, other = known[0]
        third = save(DATABASE).pattern.id
        corrections.never_merge(one, other, "Ann", NOW)
        corrections.merge([other], third, "Ann", NOW)
        with pytest.raises(CorrectionRefused, match="must never be merged"):
            corrections.merge([one], third, "Bob", LATER)

    def test_three_at_once_are_refused_for_any_pair(self, corrections, known, save, pattern) -> None:
        one, other = known[0]
        third = save(DATABASE).pattern.id
        corrections.never_merge(one, other, "Ann", NOW)
        with pytest.raises(CorrectionRefused, match="must never be merged"):
            corrections.merge([one, other], third, "Bob", LATER)
        assert pattern(third).occurrence_count == 1

    def test_undone_like_anything_else(self, corrections, known) -> None:
        one, other = known[0]
        apart = corrections.never_merge(one, other, "Ann", NOW)
        allowed = corrections.allow_merge(one, other, "Bob", LATER)
        corrections.undo(allowed.id, "Ann", LATER)
        assert corrections.separated(one)[0].decided_by == "Ann"
        corrections.undo(apart.id, "Ann", LATER)
        assert corrections.separated(one) == ()
        with pytest.raises(CorrectionRefused, match="Nobody said"):
            corrections.allow_merge(one, other, "Ann", LATER)

    def test_allowing_cannot_be_undone_once_they_are_one(self, corrections, known) -> None:
        one, other = known[0]
        corrections.never_merge(one, other, "Ann", NOW)
        allowed = corrections.allow_merge(one, other, "Ann", NOW)
        corrections.merge([one], other, "Bob", NOW)
        with pytest.raises(CorrectionRefused, match="was merged since"):
            corrections.undo(allowed.id, "Ann", LATER)


def test_the_same_is_a_merge_that_is_confirmed(corrections, known, save, pattern, analyzer, analyze) -> None:
    one, other = known[0]
    save(PERMISSION, days=4)
    done = corrections.same(one, other, "Ann", NOW)
    assert (done.kind, pattern(one).merged_into_id, pattern(other).occurrence_count) == ("same", other, 5)
    assert "are the same" in done.sentence
    with analyzer.store.reading() as unit:
        (decision,) = unit.validations.of_pattern(other)
    assert (decision.verdict, decision.validated_by, decision.error_event_id) == ("confirmed", "Ann", None)
    assert decision.shown_confidence is None
    assert pattern(other).validation_count == 1
    assert analyze(dump_bytes(RUN_WINDOW, 9)).match.pattern_id == other
    corrections.undo(done.id, "Ann", LATER)
    assert (pattern(other).validation_count, pattern(one).occurrence_count) == (0, 2)
    assert analyze(dump_bytes(RUN_WINDOW, 9)).match.pattern_id == one


class TestUndo:
    def test_it_says_who_undid_it_and_is_refused_twice(self, corrections, known) -> None:
        one, other = known[0]
        done = corrections.merge([one], other, "Ann", NOW)
        undone = corrections.undo(done.id, "Bob", LATER)
        assert (undone.undoable, undone.undone_by, undone.undone_at) == (False, "Bob", LATER)
        assert corrections.history() == (undone,)
        with pytest.raises(CorrectionRefused, match="undone already, by Bob on 02 March 2025"):
            corrections.undo(done.id, "Ann", LATER)

    def test_later_words_and_outcomes_stay(self, corrections, known, save, pattern, analyzer) -> None:
        one, other = known[0]
        save(RUN_WINDOW, days=0, review=told(new_solution="Restart.", prevention="Check."))
        done = corrections.merge([one], other, "Ann", NOW)
        save(PERMISSION, days=6, review=told(new_solution="Restart.", prevention="Train.", severity="low"))
        with analyzer.store.transaction() as unit:
            unit.patterns.rename(other, "Permission to plan")
            unit.patterns.set_status(other, "resolved")
        corrections.undo(done.id, "Ann", LATER)
        survivor, back = pattern(other), pattern(one)
        assert (survivor.pattern_name, survivor.status, survivor.severity) == ("Permission to plan", "resolved", "low")
        assert (survivor.prevention_strategies, back.prevention_strategies) == (("Train.",), ("Check.",))
        assert (solutions(analyzer, other), solutions(analyzer, one)) == ({"Restart.": (1, 0)}, {"Restart.": (1, 0)})
        assert (survivor.occurrence_count, back.occurrence_count) == (3, 2)

    def test_crashes_that_joined_by_a_stack_go_back_with_it(self, corrections, known, save, pattern) -> None:
        one, other = known[0]
        done = corrections.merge([one], other, "Ann", NOW)
        assert save(RUN_WINDOW, days=6).pattern.id == other
        corrections.undo(done.id, "Ann", LATER)
        assert [pattern(some).occurrence_count for some in (one, other)] == [3, 2]

    def test_crashes_that_a_person_placed_stay(self, corrections, known, save, pattern) -> None:
        one, other = known[0]
        done = corrections.merge([one], other, "Ann", NOW)
        assert save(RUN_WINDOW, days=6, review=told()).pattern.id == other
        corrections.undo(done.id, "Ann", LATER)
        assert [pattern(some).occurrence_count for some in (one, other)] == [2, 3]

    def test_refused_when_the_survivor_was_merged_since_until_that_is_undone(self, corrections, known, save) -> None:
        one, other = known[0]
        third = save(DATABASE).pattern.id
        first = corrections.merge([one], other, "Ann", NOW)
        second = corrections.merge([other], third, "Bob", LATER)
        assert [done.undoable for done in corrections.history()] == [True, False]
        with pytest.raises(CorrectionRefused, match=r"was merged since\. Undo that first: “.*” \(Bob\)"):
            corrections.undo(first.id, "Ann", LATER)
        assert corrections.obstacle(second.id) is None
        corrections.undo(second.id, "Ann", LATER)
        corrections.undo(first.id, "Ann", LATER)

    def test_refused_when_a_crash_was_moved_since(self, corrections, known, save) -> None:
        (one, other), crashes = known
        third = save(DATABASE).pattern.id
        done = corrections.merge([one], other, "Ann", NOW)
        corrections.move(crashes[0], third, "Bob", LATER)
        with pytest.raises(CorrectionRefused, match=f"crash {crashes[0]} was moved since.*Bob"):
            corrections.undo(done.id, "Ann", LATER)

    def test_refused_when_the_two_must_never_be_merged_since(self, corrections, known) -> None:
        (one, _), crashes = known
        done = corrections.split(one, [crashes[0]], "Ann", NOW)
        corrections.never_merge(*done.pattern_ids, "Bob", LATER)
        with pytest.raises(CorrectionRefused, match="must never be merged"):
            corrections.undo(done.id, "Ann", LATER)

    def test_refused_when_the_demo_was_removed_since(self, known, analyzer, analyze) -> None:
        demo = PatternCorrections(analyzer.store)
        with analyzer.store.as_demo().transaction() as unit:
            unit.connection.exec_driver_sql("UPDATE crash_patterns SET is_demo = 1 WHERE id = 1")
            unit.connection.exec_driver_sql("UPDATE error_events SET is_demo = 1 WHERE pattern_id = 1")
            unit.connection.exec_driver_sql("UPDATE pattern_variants SET is_demo = 1 WHERE pattern_id = 1")
        done = demo.merge([1], 2, "Ann", NOW)
        with analyzer.store.transaction() as unit:
            unit.origins.remove_demo()
        with pytest.raises(CorrectionRefused, match="not stored any more"):
            demo.undo(done.id, "Ann", LATER)


class TestDemo:
    def test_a_correction_of_demo_knowledge_goes_with_it(self, analyzer, analyze) -> None:
        demo = replace_store(analyzer)
        ids = [
            demo.save(analyze(dump_bytes(kind)), None, NOW).pattern.id for kind in (RUN_WINDOW, PERMISSION, DATABASE)
        ]
        corrections = PatternCorrections(analyzer.store)
        corrections.merge([ids[0]], ids[1], "Ann", NOW)
        corrections.never_merge(ids[1], ids[2], "Ann", NOW)
        done = corrections.split(ids[1], [1], "Ann", NOW)
        corrections.undo(done.id, "Ann", LATER)
        with analyzer.store.transaction() as unit:
            unit.origins.remove_demo()
            assert (unit.patterns.count(), unit.variants.count(), unit.corrections.history()) == (0, 0, ())


def replace_store(analyzer):
    from crash_knowledge.analyzer import CrashAnalyzer

    return CrashAnalyzer(analyzer.store.as_demo(), analyzer.redactor, analyzer.embedder, 1_000_000)


def test_what_makes_no_sense_is_refused_and_changes_nothing(corrections, known, save) -> None:
    (one, other), crashes = known
    alone = save(DATABASE)
    attempts = {
        "already": lambda: corrections.move(crashes[0], one, "Ann", NOW),
        "alone already": lambda: corrections.move(alone.crash.id, None, "Ann", NOW),
        "with itself": lambda: corrections.merge([one], one, "Ann", NOW),
        "at least two": lambda: corrections.merge([], one, "Ann", NOW),
        "cannot be merged with itself": lambda: corrections.same(one, one, "Ann", NOW),
        "are one pattern": lambda: corrections.never_merge(one, one, "Ann", NOW),
        "Your name is missing": lambda: corrections.merge([one], other, " ", NOW),
        "longer than": lambda: corrections.merge([one], other, "A" * (LONGEST_NAME + 1), NOW),
    }
    for words, attempt in attempts.items():
        with pytest.raises(CorrectionRefused, match=words):
            attempt()
    for attempt in (
        lambda: corrections.move(99, one, "Ann", NOW),
        lambda: corrections.move(crashes[0], 99, "Ann", NOW),
        lambda: corrections.merge([99], one, "Ann", NOW),
        lambda: corrections.undo(99, "Ann", NOW),
    ):
        with pytest.raises(UnknownRecord):
            attempt()
    assert corrections.history() == ()


def test_the_history_of_one_pattern(corrections, known, save) -> None:
    (one, other), _ = known
    third = save(DATABASE).pattern.id
    corrections.never_merge(one, third, "Ann", NOW)
    corrections.merge([one], other, "Ann", LATER)
    assert [done.kind for done in corrections.history()] == ["merge", "never_merge"]
    assert [done.kind for done in corrections.history(pattern_id=third)] == ["never_merge"]
    assert [done.kind for done in corrections.history(limit=1)] == ["merge"]


@pytest.mark.parametrize("kind", [RUN_WINDOW, PERMISSION, DATABASE], ids=["run window", "permission", "database"])
def test_a_stored_crash_founds_the_pattern_that_its_dump_did(save, pattern, analyzer, kind) -> None:
    learned = save(kind)
    with analyzer.store.reading() as unit:
        founded = founding(unit, learned.crash)
    for name in ("pattern_name", "error_type", "error_category", "cause_of_dump", "stack_signature"):
        assert getattr(founded, name) == getattr(learned.pattern, name)
