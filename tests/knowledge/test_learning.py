"""What saving a crash leaves in the store, without a reviewer and with a plain one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crash_knowledge.analyzer import save_and_learn_from_crash
from crash_knowledge.errors import InvalidReview, NotADump, UnknownRecord
from crash_knowledge.knowledge.learner import CrashPatternLearner
from crash_knowledge.knowledge.review import Review
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes, dump_text, file_of

ANN = Review(validator="Ann")


def test_a_new_crash_makes_a_pattern_with_its_first_instance(analyzer, analyze) -> None:
    analysis = analyze(dump_bytes(), "/home/ann/mail/WCR_14-1.txt")
    learned = analyzer.save(analysis, None)
    assert learned.is_new_pattern
    assert not learned.was_stored_before
    with analyzer.store.reading() as unit:
        pattern = unit.patterns.get(learned.pattern.id)
        (variant,) = unit.variants.of_pattern(pattern.id)
        (entry,) = unit.evolution.of_pattern(pattern.id)
        crash = unit.crashes.get(learned.crash.id)
        chain = unit.chains.of_event(crash.error_event_id)
        text = unit.crashes.text(crash.id)
    assert (pattern.occurrence_count, pattern.status, pattern.confidence_score) == (1, "new", 0.5)
    assert pattern.first_seen == pattern.last_seen == datetime(2025, 1, 14, 8, 5, 12, tzinfo=UTC)
    assert (variant.occurrence_count, variant.exact) == (1, analysis.fingerprint.exact)
    assert (entry.change_type, entry.learned_from_event_id) == ("created", crash.error_event_id)
    assert (crash.pattern_id, crash.variant_id, crash.match_level) == (pattern.id, variant.id, "new")
    assert (crash.file_name, crash.customer, crash.service_version) == ("WCR_14-1.txt", "FJORD", "2024r2.000.012")
    assert chain.status == "open"
    assert "#coversDate:" in text
    assert "solberg" not in text


@pytest.mark.parametrize("given", ["C:\\mail\\WCR_1.txt", "\\\\files\\dumps\\WCR_1.txt", "mail/WCR_1.txt", "WCR_1.txt"])
def test_a_file_is_stored_under_its_base_name(analyzer, analyze, given: str) -> None:
    assert analyzer.save(analyze(dump_bytes(), given), None).crash.file_name == "WCR_1.txt"


def test_a_file_name_loses_the_names_that_stand_in_its_dump(analyzer, analyze) -> None:
    analysis = analyze(dump_bytes(), "/home/x/dump of i.solberg.txt")
    assert "solberg" not in analysis.given_name
    assert analysis.file_name.startswith("dump of user-")


def test_the_second_dump_of_a_crash_joins_its_pattern(analyzer, analyze) -> None:
    first = analyzer.save(analyze(dump_bytes()), None)
    later = analyze(dump_bytes(days=2, user="p.lunde", windows_user="p.lunde"))
    assert (later.match.level, later.match.pattern_id) == ("exact", first.pattern.id)
    second = analyzer.save(later, None)
    assert not second.is_new_pattern
    assert (second.pattern.id, second.pattern.occurrence_count, second.pattern.status) == (
        first.pattern.id,
        2,
        "ongoing",
    )
    assert second.pattern.last_seen - second.pattern.first_seen == timedelta(days=2)
    assert (second.crash.match_level, second.crash.match_confidence) == ("exact", later.match.confidence)
    assert "seen 2 times now" in second.sentences[0]


def test_an_older_dump_that_comes_later_is_the_first_seen(analyzer, analyze) -> None:
    analyzer.save(analyze(dump_bytes(days=2)), None)
    pattern = analyzer.save(analyze(dump_bytes(days=0)), None).pattern
    assert (pattern.first_seen.day, pattern.last_seen.day) == (14, 16)


def test_growth_is_noted_when_a_pattern_reaches_another_version(analyzer, analyze) -> None:
    analyzer.save(analyze(dump_bytes()), None)
    analyzer.save(analyze(dump_bytes(days=1)), None)
    pattern = analyzer.save(analyze(dump_bytes(days=2, version="2024r5.000.009a")), None).pattern
    with analyzer.store.reading() as unit:
        entries = unit.evolution.of_pattern(pattern.id)
    assert [(entry.change_type, dict(entry.changes)) for entry in entries if entry.change_type != "created"] == [
        ("pattern_update", {"status": {"before": "new", "after": "ongoing"}}),
        ("pattern_update", {"service_version": "2024r5.000.009a"}),
    ]


def test_different_crashes_make_different_patterns(analyzer, analyze) -> None:
    saved = [analyzer.save(analyze(dump_bytes(kind)), None) for kind in (RUN_WINDOW, PERMISSION, DATABASE)]
    assert len({learned.pattern.id for learned in saved}) == 3
    assert all(learned.is_new_pattern for learned in saved)


@pytest.mark.parametrize(("confidence", "joins"), [(0.84, False), (0.85, False), (0.8501, True)])
def test_without_a_reviewer_only_more_than_85_percent_joins(analyzer, analyze, confidence: float, joins: bool) -> None:
    known = analyzer.save(analyze(dump_bytes()), None).pattern
    other = analyze(dump_bytes(PERMISSION))
    match = replace(
        other.match,
        is_new=False,
        pattern_id=known.id,
        pattern_name=known.pattern_name,
        level="fuzzy",
        confidence=confidence,
    )
    assert CrashPatternLearner(analyzer.store).find_similar(match) == (known.id if joins else None)
    learned = analyzer.save(replace(other, judged=replace(other.judged, match=match)), None)
    assert (learned.pattern.id == known.id) is joins
    assert learned.crash.match_level == ("fuzzy" if joins else "new")
    if not joins:
        assert f"{confidence:.0%} is too little" in learned.sentences[0]


def test_a_new_verdict_is_similar_to_nothing_however_sure(analyzer, analyze) -> None:
    match = analyze(dump_bytes()).match
    assert (match.is_new, match.confidence) == (True, 1.0)
    assert CrashPatternLearner(analyzer.store).find_similar(match) is None


def test_a_dump_without_time_zone_happened_at_its_local_time(analyzer, analyze) -> None:
    text = "\n".join(line for line in dump_text().split("\n") if not line.startswith("TimeZone"))
    learned = analyzer.save(analyze(file_of(text)), None)
    assert learned.crash.occurred_at == datetime(2025, 1, 14, 9, 5, 12, tzinfo=UTC)


def test_a_failing_transaction_leaves_nothing(analyzer, analyze) -> None:
    with pytest.raises(UnknownRecord):
        analyzer.save(analyze(dump_bytes()), Review(validator="Ann", solution_id=77))
    with pytest.raises(UnknownRecord):
        analyzer.save(analyze(dump_bytes()), Review(validator="Ann", verdict="other", other_pattern_id=77))
    with pytest.raises(InvalidReview):
        analyzer.save(analyze(dump_bytes()), Review(validator=" "))
    with analyzer.store.reading() as unit:
        assert (unit.crashes.count(), unit.patterns.count(), unit.variants.count()) == (0, 0, 0)
        assert unit.postings.document_count() == 0


def test_an_interrupted_write_leaves_nothing(analyzer, analyze) -> None:
    analysis = analyze(dump_bytes())
    with pytest.raises(ValueError, match="vector"):
        analyzer.save(replace(analysis, vector=analysis.vector * 0), ANN)
    with analyzer.store.reading() as unit:
        assert (unit.crashes.count(), unit.patterns.count(), unit.variants.count()) == (0, 0, 0)


class TestSeedFunction:
    """``save_and_learn_from_crash`` of the seed."""

    VALIDATION = {  # noqa: RUF012
        "validator_name": "Ann",
        "solution": "Set a start date.",
        "prevention": "Check contracts at night.",
        "notes": "Seen by planning.",
        "quality": 4,
        "business_impact": {"downtime_minutes": 30, "affected_features": "Slot plan", "severity": "high"},
    }

    def test_saves_and_learns_all_that_the_validation_says(self, analyzer) -> None:
        (learned,) = save_and_learn_from_crash(analyzer, "WCR.txt", dump_bytes(), self.VALIDATION)
        assert (learned.crash.downtime_minutes, learned.crash.affected_features) == (30, ("Slot plan",))
        assert (learned.crash.severity, learned.pattern.severity) == ("high", "high")
        assert learned.pattern.prevention_strategies == ("Check contracts at night.",)
        assert (learned.pattern.validation_count, learned.pattern.confidence_score) == (1, pytest.approx(2 / 3))
        with analyzer.store.reading() as unit:
            (solution,) = unit.solutions.of_pattern(learned.pattern.id)
            (validation,) = unit.validations.of_pattern(learned.pattern.id)
        assert (solution.description, solution.success_count, solution.added_by) == ("Set a start date.", 1, "Ann")
        assert (validation.quality_rating, validation.notes) == (4, "Seen by planning.")

    def test_a_later_dump_of_the_file_is_judged_by_the_earlier(self, analyzer) -> None:
        by_menu = replace(RUN_WINDOW, situation="menu")
        content = file_of(dump_text(), dump_text(by_menu, days=1), dump_text(PERMISSION, days=2))
        learned = save_and_learn_from_crash(analyzer, "mail.txt", content, {"validator_name": "Ann"})
        assert [one.is_new_pattern for one in learned] == [True, False, True]
        assert learned[1].crash.match_level == "structural"

    @pytest.mark.parametrize(
        ("validation", "field"),
        [
            ({}, "validator"),
            ({"validator_name": "Ann", "verdict": "perhaps"}, "verdict"),
            ({"validator_name": "Ann", "quality": "5"}, "quality"),
            ({"validator_name": "Ann", "business_impact": {"severity": "awful"}}, "severity"),
            ({"validator_name": "Ann", "business_impact": {"downtime_minutes": "30"}}, "downtime_minutes"),
        ],
    )
    def test_refuses_what_cannot_be_saved(self, analyzer, validation, field: str) -> None:
        with pytest.raises(InvalidReview) as refused:
            save_and_learn_from_crash(analyzer, "WCR.txt", dump_bytes(), validation)
        assert list(refused.value.problems) == [field]
        with analyzer.store.reading() as unit:
            assert unit.crashes.count() == 0

    def test_refuses_what_is_no_dump(self, analyzer) -> None:
        with pytest.raises(NotADump):
            save_and_learn_from_crash(analyzer, "WCR.txt", b"Hello", self.VALIDATION)
