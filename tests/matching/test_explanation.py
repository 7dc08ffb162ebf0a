"""What is shown is what was computed."""

from __future__ import annotations

import math

import pytest

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.contributions import shown
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.wording import confidence_sentence
from tests.matching.crashes import BEGIN, BOTTOM, Knowledge, crash, nil_in
from tests.store.builders import new_crash

NAMES = ("Contract", "Schedule", "Trailer", "Rights", "Invoice", "Channel", "Planning")


@pytest.fixture
def taught(knowledge: Knowledge) -> Knowledge:
    for name in NAMES:
        knowledge.learn(nil_in(name))
    return knowledge


def test_a_known_crash_says_level_probability_and_pattern(taught: Knowledge) -> None:
    match = taught.match(nil_in("Trailer"))
    first = match.explanation.sentences[0]
    assert first.startswith("Known at the level “exact”: “#isTrailer not understood by nil")
    assert f"{match.confidence:.1%}" in first
    assert "Cause and stack are the same as in a known crash of it." in match.explanation.sentences


def test_the_candidates_are_the_best_five_and_the_rejected_say_why(taught: Knowledge) -> None:
    candidates = taught.match(nil_in("Trailer")).explanation.candidates
    assert len(candidates) == 5
    assert [one.confidence for one in candidates] == sorted((one.confidence for one in candidates), reverse=True)
    assert candidates[0].reason == "Taken at the level “exact”."
    assert (candidates[0].exact, candidates[0].structural) == (True, True)
    assert all(one.reason.startswith("Lost: ") for one in candidates[1:])


def test_a_new_crash_says_what_came_nearest_and_what_was_needed(taught: Knowledge) -> None:
    match = taught.match(nil_in("Playlist"))
    first = match.explanation.sentences[0]
    assert first.startswith("New: the nearest known pattern, “")
    assert "more than 70% is needed" in first
    assert match.explanation.candidates[0].reason == "Nearest, but not probable enough."
    assert any(sentence.startswith("Against it: ") for sentence in match.explanation.sentences)


def test_frames_are_aligned_with_the_nearest_known_crash(knowledge: Knowledge) -> None:
    known = crash("x", ["A>>first", "A>>second", "A>>third", "A>>fourth"])
    knowledge.learn(known)
    match = knowledge.match(crash("x", ["A>>first", "A>>third", "A>>fifth"]))
    frames = {frame.here or frame.there: frame for frame in match.explanation.frames}
    assert (frames["A>>first"].relation, frames["A>>first"].there) == ("matched", "A>>first")
    assert (frames["A>>third"].relation, frames["A>>third"].there) == ("moved", "A>>third")
    assert (frames["A>>fifth"].relation, frames["A>>fifth"].there) == ("only_here", None)
    assert (frames["a>>second"].relation, frames["a>>second"].here) == ("only_there", None)
    assert all(0 < frame.weight < 1 for frame in match.explanation.frames)
    assert len(match.explanation.frames) == 5 + len(BOTTOM)
    assert "What differs from the nearest known crash: 1 frames are only here and 2 only there." in (
        match.explanation.sentences
    )


def test_another_cause_is_told(knowledge: Knowledge) -> None:
    knowledge.learn(crash("Subscript out of bounds: 3", ["A>>first"]))
    sentences = knowledge.match(crash("key not found: 4", ["A>>first"])).explanation.sentences
    assert any("the cause there is “Subscript out of bounds”" in sentence for sentence in sentences)


def test_the_contributions_and_the_start_add_up_to_the_confidence(taught: Knowledge) -> None:
    for crash_to_match in (nil_in("Trailer"), nil_in("Trailer", depth=2), nil_in("Playlist")):
        match = taught.match(crash_to_match)
        explained = match.explanation
        log_odds = explained.starting_log_odds + sum(one.log_odds for one in explained.contributions)
        assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(explained.candidates[0].confidence, abs=1e-9)
        sizes = [abs(one.log_odds) for one in explained.contributions]
        assert sizes == sorted(sizes, reverse=True)
        assert min(sizes) > 0
        for one in explained.contributions:
            meaning = FEATURES[one.name]
            assert one.words == (meaning.speaks_for if one.log_odds > 0 else meaning.speaks_against)


