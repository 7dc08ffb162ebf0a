"""What a person's word teaches: where the crash belongs, how sure we are of patterns, what fixed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crash_knowledge.errors import InvalidReview
from crash_knowledge.knowledge.review import LONGEST_DOWNTIME_MINUTES, LONGEST_NAME, LONGEST_TEXT, Review, check_review
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes

NOW = datetime(2025, 1, 20, 12, tzinfo=UTC)


def review(verdict="right", **fields) -> Review:
    return Review(validator="Ann", verdict=verdict, **fields)


@pytest.fixture
def known(analyzer, analyze):
    """Two unreviewed patterns of two crashes each: (run window, permission)."""
    ids = []
    for kind in (RUN_WINDOW, PERMISSION):
        for days in (0, 1):
            learned = analyzer.save(analyze(dump_bytes(kind, days)), None)
        ids.append(learned.pattern.id)
    return tuple(ids)


def pattern(analyzer, pattern_id: int):
    with analyzer.store.reading() as unit:
        return unit.patterns.get(pattern_id)


def judgements(analyzer, pattern_id: int):
    with analyzer.store.reading() as unit:
        return [
            (one.verdict, one.shown_level, one.shown_confidence, one.validated_by)
            for one in unit.validations.of_pattern(pattern_id)
        ]


class TestVerdicts:
    def test_right_confirms_the_pattern(self, analyzer, analyze, known) -> None:
        analysis = analyze(dump_bytes(days=2))
        learned = analyzer.save(analysis, review())
        assert learned.pattern.id == known[0]
        assert (learned.pattern.validation_count, learned.pattern.false_positive_count) == (1, 0)
        assert learned.pattern.confidence_score == pytest.approx(2 / 3)
        assert judgements(analyzer, known[0]) == [("confirmed", "exact", analysis.match.confidence, "Ann")]

    def test_right_on_new_confirms_the_new_pattern(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(DATABASE)), review())
        assert learned.is_new_pattern
        assert learned.crash.match_level == "new"
        assert [verdict for verdict, *_ in judgements(analyzer, learned.pattern.id)] == ["confirmed"]

    def test_new_where_new_was_shown_is_agreement(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(DATABASE)), review("new"))
        assert (learned.is_new_pattern, learned.crash.match_level) == (True, "new")
        again = analyzer.save(analyze(dump_bytes(DATABASE)), review("new"))
        assert again.pattern.id == learned.pattern.id

    def test_other_goes_where_the_reviewer_says(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=2)), review("other", other_pattern_id=known[1]))
        assert (learned.pattern.id, learned.is_new_pattern) == (known[1], False)
        assert (learned.crash.match_level, learned.crash.match_confidence) == ("manual", 1.0)
        shown, right = (pattern(analyzer, one) for one in known)
        assert (shown.occurrence_count, shown.false_positive_count, shown.confidence_score) == (
            2,
            1,
            pytest.approx(1 / 3),
        )
        assert (right.occurrence_count, right.validation_count, right.confidence_score) == (3, 1, pytest.approx(2 / 3))
        assert [verdict for verdict, *_ in judgements(analyzer, known[0])] == ["rejected"]
        assert [verdict for verdict, *_ in judgements(analyzer, known[1])] == ["confirmed"]

    def test_other_where_new_was_shown_rejects_nothing(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(DATABASE)), review("other", other_pattern_id=known[0]))
        assert (learned.pattern.id, learned.pattern.false_positive_count) == (known[0], 0)
        assert judgements(analyzer, known[0])[0][1] == "new"

    def test_new_where_a_known_one_was_shown_splits_it_off(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=2)), review("new"))
        assert learned.is_new_pattern
        assert learned.pattern.id not in known
        assert learned.crash.match_level == "manual"
        assert pattern(analyzer, known[0]).false_positive_count == 1

    def test_unsure_confirms_nothing_and_keeps_the_verdict(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=2)), review("unsure"))
        assert (learned.pattern.id, learned.pattern.occurrence_count) == (known[0], 3)
        assert (learned.pattern.validation_count, learned.pattern.confidence_score) == (0, 0.5)
        assert [verdict for verdict, *_ in judgements(analyzer, known[0])] == ["unsure"]

    def test_confidence_is_the_beta_mean_of_all_reviews(self, analyzer, analyze, known) -> None:
        analyzer.save(analyze(dump_bytes(days=2)), review())
        analyzer.save(analyze(dump_bytes(days=3)), review())
        analyzer.save(analyze(dump_bytes(days=4)), review("other", other_pattern_id=known[1]))
        assert pattern(analyzer, known[0]).confidence_score == pytest.approx((1 + 2) / (2 + 2 + 1))


class TestStoredDumps:
    """A review of a dump that was saved before."""

    def test_other_moves_it_and_counts_follow(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=1)), review("other", other_pattern_id=known[1]))
        left, joined = (pattern(analyzer, one) for one in known)
        assert (left.occurrence_count, left.status) == (1, "ongoing")
        assert left.last_seen == left.first_seen
        assert joined.occurrence_count == 3
        assert (learned.pattern.id, learned.is_new_pattern, learned.was_stored_before) == (known[1], False, True)

    def test_new_moves_it_into_a_pattern_of_its_own(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=1)), review("new"))
        assert learned.is_new_pattern
        assert (learned.pattern.occurrence_count, pattern(analyzer, known[0]).occurrence_count) == (1, 1)

    def test_new_leaves_it_where_it_is_alone_already(self, analyzer, analyze, known) -> None:
        first = analyzer.save(analyze(dump_bytes(days=1)), review("new"))
        again = analyzer.save(analyze(dump_bytes(days=1)), review("new"))
        assert (again.pattern.id, again.is_new_pattern) == (first.pattern.id, False)

    @pytest.mark.parametrize("verdict", ["right", "unsure"])
    def test_agreement_moves_nothing(self, analyzer, analyze, known, verdict) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=1)), review(verdict))
        assert (learned.pattern.id, learned.pattern.occurrence_count) == (known[0], 2)

    def test_right_means_the_pattern_that_was_shown(self, analyzer, analyze, known) -> None:
        shown = analyze(dump_bytes(days=1))
        analyzer.save(shown, review("other", other_pattern_id=known[1]))
        learned = analyzer.save(shown, review("right"))
        assert learned.pattern.id == known[0]
        assert [pattern(analyzer, one).occurrence_count for one in known] == [2, 2]

    def test_other_that_names_its_own_pattern_moves_nothing(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=1)), review("other", other_pattern_id=known[0]))
        assert (learned.pattern.id, learned.pattern.occurrence_count) == (known[0], 2)

    def test_the_moved_crash_is_recognised_in_its_new_pattern(self, analyzer, analyze, known) -> None:
        for days in (0, 1):
            analyzer.save(analyze(dump_bytes(days=days)), review("other", other_pattern_id=known[1]))
        analysis = analyze(dump_bytes(days=9))
        assert (analysis.match.pattern_id, analysis.match.level) == (known[1], "exact")

    def test_an_emptied_pattern_is_merged_and_hands_over_what_it_knew(self, analyzer, analyze, known) -> None:
        told = review(new_solution="Set a start date.", prevention="Check at night.")
        analyzer.save(analyze(dump_bytes(days=0)), told)
        for days in (0, 1):
            learned = analyzer.save(analyze(dump_bytes(days=days)), review("other", other_pattern_id=known[1]))
        emptied = pattern(analyzer, known[0])
        assert (emptied.status, emptied.merged_into_id, emptied.occurrence_count) == ("merged", known[1], 0)
        assert learned.pattern.occurrence_count == 4
        assert learned.pattern.prevention_strategies == ("Check at night.",)
        with analyzer.store.reading() as unit:
            (solution,) = unit.solutions.of_pattern(known[1])
            changes = [entry.change_type for entry in unit.evolution.of_pattern(known[0])]
        assert (solution.description, solution.success_count) == ("Set a start date.", 1)
        assert "merge" in changes

    def test_a_pattern_merged_meanwhile_is_followed(self, analyzer, analyze, known) -> None:
        stale = analyze(dump_bytes(days=5))
        assert stale.match.pattern_id == known[0]
        for days in (0, 1):
            analyzer.save(analyze(dump_bytes(days=days)), review("other", other_pattern_id=known[1]))
        before = len(judgements(analyzer, known[0]))
        learned = analyzer.save(stale, review("right"))
        assert (learned.pattern.id, learned.pattern.occurrence_count) == (known[1], 5)
        assert len(judgements(analyzer, known[0])) == before
        learned = analyzer.save(analyze(dump_bytes(days=5)), review("other", other_pattern_id=known[0]))
        assert (learned.pattern.id, learned.pattern.occurrence_count) == (known[1], 5)


class TestSolutions:
    def test_a_new_solution_that_worked_is_proposed_next_time(self, analyzer, analyze, known) -> None:
        learned = analyzer.save(analyze(dump_bytes(days=2)), review(new_solution="  Set a start date.\n"))
        (solution,) = analyze(dump_bytes(days=3)).match.verified_solutions
        assert (solution.description, solution.success_count, solution.failure_count) == ("Set a start date.", 1, 0)
        assert solution.added_by == "Ann"
        with analyzer.store.reading() as unit:
            chain = unit.chains.of_event(learned.crash.error_event_id)
        assert chain.status == "resolved"
        assert chain.attempts[0].solution_id == solution.id

    def test_a_proposal_counts_nothing_and_leaves_the_chain_open(self, analyzer, analyze, known) -> None:
        proposal = review(new_solution="Set a start date.", new_solution_worked=False)
        learned = analyzer.save(analyze(dump_bytes(days=2)), proposal)
        (solution,) = analyze(dump_bytes(days=3)).match.verified_solutions
        assert (solution.success_count, solution.failure_count) == (0, 0)
        with analyzer.store.reading() as unit:
            chain = unit.chains.of_event(learned.crash.error_event_id)
        assert (chain.status, chain.attempts) == ("open", ())

    @pytest.mark.parametrize(
        ("worked", "counts", "status", "outcome"),
        [(True, (2, 0), "resolved", "succeeded"), (False, (1, 1), "open", "same_error")],
    )
    def test_a_known_solution_that_was_tried(self, analyzer, analyze, known, worked, counts, status, outcome) -> None:
        analyzer.save(analyze(dump_bytes(days=2)), review(new_solution="Set a start date."))
        analysis = analyze(dump_bytes(days=3))
        (shown,) = analysis.match.verified_solutions
        learned = analyzer.save(analysis, review(solution_id=shown.id, solution_worked=worked))
        with analyzer.store.reading() as unit:
            solution = unit.solutions.get(shown.id)
            chain = unit.chains.of_event(learned.crash.error_event_id)
        assert (solution.success_count, solution.failure_count) == counts
        assert chain.status == status
        (attempt,) = chain.attempts
        assert (attempt.solution_id, attempt.successful, attempt.outcome) == (shown.id, worked, outcome)

    def test_a_solution_of_another_pattern_becomes_one_of_the_right_pattern(self, analyzer, analyze, known) -> None:
        analyzer.save(analyze(dump_bytes(days=2)), review(new_solution="Set a start date."))
        analysis = analyze(dump_bytes(days=3))
        (shown,) = analysis.match.verified_solutions
        analyzer.save(analysis, review("other", other_pattern_id=known[1], solution_id=shown.id))
        with analyzer.store.reading() as unit:
            (there,) = unit.solutions.of_pattern(known[1])
            (here,) = unit.solutions.of_pattern(known[0])
        assert (there.description, there.success_count, here.success_count) == ("Set a start date.", 1, 1)

    def test_the_same_text_again_is_the_same_solution(self, analyzer, analyze, known) -> None:
        for days in (2, 3):
            analyzer.save(analyze(dump_bytes(days=days)), review(new_solution="Set a start date."))
        (solution,) = analyze(dump_bytes(days=4)).match.verified_solutions
        assert solution.success_count == 2

    def test_time_to_resolution_is_unknown_when_crash_and_fix_are_told_at_once(self, analyzer, analyze) -> None:
        learned = analyzer.save(analyze(dump_bytes()), review(new_solution="Restart."), NOW)
        with analyzer.store.reading() as unit:
            chain = unit.chains.of_event(learned.crash.error_event_id)
        assert (chain.status, chain.resolution_time_minutes, chain.resolved_at) == ("resolved", None, NOW)

    def test_time_to_resolution_is_computed_when_the_review_comes_later(self, analyzer, analyze) -> None:
        first = analyzer.save(analyze(dump_bytes()), None, NOW)
        later = first.crash.occurred_at + timedelta(days=7)
        analyzer.save(analyze(dump_bytes()), review(new_solution="Restart."), later)
        with analyzer.store.reading() as unit:
            chain = unit.chains.of_event(first.crash.error_event_id)
        assert (chain.resolution_time_minutes, chain.resolution_time_source) == (7 * 24 * 60, "computed")


def test_prevention_and_impact_are_kept(analyzer, analyze) -> None:
    told = review(
        prevention=" Check at night. ", severity="critical", downtime_minutes=90, affected_features=("Slot plan", "EPG")
    )
    learned = analyzer.save(analyze(dump_bytes()), told)
    again = analyzer.save(analyze(dump_bytes(days=1)), review(prevention="Check at night."))
    assert again.pattern.prevention_strategies == ("Check at night.",)
    assert (again.pattern.severity, again.crash.severity) == ("critical", None)
    crash = learned.crash
    assert (crash.severity, crash.downtime_minutes, crash.affected_features) == ("critical", 90, ("Slot plan", "EPG"))


def test_free_text_is_redacted_and_the_reviewer_keeps_the_name(analyzer, analyze) -> None:
    secret = "Logged on with password: 'Hunter2-x' from 10.1.2.3, ask eve.adams@fjordvision.example"
    told = review(new_solution=secret, prevention=secret, notes=secret, affected_features=(secret,))
    told = replace(told, validator="ann@support.example")
    learned = analyzer.save(analyze(dump_bytes()), told)
    with analyzer.store.reading() as unit:
        (solution,) = unit.solutions.of_pattern(learned.pattern.id)
        (validation,) = unit.validations.of_pattern(learned.pattern.id)
        entries = unit.evolution.of_pattern(learned.pattern.id)
        attempts = unit.chains.of_event(learned.crash.error_event_id).attempts
    kept = repr((solution, validation, entries, attempts, learned.pattern, learned.crash, learned.sentences))
    for planted in ("Hunter2-x", "10.1.2.3", "eve.adams"):
        assert planted not in kept
    assert validation.validated_by == "ann@support.example"


FINE = Review(validator="Ann")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("validator", ""),
        ("validator", " \n"),
        ("validator", "A" * (LONGEST_NAME + 1)),
        ("verdict", "perhaps"),
        ("severity", "awful"),
        ("quality", 0),
        ("quality", 6),
        ("quality", True),
        ("quality", 2.5),
        ("downtime_minutes", -1),
        ("downtime_minutes", LONGEST_DOWNTIME_MINUTES + 1),
        ("new_solution", "x" * (LONGEST_TEXT + 1)),
        ("prevention", "x" * (LONGEST_TEXT + 1)),
        ("notes", "x" * (LONGEST_TEXT + 1)),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(field: str, value: object) -> None:
    with pytest.raises(InvalidReview) as refused:
        check_review(replace(FINE, **{field: value}))
    assert list(refused.value.problems) == [field]


def test_other_needs_a_pattern() -> None:
    with pytest.raises(InvalidReview) as refused:
        check_review(replace(FINE, verdict="other"))
    assert list(refused.value.problems) == ["other_pattern_id"]


def test_all_wrong_fields_are_told_at_once() -> None:
    with pytest.raises(InvalidReview) as refused:
        check_review(Review(validator="", verdict="other", quality=9, downtime_minutes=-5))
    assert list(refused.value.problems) == ["validator", "other_pattern_id", "quality", "downtime_minutes"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("validator", "A" * LONGEST_NAME),
        ("quality", 1),
        ("quality", 5),
        ("downtime_minutes", 0),
        ("downtime_minutes", LONGEST_DOWNTIME_MINUTES),
        ("notes", "x" * LONGEST_TEXT),
    ],
)
def test_the_limits_themselves_are_fine(field: str, value: object) -> None:
    check_review(replace(FINE, **{field: value}))
