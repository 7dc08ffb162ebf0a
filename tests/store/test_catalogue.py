from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crash_knowledge.store import Store, Unit
from crash_knowledge.store.catalogue_records import FACETS, CatalogueQuery, FacetName
from crash_knowledge.store.records import EventFact
from tests.store.builders import NOON, later, learn

ASK = CatalogueQuery()

CRASHES = [
    # pattern, customer, version, severity, kind, days after the first
    ("overlap", "North", "2024r1.001", "high", "nil_receiver", 0),
    ("overlap", "South", "2024r1.001", None, "nil_receiver", 1),
    ("overlap", "North", "2024r2.001", "low", "wrong_type", 2),
    ("database", "North", "2024r2.001", "critical", "database", 3),
    ("database", None, None, None, None, 4),
    ("memory", "South", "2024r1.001", None, "memory", 5),
]


@pytest.fixture
def known(store: Store) -> Store:
    with store.transaction() as unit:
        ids = fill(unit)
        unit.patterns.set_severity(ids["database"], "critical")
        unit.solutions.record_outcome(unit.solutions.add(ids["overlap"], "restart", None, NOON).id, True)
        unit.solutions.record_outcome(unit.solutions.add(ids["memory"], "more memory", None, NOON).id, False)
        unit.tags.add(ids["overlap"], "Planning", "Ann", NOON)
        unit.tags.add(ids["database"], "planning", "Ann", NOON)
        unit.tags.add(ids["database"], "oracle", "Ann", NOON)
        unit.tags.assign(ids["database"], "Bob", "Ann", NOON)
    return store


def fill(unit: Unit) -> dict[str, int]:
    patterns: dict[str, Any] = {}
    for number, (name, customer, version, severity, kind, days) in enumerate(CRASHES):
        pattern, _, crash = learn(
            unit,
            f"{name} {number}" if name in patterns else name,
            patterns.get(name),
            customer=customer,
            service_version=version,
            severity=severity,
            occurred_at=later(days=days),
        )
        patterns[name] = pattern
        unit.facts.put(crash.error_event_id, [EventFact("kind_of_cause", kind)] if kind else [], "1")
    ids = {name: pattern.id for name, pattern in patterns.items()}
    unit.patterns.recount(ids.values())
    return ids


def names(store: Store, query: CatalogueQuery) -> list[str]:
    with store.reading() as unit:
        page = unit.catalogue.patterns(query, later(days=10))
    assert page.total == len(page.rows)
    return [row.pattern.pattern_name for row in page.rows]


def crash_ids(store: Store, query: CatalogueQuery) -> list[int]:
    with store.reading() as unit:
        page = unit.catalogue.crashes(query)
    assert page.total == len(page.rows)
    return [row.id for row in page.rows]


def facet(store: Store, name: FacetName, query: CatalogueQuery = ASK) -> tuple[dict[str, int], dict[str, int]]:
    """Value -> count, of patterns and of crashes."""
    with store.reading() as unit:
        pages = unit.catalogue.patterns(query, NOON), unit.catalogue.crashes(query)
    found = [
        {one.value: one.count for one in facets.counts}
        for page in pages
        for facets in page.facets
        if facets.name == name
    ]
    return found[0], found[1]


