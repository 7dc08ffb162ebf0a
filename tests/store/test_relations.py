"""Relations between patterns as the store keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.knowledge.grouping import merge_patterns
from crash_knowledge.store import Store
from crash_knowledge.store.relations import Graph, GraphFilter, NewRelation, RelationKind
from tests.store.builders import NOON, later, learn

EVIDENCE = {"form": "said", "by": "Ann", "why": ""}


def relation(source: int, target: int, kind: RelationKind = "causes", **changes: Any) -> NewRelation:
    values = {"confidence": 0.8, "evidence": EVIDENCE, "first_evidence_at": NOON, "last_evidence_at": later(days=3)}
    return NewRelation(source_id=source, target_id=target, kind=kind, **{**values, **changes})


def patterns(store: Store, *names: str, **changes: Any) -> list[int]:
    with store.transaction() as unit:
        return [learn(unit, name, **changes)[0].id for name in names]


def graph(store: Store, **wanted: Any) -> Graph:
    with store.reading() as unit:
        return unit.relations.graph(GraphFilter(**wanted))


def put(store: Store, *found: NewRelation) -> None:
    with store.transaction() as unit:
        unit.relations.put_inferred(found)


def test_found_again_a_relation_is_the_same_row_with_the_new_evidence(store: Store) -> None:
    one, two = patterns(store, "one", "two")
    put(store, relation(one, two))
    put(store, relation(one, two, confidence=0.9, last_evidence_at=later(days=9)))
    (kept,) = graph(store).relations
    assert (kept.id, kept.confidence, kept.origin, kept.evidence) == (1, 0.9, "inferred", EVIDENCE)
    assert (kept.first_evidence_at, kept.last_evidence_at) == (NOON, later(days=9))


@pytest.mark.parametrize("kind", ["co_occurs", "similar_fix", "related_to"])
def test_a_relation_without_direction_is_one_row(store: Store, kind: RelationKind) -> None:
    one, two = patterns(store, "one", "two")
    put(store, relation(two, one, kind), relation(one, two, kind))
    assert [(kept.source_id, kept.target_id) for kept in graph(store).relations] == [(one, two)]


def test_both_directions_of_a_cause_are_two(store: Store) -> None:
    one, two = patterns(store, "one", "two")
    put(store, relation(two, one), relation(one, two))
    assert len(graph(store).relations) == 2


def test_a_persons_word_stays(store: Store) -> None:
    one, two, three = patterns(store, "one", "two", "three")
    put(store, relation(one, two), relation(two, three))
    with store.transaction() as unit:
        first, second = (kept.id for kept in unit.relations.inferred(("causes",)))
        assert unit.relations.judge(first, "confirmed", "Ann", NOON).origin == "confirmed"
        assert unit.relations.judge(second, "rejected", "Ann", NOON).origin == "rejected"
        assert unit.relations.drop_inferred([first, second]) == 0
    put(store, relation(one, two, confidence=0.5), relation(two, three, confidence=0.5))
    with store.reading() as unit:
        kept = [(unit.relations.get(number).origin, unit.relations.get(number).confidence) for number in (1, 2)]
        assert kept == [("confirmed", 0.5), ("rejected", 0.8)]
        assert [seen.id for seen in unit.relations.of_pattern(two)] == [1]
        assert [seen.id for seen in unit.relations.of_pattern(two, ("rejected",))] == [2]
    with store.transaction() as unit:
        assert unit.relations.judge(2, "unsure", "Ann", NOON).origin == "inferred"
        assert unit.relations.drop_inferred([2]) == 1
        with pytest.raises(UnknownRecord):
            unit.relations.judge(2, "confirmed", "Ann", NOON)


def test_what_a_merge_makes_of_relations(store: Store) -> None:
    one, two, three = patterns(store, "one", "two", "three")
    put(
        store,
        relation(one, two),
        relation(one, three, "co_occurs", confidence=0.4),
        relation(two, three, "co_occurs", confidence=0.6, evidence={"form": "better"}),
    )
    with store.transaction() as unit:
        weak = next(seen for seen in unit.relations.inferred(("co_occurs",)) if seen.source_id == one)
        unit.relations.judge(weak.id, "confirmed", "Ann", NOON)
        merge_patterns(unit, [one], two, "Ann", NOON)
        (judged,) = (seen for seen in unit.validations.of_pattern(two) if seen.subject == "relationship")
    (left,) = graph(store).relations
    assert (left.source_id, left.target_id, left.origin, left.confidence) == (two, three, "confirmed", 0.6)
    assert left.evidence == {"form": "better"}
    assert judged.subject_id == left.id


def test_a_merge_into_a_later_pattern_keeps_the_order(store: Store) -> None:
    one, two, three = patterns(store, "one", "two", "three")
    put(store, relation(one, two, "co_occurs"))
    with store.transaction() as unit:
        merge_patterns(unit, [one], three, "Ann", NOON)
    assert [(kept.source_id, kept.target_id) for kept in graph(store).relations] == [(two, three)]
    put(store, relation(one, two, "co_occurs"))
    assert len(graph(store).relations) == 1


FILTERS: list[tuple[dict[str, Any], list[str], int]] = [
    ({}, ["one", "two", "three", "four"], 2),
    ({"linked_only": True}, ["one", "two", "three"], 2),
    ({"kinds": ("causes",), "linked_only": True}, ["one", "two"], 1),
    ({"least_confidence": 0.7}, ["one", "two", "three", "four"], 1),
    ({"customer": "South"}, ["three"], 0),
    ({"version": "2024r2"}, ["three"], 0),
    ({"statuses": ("ongoing",)}, ["one"], 0),
    ({"least_occurrences": 2}, ["one"], 0),
    ({"since": later(days=1)}, ["three"], 0),
    ({"until": later(days=1)}, ["one", "two", "four"], 1),
    ({"most_patterns": 2}, ["one", "two"], 1),
    ({"kind_of_cause": "permission"}, [], 0),
]


@pytest.mark.parametrize(("wanted", "names", "relations"), FILTERS)
def test_the_graph_as_it_is_filtered(store: Store, wanted: dict[str, Any], names: list[str], relations: int) -> None:
    one, two = patterns(store, "one", "two")
    (three,) = patterns(store, "three", customer="South", service_version="2024r2", occurred_at=later(days=2))
    patterns(store, "four")
    with store.transaction() as unit:
        learn(unit, "one again", unit.patterns.get(one))
    put(store, relation(one, two), relation(two, three, "related_to", confidence=0.6))
    found = graph(store, **wanted)
    assert [pattern.name for pattern in found.patterns] == names
    assert len(found.relations) == relations


def test_events_as_arrays(store: Store) -> None:
    one, two = patterns(store, "one", "two")
    patterns(store, "elsewhere", customer="South")
    patterns(store, "nowhere", customer=None)
    with store.transaction() as unit:
        learn(unit, "one again", unit.patterns.get(one), occurred_at=NOON + timedelta(seconds=90, milliseconds=700))
    with store.reading() as unit:
        assert unit.relations.customers() == ("North", "South")
        assert unit.relations.customers(of_pattern=two) == ("North",)
        assert unit.relations.count_events() == 5
        parts = list(unit.relations.events(("North", "South"), at_once=2))
        north = list(unit.relations.events(("North",)))
    assert [len(part.at) for part in parts] == [2, 2]
    rows = sorted(
        np.concatenate([np.stack((part.pattern, part.customer, part.at)) for part in parts], axis=1).T.tolist()
    )
    begin = int(NOON.timestamp())
    assert rows == [[one, 0, begin], [one, 0, begin + 90], [two, 0, begin], [3, 1, begin]]
    assert sum(len(part.at) for part in north) == 3


def test_the_stack_of_a_pattern_is_its_most_frequent(store: Store) -> None:
    patterns(store, "one", "two")
    with store.reading() as unit:
        stacks = list(unit.relations.stacks())
        assert unit.relations.count_frequent(2) == 0
    assert [(one.pattern_id, one.frames, one.in_app) for one in stacks] == [
        (number, ("a>>b", "c>>d"), (True, False)) for number in (1, 2)
    ]


def test_only_proven_solutions_tell_of_a_cure(store: Store) -> None:
    one, two = patterns(store, "one", "two")
    with store.transaction() as unit:
        unit.solutions.add(one, "Hope.", "Ann", NOON)
        proven = unit.solutions.add(two, "Restart.", "Ann", NOON)
        unit.solutions.record_outcome(proven.id, True)
        found = unit.relations.verified_solutions()
    assert [(cure.id, cure.pattern_id, cure.description, cure.link) for cure in found] == [
        (proven.id, two, "Restart.", None)
    ]


def test_the_versions_at_both_ends(store: Store) -> None:
    (one,) = patterns(store, "one", service_version="r1")
    with store.transaction() as unit:
        learn(unit, "again", unit.patterns.get(one), service_version="r2", occurred_at=later(days=2))
        learn(unit, "unknown", unit.patterns.get(one), service_version=None, occurred_at=later(days=3))
        ends = [unit.relations.end_version(one, last=last) for last in (False, True)]
    assert ends == ["r1", "r2"]


def test_relations_of_demo_patterns_go_with_them(store: Store) -> None:
    (real,) = patterns(store, "real")
    with store.as_demo().transaction() as unit:
        demo = learn(unit, "demo")[0].id
    put(store, relation(real, demo))
    with store.transaction() as unit:
        unit.origins.remove_demo()
    assert graph(store).relations == ()


def test_verification_finds_a_relation_in_the_wrong_order(store: Store) -> None:
    one, two = patterns(store, "one", "two")
    put(store, relation(one, two, "co_occurs"))
    with store.transaction() as unit:
        unit.connection.exec_driver_sql(
            f"UPDATE crash_relationships SET source_pattern_id = {two}, target_pattern_id = {one}"
        )
    assert [drift.where for drift in store.verify()] == ["crash_relationships 1 source_pattern_id"]
    with store.transaction() as unit:
        unit.connection.exec_driver_sql("DELETE FROM crash_relationships")
