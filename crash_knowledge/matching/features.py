"""What the decision knows of each candidate pattern: one row a pattern, one column a feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from crash_knowledge.matching.candidates import Candidates
from crash_knowledge.matching.encoding import Floats, Ids
from crash_knowledge.matching.scores import Scores
from crash_knowledge.store.records import Pattern


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a feature says when it speaks for a pattern and when it speaks against it.

    ``sign``: the direction in which a greater value may move the decision: 1 for, -1 against, 0 either.
    """

    speaks_for: str
    speaks_against: str
    sign: int = 1


FEATURES: Mapping[str, Meaning] = {
    "fast": Meaning("the frames align well", "the frames align badly"),
    "fast_margin": Meaning("no other pattern's frames align as well", "another pattern's frames align better"),
    "fast_mean": Meaning("the frames align with several known crashes", "the frames align with few known crashes"),
    "in_app": Meaning("the in-app frames align well", "the in-app frames align badly"),
    "in_app_margin": Meaning("no other pattern's in-app frames align as well", "another's in-app frames align better"),
    "in_app_mean": Meaning("the in-app frames align with several known crashes", "the in-app frames align with few"),
    "in_app_prefix": Meaning("the first in-app frames are the same", "the first in-app frames are others"),
    "classes": Meaning("the classes align well", "the classes align badly"),
    "classes_margin": Meaning("no other pattern's classes align as well", "another pattern's classes align better"),
    "grams": Meaning("the same frames call each other", "other frames call each other"),
    "grams_margin": Meaning("in no other pattern the frames call each other so", "in another they call each other so"),
    "grams_mean": Meaning("the same frames call each other in several crashes", "the same frames do so in few crashes"),
    "words": Meaning("cause and in-app frames use the same words", "cause and in-app frames use other words"),
    "words_margin": Meaning("no other pattern uses these words as much", "another pattern uses these words more"),
    "text": Meaning("the text model finds the same meaning", "the text model finds another meaning"),
    "text_margin": Meaning("no other pattern's meaning is as near", "another pattern's meaning is nearer"),
    "text_mean": Meaning("several known crashes mean the same", "few known crashes mean the same"),
    "fast_vote": Meaning("most like and recent stacks are its own", "most like and recent stacks are another's"),
    "text_vote": Meaning("most like and recent texts are its own", "most like and recent texts are another's"),
    "close_members": Meaning("many known crashes of it are close", "few known crashes of it are close"),
    "close_share": Meaning("most of the close known crashes are its own", "few of the close known crashes are its own"),
    "exact": Meaning("cause and whole stack are equal", "no known crash has this cause and stack"),
    "exact_share": Meaning("all crashes with equal stack are its own", "the crashes with equal stack are another's"),
    "structural": Meaning("cause and first in-app frames are equal", "cause or first in-app frames differ"),
    "structural_share": Meaning(
        "all crashes with equal first in-app frames are its own", "those with equal first in-app frames are another's"
    ),
    "same_cause": Meaning("the cause is the same", "the cause is another"),
    "same_receiver": Meaning("the innermost frame is the same", "the innermost frame is another"),
    "size": Meaning("its number of occurrences", "its number of occurrences", 0),
    "age": Meaning("it was seen recently", "it was not seen for long", -1),
    "newer_rivals": Meaning("no equally close pattern is more recent", "equally close patterns are more recent", -1),
}
"""Every feature, in the order of the columns."""

CLOSE = 0.8
"""A member with at least this FaST score is close."""
ALMOST_AS_NEAR = 0.05
BEST_MEMBERS = 3
NO_RIVAL = -1.0
"""The score that the best other pattern is taken to have where there is none."""

VOTE_SHARPNESS = {"fast": 8.0, "text": 16.0}
"""A known crash votes for its pattern with ``exp(sharpness * (score - 1)) / (1 + age / VOTE_HALF_LIFE_DAYS)``."""
VOTE_HALF_LIFE_DAYS = 5.0
NO_VOTE = 1e-3
"""The votes of the crashes that are not known yet."""

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
    if not count:
        return FeatureTable((), np.empty((0, len(FEATURES))), ())
    members = tuple(np.flatnonzero(owner == place) for place in range(count))
    columns = {
        **_likeness(scores, owner, count),
        **_shares(candidates, scores, owner, count),
        **_votes(scores, _age_days([one.last_seen for one in candidates.variants], now), owner, count),
        **_history([candidates.patterns[int(one)] for one in pattern_ids], _best(scores.fast, owner, count), now),
    }
    return FeatureTable(
        tuple(int(one) for one in pattern_ids), np.column_stack([columns[name] for name in FEATURES]), members
    )