QUERIES: list[tuple[CatalogueQuery, list[str], list[int]]] = [
    (ASK, ["memory", "database", "overlap"], [6, 5, 4, 3, 2, 1]),
    (CatalogueQuery(text="overl"), ["overlap"], [3, 2, 1]),
    (CatalogueQuery(text="nowhere"), [], []),
    (CatalogueQuery(customer=("North",)), ["database", "overlap"], [4, 3, 1]),
    (CatalogueQuery(customer=("North", "South")), ["memory", "database", "overlap"], [6, 4, 3, 2, 1]),
    (CatalogueQuery(customer=("",)), ["database"], [5]),
    (CatalogueQuery(customer=("Nobody",)), [], []),
    (CatalogueQuery(version=("2024r2.001",), customer=("North",)), ["database", "overlap"], [4, 3]),
    (CatalogueQuery(kind=("wrong_type",), customer=("South",)), [], []),
    (CatalogueQuery(kind=("nil_receiver",)), ["overlap"], [2, 1]),
    (CatalogueQuery(status=("new",)), ["memory"], [6]),
    (CatalogueQuery(solution=("known",)), ["overlap"], [3, 2, 1]),
    (CatalogueQuery(solution=("none",)), ["memory", "database"], [6, 5, 4]),
    (CatalogueQuery(tag=("planning",)), ["database", "overlap"], [5, 4, 3, 2, 1]),
    (CatalogueQuery(tag=("",)), ["memory"], [6]),
    (CatalogueQuery(tag=("oracle", "nothing")), ["database"], [5, 4]),
    (CatalogueQuery(assignee=("Bob",)), ["database"], [5, 4]),
    (CatalogueQuery(since=later(days=4)), ["memory", "database"], [6, 5]),
    (CatalogueQuery(until=later(days=1)), ["overlap"], [2, 1]),
    (CatalogueQuery(since=later(days=1), until=later(days=2)), ["overlap"], [3, 2]),
    (CatalogueQuery(sort="first_seen"), ["overlap", "database", "memory"], [1, 2, 3, 4, 5, 6]),
    (CatalogueQuery(sort="crashes"), ["overlap", "database", "memory"], [3, 2, 1, 5, 4, 6]),
]


@pytest.mark.parametrize(("query", "patterns", "crashes"), QUERIES)
def test_what_a_query_lets_pass(known: Store, query: CatalogueQuery, patterns: list[str], crashes: list[int]) -> None:
    assert names(known, query) == patterns
    assert crash_ids(known, query) == crashes


def test_severity_is_that_of_the_pattern_or_of_the_crash(known: Store) -> None:
    assert names(known, CatalogueQuery(severity=("critical",))) == ["database"]
    assert crash_ids(known, CatalogueQuery(severity=("critical", "low"))) == [4, 3]
    assert names(known, CatalogueQuery(sort="severity"))[0] == "database"
    assert crash_ids(known, CatalogueQuery(sort="severity")) == [4, 1, 3, 6, 5, 2]


def test_facets_count_patterns_and_crashes(known: Store) -> None:
    assert facet(known, "customer") == ({"North": 2, "South": 2, "": 1}, {"North": 3, "South": 2, "": 1})
    assert facet(known, "status") == ({"ongoing": 2, "new": 1}, {"ongoing": 5, "new": 1})
    assert facet(known, "tag") == ({"planning": 2, "oracle": 1, "": 1}, {"planning": 5, "oracle": 2, "": 1})
    assert facet(known, "solution") == ({"known": 1, "none": 2}, {"known": 3, "none": 3})
    assert facet(known, "assignee") == ({"Bob": 1, "": 2}, {"Bob": 2, "": 4})
    assert facet(known, "kind")[0] == {"nil_receiver": 1, "wrong_type": 1, "database": 1, "memory": 1, "": 1}


def test_a_facet_keeps_its_other_values_open(known: Store) -> None:
    asked = CatalogueQuery(customer=("North",), kind=("nil_receiver",))
    assert facet(known, "customer", asked) == ({"North": 1, "South": 1}, {"North": 1, "South": 1})
    assert facet(known, "kind", asked)[1] == {"nil_receiver": 1, "wrong_type": 1, "database": 1}
    assert facet(known, "status", asked) == ({"ongoing": 1}, {"ongoing": 1})


def test_a_chosen_value_that_is_not_there_is_shown_with_none(known: Store) -> None:
    assert facet(known, "customer", CatalogueQuery(customer=("Nobody",)))[0]["Nobody"] == 0


QUERY = st.builds(
    CatalogueQuery,
    text=st.sampled_from(["", "overlap", "a", "c"]),
    status=st.sets(st.sampled_from(["new", "ongoing"])).map(tuple),
    customer=st.sets(st.sampled_from(["North", "South", ""])).map(tuple),
    version=st.sets(st.sampled_from(["2024r1.001", ""])).map(tuple),
    kind=st.sets(st.sampled_from(["memory", "nil_receiver", ""])).map(tuple),
    severity=st.sets(st.sampled_from(["high", ""])).map(tuple),
    tag=st.sets(st.sampled_from(["planning", "oracle", ""])).map(tuple),
    solution=st.sets(st.sampled_from(["known", "none"])).map(tuple),
)