def test_every_feature_says_in_words_what_was_compared_and_found(taught: Knowledge) -> None:
    said = {one.name: one for name in NAMES for one in taught.match(nil_in(name)).explanation.contributions}
    assert said["same_cause"].compared == "Same cause"
    assert said["same_cause"].shown == "yes"
    assert said["age"].shown == "0 days before"
    for one in said.values():
        assert "_" not in one.compared + one.shown
        assert one.compared[0].isupper()


@pytest.mark.parametrize(
    ("feature", "value", "words"),
    [
        ("fast", 0.83, "83% alike"),
        ("fast", -0.25, "differs more than it is alike (-25%)"),
        ("classes_margin", 0.4, "40% ahead"),
        ("classes_margin", -0.4, "40% behind"),
        ("text_mean", 0.5, "50% alike"),
        ("text_vote", 0.0, "50% of the votes"),
        ("exact_share", 1.0, "100%"),
        ("exact", 1.0, "yes"),
        ("same_cause", 0.0, "no"),
        ("in_app_prefix", math.log1p(1), "1 frame"),
        ("size", math.log1p(1234), "1,234 times"),
        ("age", math.log1p(12.2), "12 days before"),
    ],
)
def test_values_are_told_in_words(feature: str, value: float, words: str) -> None:
    assert shown(feature, value) == words


def test_a_pattern_that_a_reviewer_refused_is_named_as_left_out(knowledge: Knowledge) -> None:
    refused, right = knowledge.learn(nil_in("Trailer")), knowledge.learn(nil_in("Trailer"))
    refuse(knowledge, nil_in("Trailer"), pattern_id=refused, lies_in=right)
    explained = knowledge.match(nil_in("Trailer")).explanation
    assert [one.pattern_id for one in explained.left_out] == [refused]
    assert [one.pattern_id for one in explained.candidates] == [right]
    assert "does not belong to it" in explained.left_out[0].reason
    assert any(sentence.startswith("Left out of the comparison: “#isTrailer") for sentence in explained.sentences)
    assert knowledge.match(nil_in("Schedule")).explanation.left_out == ()


def test_when_all_that_is_alike_was_refused_that_is_said(knowledge: Knowledge) -> None:
    one, other = knowledge.learn(nil_in("Trailer")), knowledge.learn(nil_in("Trailer"))
    refuse(knowledge, nil_in("Trailer"), pattern_id=one, lies_in=other)
    refuse(knowledge, nil_in("Trailer"), pattern_id=other, lies_in=one)
    match = knowledge.match(nil_in("Trailer"))
    assert match.is_new
    assert match.explanation.candidates == ()
    assert match.explanation.sentences[0] == "New: the only known patterns that are like it were refused for it."
    assert {left.pattern_id for left in match.explanation.left_out} == {one, other}
    assert confidence_sentence(match) == "The stored patterns like it were refused for it by a reviewer."


def test_patterns_that_a_person_keeps_apart_say_so(taught: Knowledge) -> None:
    best, other = (one.pattern_id for one in taught.match(nil_in("Trailer")).explanation.candidates[:2])
    with taught.store.transaction() as unit:
        unit.corrections.separate(best, other, "Ann", BEGIN)
    sentences = taught.match(nil_in("Trailer")).explanation.sentences
    assert any("stay two patterns: Ann decided on 1 Jan 2024 that they must never be" in one for one in sentences)


def refuse(knowledge: Knowledge, fingerprint: Fingerprint, pattern_id: int, lies_in: int) -> None:
    """A reviewer said that this crash, which lies in one pattern, is not of the other."""
    with knowledge.store.transaction() as unit:
        (variant,) = [one for one in unit.variants.with_exact([fingerprint.exact]) if one.pattern_id == lies_in]
        stored = unit.crashes.add(new_crash(f"refused {pattern_id}"), BEGIN)
        unit.crashes.assign(stored.id, lies_in, variant.id, "manual", 1.0)
        unit.validations.add(
            event_id=stored.error_event_id,
            pattern_id=pattern_id,
            subject="pattern_match",
            verdict="rejected",
            validated_by="Ann",
            at=BEGIN,
        )
