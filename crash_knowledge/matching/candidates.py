"""The known variants worth comparing: looked up by key, by vector and by term, never scanned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Pattern, Variant

NEAREST_VECTORS = 100
BEST_POSTINGS = 100
STRUCTURAL_HITS = 50
POSTINGS_READ = 20_000
"""Terms are asked rarest first until this many postings would be read: common ones add cost, not knowledge."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Variants to compare, by id, with their patterns and what each lookup said of them.

    ``cosines``: of the nearest vectors; ``furthest_cosine`` bounds those of all others. Both empty without a vector.
    """

    variants: tuple[Variant, ...]
    patterns: Mapping[int, Pattern]
    exact: frozenset[int]
    structural: frozenset[int]
    cosines: Mapping[int, float]
    document_count: int

    @property
    def furthest_cosine(self) -> float:
        return min(self.cosines.values(), default=0.0)


def find_candidates(
    unit: Unit, fingerprint: Fingerprint, vector: NDArray[np.floating] | None, model_id: str | None
) -> Candidates:
    """Look up the variants that could be the same crash. ``vector`` and ``model_id`` go together."""
    found = {variant.id: variant for variant in unit.variants.by_exact(fingerprint.exact, fingerprint.version)}
    exact = frozenset(found)
    alike = unit.variants.by_structural(fingerprint.structural, fingerprint.version, STRUCTURAL_HITS)
    found.update((variant.id, variant) for variant in alike)
    nearest: list[tuple[int, float]] = []
    if vector is not None and model_id is not None:
        nearest = unit.vectors.nearest(model_id, vector, NEAREST_VECTORS)
    document_count = unit.postings.document_count()
    by_terms = unit.postings.top(_term_weights(unit, fingerprint, document_count), BEST_POSTINGS)
    missing = {variant_id for variant_id, _ in (*nearest, *by_terms)} - found.keys()
    found.update(unit.variants.get_many(missing))
    return Candidates(
        variants=tuple(found[variant_id] for variant_id in sorted(found)),
        patterns=unit.patterns.get_many({variant.pattern_id for variant in found.values()}),
        exact=exact,
        structural=frozenset(variant.id for variant in alike),
        cosines=dict(nearest),
        document_count=document_count,
    )


def _term_weights(unit: Unit, fingerprint: Fingerprint, document_count: int) -> dict[str, float]:
    frequencies = unit.postings.document_frequency(terms_of(fingerprint))
    weights: dict[str, float] = {}
    postings = 0
    for term, frequency in sorted(frequencies.items(), key=lambda item: (item[1], item[0])):
        postings += frequency
        if weights and postings > POSTINGS_READ:
            break
        weights[term] = math.log((document_count + 1) / (frequency + 0.5))
    return {term: weight for term, weight in weights.items() if weight > 0}
