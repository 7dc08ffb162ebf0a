"""What the decision knows of each candidate pattern: one row a pattern, one column a feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from crash_knowledge.matching.candidates import Candidates
from crash_knowledge.matching.encoding import Floats, Ids
from crash_knowledge.matching.scores import Scores

FEATURES: Mapping[str, str] = {
    "fast": "the frames align (FaST, best member)",
    "fast_margin": "the frames align better than with any other pattern",
    "fast_mean": "the frames align with several members",
    "classes": "the classes align (FaST on classes)",
    "classes_margin": "the classes align better than with any other pattern",
    "grams": "the same frames follow each other",
    "grams_margin": "the frames follow each other as in no other pattern",
    "words": "cause and in-app frames use the same words",
    "words_margin": "the words fit better than any other pattern's",
    "text": "cause and in-app frames mean the same (text model)",
    "text_margin": "the meaning is nearer than any other pattern's (text model)",
    "close_members": "how many known crashes of it are close",
    "close_share": "its share of all close known crashes",
    "exact": "cause and whole stack are equal",
    "exact_share": "its share of the crashes with equal cause and stack",
    "structural": "cause and first in-app frames are equal",
    "structural_share": "its share of the crashes with equal cause and first in-app frames",
    "same_cause": "the cause is the same",
    "same_receiver": "the innermost frame is the same",
    "size": "how often the pattern was seen",
    "age": "how long ago the pattern was last seen",
    "newer_rivals": "how many equally close patterns were seen more recently",
}
"""Each feature with what it says, in words for the explanation."""

CLOSE = 0.8
"""A member with at least this FaST score is close."""
ALMOST_AS_NEAR = 0.05
BEST_MEMBERS = 3
NO_RIVAL = -1.0
"""The score that the best other pattern is taken to have where there is none."""

_SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """``values[i, j]``: feature j (in the order of FEATURES) of the pattern ``pattern_ids[i]``; ids ascend.

    ``members[i]``: places of its variants among the candidate variants.
    """

    pattern_ids: tuple[int, ...]
    values: Floats
    members: tuple[Ids, ...]

    def column(self, name: str) -> Floats:
        column: Floats = self.values[:, list(FEATURES).index(name)]
        return column


def feature_table(candidates: Candidates, scores: Scores, now: datetime) -> FeatureTable:
    """Gather the scores of the variants by pattern. ``now``: the time of the crash to be matched."""
    pattern_ids, owner = np.unique([one.pattern_id for one in candidates.variants], return_inverse=True)
    count = len(pattern_ids)
    members = tuple(np.flatnonzero(owner == place) for place in range(count))
    occurrences = np.array([one.occurrence_count for one in candidates.variants], dtype=float)
    best = {name: _best(getattr(scores, name), members) for name in ("fast", "classes", "grams", "words", "text")}
    close = _counted(owner, occurrences * (scores.fast >= CLOSE), count)
    exact = _counted(owner, occurrences * scores.exact, count)
    structural = _counted(owner, occurrences * scores.structural, count)
    patterns = [candidates.patterns[int(one)] for one in pattern_ids]
    age_days = np.array([max((now - one.last_seen).total_seconds(), 0.0) / _SECONDS_A_DAY for one in patterns])
    columns: dict[str, Floats] = {
        "fast": best["fast"],
        "fast_margin": _margin(best["fast"]),
        "fast_mean": np.array([np.sort(scores.fast[one])[-BEST_MEMBERS:].mean() for one in members]),
        "classes": best["classes"],
        "classes_margin": _margin(best["classes"]),
        "grams": best["grams"],
        "grams_margin": _margin(best["grams"]),
        "words": best["words"],
        "words_margin": _margin(best["words"]),
        "text": best["text"],
        "text_margin": _margin(best["text"]),
        "close_members": np.log1p(close),
        "close_share": _share(close),
        "exact": np.sign(exact),
        "exact_share": _share(exact),
        "structural": np.sign(structural),
        "structural_share": _share(structural),
        "same_cause": _best(scores.same_cause, members),
        "same_receiver": _best(scores.same_receiver, members),
        "size": np.log1p([one.occurrence_count for one in patterns]),
        "age": np.log1p(age_days),
        "newer_rivals": np.log1p(_newer_rivals(best["fast"], age_days)),
    }
    values = np.column_stack([columns[name] for name in FEATURES]) if count else np.empty((0, len(FEATURES)))
    return FeatureTable(tuple(int(one) for one in pattern_ids), values, members)


def _best(scores: Floats, members: tuple[Ids, ...]) -> Floats:
    return np.array([scores[one].max() for one in members])


def _counted(owner: Ids, weights: Floats, count: int) -> Floats:
    return np.bincount(owner, weights, count)


def _share(counts: Floats) -> Floats:
    return counts / max(float(counts.sum()), 1.0)


def _margin(best: Floats) -> Floats:
    """Each pattern's score less the best score of any other pattern."""
    if not len(best):
        return best
    descending = np.sort(best)[::-1]
    second = descending[1] if len(best) > 1 else NO_RIVAL
    leads = np.arange(len(best)) == int(np.argmax(best))
    return best - np.where(leads, second, descending[0])


def _newer_rivals(fast: Floats, age_days: Floats) -> Floats:
    """For each pattern: how many patterns that are almost as near as the nearest were seen more recently."""
    near = fast >= fast.max(initial=-1.0) - ALMOST_AS_NEAR
    return np.array([float(np.sum(near & (age_days < age))) for age in age_days])
