from __future__ import annotations

import sqlite3
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crash_knowledge.store import Store, Unit
from crash_knowledge.store.drivers import Driver
from crash_knowledge.store.text_search import TABLE, Fts5Index
from crash_knowledge.store.words import LONGEST_WORD, MOST_NEEDLES, Needle, entries_of, needles_of, words_of
from tests.store.builders import NOON, learn, new_crash, new_pattern, new_variant

STACKS = {
    "overlap": ("PSIScheduler>>dayOverlapAt:put:", "Object>>halt"),
    "database": ("OracleSession>>execute", "PSIContract class>>newFrom:", "XML2Reader>>URLPart"),
    "umlaut": ("Größe>>berechneÜberlapp", "foo_barBaz>>value"),
}


def fill(unit: Unit) -> dict[str, int]:
    """The stacks, each with its crash; name -> id of the variant."""
    return {name: stored(unit, name, f"Unhandled exception: {name} failed", frames) for name, frames in STACKS.items()}


def stored(unit: Unit, name: str, cause: str, frames: tuple[str, ...]) -> int:
    """A crash with a pattern of its own and this stack; returns the id of the variant."""
    pattern = unit.patterns.add(new_pattern(name))
    crash = unit.crashes.add(new_crash(name), NOON)
    variant = unit.variants.add(pattern.id, new_variant(name, cause=cause, frames=frames), NOON)
    unit.patterns.record_occurrence(pattern.id, NOON)
    unit.crashes.assign(crash.id, pattern.id, variant.id, "exact", 1.0)
    return variant.id


def drop(unit: Unit, variant_id: int) -> None:
    """Drop a variant; its crash has none from then on."""
    for crash in unit.crashes.latest():
        if crash.variant_id == variant_id:
            unit.crashes.assign(crash.id, crash.pattern_id, None, "exact", 1.0)
    unit.variants.remove([variant_id])


@cache
def shared_store() -> Store:
    return Store.open("sqlite://")


@pytest.fixture
def known(url: str) -> tuple[Store, dict[str, int]]:
    store = Store.open(url)
    with store.transaction() as unit:
        return store, fill(unit)


def found(unit: Unit, search: str) -> set[int]:
    """The variants that hold all that is looked for."""
    hits = [set(map(int, unit.text_search.variants_with(needle))) for needle in needles_of(search)]
    return set.intersection(*hits) if hits else set()


SEARCHES = [
    ("Scheduler", {"overlap"}),
    ("scheduler", {"overlap"}),
    ("chedul", {"overlap"}),
    ("day overlap", {"overlap"}),
    ("overlapat:put", {"overlap"}),
    ("yOverl", {"overlap"}),
    ("PSIScheduler>>dayOverlapAt:put:", {"overlap"}),
    ("PSI", {"overlap", "database"}),
    ("psi overlap", {"overlap"}),
    ("psi nowhere", set()),
    ('"session"', {"database"}),
    ('"sess"', set()),
    ('"OracleSession"', {"database"}),
    ("sess", {"database"}),
    ("xml2", {"database"}),
    ("url", {"database"}),
    ("se", {"database"}),
    ("es", set()),
    ("größe", {"umlaut"}),
    ("ÜBERLAPP", {"umlaut"}),
    ("bar", {"umlaut"}),
    ("foo_bar", {"umlaut"}),
    ("unhandled", {"overlap", "database", "umlaut"}),
    ("database failed", {"database"}),
    ("%", set()),
    ("_", set()),
    ("o_erlap", set()),
]


@pytest.mark.parametrize(("search", "names"), SEARCHES)
def test_stacks_are_found_by_parts_and_words(known: tuple[Store, dict[str, int]], search: str, names: set[str]) -> None:
    store, ids = known
    with store.reading() as unit:
        assert found(unit, search) == {ids[name] for name in names}


def test_an_identifier_is_found_by_what_only_one_way_of_writing_it_shows(store: Store) -> None:
    with store.transaction() as unit:
        ids = {stored(unit, frame, "x", (frame,)) for frame in ("dayview", "dayView")}
        assert found(unit, "day") == found(unit, "ayvi") == found(unit, '"dayview"') == ids
        assert len(found(unit, '"view"')) == 1


@settings(max_examples=200, deadline=None)
@given(search=st.text(max_size=60) | st.text("\"*^():-+{}ANDORNTE \x00%_\\'", max_size=30))
def test_no_search_is_an_error(search: str) -> None:
    with shared_store().transaction() as unit:
        if not unit.text_search.ids():
            fill(unit)
        assert found(unit, search) <= set(unit.text_search.ids())


