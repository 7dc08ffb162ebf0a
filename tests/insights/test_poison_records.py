"""Poison records: the same record in crash after crash."""

from __future__ import annotations

import json

import pytest

from crash_knowledge.insights.poison_records import find_poison_records, poison_records
from crash_knowledge.insights.together import together_json, told_together
from crash_knowledge.store import Store
from crash_knowledge.store.records import EventFact, RecordSighting, Sighting
from tests.store.builders import later, learn

RECORD = "CM2Contract 4711"


def met(
    day: int, run: str = "", user: str = "ann", pattern: int = 1, record: str = RECORD, customer="North", service=()
) -> RecordSighting:
    crash = Sighting(day, later(days=day), customer, "north-1", user, "pc", (run,) if run else ())
    return RecordSighting(record, pattern, service, crash)


def at_service(*runs: str) -> list[RecordSighting]:
    return [met(day, run, service=("UpdateService",)) for day, run in enumerate(runs)]


def test_a_record_that_stops_a_service() -> None:
    (poison,) = find_poison_records(at_service("a", "a", "b", "c", "c"), 1)
    assert poison.sentence == (
        "Record 4711 of class CM2Contract stops the service UpdateService at North: "
        "5 crashes in 3 runs since 2 Apr 2024."
    )
    assert poison.select == (
        "-- Reads only. Put the name of the table in place of <table of CM2Contract>.\n"
        "SELECT * FROM <table of CM2Contract> WHERE oid = 4711;"
    )


def test_a_record_that_several_users_meet() -> None:
    (poison,) = find_poison_records([met(0), met(1, user="bob"), met(2, user="eve")], 1)
    assert poison.sentence == "Record 4711 of class CM2Contract crashes 3 users at North: 3 crashes since 2 Apr 2024."


@pytest.mark.parametrize(
    "sightings",
    [
        pytest.param(at_service("a", "b"), id="only two crashes"),
        pytest.param(at_service("a", "a", "a", "a"), id="one run of the service"),
        pytest.param([met(day) for day in range(5)], id="one stubborn user"),
        pytest.param([met(0), met(1, user="bob"), met(2, user="bob", customer="South")], id="not at one customer"),
        pytest.param(
            [met(day, user=str(day)) for day in range(3)] + [met(day, pattern=2) for day in range(3)],
            id="other patterns meet it as often",
        ),
        pytest.param(
            [met(day, user=str(day), record="CM2Contract 4711; DROP TABLE x") for day in range(4)], id="no oid"
        ),
        pytest.param([met(day, user=str(day), record="CM2'Contract 4711") for day in range(4)], id="no class name"),
        pytest.param([met(day, user=str(day), record="CM2Contract ٤٧١١") for day in range(4)], id="other digits"),
    ],
)
def test_what_is_no_poison_record(sightings: list[RecordSighting]) -> None:
    assert find_poison_records(sightings, 1) == ()


def test_crashes_of_other_patterns_are_told() -> None:
    (poison,) = find_poison_records([*at_service("a", "b", "c"), met(9, pattern=2)], 1)
    assert poison.other_crashes == 1


def test_from_the_store(store: Store) -> None:
    pattern = None
    for day, run in enumerate("abc"):
        with store.transaction() as unit:
            pattern, _, crash = learn(unit, f"crash {day}", pattern, occurred_at=later(days=day))
            facts = {"record": RECORD, "service": "UpdateService", "run": run}
            unit.facts.put(crash.error_event_id, [EventFact(*fact) for fact in facts.items()], "rules 1")
    assert pattern is not None
    (poison,) = poison_records(store, pattern.id)
    assert (poison.oid, poison.service, poison.counted.runs) == ("4711", "UpdateService", 3)


def test_told_together_in_words_and_as_plain_values(store: Store) -> None:
    pattern = None
    for day, run in enumerate("abc"):
        with store.transaction() as unit:
            pattern, _, crash = learn(unit, f"crash {day}", pattern, occurred_at=later(days=day))
            facts = {"record": RECORD, "service": "UpdateService", "run": run}
            unit.facts.put(crash.error_event_id, [EventFact(*fact) for fact in facts.items()], "rules 1")
    assert pattern is not None
    told = told_together(store, pattern.id)
    assert told.sentences[0].startswith("Record 4711 of class CM2Contract stops the service")
    assert told.sentences[1] == "3 dumps, 1 user, 3 runs of the client: 3 incidents."
    plain = json.loads(json.dumps(together_json(told), default=str))
    assert plain["poison_records"][0]["select"].endswith("WHERE oid = 4711;")
    assert [one["crash_ids"] for one in plain["incidents"]["each"]] == [[1], [2], [3]]
