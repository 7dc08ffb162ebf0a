"""Patterns whose stacks are like a pattern's own: by the terms they share, the rarer the more."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from crash_knowledge.store import Store, Unit
from crash_knowledge.store.records import Pattern

_VARIANTS_ASKED = 3
_VARIANTS_FOUND = 50
LEAST_SIMILAR = 0.1


@dataclass(frozen=True, slots=True)
class RelatedPattern:
    """``similarity``: between 0 and 1, the share of a stack's weighted terms that the other one holds too."""

    pattern: Pattern
    similarity: float


def related_patterns(store: Store, pattern_id: int, limit: int = 5) -> tuple[RelatedPattern, ...]:
    """The living patterns with the most similar stacks, the most similar first; compared are the latest stacks.

    A term weighs the logarithm of how many stacks there are for one that holds it (inverse document frequency).
    Raises UnknownRecord.
    """
    with store.reading() as unit:
        own = unit.patterns.current(pattern_id)
        best: dict[int, float] = {}
        for variant in unit.variants.of_pattern(own.id, _VARIANTS_ASKED):
            for other_id, similarity in _similar(unit, variant.id).items():
                best[other_id] = max(similarity, best.get(other_id, 0.0))
        best.pop(own.id, None)
        patterns = unit.patterns.get_many(best)
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    related = (RelatedPattern(patterns[one], similarity) for one, similarity in ranked if similarity >= LEAST_SIMILAR)
    return tuple(related)[:limit]


def _similar(unit: Unit, variant_id: int) -> dict[int, float]:
    """Pattern -> how similar its nearest stack is to this one."""
    stacks = unit.postings.document_count()
    frequencies = unit.postings.document_frequency(unit.postings.of_variant(variant_id))
    weights = {term: log((1 + stacks) / frequency) for term, frequency in frequencies.items()}
    whole = sum(weights.values())
    if whole <= 0:
        return {}
    found = dict(unit.postings.top(weights, _VARIANTS_FOUND))
    nearest: dict[int, float] = {}
    for other in unit.variants.get_many(found).values():
        similarity = min(1.0, found[other.id] / whole)
        nearest[other.pattern_id] = max(similarity, nearest.get(other.pattern_id, 0.0))
    return nearest
