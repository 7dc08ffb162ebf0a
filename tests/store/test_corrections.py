from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from crash_knowledge.errors import StoreError, UnknownRecord
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.journal import Change, changes_between, from_json, to_json
from crash_knowledge.store.records import Crash, Judgement
from crash_knowledge.store.schema import crash_relationships
from tests.store.builders import NOON, digest, later, learn, new_pattern


def judge(unit: Unit, crash: Crash, pattern_id: int, verdict: Judgement, hours: int) -> None:
    unit.validations.add(
        event_id=crash.error_event_id,
        pattern_id=pattern_id,
        subject="pattern_match",
        verdict=verdict,
        validated_by="Ada",
        at=later(hours=hours),
    )


class TestCurrent:
    def test_merges_are_followed_to_the_end(self, store: Store) -> None:
        with store.transaction() as unit:
            ids = [unit.patterns.add(new_pattern(name)).id for name in "abcd"]
            for source, target in pairwise(ids):
                unit.patterns.merge_into(source, target)
            assert {unit.patterns.current(one).id for one in ids} == {ids[-1]}
            with pytest.raises(UnknownRecord):
                unit.patterns.current(77)

    def test_a_circle_is_an_error_and_found_by_verification(self, url: str) -> None:
        store = Store.open(url)
        with store.transaction() as unit:
            ids = [unit.patterns.add(new_pattern(name)).id for name in "abc"]
            for source, target in ((0, 1), (1, 2), (2, 1)):
                unit.patterns.merge_into(ids[source], ids[target])
            with pytest.raises(StoreError, match="merged into itself"):
                unit.patterns.current(ids[0])
        found = {drift.where for drift in store.verify()}
        assert found == {f"crash_patterns {one} merged_into_id" for one in ids}


class TestVerification:
    def test_what_a_merged_pattern_still_holds_is_found(self, url: str) -> None:
        store = Store.open(url)
        with store.transaction() as unit:
            (one, variant, crash), (two, _, _), (three, _, _) = (learn(unit, name) for name in ("one", "two", "three"))
            relation = {"source_pattern_id": one.id, "target_pattern_id": three.id, "relationship_type": "causes"}
            unit.connection.execute(
                crash_relationships.insert().values(**relation, first_evidence_at=NOON, last_evidence_at=NOON)
            )
            unit.corrections.separate(one.id, three.id, "Ada", NOON)
            unit.patterns.merge_into(one.id, two.id)
        assert {drift.where for drift in store.verify()} == {
            f"error_events {crash.error_event_id} pattern_id",
            f"pattern_variants {variant.id} pattern_id",
            "crash_relationships 1 source_pattern_id",
            "pattern_separations 1 first_pattern_id",
        }
        with store.transaction() as unit:
            unit.arrangement.hand_over(one.id, two.id)
            unit.arrangement.settle([one.id, two.id])
        assert store.verify() == ()


class TestArrangement:
    def test_a_copied_variant_has_the_terms_and_vectors_of_the_first(self, store: Store) -> None:
        with store.transaction() as unit:
            one, variant, crash = learn(unit, "one")
            learn(unit, "one again", one, dump_hash=digest("again"))
            two, other, _ = learn(unit, "two")
            unit.vectors.put(variant.id, "model", "hash", np.arange(1, 5))
            unit.arrangement.put([crash.error_event_id], two.id)
            unit.arrangement.settle([one.id, two.id])
            copy_id = unit.crashes.get(crash.id).variant_id
            assert copy_id not in (None, variant.id)
            assert [found for found, _ in unit.postings.top({"a>>b": 1.0}, 5)] == [variant.id, other.id, copy_id]
            assert sorted(unit.vectors.nearest("model", np.arange(1, 5), 5)) == [
                (variant.id, pytest.approx(1.0)),
                (copy_id, pytest.approx(1.0)),
            ]
            assert unit.patterns.get(two.id).occurrence_count == 2

    def test_an_event_without_variant_moves_too(self, store: Store) -> None:
        with store.transaction() as unit:
            one, variant, crash = learn(unit, "one")
            two, _, _ = learn(unit, "two")
            unit.crashes.assign(crash.id, one.id, None, "exact", 1.0)
            unit.variants.remove([variant.id])
            unit.arrangement.put([crash.error_event_id], two.id)
            unit.arrangement.settle([one.id, two.id])
            moved = unit.crashes.get(crash.id)
            assert (moved.pattern_id, moved.variant_id) == (two.id, None)

    def test_reviews_of_a_folded_solution_follow_it(self, store: Store) -> None:
        with store.transaction() as unit:
            (one, _, _), (two, _, _) = (learn(unit, name) for name in ("one", "two"))
            gone, kept = (unit.solutions.add(pattern.id, "Restart", None, NOON) for pattern in (one, two))
            unit.validations.add(
                event_id=None,
                pattern_id=one.id,
                subject="solution",
                subject_id=gone.id,
                verdict="confirmed",
                validated_by="Ada",
                at=NOON,
            )
            unit.arrangement.hand_over(one.id, two.id)
            unit.patterns.merge_into(one.id, two.id)
            unit.arrangement.settle([one.id, two.id])
            (review,) = unit.validations.of_pattern(two.id)
            assert review.subject_id == kept.id
            assert unit.patterns.get(two.id).validation_count == 0


