from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crash_knowledge.store import Store, Unit
from tests.store.builders import NOON, new_pattern, new_variant

DOCUMENTS = st.lists(st.sets(st.sampled_from("abcdefgh")), max_size=8)
WEIGHTS = st.dictionaries(st.sampled_from("abcdefghij"), st.floats(0.01, 10))


def indexed(unit: Unit, documents: list[set[str]]) -> list[int]:
    pattern = unit.patterns.add(new_pattern())
    ids = []
    for number, words in enumerate(documents):
        ids.append(unit.variants.add(pattern.id, new_variant(str(number)), NOON).id)
        unit.postings.add(ids[-1], words)
    return ids


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS, WEIGHTS)
def test_top_and_frequencies_are_what_counting_gives(
    store: Store, documents: list[set[str]], weights: dict[str, float]
) -> None:
    with store.transaction() as unit:
        ids = indexed(unit, documents)
        sums = {one: sum(weights.get(word, 0) for word in words) for one, words in zip(ids, documents, strict=True)}
        wanted = sorted(
            ((one, total) for one, total in sums.items() if total), key=lambda one: (-round(one[1], 9), one[0])
        )
        found = unit.postings.top(weights, 3)
        assert sorted(total for _, total in found) == pytest.approx(sorted(total for _, total in wanted[:3]))
        assert dict(found) == pytest.approx({one: sums[one] for one, _ in found})
        frequencies = {word: sum(word in words for words in documents) for word in "abcdefghij"}
        assert unit.postings.document_frequency("abcdefghij") == {word: n for word, n in frequencies.items() if n}
        assert unit.postings.document_count() == sum(bool(words) for words in documents)
        unit.connection.rollback()


def test_equal_sums_come_in_order_of_their_ids(store: Store) -> None:
    with store.transaction() as unit:
        ids = indexed(unit, [{"a"}, {"a", "b"}, {"a"}])
        assert unit.postings.top({"a": 0.5}, 2) == [(ids[0], 0.5), (ids[1], 0.5)]
        assert unit.postings.top({"a": 0.5, "b": 1}, 1) == [(ids[1], 1.5)]
        assert unit.postings.top({"a": 0.5}, 0) == unit.postings.top({}, 5) == unit.postings.top({"z": 1}, 5) == []
        unit.variants.remove(ids)


def test_terms_are_counted_once_a_variant(store: Store) -> None:
    with store.transaction() as unit:
        (one,) = indexed(unit, [{"a", "b"}])
        unit.postings.add(one, ["b", "b", "c"])
        assert unit.postings.document_frequency(["a", "b", "c", "z"]) == {"a": 1, "b": 1, "c": 1}
        assert unit.postings.document_count() == 1
        unit.variants.remove([one])


def test_removed_variants_leave_the_index(store: Store) -> None:
    with store.transaction() as unit:
        one, other = indexed(unit, [{"a", "b"}, {"b"}])
        unit.variants.remove([one])
        assert unit.postings.document_frequency(["a", "b"]) == {"b": 1}
        assert unit.postings.top({"a": 1, "b": 1}, 9) == [(other, 1.0)]
        assert unit.postings.document_count() == 1
        unit.variants.remove([other])


def test_a_variant_may_have_very_many_and_very_odd_terms(store: Store) -> None:
    words = {f"word {number}" for number in range(3000)} | {"x" * 100_000, "\x00", "\ud800", "'; --", ""}
    with store.transaction() as unit:
        (one,) = indexed(unit, [words])
        assert unit.postings.top(dict.fromkeys(words, 1.0), 1) == [(one, pytest.approx(len(words)))]
        unit.variants.remove([one])