def _likeness(scores: Scores, owner: Ids, count: int) -> dict[str, Floats]:
    """How alike the best members are, how much more than those of any other pattern, and the best few on average."""
    columns: dict[str, Floats] = {}
    for name in ("fast", "in_app", "classes", "grams", "words", "text"):
        values = getattr(scores, name)
        columns[name] = _best(values, owner, count)
        columns[f"{name}_margin"] = _margin(columns[name])
        columns[f"{name}_mean"] = _mean_of_best(values, owner, count)
    columns["in_app_prefix"] = np.log1p(_best(scores.in_app_prefix, owner, count))
    columns["same_cause"] = _best(scores.same_cause, owner, count)
    columns["same_receiver"] = _best(scores.same_receiver, owner, count)
    return columns


def _shares(candidates: Candidates, scores: Scores, owner: Ids, count: int) -> dict[str, Floats]:
    """How many known crashes are close or equal, and which share of these is the pattern's."""
    occurrences = np.array([one.occurrence_count for one in candidates.variants], dtype=float)
    close, exact, structural = (
        np.bincount(owner, occurrences * hit, count).astype(np.float64)
        for hit in (scores.fast >= CLOSE, scores.exact, scores.structural)
    )
    return {
        "close_members": np.log1p(close),
        "close_share": _share(close),
        "exact": np.sign(exact),
        "exact_share": _share(exact),
        "structural": np.sign(structural),
        "structural_share": _share(structural),
    }


def _votes(scores: Scores, age_days: Floats, owner: Ids, count: int) -> dict[str, Floats]:
    """The log-odds of a vote of all candidate variants, each weighing by its likeness and recency."""
    columns: dict[str, Floats] = {}
    for name, sharpness in VOTE_SHARPNESS.items():
        weights = np.exp(sharpness * (getattr(scores, name) - 1.0)) / (1.0 + age_days / VOTE_HALF_LIFE_DAYS)
        votes = np.bincount(owner, weights, count)
        against = votes.sum() + NO_VOTE - votes
        columns[f"{name}_vote"] = np.log((votes + NO_VOTE / 10) / (against + NO_VOTE / 10))
    return columns


def _history(patterns: Sequence[Pattern], fast: Floats, now: datetime) -> dict[str, Floats]:
    age_days = _age_days([one.last_seen for one in patterns], now)
    near = fast >= fast.max() - ALMOST_AS_NEAR
    return {
        "size": np.log1p([one.occurrence_count for one in patterns]),
        "age": np.log1p(age_days),
        "newer_rivals": np.log1p([float(np.sum(near & (age_days < age))) for age in age_days]),
    }


def _age_days(times: Sequence[datetime], now: datetime) -> Floats:
    return np.array([max((now - time).total_seconds(), 0.0) / _SECONDS_A_DAY for time in times])


def _best(scores: Floats, owner: Ids, count: int) -> Floats:
    """The greatest score of each owner."""
    best = np.full(count, -np.inf)
    np.maximum.at(best, owner, scores)
    return best


def _mean_of_best(scores: Floats, owner: Ids, count: int) -> Floats:
    """The mean of each owner's ``BEST_MEMBERS`` greatest scores, or of fewer where there are fewer."""
    order = np.lexsort((-scores, owner))
    begins = np.searchsorted(owner[order], np.arange(count))
    chosen = order[np.arange(len(order)) - begins[owner[order]] < BEST_MEMBERS]
    means: Floats = np.bincount(owner[chosen], scores[chosen], count) / np.bincount(owner[chosen], minlength=count)
    return means


def _share(counts: Floats) -> Floats:
    return counts / max(float(counts.sum()), 1.0)


def _margin(best: Floats) -> Floats:
    """Each pattern's score less the best score of any other pattern."""
    descending = np.sort(best)[::-1]
    second = descending[1] if len(best) > 1 else NO_RIVAL
    leads = np.arange(len(best)) == int(np.argmax(best))
    return best - np.where(leads, second, descending[0])
