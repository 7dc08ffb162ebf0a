"""Why the verdict is what it is, in plain words and aligned frames. Only what was computed is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.contributions import contributions, starting_log_odds
from crash_knowledge.matching.fast import Pair, align
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.matching.levels import BOUNDS
from crash_knowledge.matching.model import AlignedFrame, Candidate, Explanation, LeftOut
from crash_knowledge.matching.ranking import RankedPattern, Ranking
from crash_knowledge.store.records import Separation

SHOWN_CANDIDATES = 5
SHOWN_REASONS = 3
TELLING_LOG_ODDS = 0.1
"""A feature that moves the log-odds by less is not worth a word."""

NOTHING = "New: no known crash shares a cause, a frame or a word with this one."
ONLY_REFUSED = "New: the only known patterns that are like it were refused for it."
NO_TEXT = (
    "The semantic level was skipped: there is no vector of this crash, or none of the known ones by the same model."
)


REFUSED = "A reviewer decided that a crash with this cause and stack does not belong to it."


def explain(fingerprint: Fingerprint, ranking: Ranking, kept_apart: Sequence[Separation] = ()) -> Explanation:
    """The explanation of the best candidate's being taken or rejected, and of the others' losing.

    ``kept_apart``: the patterns that a person said must never be merged with the best candidate.
    """
    left_out = tuple(LeftOut(one.id, one.pattern_name, REFUSED) for one in ranking.candidates.refused)
    if not ranking.patterns:
        return Explanation((ONLY_REFUSED if left_out else NOTHING, *_of_left_out(left_out)), (), (), left_out=left_out)
    best = ranking.patterns[0]
    return Explanation(
        sentences=(
            *_sentences(fingerprint, ranking, best),
            *_of_kept_apart(ranking, kept_apart),
            *_of_left_out(left_out),
        ),
        frames=_aligned_frames(fingerprint, ranking, best),
        candidates=tuple(_candidate(ranking, one) for one in ranking.patterns[:SHOWN_CANDIDATES]),
        contributions=contributions(ranking, best),
        starting_log_odds=starting_log_odds(ranking, best),
        left_out=left_out,
    )


def _sentences(fingerprint: Fingerprint, ranking: Ranking, best: RankedPattern) -> list[str]:
    name = f"“{best.pattern.pattern_name}”"
    if best.level == "new":
        first = best.found.first
        bound = min(BOUNDS[level] for level in ("fuzzy", first) if level in BOUNDS)
        sentences = [
            f"New: the nearest known pattern, {name}, is right with a probability of {best.probability:.0%} only; "
            f"more than {bound:.0%} is needed.",
            *_reasons("Against it", ranking, best, -1.0),
            *_reasons("For it", ranking, best, 1.0),
        ]
    else:
        sentences = [
            f"Known at the level “{best.level}”: {name} is the right pattern with a probability of "
            f"{best.probability:.1%} (needed: more than {BOUNDS[best.level]:.0%}).",
            *_reasons("For it", ranking, best, 1.0),
            *_reasons("Against it", ranking, best, -1.0),
        ]
    sentences += _differences(fingerprint, ranking, best)
    if len(ranking.patterns) > 1 and best.level != "new":
        rival = ranking.patterns[1]
        reason = _why_lost(ranking, rival)
        other = rival.pattern.pattern_name
        sentences.append(f"The nearest other pattern is “{other}” ({rival.probability:.0%}): {reason}.")
    if not ranking.has_text:
        sentences.append(NO_TEXT)
    return sentences


def _of_left_out(left_out: Sequence[LeftOut]) -> list[str]:
    return [f"Left out of the comparison: “{one.pattern_name}”. {one.reason}" for one in left_out]


def _of_kept_apart(ranking: Ranking, kept_apart: Sequence[Separation]) -> list[str]:
    """Who keeps the best candidate apart from others that are shown beside it."""
    best = ranking.patterns[0].pattern
    shown = {one.pattern.id: one.pattern for one in ranking.patterns[1:SHOWN_CANDIDATES]}
    return [
        f"“{best.pattern_name}” and “{shown[one].pattern_name}” stay two patterns: {separation.decided_by} decided on "
        f"{separation.decided_at.day} {separation.decided_at:%b %Y} that they must never be merged."
        for separation in kept_apart
        for one in separation.pattern_ids
        if one in shown
    ]


def _reasons(head: str, ranking: Ranking, one: RankedPattern, sign: float) -> list[str]:
    """The features that moved the log-odds most in the direction of ``sign``."""
    moved = {name: sign * added for name, added in ranking.contribution(one.place).items()}
    telling = sorted((name for name in moved if moved[name] > TELLING_LOG_ODDS), key=lambda name: (-moved[name], name))
    if not telling:
        return []
    words = "; ".join(f"{_words(name, sign)} ({sign * moved[name]:+.1f})" for name in telling[:SHOWN_REASONS])
    return [f"{head}: {words}."]


def _words(feature: str, sign: float) -> str:
    return FEATURES[feature].speaks_for if sign > 0 else FEATURES[feature].speaks_against


def _differences(fingerprint: Fingerprint, ranking: Ranking, best: RankedPattern) -> list[str]:
    nearest = ranking.candidates.variants[_nearest_member(ranking, best)]
    if nearest.exact == fingerprint.exact:
        return ["Cause and stack are the same as in a known crash of it."]
    differences = []
    if nearest.cause.lower() != fingerprint.cause.lower():
        differences.append(f"the cause there is “{nearest.cause}”")
    pairs = _frame_pairs(ranking, best)
    only_here = sum(pair.there is None for pair in pairs)
    only_there = sum(pair.here is None for pair in pairs)
    if only_here or only_there:
        differences.append(f"{only_here} frames are only here and {only_there} only there")
    return [f"What differs from the nearest known crash: {'; '.join(differences)}."] if differences else []


def _candidate(ranking: Ranking, one: RankedPattern) -> Candidate:
    is_best = one is ranking.patterns[0]
    if not is_best:
        reason = f"Lost: {_why_lost(ranking, one)}."
    elif one.level == "new":
        reason = "Nearest, but not probable enough."
    else:
        reason = f"Taken at the level “{one.level}”."
    return Candidate(
        pattern_id=one.pattern.id,
        pattern_name=one.pattern.pattern_name,
        level=one.found.first,
        confidence=one.probability,
        exact=one.found.exact,
        structural=one.found.structural,
        semantic=ranking.value(one.place, "text") if ranking.has_text else None,
        fuzzy=ranking.value(one.place, "fast"),
        reason=reason,
    )


def _why_lost(ranking: Ranking, loser: RankedPattern) -> str:
    """The feature that set the loser back most against the best candidate."""
    best, other = ranking.contribution(ranking.patterns[0].place), ranking.contribution(loser.place)
    worst = min(FEATURES, key=lambda name: (other[name] - best[name], name))
    return f"{FEATURES[worst].speaks_against} ({other[worst] - best[worst]:+.1f})"


def _aligned_frames(fingerprint: Fingerprint, ranking: Ranking, best: RankedPattern) -> tuple[AlignedFrame, ...]:
    known = ranking.candidates.variants[_nearest_member(ranking, best)].frames
    here = [frame.text for frame in fingerprint.frames]
    return tuple(_aligned(pair, here, known) for pair in _frame_pairs(ranking, best))


def _aligned(pair: Pair, here: list[str], there: tuple[str, ...]) -> AlignedFrame:
    if pair.there is None and pair.here is not None:
        return AlignedFrame("only_here", here[pair.here], None, pair.share)
    if pair.here is None and pair.there is not None:
        return AlignedFrame("only_there", None, there[pair.there], pair.share)
    if pair.here is None or pair.there is None:
        raise AssertionError("a pair of two missing frames")
    same_method = here[pair.here]
    return AlignedFrame("matched" if pair.here == pair.there else "moved", same_method, same_method, pair.share)


def _frame_pairs(ranking: Ranking, best: RankedPattern) -> tuple[Pair, ...]:
    """The alignment with the nearest member; places are those of the frames, the cause's pseudo-frame left out."""
    query = ranking.comparison.query
    known = ranking.comparison.stacks[_nearest_member(ranking, best)]
    pairs = align(query.sequence, known.sequence, ranking.comparison.rarities)
    shifted = (_without_cause(pair, int(query.has_cause), int(known.has_cause)) for pair in pairs)
    return tuple(pair for pair in shifted if pair is not None)


def _without_cause(pair: Pair, causes_here: int, causes_there: int) -> Pair | None:
    here = None if pair.here is None or pair.here < causes_here else pair.here - causes_here
    there = None if pair.there is None or pair.there < causes_there else pair.there - causes_there
    return None if here is None and there is None else Pair(here, there, pair.share)


def _nearest_member(ranking: Ranking, one: RankedPattern) -> int:
    """The place of the candidate's variant with the best FaST score; of equals the lower id."""
    members = ranking.table.members[one.place]
    return int(members[int(np.argmax(ranking.comparison.scores.fast[members]))])
