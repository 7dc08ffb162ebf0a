from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from crash_knowledge.store import Store, Unit, vec0, vector_memory
from crash_knowledge.store.drivers import Driver
from crash_knowledge.store.records import Drift
from crash_knowledge.store.vector_search import RARE_SEARCHES
from crash_knowledge.store.vectors import NewVector
from tests.store.builders import NOON, learn, new_pattern, new_variant

DIM = 24
NUMPY_ONLY = Driver(sqlite3, has_vectors=False)


def drift_of_vectors(store: Store) -> list[Drift]:
    """What is wrong with the vectors; these tests store variants without their crashes."""
    return [drift for drift in store.verify() if "vector" in drift.where or "embeddings" in drift.where]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    assert drift_of_vectors(opened) == []


def add_variants(unit: Unit, names: list[str]) -> list[int]:
    pattern = unit.patterns.add(new_pattern())
    return [unit.variants.add(pattern.id, new_variant(name), NOON).id for name in names]


def stored(store: Store, vectors: NDArray[np.float32], model: str = "model") -> list[int]:
    with store.transaction() as unit:
        ids = add_variants(unit, [str(number) for number in range(len(vectors))])
        for variant_id, vector in zip(ids, vectors, strict=True):
            unit.vectors.put(variant_id, model, "hash", vector)
    return ids


def by_hand(
    ids: list[int], vectors: NDArray[np.float32], query: NDArray[np.float32], k: int
) -> list[tuple[int, float]]:
    exact, wanted = vectors.astype(float), query.astype(float)
    cosines = (exact @ wanted) / np.linalg.norm(exact, axis=1) / np.linalg.norm(wanted)
    return sorted(zip(ids, cosines.tolist(), strict=True), key=lambda one: (-one[1], one[0]))[:k]


@pytest.mark.parametrize("indexed", [True, False], ids=["sqlite-vec", "numpy"])
@pytest.mark.parametrize("k", [1, 7, 60, 500])
def test_nearest_is_what_the_formula_says(tmp_path: Path, indexed: bool, k: int) -> None:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(200, DIM)).astype(np.float32) * random.uniform(0.1, 9, size=(200, 1)).astype(
        np.float32
    )
    store = Store.open(f"sqlite:///{tmp_path / 'vectors.db'}", driver=None if indexed else NUMPY_ONLY)
    ids = stored(store, vectors)
    for query in random.normal(size=(5, DIM)).astype(np.float32):
        with store.reading() as unit:
            found = unit.vectors.nearest("model", query, k)
        wanted = by_hand(ids, vectors, query, k)
        assert [one for one, _ in found] == [one for one, _ in wanted]
        assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in wanted], abs=1e-6)


def test_equal_vectors_come_in_order_of_their_ids(store: Store) -> None:
    ids = stored(store, np.ones((5, DIM), dtype=np.float32))
    with store.reading() as unit:
        assert [one for one, _ in unit.vectors.nearest("model", np.ones(DIM), 3)] == ids[:3]


def test_a_vector_put_again_replaces_the_earlier_one(store: Store) -> None:
    first, second = stored(store, np.eye(DIM, dtype=np.float32)[:2])
    with store.transaction() as unit:
        unit.vectors.put(first, "model", "other hash", np.eye(DIM)[5])
        assert unit.vectors.nearest("model", np.eye(DIM)[5], 1) == [(first, 1.0)]
        assert unit.vectors.count("model") == 2
    with store.reading() as unit:
        assert unit.vectors.nearest("model", np.eye(DIM)[0], 2) == [(first, 0.0), (second, 0.0)]


def test_models_do_not_see_each_other(store: Store) -> None:
    ids = stored(store, np.eye(DIM, dtype=np.float32)[:2], model="small")
    with store.transaction() as unit:
        unit.vectors.put(ids[1], "large", "hash", np.ones(2 * DIM))
    with store.reading() as unit:
        assert unit.vectors.models() == ("large", "small")
        assert unit.vectors.nearest("large", np.ones(2 * DIM), 9) == [(ids[1], pytest.approx(1.0))]
        assert len(unit.vectors.nearest("small", np.ones(DIM), 9)) == 2
        assert unit.vectors.nearest("unknown", np.ones(DIM), 9) == []
        assert (unit.vectors.count("small"), unit.vectors.count("large"), unit.vectors.count("unknown")) == (2, 1, 0)
        assert unit.vectors.missing("large", 9) == [(ids[0], "text of 0")]
        assert unit.vectors.missing("small", 9) == []
        assert unit.vectors.missing("unknown", 1) == [(ids[0], "text of 0")]