@cache
def shared_store() -> Store:
    store = Store.open("sqlite://")
    with store.transaction() as unit:
        ids = fill(unit)
        unit.tags.add(ids["memory"], "oracle", "Ann", NOON)
        unit.solutions.add(ids["memory"], "more", None, NOON)
    return store


@settings(max_examples=40, deadline=None)
@given(queries=st.lists(QUERY, min_size=3, max_size=3))
def test_the_count_of_a_value_is_what_choosing_it_gives(queries: list[CatalogueQuery]) -> None:
    with shared_store().reading() as unit:
        for query in queries:
            for found, ask in (
                (unit.catalogue.patterns(query, NOON), lambda one: unit.catalogue.patterns(one, NOON).total),
                (unit.catalogue.crashes(query), lambda one: unit.catalogue.crashes(one).total),
            ):
                for facets in found.facets:
                    for one in facets.counts:
                        assert ask(query.choosing(facets.name, (one.value,))) == one.count, (facets.name, one.value)


@pytest.mark.parametrize("sort", ["last_seen", "first_seen", "crashes", "severity"])
def test_pages_by_place_and_by_number_give_every_row_once(known: Store, sort: Any) -> None:
    whole = crash_ids(known, CatalogueQuery(sort=sort))
    query, by_place = CatalogueQuery(sort=sort, limit=2), []
    with known.reading() as unit:
        while True:
            page = unit.catalogue.crashes(query)
            by_place += [row.id for row in page.rows]
            if page.end is None:
                break
            query = replace(query, after=page.end)
        by_number = [
            row.id
            for offset in range(0, 8, 2)
            for row in unit.catalogue.crashes(CatalogueQuery(sort=sort, limit=2, offset=offset)).rows
        ]
    assert by_place == by_number == whole


def test_a_page_by_place_is_not_shifted_by_a_crash_that_comes_meanwhile(known: Store) -> None:
    with known.reading() as unit:
        first = unit.catalogue.crashes(CatalogueQuery(limit=2))
    with known.transaction() as unit:
        learn(unit, "newest", occurred_at=later(days=30))
    with known.reading() as unit:
        second = unit.catalogue.crashes(CatalogueQuery(limit=2, after=first.end))
    assert [row.id for row in second.rows] == [4, 3]


def test_a_row_tells_crashes_by_week_and_what_hangs_on_the_pattern(known: Store) -> None:
    with known.reading() as unit:
        (row,) = unit.catalogue.patterns(CatalogueQuery(text="overlap"), later(days=8)).rows
        assert (row.matching, sum(row.weeks), row.weeks[-2:]) == (3, 3, (2, 1))
        assert (row.tags, row.assignee, row.has_solution) == (("planning",), None, True)
        (row,) = unit.catalogue.patterns(CatalogueQuery(text="overlap", customer=("South",)), later(days=8)).rows
        assert (row.matching, sum(row.weeks)) == (1, 1)


def test_what_changes_is_seen_at_once(known: Store) -> None:
    assert crash_ids(known, ASK) == [6, 5, 4, 3, 2, 1]
    with known.transaction() as unit:
        learn(unit, "another", customer="East", occurred_at=later(days=6))
        unit.crashes.set_impact(1, "critical", None, ())
        event_id = unit.crashes.get(2).error_event_id
        unit.facts.put(event_id, [EventFact("kind_of_cause", "interrupt")], "2")
    assert crash_ids(known, ASK) == [7, 6, 5, 4, 3, 2, 1]
    assert crash_ids(known, CatalogueQuery(customer=("East",))) == [7]
    assert crash_ids(known, CatalogueQuery(severity=("critical",))) == [4, 1]
    assert crash_ids(known, CatalogueQuery(kind=("interrupt",))) == [2]
    assert crash_ids(known, CatalogueQuery(kind=("nil_receiver",))) == [1]


def test_what_was_rolled_back_is_never_shown(known: Store) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), known.transaction() as unit:  # noqa: PT012
            learn(unit, "gone", occurred_at=later(days=6))
            assert unit.catalogue.crashes(ASK).total == 7
            _ = 1 / 0
        assert crash_ids(known, ASK) == [6, 5, 4, 3, 2, 1]


