"""Facts of crashes: kept with the crash, counted in site-days, gone with it."""

from __future__ import annotations

import pytest

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store import Store
from crash_knowledge.store.records import Crash, Drift, EventFact, FactExtent, FactSpread, Pattern
from tests.store.builders import later, learn

SAVE, OPEN = EventFact("command", "Save"), EventFact("command", "Open")
OTHER_DAY, SAME_DAY = later(days=1), later(hours=3)


def add(store: Store, name: str, *facts: EventFact, pattern: Pattern | None = None, **changes) -> tuple[Pattern, Crash]:
    with store.transaction() as unit:
        pattern, _, crash = learn(unit, name, pattern, **changes)
        unit.facts.put(crash.error_event_id, facts, "rules 1")
    return pattern, crash


def test_facts_of_a_crash_are_kept_once_clipped_and_without_empty_ones(store: Store) -> None:
    _, crash = add(store, "a", SAVE, SAVE, EventFact("window", " " + "x" * 400), EventFact("login", "  "))
    with store.reading() as unit:
        assert unit.facts.of_event(crash.error_event_id) == (SAVE, EventFact("window", "x" * 300))
        assert unit.facts.events_with("command", "Save") == (crash.error_event_id,)
        assert unit.facts.events_with("command", "save") == ()


def test_facts_are_replaced_as_a_whole(store: Store) -> None:
    _, crash = add(store, "a", SAVE, EventFact("user", "u"))
    with store.transaction() as unit:
        unit.facts.put(crash.error_event_id, [OPEN], "rules 2")
    with store.reading() as unit:
        assert unit.facts.of_event(crash.error_event_id) == (OPEN,)


def test_a_failure_that_is_not_there_can_have_no_facts(store: Store) -> None:
    with pytest.raises(UnknownRecord), store.transaction() as unit:
        unit.facts.put("err-00000000", [SAVE], "rules 1")


def test_a_fact_is_counted_in_crashes_customers_and_site_days(store: Store) -> None:
    pattern, _ = add(store, "a", SAVE)
    add(store, "b", SAVE, pattern=pattern, occurred_at=SAME_DAY)
    add(store, "c", SAVE, pattern=pattern, occurred_at=OTHER_DAY)
    add(store, "d", OPEN, pattern=pattern, customer="South")
    add(store, "e", pattern=pattern, customer=None)
    other, _ = add(store, "f", SAVE, OPEN)
    with store.reading() as unit:
        assert [(one.fact, one.extent) for one in unit.facts.of_pattern(pattern.id)] == [
            (OPEN, FactExtent(1, 1, 1)),
            (SAVE, FactExtent(3, 1, 2)),
        ]
        assert unit.facts.extent_of_pattern(pattern.id) == FactExtent(5, 2, 4)
        assert unit.facts.extent_of_others(pattern.id) == FactExtent(1, 1, 1)
        assert [one.fact for one in unit.facts.of_others(pattern.id, [SAVE, OPEN])] == [OPEN, SAVE]
        assert unit.facts.of_others(pattern.id, [EventFact("window", "Save")]) == ()
        assert unit.facts.of_others(other.id, [SAVE]) == (FactSpread(SAVE, FactExtent(3, 1, 2)),)
        assert unit.facts.extent_of_others(other.id) == FactExtent(5, 2, 4)
        assert [unit.facts.count_spread_over(crashes, []) for crashes in (1, 2, 3, 4, 5)] == [2, 2, 1, 1, 0]
        assert unit.facts.count_spread_over(1, ["command"]) == 0


def test_crashes_without_known_facts_are_not_counted(store: Store) -> None:
    pattern, _ = add(store, "a", SAVE)
    with store.transaction() as unit:
        learn(unit, "b", pattern)
    with store.reading() as unit:
        assert unit.facts.extent_of_pattern(pattern.id).events == 1


def test_sightings_tell_who_where_when_and_which_run(store: Store) -> None:
    pattern, later_one = add(store, "a", EventFact("run", "T3Session 7"), occurred_at=OTHER_DAY)
    _, first = add(store, "b", pattern=pattern, user_name=None)
    with store.reading() as unit:
        sightings = unit.facts.sightings(pattern.id)
        assert unit.facts.sightings_of([later_one.id, first.id, 4711]) == sightings
    assert [(one.crash_id, one.user_name, one.runs) for one in sightings] == [
        (first.id, None, ()),
        (later_one.id, "user-3f9a", ("T3Session 7",)),
    ]


def test_records_are_seen_in_crashes_of_other_patterns_too(store: Store) -> None:
    record = EventFact("record", "CM2Contract 12")
    pattern, one = add(store, "a", record, EventFact("service", "Update"), EventFact("run", "r"))
    other, two = add(store, "b", record)
    add(store, "c", EventFact("record", "CM2Contract 13"))
    with store.reading() as unit:
        found = unit.facts.record_sightings(pattern.id)
    assert [(f.record, f.pattern_id, f.services, f.crash.crash_id, f.crash.runs) for f in found] == [
        ("CM2Contract 12", pattern.id, ("Update",), one.id, ("r",)),
        ("CM2Contract 12", other.id, (), two.id, ()),
    ]


def test_crashes_of_other_rules_or_none_are_to_be_diagnosed(store: Store) -> None:
    pattern, known = add(store, "a", SAVE)
    with store.transaction() as unit:
        _, _, unknown = learn(unit, "b", pattern)
    with store.reading() as unit:
        assert [(one.crash_id, one.text) for one in unit.facts.undiagnosed("rules 1", 0, 10)] == [
            (unknown.id, "BEGIN\nb\nEND\n")
        ]
        assert [one.crash_id for one in unit.facts.undiagnosed("rules 2", 0, 10)] == [known.id, unknown.id]
        assert [one.crash_id for one in unit.facts.undiagnosed("rules 2", known.id, 10)] == [unknown.id]
        assert (unit.facts.count_undiagnosed("rules 1"), unit.facts.count_undiagnosed("rules 2")) == (1, 2)


def test_facts_go_with_demo_crashes(store: Store) -> None:
    add(store, "real", SAVE)
    with store.transaction() as unit:
        unit.origins.mark_demo()
        _, _, crash = learn(unit, "demo")
        unit.facts.put(crash.error_event_id, [SAVE, OPEN], "rules 1")
    with store.transaction() as unit:
        unit.origins.remove_demo()
    with store.reading() as unit:
        assert unit.connection.exec_driver_sql("SELECT name, value FROM event_facts").all() == [("command", "Save")]


def test_facts_of_unknown_rules_are_drift(store: Store) -> None:
    _, crash = add(store, "a", SAVE)
    with store.transaction() as unit:
        unit.connection.exec_driver_sql("UPDATE crash_instances SET facts_revision = NULL")
    assert store.verify() == (Drift(f"crash_instances {crash.id} facts_revision", None, "the rules of its facts"),)
    with store.transaction() as unit:
        unit.facts.put(crash.error_event_id, [], "rules 1")