@pytest.mark.parametrize(
    ("vector", "sentence"),
    [
        (np.ones(DIM + 1), f"have {DIM} dimensions, not {DIM + 1}"),
        (np.zeros(DIM), "not zero"),
        (np.full(DIM, np.nan), "finite"),
        (np.full(DIM, np.inf), "finite"),
        (np.ones((2, DIM)), "one row"),
        (np.ones(0), "one row"),
    ],
)
def test_vectors_that_cannot_be_compared_are_refused(store: Store, vector: NDArray[np.float64], sentence: str) -> None:
    ids = stored(store, np.eye(DIM, dtype=np.float32)[:1])
    with store.reading() as unit, pytest.raises(ValueError, match=sentence):
        unit.vectors.nearest("model", vector, 1)
    with store.transaction() as unit, pytest.raises(ValueError, match=sentence):
        unit.vectors.put(ids[0], "model", "hash", vector)
    with store.reading() as unit:
        assert unit.vectors.nearest("model", np.eye(DIM)[0], 1) == [(ids[0], 1.0)]


def test_an_index_left_behind_by_numpy_is_rebuilt_when_opened(store: Store, url: str) -> None:
    ids = stored(store, np.eye(DIM, dtype=np.float32)[:3])
    without = Store.open(url, driver=NUMPY_ONLY)
    with without.transaction() as unit:
        unit.vectors.put(ids[0], "model", "hash", np.eye(DIM)[9])
    with store.reading() as unit:
        assert unit.vectors.has_stale()
        assert unit.vectors.nearest("model", np.eye(DIM)[9], 1) == [(ids[0], 1.0)]
    again = Store.open(url)
    with again.reading() as unit:
        assert not unit.vectors.has_stale()
        assert unit.vectors.nearest("model", np.eye(DIM)[9], 1) == [(ids[0], 1.0)]


def test_the_next_vector_put_with_sqlite_vec_rebuilds_a_stale_index(store: Store, url: str) -> None:
    ids = stored(store, np.eye(DIM, dtype=np.float32)[:3])
    with Store.open(url, driver=NUMPY_ONLY).transaction() as unit:
        unit.vectors.put(ids[0], "model", "hash", np.eye(DIM)[9])
    with store.transaction() as unit:
        unit.vectors.put(ids[1], "model", "hash", np.eye(DIM)[10])
    assert drift_of_vectors(store) == []


def test_numpy_sees_what_other_processes_wrote_and_not_what_was_rolled_back(store: Store, url: str) -> None:
    ids = stored(store, np.eye(DIM, dtype=np.float32)[:3])
    without = Store.open(url, driver=NUMPY_ONLY)

    def put_and_fail() -> None:
        with without.transaction() as unit:
            unit.vectors.put(ids[0], "model", "hash", np.eye(DIM)[7])
            assert unit.vectors.nearest("model", np.eye(DIM)[7], 1) == [(ids[0], 1.0)]
            raise InterruptedError

    with pytest.raises(InterruptedError):
        put_and_fail()
    with store.transaction() as unit:
        unit.vectors.put(ids[1], "model", "hash", np.eye(DIM)[7])
    with without.reading() as unit:
        assert unit.vectors.nearest("model", np.eye(DIM)[7], 1) == [(ids[1], 1.0)]
        assert unit.vectors.nearest("model", np.eye(DIM)[0], 1) == [(ids[0], 1.0)]


def test_rebuilding_changes_no_answer(store: Store) -> None:
    vectors = np.random.default_rng(3).normal(size=(50, DIM)).astype(np.float32)
    stored(store, vectors)
    with store.transaction() as unit:
        before = unit.vectors.nearest("model", vectors[4], 10)
        unit.vectors.rebuild("model")
        assert unit.vectors.nearest("model", vectors[4], 10) == before


def test_a_process_that_searches_often_finds_the_same(store: Store, url: str) -> None:
    vectors = np.random.default_rng(3).normal(size=(50, DIM)).astype(np.float32)
    ids = stored(store, vectors)
    with store.reading() as unit:
        first = unit.vectors.nearest("model", vectors[4], 10)
        for _ in range(RARE_SEARCHES + 1):
            assert unit.vectors.nearest("model", vectors[4], 10) == first
    with Store.open(url).transaction() as unit:
        unit.vectors.put(ids[4], "model", "other hash", -vectors[4])
    with store.reading() as unit:
        assert unit.vectors.nearest("model", -vectors[4], 1) == [(ids[4], pytest.approx(1.0))]
        assert ids[4] not in dict(unit.vectors.nearest("model", vectors[4], 10))


def test_removed_variants_are_found_no_more(store: Store) -> None:
    ids = stored(store, np.eye(DIM, dtype=np.float32)[:3])
    with store.transaction() as unit:
        unit.variants.remove(ids[:2])
        assert [one for one, _ in unit.vectors.nearest("model", np.ones(DIM), 9)] == ids[2:]
        learn(unit, "next")
        assert unit.vectors.missing("model", 9) == [(ids[2] + 1, "text of next")]
    with store.reading() as unit:
        assert (unit.vectors.count("model"), unit.variants.count()) == (1, 2)