class TestRefused:
    def test_a_refusal_stands_while_the_crash_is_elsewhere(self, store: Store) -> None:
        with store.transaction() as unit:
            one, variant, crash = learn(unit, "one")
            two, _, _ = learn(unit, "two")
            judge(unit, crash, two.id, "rejected", 0)
            assert unit.corrections.refused([variant.exact]) == {two.id}
            assert unit.corrections.refused([digest("other"), variant.exact]) == {two.id}
            assert unit.corrections.refused([digest("other")]) == set()
            judge(unit, crash, one.id, "rejected", 1)
            assert unit.corrections.refused([variant.exact]) == {two.id}
            unit.arrangement.put([crash.error_event_id], two.id)
            unit.arrangement.settle([one.id, two.id])
            assert unit.corrections.refused([variant.exact]) == {one.id}

    def test_the_latest_word_counts(self, store: Store) -> None:
        with store.transaction() as unit:
            one, variant, crash = learn(unit, "one")
            two, _, _ = learn(unit, "two")
            _, _, again = learn(unit, "again", one, dump_hash=digest("again"))
            judge(unit, crash, two.id, "rejected", 0)
            judge(unit, again, two.id, "confirmed", 1)
            assert unit.corrections.refused([variant.exact]) == set()
            judge(unit, again, two.id, "rejected", 2)
            judge(unit, again, two.id, "unsure", 3)
            assert unit.corrections.refused([variant.exact]) == {two.id}

    def test_words_about_anything_else_refuse_nothing(self, store: Store) -> None:
        with store.transaction() as unit:
            _, variant, crash = learn(unit, "one")
            two, _, _ = learn(unit, "two")
            unit.validations.add(
                event_id=crash.error_event_id,
                pattern_id=two.id,
                subject="analysis",
                verdict="rejected",
                validated_by="Ada",
                at=NOON,
            )
            assert unit.corrections.refused([variant.exact]) == set()


class TestSeparations:
    def test_a_pair_is_kept_once_in_either_order(self, store: Store) -> None:
        with store.transaction() as unit:
            ids = [unit.patterns.add(new_pattern(name)).id for name in "abc"]
            assert unit.corrections.separate(ids[1], ids[0], "Ada", NOON)
            assert not unit.corrections.separate(ids[0], ids[1], "Bob", later(days=1))
            unit.corrections.separate(ids[1], ids[2], "Bob", later(days=1))
            said = unit.corrections.separated(ids[1])
            assert [(one.pattern_ids, one.decided_by) for one in said] == [
                ((ids[1], ids[2]), "Bob"),
                ((ids[0], ids[1]), "Ada"),
            ]
            assert unit.corrections.allow(ids[1], ids[0])
            assert not unit.corrections.allow(ids[1], ids[0])
            with pytest.raises(ValueError, match="from itself"):
                unit.corrections.separate(ids[0], ids[0], "Ada", NOON)


class TestJournal:
    def test_changes_survive_being_stored(self, store: Store) -> None:
        with store.transaction() as unit:
            one, _, _ = learn(unit, "one")
            solution = unit.solutions.add(one.id, "Restart \ud800", "Ada", NOON + timedelta(microseconds=7))
            before = unit.journal.picture([one.id])
            unit.patterns.rename(one.id, "another")
            unit.solutions.record_outcome(solution.id, True)
            unit.corrections.separate(one.id, unit.patterns.add(new_pattern("two")).id, "Ada", NOON)
            changes = changes_between(before, unit.journal.picture([one.id]))
            assert [(change.table, change.before is None) for change in changes] == [
                ("crash_patterns", False),
                ("pattern_solutions", False),
                ("pattern_separations", True),
            ]
            record = unit.corrections.add("merge", "A sentence.", [one.id], changes, "Ada", NOON)
            assert unit.corrections.changes(record.id) == changes
            assert unit.corrections.patterns_of(record.id) == (one.id,)

    def test_a_row_that_did_not_change_is_no_change(self) -> None:
        picture = {("error_events", "err-1"): {"pattern_id": 1}}
        assert changes_between(picture, picture) == ()
        assert changes_between(picture, {}) == (Change("error_events", "err-1", {"pattern_id": 1}, None),)
        assert from_json(to_json(changes_between({}, picture))) == changes_between({}, picture)


def test_the_latest_correction_that_stands_is_found(store: Store) -> None:
    with store.transaction() as unit:
        pattern_id = unit.patterns.add(new_pattern()).id
        first, second, third = (
            unit.corrections.add("move", f"Sentence {number}.", [pattern_id], (), "Ada", later(days=number))
            for number in range(3)
        )
        unit.corrections.mark_undone(third.id, "Bob", later(days=9))
        assert unit.corrections.latest_standing(pattern_id, after=first.id) == second
        assert unit.corrections.latest_standing(pattern_id, after=second.id) is None
        assert [one.id for one in unit.corrections.history(2)] == [third.id, second.id]
        with pytest.raises(UnknownRecord):
            unit.corrections.mark_undone(99, "Bob", NOON)


def test_corrections_of_demo_knowledge_go_with_it(store: Store) -> None:
    with store.as_demo().transaction() as unit:
        (one, _, _), (two, _, _) = (learn(unit, name) for name in ("one", "two"))
        unit.corrections.separate(one.id, two.id, "Ada", NOON)
        unit.corrections.add("never_merge", "A sentence.", [one.id, two.id], (), "Ada", NOON)
    with store.transaction() as unit:
        assert unit.corrections.are_demo([one.id, two.id])
        real = unit.patterns.add(new_pattern("real")).id
        assert not unit.corrections.are_demo([one.id, real])
        assert not unit.corrections.are_demo([])
        unit.origins.remove_demo()
        assert unit.corrections.history() == ()
        assert unit.corrections.separated(one.id) == ()
