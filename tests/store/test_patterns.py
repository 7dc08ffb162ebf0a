from __future__ import annotations

from datetime import datetime

import pytest

from crash_knowledge.errors import StoreError, UnknownRecord
from crash_knowledge.store import Store
from tests.store.builders import NOON, later, learn, new_pattern, new_variant


def test_a_new_pattern_is_unseen_and_believed_half(store: Store) -> None:
    with store.transaction() as unit:
        pattern = unit.patterns.add(new_pattern("first", error_category="method-not-understood"))
        assert unit.patterns.get(pattern.id) == pattern
    assert (pattern.status, pattern.occurrence_count, pattern.confidence_score) == ("new", 0, 0.5)
    assert (pattern.first_seen, pattern.last_seen, pattern.prevention_strategies) == (NOON, NOON, ())
    assert (pattern.pattern_name, pattern.error_category, pattern.version) == ("first", "method-not-understood", 1)


def test_the_second_occurrence_makes_a_pattern_ongoing(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, _ = learn(unit, "one")
        assert (pattern.status, pattern.occurrence_count) == ("new", 1)
        pattern, _, _ = learn(unit, "two", pattern, occurred_at=later(days=3))
        assert (pattern.status, pattern.occurrence_count) == ("ongoing", 2)
        pattern, _, _ = learn(unit, "old", pattern, occurred_at=later(days=-9))
    assert (pattern.first_seen, pattern.last_seen) == (later(days=-9), later(days=3))


@pytest.mark.parametrize("status", ["resolved", "regressed", "muted", "ongoing"])
def test_an_occurrence_changes_no_other_status(store: Store, status: str) -> None:
    with store.transaction() as unit:
        pattern, _, _ = learn(unit, "one")
        unit.patterns.set_status(pattern.id, status)  # type: ignore[arg-type]
        pattern, _, _ = learn(unit, "two", pattern)
        assert pattern.status == status


@pytest.mark.parametrize(
    ("reviews", "confidence"),
    [([True], 2 / 3), ([False], 1 / 3), ([True, True, True, False], 4 / 6), ([True] * 8, 0.9), ([False] * 8, 0.1)],
)
def test_confidence_is_the_beta_mean_of_the_reviews(store: Store, reviews: list[bool], confidence: float) -> None:
    with store.transaction() as unit:
        pattern = unit.patterns.add(new_pattern())
        for confirmed in reviews:
            unit.patterns.record_validation(pattern.id, confirmed)
        pattern = unit.patterns.get(pattern.id)
    assert pattern.confidence_score == pytest.approx(confidence)
    assert (pattern.validation_count, pattern.false_positive_count) == (reviews.count(True), reviews.count(False))


def test_status_severity_name_and_prevention_can_be_changed(store: Store) -> None:
    with store.transaction() as unit:
        pattern_id = unit.patterns.add(new_pattern()).id
        unit.patterns.set_status(pattern_id, "resolved")
        unit.patterns.set_severity(pattern_id, "high")
        unit.patterns.rename(pattern_id, "Planning without channel")
        for text in ("check the channel", "train users", "check the channel"):
            unit.patterns.add_prevention(pattern_id, text)
        pattern = unit.patterns.get(pattern_id)
    assert (pattern.status, pattern.severity) == ("resolved", "high")
    assert pattern.pattern_name == "Planning without channel"
    assert pattern.prevention_strategies == ("check the channel", "train users")


def test_a_merged_pattern_names_its_target_and_is_not_listed(store: Store) -> None:
    with store.transaction() as unit:
        target, merged = unit.patterns.add(new_pattern("target")), unit.patterns.add(new_pattern("merged"))
        unit.patterns.merge_into(merged.id, target.id)
        assert (unit.patterns.get(merged.id).status, unit.patterns.get(merged.id).merged_into_id) == (
            "merged",
            target.id,
        )
        assert [pattern.id for pattern in unit.patterns.list()] == [target.id]
        assert unit.patterns.count() == 1
        unit.patterns.set_status(merged.id, "ongoing")
        assert unit.patterns.get(merged.id).merged_into_id is None
        with pytest.raises(ValueError, match="merge_into"):
            unit.patterns.set_status(merged.id, "merged")
        with pytest.raises(ValueError, match="into itself"):
            unit.patterns.merge_into(merged.id, merged.id)


def test_patterns_are_listed_by_source_last_seen_first_in_pages(store: Store) -> None:
    with store.transaction() as unit:
        for number in range(5):
            unit.patterns.add(new_pattern(f"crash {number}", seen_at=later(hours=number)))
        unit.patterns.add(new_pattern("call", source="ai_call"))
        names = [pattern.pattern_name for pattern in unit.patterns.list(limit=2, offset=1)]
        assert names == ["crash 3", "crash 2"]
        assert [pattern.pattern_name for pattern in unit.patterns.list("ai_call")] == ["call"]
        assert len(unit.patterns.list(None)) == 6
        assert (unit.patterns.count("crash"), unit.patterns.count("ai_call"), unit.patterns.count()) == (5, 1, 6)


def test_many_patterns_are_read_at_once(store: Store) -> None:
    with store.transaction() as unit:
        ids = [unit.patterns.add(new_pattern(str(number))).id for number in range(1100)]
        found = unit.patterns.get_many([*ids, ids[0], 99_999])
    assert list(found) == ids
    assert found[ids[700]].pattern_name == "700"


def test_the_summary_says_where_and_when(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, _ = learn(unit, "one", customer="West", user_name="user-1")
        for number, (customer, version, user, day) in enumerate(
            [("North", "2.0", "user-1", 31), ("West", "1.0", "user-2", 400), ("West", None, None, 31)]
        ):
            seen = {"occurred_at": later(days=day)}
            learn(unit, f"more {number}", pattern, customer=customer, service_version=version, user_name=user, **seen)
        learn(unit, "another pattern", customer="South")
        summary = unit.patterns.summary(pattern.id)
    assert (summary.occurrence_count, summary.user_count) == (4, 2)
    assert summary.customers == ("North", "West")
    assert summary.versions == ("1.0", "2.0", "2024r1.001")
    assert summary.by_month == (("2024-04", 1), ("2024-05", 2), ("2025-05", 1))
    assert (summary.first_seen, summary.last_seen) == (NOON, later(days=400))


def test_unknown_patterns_are_said(store: Store) -> None:
    with store.transaction() as unit:
        for call in (
            lambda: unit.patterns.get(7),
            lambda: unit.patterns.record_occurrence(7, NOON),
            lambda: unit.patterns.record_validation(7, True),
            lambda: unit.patterns.set_status(7, "muted"),
            lambda: unit.patterns.set_severity(7, None),
            lambda: unit.patterns.rename(7, "name"),
            lambda: unit.patterns.add_prevention(7, "text"),
            lambda: unit.patterns.summary(7),
            lambda: unit.evolution.add(7, "created", {}, None, None, NOON),
        ):
            with pytest.raises(UnknownRecord, match="There is no pattern 7"):
                call()


def test_a_naive_time_is_refused(store: Store) -> None:
    with store.transaction() as unit, pytest.raises(ValueError, match="needs a time zone"):
        unit.patterns.add(new_pattern(seen_at=datetime(2024, 4, 2)))  # noqa: DTZ001


def test_a_variant_seen_again_is_counted_not_doubled(store: Store) -> None:
    with store.transaction() as unit:
        pattern, variant, _ = learn(unit, "one")
        _, again, _ = learn(unit, "two", pattern, occurred_at=later(days=1))
        assert (again.id, again.occurrence_count, again.last_seen) == (variant.id, 2, later(days=1))
        assert unit.variants.count() == 1
        assert again.frames == ("a>>b", "c>>d")
        assert again.in_app == (True, False)


def test_variants_are_found_by_their_keys(store: Store) -> None:
    with store.transaction() as unit:
        one, other = unit.patterns.add(new_pattern("one")).id, unit.patterns.add(new_pattern("other")).id
        first = unit.variants.add(one, new_variant("same"), NOON)
        second = unit.variants.add(other, new_variant("same"), later(hours=1))
        newer = unit.variants.add(one, new_variant("same", fingerprint_version=2), later(hours=2))
        alike = unit.variants.add(one, new_variant("alike", structural=first.structural), later(hours=3))
        variants = unit.variants
        with_exact, with_structural = variants.with_exact, variants.with_structural
        assert [found.id for found in with_exact([first.exact])] == [newer.id, second.id, first.id]
        assert [found.id for found in with_exact([alike.exact, "none"])] == [alike.id]
        assert with_exact(["none"]) == ()
        assert [found.id for found in with_structural([first.structural])] == [
            alike.id,
            newer.id,
            second.id,
            first.id,
        ]
        assert [found.id for found in with_structural([first.structural], limit=1)] == [alike.id]
        assert [found.id for found in variants.of_pattern(one, limit=2)] == [alike.id, newer.id]
        assert set(variants.get_many([first.id, alike.id, 99])) == {first.id, alike.id}
        for variant in (first, second, newer, alike):
            unit.variants.remove([variant.id])


def test_counts_follow_crashes_that_were_moved(store: Store) -> None:
    with store.transaction() as unit:
        left, variant, _ = learn(unit, "one")
        left, _, moved = learn(unit, "two", left, occurred_at=later(days=3))
        other = unit.variants.add(left.id, new_variant("moved away"), moved.occurred_at)
        unit.patterns.record_validation(left.id, True)
        target = unit.patterns.add(new_pattern("target"))
        there = unit.variants.add(target.id, new_variant("two"), moved.occurred_at)
        unit.patterns.record_occurrence(target.id, moved.occurred_at)
        unit.crashes.assign(moved.id, target.id, there.id, "manual", 1.0)
        unit.patterns.recount([left.id])
        unit.variants.remove_unused(left.id)
        left = unit.patterns.get(left.id)
        assert (left.occurrence_count, left.last_seen, left.validation_count) == (1, NOON, 1)
        assert set(unit.variants.get_many([variant.id, other.id, there.id])) == {variant.id, there.id}
        assert unit.variants.of_pattern(left.id)[0].occurrence_count == 1


def test_a_variant_needs_its_pattern(store: Store) -> None:
    with store.transaction() as unit, pytest.raises(StoreError):
        unit.variants.add(7, new_variant(), NOON)


def test_changes_of_a_pattern_are_numbered(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, crash = learn(unit, "one")
        entry = unit.evolution.add(
            pattern.id, "new_solution", {"before": None, "after": [1, "é"]}, crash.error_event_id, "Ada", later(days=1)
        )
        assert (entry.version, entry.created_by, entry.changes) == (2, "Ada", {"before": None, "after": [1, "é"]})
        assert [one.change_type for one in unit.evolution.of_pattern(pattern.id)] == ["created", "new_solution"]
        assert unit.patterns.get(pattern.id).version == 2