class TestManyVectors:
    """More than the sqlite-vec table is kept for: sign bits in memory, whose candidates are scored by the rows."""

    @pytest.fixture(autouse=True)
    def few_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(vec0, "LARGEST_SIZE", 100)
        monkeypatch.setattr(vector_memory, "RESCORED", 40)

    @pytest.mark.parametrize("driver", [None, NUMPY_ONLY], ids=["sqlite-vec", "numpy"])
    def test_nearly_all_of_the_nearest_are_found_with_their_cosines(self, url: str, driver: Driver | None) -> None:
        random = np.random.default_rng(11)
        centres = random.normal(size=(50, DIM))
        vectors = (np.repeat(centres, 10, axis=0) + 0.4 * random.normal(size=(500, DIM)) + 1.0).astype(np.float32)
        store = Store.open(url, driver=driver)
        ids = stored(store, vectors)
        found_share = []
        for query in (centres[:20] + 1.0).astype(np.float32):
            with store.reading() as unit:
                found = unit.vectors.nearest("model", query, 5)
            cosines = dict(by_hand(ids, vectors, query, 500))
            assert found == sorted(found, key=lambda one: (-one[1], one[0]))
            assert dict(found) == pytest.approx({one: cosines[one] for one, _ in found}, abs=1e-6)
            found_share.append(len({one for one, _ in found} & {one for one, _ in by_hand(ids, vectors, query, 5)}) / 5)
        assert np.mean(found_share) >= 0.98

    def test_a_vector_more_than_the_table_holds_drops_it_and_one_less_makes_it_again(self, store: Store) -> None:
        vectors = np.random.default_rng(5).normal(size=(101, DIM)).astype(np.float32)
        ids = stored(store, vectors[:100])
        assert tables(store) != []
        with store.transaction() as unit:
            unit.vectors.put(ids[-1] + 1, "model", "hash", vectors[100])
            assert unit.vectors.nearest("model", vectors[100], 1) == [(ids[-1] + 1, pytest.approx(1.0))]
        assert tables(store) == []
        assert [drift for drift in drift_of_vectors(store) if "index" in drift.where] == []
        with store.transaction() as unit:
            assert not unit.vectors.has_stale()
            unit.vectors.remove([ids[-1] + 1])
        assert tables(store) != []
        with store.reading() as unit:
            assert unit.vectors.nearest("model", vectors[7], 1) == [(ids[7], pytest.approx(1.0))]

    @pytest.mark.parametrize("driver", [None, NUMPY_ONLY], ids=["sqlite-vec", "numpy"])
    def test_what_changed_since_is_seen(self, url: str, driver: Driver | None) -> None:
        random = np.random.default_rng(5)
        vectors = random.normal(size=(120, DIM)).astype(np.float32)
        store, other = Store.open(url, driver=driver), Store.open(url, driver=driver)
        ids = stored(store, vectors)

        def nearest(vector: NDArray[np.float32]) -> tuple[int, float]:
            with store.reading() as unit:
                (found,) = unit.vectors.nearest("model", vector, 1)
            return found

        new, replaced, late = random.normal(size=(3, DIM)).astype(np.float32)
        assert nearest(vectors[0]) == (ids[0], pytest.approx(1.0))
        with other.transaction() as unit:
            (added, without) = add_variants(unit, ["new", "without a vector yet"])
            unit.vectors.put(added, "model", "hash", new)
        assert nearest(new) == (added, pytest.approx(1.0))
        with other.transaction() as unit:
            unit.vectors.put(ids[3], "model", "hash", replaced)
        assert nearest(replaced) == (ids[3], pytest.approx(1.0))
        with other.transaction() as unit:
            (newest,) = add_variants(unit, ["newest"])
            unit.vectors.put_many("model", [NewVector(newest, "hash", -new), NewVector(without, "hash", late)])
        assert nearest(late) == (without, pytest.approx(1.0))
        assert nearest(-new) == (newest, pytest.approx(1.0))
        with other.transaction() as unit:
            unit.variants.remove([added])
        assert nearest(new)[0] != added


def tables(store: Store) -> list[str]:
    """The sqlite-vec tables that are there."""
    with store.reading() as unit:
        names = unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%USING vec0%'")
        return [row[0] for row in names]


def test_vectors_put_together_are_all_or_nothing(store: Store) -> None:
    with store.transaction() as unit:
        ids = add_variants(unit, ["one", "two", "three"])
        unit.vectors.put_many("model", [NewVector(one, "hash", np.eye(DIM)[one]) for one in ids])
        unit.vectors.put_many("model", [])
        assert unit.vectors.count("model") == 3
    for wrong in (np.ones(DIM + 1), np.zeros(DIM)):
        with store.transaction() as unit, pytest.raises(ValueError, match=r"dimensions|zero"):
            unit.vectors.put_many("model", [NewVector(ids[0], "hash", np.ones(DIM)), NewVector(ids[1], "hash", wrong)])
    with store.reading() as unit:
        assert unit.vectors.nearest("model", np.eye(DIM)[ids[0]], 1) == [(ids[0], 1.0)]
