from __future__ import annotations

import numpy as np

from crash_knowledge.store import Store
from crash_knowledge.store.bulk import NewKnowledge
from tests.store.builders import NOON, later, learn, new_crash, new_pattern, new_variant

DIM = 8


def knowledge(name: str, *terms: str, occurrences: int = 0, vector: np.ndarray | None = None) -> NewKnowledge:
    pattern = new_pattern(name, seen_at=later(days=1))
    return NewKnowledge(pattern, new_variant(name), frozenset(terms), occurrences, vector, f"hash of {name}")


def test_what_is_stored_at_once_is_what_one_by_one_gives(store: Store) -> None:
    vectors = np.eye(DIM)
    with store.transaction() as unit:
        ids = unit.bulk.add(
            [knowledge(str(place), "common", str(place), vector=vectors[place]) for place in range(5)], "model"
        )
        assert list(ids) == sorted(ids)
        for place, pattern_id in enumerate(ids):
            single = unit.patterns.add(new_pattern(str(place), seen_at=later(days=1)))
            stored = unit.patterns.get(pattern_id)
            assert (stored.pattern_name, stored.first_seen) == (single.pattern_name, single.first_seen)
            assert (stored.occurrence_count, stored.status) == (single.occurrence_count, single.status) == (0, "new")
            (variant,) = unit.variants.of_pattern(pattern_id)
            assert (variant.cause, variant.frames) == (str(place), ("a>>b", "c>>d"))
            assert unit.vectors.nearest("model", vectors[place], 1) == [(variant.id, 1.0)]
            assert unit.postings.top({str(place): 1.0}, 2) == [(variant.id, 1.0)]
        assert unit.postings.document_frequency(["common", "3", "none"]) == {"common": 5, "3": 1}
        assert unit.postings.document_count() == 5


def test_it_joins_what_is_there(store: Store) -> None:
    with store.transaction() as unit:
        learn(unit, "before")
        unit.bulk.add([knowledge("one", "a>>b", "new")], "model")
        unit.bulk.add([knowledge("two", "new")], "model")
        unit.bulk.add([], "model")
        assert unit.postings.document_frequency(["a>>b", "c>>d", "new"]) == {"a>>b": 2, "c>>d": 1, "new": 2}
        assert unit.vectors.missing("model", 9) == [(1, "text of before"), (2, "text of one"), (3, "text of two")]


def test_crashes_that_are_stored_with_it_count(store: Store) -> None:
    with store.transaction() as unit:
        (pattern_id,) = unit.bulk.add([knowledge("seen twice", "term", occurrences=2)], "model")
        (variant,) = unit.variants.of_pattern(pattern_id)
        for name in ("first", "second"):
            crash = unit.crashes.add(new_crash(name, occurred_at=later(days=1)), NOON)
            unit.crashes.assign(crash.id, pattern_id, variant.id, "exact", 1.0)
        pattern = unit.patterns.get(pattern_id)
    assert (pattern.occurrence_count, pattern.status, variant.occurrence_count) == (2, "ongoing", 2)


def test_demo_knowledge_is_marked(store: Store) -> None:
    with store.as_demo().transaction() as unit:
        unit.bulk.add([knowledge("demo", "term")], "model")
    with store.transaction() as unit:
        unit.origins.remove_demo()
        assert (unit.patterns.count(), unit.variants.count(), unit.postings.document_count()) == (0, 0, 0)
