"""Discovery over a store: what it finds, keeps, drops; run again, stopped, and while crashes come in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crash_knowledge.errors import EmbeddingUnavailable, UnknownRecord
from crash_knowledge.knowledge.grouping import merge_patterns
from crash_knowledge.network.builder import CrashGraphBuilder, Discovery, Progress
from crash_knowledge.network.evidence import Together, from_plain
from crash_knowledge.network.saying import link_patterns
from crash_knowledge.store import Store
from crash_knowledge.store.relations import GraphFilter, Relation
from tests.network.story import DAY, LATER, MINUTE, frames_of, occur, with_story
from tests.store.builders import NOON


def discover(store: Store) -> Discovery:
    return CrashGraphBuilder(store).discover_relationships(LATER)


def relations(store: Store) -> tuple[Relation, ...]:
    with store.reading() as unit:
        return unit.relations.graph(GraphFilter(origins=("observed", "inferred", "confirmed", "rejected"))).relations


def told(store: Store) -> list[tuple[str, int, int]]:
    return sorted((one.kind, one.source_id, one.target_id) for one in relations(store))


def test_what_follows_is_found_with_evidence_a_person_can_read(store: Store) -> None:
    first, second = with_story(store)
    found = discover(store)
    assert (found.found, found.dropped, found.stopped) == ((("causes", 1),), 0, False)
    assert (found.patterns, found.events) == (5, 56)
    (relation,) = relations(store)
    assert (relation.kind, relation.source_id, relation.target_id) == ("causes", first, second)
    assert (relation.first_evidence_at, relation.last_evidence_at) == (NOON, NOON + 54 * DAY)
    assert 0.7 < relation.confidence < 1
    evidence = from_plain(relation.evidence)
    assert isinstance(evidence, Together)
    assert evidence.sentence("Broker is lost", "Save fails") == (
        "Within 30 minutes of 10 of 10 occurrences of “Broker is lost” came “Save fails”: 10 times after it, 0 times "
        "before; by chance it would be 1.3. On 10 days at 1 customer, typically 10 minutes apart."
    )


def test_discovered_again_everything_is_the_same(store: Store) -> None:
    with_story(store)
    discover(store)
    once = relations(store)
    assert discover(store).dropped == 0
    assert relations(store) == once


def test_a_relation_without_evidence_goes_and_a_confirmed_one_stays(store: Store) -> None:
    first, second = with_story(store)
    other = occur(store, "Report is late", [NOON + (1 + 6 * n) * DAY for n in range(10)])
    occur(store, "Printer is gone", [NOON + (1 + 6 * n) * DAY + 4 * MINUTE for n in range(10)])
    discover(store)
    assert len(relations(store)) == 2
    confirmed = next(one for one in relations(store) if one.source_id == first)
    with store.transaction() as unit:
        unit.relations.judge(confirmed.id, "confirmed", "Ann", LATER)
        for pattern_id in (first, other):
            for crash in unit.crashes.of_pattern(pattern_id, limit=100)[2:]:
                unit.arrangement.assign([crash.error_event_id], occurred_at=NOON + 300 * DAY)
        unit.arrangement.settle([first, other])
    assert discover(store).dropped == 1
    (left,) = relations(store)
    assert (left.id, left.origin, left.target_id) == (confirmed.id, "confirmed", second)


def test_a_rejected_relation_stays_rejected(store: Store) -> None:
    with_story(store)
    discover(store)
    (found,) = relations(store)
    with store.transaction() as unit:
        unit.relations.judge(found.id, "rejected", "Ann", LATER, "The broker logs both.")
    discover(store)
    (left,) = relations(store)
    assert (left.id, left.origin) == (found.id, "rejected")
    with store.reading() as unit:
        assert unit.relations.graph(GraphFilter()).relations == ()
        (said,) = unit.validations.of_pattern(found.source_id)
    assert (said.subject, said.subject_id, said.verdict, said.notes) == (
        "relationship",
        found.id,
        "rejected",
        "The broker logs both.",
    )


def test_a_pattern_in_new_clothes_and_a_neighbour(store: Store) -> None:
    old_frames = frames_of("Planner")
    new_frames = (*old_frames[:5], "Planner>>renamed")
    days = [NOON + 9 * n * DAY for n in range(5)]
    old = occur(store, "Old", days, frames=old_frames, version="2024r1.001")
    new = occur(store, "New", [at + 50 * DAY for at in days], frames=new_frames, version="2024r2.001")
    beside = occur(store, "Beside", [at + DAY for at in days], "South", frames=(*old_frames[:4], "Rights>>check"))
    discover(store)
    assert told(store) == sorted([("evolves_from", new, old), ("related_to", old, beside), ("related_to", new, beside)])
    (evolved,) = (one for one in relations(store) if one.kind == "evolves_from")
    sentence = from_plain(evolved.evidence).sentence("New", "Old")
    assert (
        "At 1 of 1 customer with both, “New” began where “Old” ended (2024r1.001, then 2024r2.001), 14 days" in sentence
    )


def test_the_same_fix(store: Store) -> None:
    ids = [occur(store, name, [NOON]) for name in ("One", "Two", "Three")]
    with store.transaction() as unit:
        for pattern_id, text in zip(ids, ("Raise the limit.", "raise the limit.", "Restart it."), strict=True):
            solution = unit.solutions.add(pattern_id, text, "Ann", NOON)
            unit.solutions.record_outcome(solution.id, True)
    discover(store)
    assert told(store) == [("similar_fix", ids[0], ids[1])]


class _NoModel:
    model_id, dimensions, description = "none", 3, "no model"

    def embed(self, texts):
        raise EmbeddingUnavailable("There is no model.")


def test_without_a_model_solutions_are_compared_by_text(store: Store) -> None:
    test_ids = [occur(store, name, [NOON]) for name in ("One", "Two")]
    with store.transaction() as unit:
        for pattern_id in test_ids:
            unit.solutions.record_outcome(unit.solutions.add(pattern_id, "Raise it.", "Ann", NOON).id, True)
    found = CrashGraphBuilder(store, _NoModel()).discover_relationships(LATER)
    assert found.found == (("similar_fix", 1),)


def test_progress_is_told_step_by_step(store: Store) -> None:
    with_story(store)
    seen: list[Progress] = []
    CrashGraphBuilder(store).discover_relationships(LATER, seen.append)
    assert list(dict.fromkeys(one.step for one in seen)) == ["reading", "coincidences", "stacks", "fixes"]
    assert all(0 <= one.share <= 1 for one in seen)


@pytest.mark.parametrize("asked", range(7))
def test_stopped_anywhere_and_run_again_it_ends_the_same(store: Store, asked: int) -> None:
    with_story(store)
    answers = iter([False] * asked)
    stopped = CrashGraphBuilder(store).discover_relationships(LATER, should_stop=lambda: next(answers, True))
    assert stopped.stopped
    assert store.verify() == ()
    assert discover(store).found == (("causes", 1),)


def test_stopped_early_nothing_is_dropped(store: Store) -> None:
    with_story(store)
    discover(store)
    CrashGraphBuilder(store).discover_relationships(LATER, should_stop=lambda: True)
    assert len(relations(store)) == 1


def test_crashes_and_merges_may_come_in_meanwhile(store: Store) -> None:
    first, second = with_story(store)

    def meanwhile(progress: Progress) -> None:
        if progress.step == "coincidences":
            occur(store, f"Meanwhile {progress.share}", [NOON])
            with store.transaction() as unit:
                if unit.patterns.get(second).status != "merged":
                    merge_patterns(unit, [second], first, "Ann", LATER)

    found = CrashGraphBuilder(store).discover_relationships(LATER, meanwhile)
    assert not found.stopped
    assert relations(store) == ()


def test_a_new_crash_updates_the_relations_of_its_pattern(store: Store) -> None:
    second = with_story(store)[1]
    with store.reading() as unit:
        crash_id = unit.crashes.of_pattern(second, limit=1)[0].id
    updated = CrashGraphBuilder(store).update_relationships(crash_id)
    assert updated.found == (("causes", 1),)
    one_by_one = relations(store)
    discover(store)
    assert [(one.kind, one.source_id, one.evidence["together"]) for one in relations(store)] == [
        (one.kind, one.source_id, one.evidence["together"]) for one in one_by_one
    ]
    with pytest.raises(UnknownRecord):
        CrashGraphBuilder(store).update_relationships(999)


def test_an_empty_store_has_no_relations(store: Store) -> None:
    assert discover(store) == Discovery((), 0, 0, 0, stopped=False)


def test_crashes_of_tomorrow_are_left_out(store: Store) -> None:
    with_story(store)
    assert CrashGraphBuilder(store).discover_relationships(NOON + timedelta(days=7)).total == 0


def test_a_person_links_two_patterns(store: Store) -> None:
    one, two = occur(store, "One", [NOON]), occur(store, "Two", [NOON])
    linked = link_patterns(store, two, one, "related_to", "Ann", LATER, "same ticket")
    assert (linked.source_id, linked.target_id, linked.origin) == (one, two, "confirmed")
    assert from_plain(linked.evidence).sentence("One", "Two") == "Ann linked “One” and “Two”: same ticket"
    discover(store)
    assert relations(store) == (linked,)
    with pytest.raises(ValueError, match="itself"):
        link_patterns(store, one, one, "causes", "Ann", LATER)
    with pytest.raises(ValueError, match="who"):
        link_patterns(store, one, two, "causes", " ", LATER)