def test_very_many_changes_are_caught_up_with(known: Store) -> None:
    assert len(crash_ids(known, ASK)) == 6
    with known.transaction() as unit:
        unit.connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = seq + 50000 WHERE name = 'catalogue_changes'")
        learn(unit, "another", occurred_at=later(days=6))
        kept = unit.connection.exec_driver_sql("SELECT count(*) FROM catalogue_changes").scalar_one()
    assert kept < 100
    assert crash_ids(known, ASK) == [7, 6, 5, 4, 3, 2, 1]


def test_a_merge_carries_tags(known: Store) -> None:
    with known.transaction() as unit:
        overlap, database = (
            unit.catalogue.patterns(CatalogueQuery(text=one), NOON).rows[0].pattern.id
            for one in ("overlap", "database")
        )
        unit.arrangement.hand_over(database, overlap)
        unit.patterns.merge_into(database, overlap)
        unit.arrangement.settle([overlap, database])
        assert unit.tags.of_pattern(overlap) == ("oracle", "planning")
        assert unit.tags.add(overlap, "oracle", "Ann", NOON) is False
    assert names(known, CatalogueQuery(tag=("oracle",))) == ["overlap"]
    assert facet(known, "tag")[1] == {"planning": 5, "oracle": 5, "": 1}
    with known.transaction() as unit:
        assert unit.tags.remove(overlap, "ORACLE")
        assert unit.tags.all() == ("planning",)


def test_tags_and_assignees(known: Store) -> None:
    with known.transaction() as unit:
        assert unit.tags.add(1, "  Two,  Words ", "Ann", NOON)
        assert unit.tags.of_pattern(1) == ("planning", "two words")
        with pytest.raises(ValueError, match="letter"):
            unit.tags.add(1, " , ", "Ann", NOON)
        unit.tags.assign(1, " Bob  Jones ", "Ann", NOON)
        unit.tags.assign(1, "Eve", "Bob", later(days=1))
        assert unit.tags.assignee(1) == "Eve"
        unit.tags.assign(1, None, "Bob", later(days=1))
        assert unit.tags.assignee(1) is None


def test_saved_searches(store: Store) -> None:
    with store.transaction() as unit:
        first = unit.saved_searches.save("open at North", "customer=North", "Ann", NOON)
        again = unit.saved_searches.save("open at North", "status=new", "Ann", later(days=1))
        other = unit.saved_searches.save("open at North", "status=new", "Bob", NOON)
        assert (first.id, again.query) == (again.id, "status=new")
        assert unit.saved_searches.all() == (again, other)
        assert unit.saved_searches.remove(first.id)
        assert not unit.saved_searches.remove(first.id)
        with pytest.raises(ValueError, match="name"):
            unit.saved_searches.save(" ", "x", "Ann", NOON)


def test_removing_the_demo_takes_its_tags_and_assignees(store: Store) -> None:
    with store.transaction() as unit:
        real, _, _ = learn(unit, "real")
        unit.tags.add(real.id, "kept", "Ann", NOON)
    with store.as_demo().transaction() as unit:
        demo, _, _ = learn(unit, "demo")
        unit.tags.add(demo.id, "gone", "Ann", NOON)
        unit.tags.add(real.id, "gone too", "Ann", NOON)
        unit.tags.assign(demo.id, "Bob", "Ann", NOON)
    with store.transaction() as unit:
        unit.origins.remove_demo()
        assert unit.tags.all() == ("kept",)
        assert unit.catalogue.crashes(ASK).total == 1


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 0}, {"limit": 1001}, {"offset": -1}, {"sort": "name"}, {"since": NOON.replace(tzinfo=None)}],
)
def test_a_query_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        CatalogueQuery(**wrong)


def test_an_empty_store_has_an_empty_catalogue(store: Store) -> None:
    with store.reading() as unit:
        page = unit.catalogue.patterns(CatalogueQuery(text="x", customer=("North",)), NOON + timedelta(days=1))
        assert (page.rows, page.total, page.end) == ((), 0, None)
        assert unit.catalogue.crashes(ASK).total == 0
        assert {facets.name for facets in page.facets} == set(FACETS)
