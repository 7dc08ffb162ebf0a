"""The matcher on a small knowledge base in a real store."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from crash_knowledge.matching.cascade import SmartCrashMatcher
from tests.matching.crashes import BEGIN, MODEL, Knowledge, crash, nil_in

NAMES = ("Contract", "Schedule", "Trailer", "Rights", "Invoice", "Channel")


def unit_vector(place: int) -> np.ndarray:
    vector = np.zeros(8, dtype=np.float32)
    vector[place] = 1.0
    return vector


def test_without_any_knowledge_a_crash_is_new(knowledge: Knowledge) -> None:
    match = knowledge.match(nil_in("Contract"))
    assert (match.is_new, match.pattern_id, match.pattern_name, match.level) == (True, None, None, "new")
    assert match.confidence == 1.0
    assert match.explanation.candidates == ()


def test_the_same_crash_again_is_known_at_exact(knowledge: Knowledge) -> None:
    ids = {name: knowledge.learn(nil_in(name)) for name in NAMES}
    knowledge.days = 3
    match = knowledge.match(nil_in("Trailer"))
    assert (match.is_new, match.pattern_id, match.level) == (False, ids["Trailer"], "exact")
    assert match.pattern_name == "#isTrailer not understood by nil in TrailerSlot>>doTrailerSlot"
    assert 0.95 < match.confidence < 1.0


def test_one_known_crash_is_enough_for_exact(knowledge: Knowledge) -> None:
    pattern_id = knowledge.learn(nil_in("Contract"))
    assert knowledge.match(nil_in("Contract")).pattern_id == pattern_id


def test_another_way_in_is_known_at_structural(knowledge: Knowledge) -> None:
    ids = {name: knowledge.learn(nil_in(name)) for name in NAMES}
    match = knowledge.match(nil_in("Trailer", depth=5))
    assert (match.pattern_id, match.level) == (ids["Trailer"], "structural")


def test_a_crash_of_another_tool_is_new(knowledge: Knowledge) -> None:
    for name in NAMES:
        knowledge.learn(nil_in(name))
    match = knowledge.match(nil_in("Playlist"))
    assert match.is_new
    assert match.confidence > 0.9
    assert max(one.confidence for one in match.explanation.candidates) == pytest.approx(1 - match.confidence)


def test_another_cause_in_the_same_method_is_not_the_same_crash(knowledge: Knowledge) -> None:
    for name in NAMES:
        knowledge.learn(nil_in(name))
    match = knowledge.match(crash("ORA-00942: table or view does not exist", ["MediaGeniX.TrailerSlot>>doTrailerSlot"]))
    assert match.is_new


def test_proven_solutions_come_with_a_known_crash(knowledge: Knowledge) -> None:
    pattern_id = knowledge.learn(nil_in("Contract"))
    with knowledge.store.transaction() as unit:
        solution = unit.solutions.add(pattern_id, "Fill in the slot.", "Ann", BEGIN)
        unit.solutions.record_outcome(solution.id, True)
    (best,) = knowledge.match(nil_in("Contract")).verified_solutions
    assert (best.description, best.success_count) == ("Fill in the slot.", 1)


def test_of_two_patterns_with_an_equal_stack_the_recent_one_is_more_probable(knowledge: Knowledge) -> None:
    old = knowledge.learn(nil_in("Contract"))
    knowledge.days = 300
    recent = knowledge.learn(nil_in("Contract"))
    knowledge.days = 301
    found = {one.pattern_id: one.confidence for one in knowledge.match(nil_in("Contract")).explanation.candidates}
    assert found[recent] > found[old]


def test_vectors_bring_candidates_and_a_semantic_score(knowledge: Knowledge) -> None:
    for place, name in enumerate(NAMES):
        knowledge.learn(nil_in(name), vector=unit_vector(place))
    match = knowledge.match(nil_in("Trailer"), unit_vector(NAMES.index("Trailer")))
    best = match.explanation.candidates[0]
    assert best.semantic == pytest.approx(1.0)
    assert best.fuzzy == pytest.approx(1.0)
    assert "semantic level was skipped" not in " ".join(match.explanation.sentences)


def test_without_a_vector_the_semantic_level_is_skipped_and_said_so(knowledge: Knowledge) -> None:
    knowledge.learn(nil_in("Contract"), vector=unit_vector(0))
    match = knowledge.match(nil_in("Contract"))
    assert match.explanation.candidates[0].semantic is None
    assert "semantic level was skipped" in match.explanation.sentences[-1]


def test_the_same_question_has_the_same_answer(knowledge: Knowledge) -> None:
    for place, name in enumerate(NAMES):
        knowledge.learn(nil_in(name), vector=unit_vector(place))
    first = knowledge.match(nil_in("Rights", depth=4), unit_vector(3))
    for name in NAMES:
        knowledge.match(nil_in(name))
    assert knowledge.match(nil_in("Rights", depth=4), unit_vector(3)) == first
    fresh = SmartCrashMatcher(knowledge.store)
    assert fresh.match_crash(nil_in("Rights", depth=4), unit_vector(3), BEGIN, MODEL) == first


@pytest.mark.parametrize("frames", [[], ["??"], ["no frame at all"], ["BlockClosure>>on:do:"]])
def test_an_odd_stack_is_matched_too(knowledge: Knowledge, frames: list[str]) -> None:
    knowledge.learn(nil_in("Contract"))
    odd = crash("", frames)
    assert knowledge.match(odd).is_new
    pattern_id = knowledge.learn(odd)
    assert knowledge.match(odd).explanation.candidates[0].pattern_id == pattern_id


def test_candidates_are_looked_up_not_scanned(knowledge: Knowledge) -> None:
    for number in range(300):
        knowledge.learn(nil_in(f"Tool{chr(97 + number % 26)}{chr(97 + number // 26)}"))
    ranking = knowledge.matcher.rank(nil_in("Toolab"), None, BEGIN + timedelta(days=1))
    assert ranking.patterns[0].pattern.pattern_name.startswith("#isToolab")
    assert len(ranking.patterns) <= 150
