"""similar_fix: patterns that were cured by the same solution, or by solutions that read alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from crash_knowledge.store.relations import VerifiedSolution

LEAST_COSINE = 0.8
MOST_ALIKE = 10
"""A solution leads to as many others, the most alike: a remedy for everything tells little of a pattern."""

_ROWS_AT_ONCE = 1_000

Embed = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True, slots=True)
class SameCure:
    """Two solutions of different patterns. ``link``: the same in both; ``similarity``: cosine, 1 for the same."""

    one: VerifiedSolution
    other: VerifiedSolution
    similarity: float
    link: str | None


def same_cures(solutions: Sequence[VerifiedSolution], embed: Embed | None) -> tuple[SameCure, ...]:
    """For every two patterns their best pair of solutions with the same link or text, or that read alike.

    ``embed``: gives rows of length 1 for texts; without it only links and texts count. Raises EmbeddingUnavailable.
    """
    texts = sorted({_plain(one.description) for one in solutions})
    place = {text: number for number, text in enumerate(texts)}
    vectors = embed(texts) if embed is not None and texts else np.eye(len(texts), dtype=np.float32)
    rows = np.asarray(vectors, dtype=np.float32)[[place[_plain(one.description)] for one in solutions]]
    linked = _by_link(solutions)
    best: dict[tuple[int, int], SameCure] = {}
    for begin in range(0, len(solutions), _ROWS_AT_ONCE):
        cosines = rows[begin : begin + _ROWS_AT_ONCE] @ rows.T
        for offset, alike in enumerate(cosines):
            one = solutions[begin + offset]
            for cure in _cures(one, solutions, alike, linked.get(one.link or "", [])):
                ends = sorted((cure.one.pattern_id, cure.other.pattern_id))
                kept = best.get((ends[0], ends[1]))
                if kept is None or _rank(cure) > _rank(kept):
                    best[ends[0], ends[1]] = cure
    return tuple(best[key] for key in sorted(best))


def _by_link(solutions: Sequence[VerifiedSolution]) -> dict[str, list[VerifiedSolution]]:
    linked: dict[str, list[VerifiedSolution]] = defaultdict(list)
    for one in solutions:
        if one.link:
            linked[one.link].append(one)
    return linked


def _cures(
    one: VerifiedSolution,
    solutions: Sequence[VerifiedSolution],
    cosines: np.ndarray,
    linked: Sequence[VerifiedSolution],
) -> list[SameCure]:
    """The cures most like one; ``linked``: those with its link."""
    near = np.flatnonzero(cosines >= LEAST_COSINE)
    ranked = near[np.argsort(-cosines[near], kind="stable")]
    read_alike = [
        SameCure(one, solutions[at], min(float(cosines[at]), 1.0), None)
        for at in ranked
        if solutions[at].pattern_id != one.pattern_id
    ]
    same_link = [SameCure(one, other, 1.0, one.link) for other in linked if other.pattern_id != one.pattern_id]
    return [*read_alike[:MOST_ALIKE], *same_link[:MOST_ALIKE]]


def _rank(cure: SameCure) -> tuple[bool, float, int, int]:
    return cure.link is not None, cure.similarity, -cure.one.id, -cure.other.id


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
