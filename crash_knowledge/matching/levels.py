"""The levels of the cascade: their bounds, and which of them finds a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crash_knowledge.matching.candidates import Candidates
from crash_knowledge.matching.model import Level

BOUNDS: dict[Level, float] = {"exact": 0.95, "structural": 0.85, "semantic": 0.75, "fuzzy": 0.70}
"""A pattern found at a level is taken when its probability is strictly above this; in the order of the cascade."""

SEMANTIC_TOP_K = 5


@dataclass(frozen=True, slots=True)
class Found:
    """Which levels find a pattern. ``fuzzy`` finds every candidate: all are aligned."""

    exact: bool
    structural: bool
    semantic: bool

    @property
    def first(self) -> Level:
        """The first level that finds it, whatever the probability."""
        return _levels(self)[0]


def carrying_level(found: Found, probability: float) -> Level:
    """The first level of the cascade that finds the pattern and whose bound the probability clears; else ``new``."""
    return next((level for level in _levels(found) if probability > BOUNDS[level]), "new")


def found_at(candidates: Candidates) -> dict[int, Found]:
    """For each candidate pattern the levels that find it."""
    exact = {one.pattern_id for one in candidates.variants if one.id in candidates.exact}
    structural = {one.pattern_id for one in candidates.variants if one.id in candidates.structural}
    voted = semantic_vote(candidates)
    ids = sorted({one.pattern_id for one in candidates.variants})
    return {one: Found(one in exact, one in structural, one == voted) for one in ids}


def semantic_vote(candidates: Candidates, top_k: int = SEMANTIC_TOP_K) -> int | None:
    """The pattern with the greatest summed cosine among the ``top_k`` nearest neighbours; of equals the first by id."""
    pattern_of = {one.id: one.pattern_id for one in candidates.variants}
    votes: dict[int, float] = {}
    for variant_id, cosine in _nearest(candidates, top_k):
        votes[pattern_of[variant_id]] = votes.get(pattern_of[variant_id], 0.0) + cosine
    return min(votes, key=lambda pattern_id: (-votes[pattern_id], pattern_id), default=None)


def _nearest(candidates: Candidates, top_k: int) -> Sequence[tuple[int, float]]:
    return sorted(candidates.cosines.items(), key=lambda item: (-item[1], item[0]))[:top_k]


def _levels(found: Found) -> tuple[Level, ...]:
    hits: dict[Level, bool] = {
        "exact": found.exact,
        "structural": found.structural,
        "semantic": found.semantic,
        "fuzzy": True,
    }
    return tuple(level for level, hit in hits.items() if hit)