@settings(max_examples=150, deadline=None)
@given(frame=st.text(min_size=1, max_size=40), at=st.data())
def test_whatever_is_stored_is_found_by_its_words_and_their_parts(frame: str, at: st.DataObject) -> None:
    words = sorted(words_of([frame]))
    with shared_store().transaction() as unit:
        variant_id = stored(unit, f"stack {unit.crashes.count()}", "", (frame,))
        for word in words:
            assert variant_id in unit.text_search.variants_with(Needle(word, whole=True))
            first = at.draw(st.integers(0, max(0, len(word) - 3)))
            part = word[first : first + 3]
            if len(part) == 3:
                assert variant_id in unit.text_search.variants_with(Needle(part, whole=False))


def test_a_search_is_cut_to_what_can_be_answered() -> None:
    assert len(needles_of(" ".join(f"word{number}" for number in range(100)))) == MOST_NEEDLES
    assert needles_of("x" * 1000) == (Needle("x" * LONGEST_WORD, whole=False),)
    assert needles_of(' "" \t') == ()


def test_words_of_an_identifier() -> None:
    assert {entry.word: entry.parts for entry in entries_of(["PSIDayView>>at:put:"])} == {
        "psidayview": "psi day view",
        "psi": "",
        "day": "",
        "view": "",
        "at:put:": "at put",
        "at": "",
        "put": "",
    }


def test_the_index_follows_variants_that_come_and_go(store: Store) -> None:
    with store.transaction() as unit:
        ids = fill(unit)
        drop(unit, ids["overlap"])
        assert found(unit, "scheduler") == set()
        assert found(unit, "unhandled") == {ids["database"], ids["umlaut"]}


def test_a_merge_keeps_what_is_found(store: Store) -> None:
    with store.transaction() as unit:
        one, variant, _ = learn(unit, "one")
        other, _, _ = learn(unit, "other")
        before = set(unit.text_search.ids())
        unit.arrangement.hand_over(one.id, other.id)
        unit.patterns.merge_into(one.id, other.id)
        unit.arrangement.settle([one.id, other.id])
        assert set(unit.text_search.ids()) == before
        assert variant.id in before


def test_what_is_rolled_back_is_not_found(store: Store) -> None:
    with store.transaction() as unit:
        fill(unit)
    with suppress(ZeroDivisionError), store.transaction() as unit:
        stored(unit, "later", "x", ("Later>>gone",))
        assert found(unit, "later")
        _ = 1 / 0
    with store.reading() as unit:
        assert found(unit, "later") == set()


def test_the_index_is_made_anew_with_the_same_answers(known: tuple[Store, dict[str, int]]) -> None:
    store, ids = known
    with store.transaction() as unit:
        before = {search: found(unit, search) for search, _ in SEARCHES}
        assert unit.text_search.rebuild() == len(ids)
        assert {search: found(unit, search) for search, _ in SEARCHES} == before
    assert store.verify() == ()


def test_a_store_without_the_index_gets_it_when_it_is_opened(known: tuple[Store, dict[str, int]], url: str) -> None:
    store, ids = known
    with store.transaction() as unit:
        Fts5Index(unit.connection).drop()
    store.close()
    reopened = Store.open(url)
    with reopened.reading() as unit:
        assert found(unit, "scheduler") == {ids["overlap"]}


def test_every_driver_keeps_the_index_of_the_others(known: tuple[Store, dict[str, int]], url: str) -> None:
    store, ids = known
    store.close()
    plain = Store.open(url, driver=Driver(sqlite3, has_vectors=False))
    with plain.transaction() as unit:
        drop(unit, ids["overlap"])
        assert found(unit, "scheduler") == set()
    plain.close()
    with Store.open(url).reading() as unit:
        assert found(unit, "unhandled") == {ids["database"], ids["umlaut"]}


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        (f"DELETE FROM {TABLE}_docsize WHERE id = 1", "text index 1"),
        ("DELETE FROM search_words WHERE word = 'scheduler'", "search_words scheduler"),
    ],
)
def test_damage_of_the_index_is_found(known: tuple[Store, dict[str, int]], damage: str, where: str) -> None:
    store, _ = known
    with store._engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute(damage)
    assert where in {drift.where for drift in store.verify()}
