"""What is shown is what was computed."""

from __future__ import annotations

import pytest

from tests.matching.crashes import BOTTOM, Knowledge, crash, nil_in

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
