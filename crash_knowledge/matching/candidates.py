"""The known variants worth comparing: looked up by key, by vector and by term, never scanned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Pattern, Variant

NEAREST_VECTORS = 60
BEST_POSTINGS = 60
STRUCTURAL_HITS = 50
POSTINGS_READ = 10_000
"""Terms are asked rarest first until this many postings would be read: common ones add cost, not knowledge."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Variants to compare, by id, with their patterns and what each lookup said of them.

    ``cosines``: of the nearest vectors; ``furthest_cosine`` bounds those of all others. Both empty without a vector.
    ``refused``: the patterns that would be candidates, had no reviewer refused them; by id.
    """

    variants: tuple[Variant, ...]
    patterns: Mapping[int, Pattern]
    exact: frozenset[int]
    structural: frozenset[int]
    cosines: Mapping[int, float]
    document_count: int
    refused: tuple[Pattern, ...] = ()

    @property
    def furthest_cosine(self) -> float:
        return min(self.cosines.values(), default=0.0)


def find_candidates(
    unit: Unit, fingerprint: Fingerprint, vector: NDArray[np.floating] | None, model_id: str | None
) -> Candidates:
    """Look up the variants that could be the same crash. ``vector`` and ``model_id`` go together.

    Patterns that a reviewer refused for a crash with the same exact key are no candidates.
    """
    alike = unit.variants.with_structural(fingerprint.structural_keys, STRUCTURAL_HITS)
    same = unit.variants.with_exact(fingerprint.exact_keys)
    exact = frozenset(variant.id for variant in same)
    found = {variant.id: variant for variant in alike}
    found.update((variant.id, _as_now(variant, fingerprint)) for variant in same)
    nearest: list[tuple[int, float]] = []
    if vector is not None and model_id is not None:
        nearest = unit.vectors.nearest(model_id, vector, NEAREST_VECTORS)
    document_count = unit.postings.document_count()
    by_terms = unit.postings.top(_term_weights(unit, fingerprint, document_count), BEST_POSTINGS)
    missing = {variant_id for variant_id, _ in (*nearest, *by_terms)} - found.keys()
    found.update(unit.variants.get_many(missing))
    refused = unit.corrections.refused(fingerprint.exact_keys) if exact else set()
    refused &= {variant.pattern_id for variant in found.values()}
    variants = tuple(found[one] for one in sorted(found) if found[one].pattern_id not in refused)
    kept = {variant.id for variant in variants}
    return Candidates(
        variants=variants,
        patterns=unit.patterns.get_many({variant.pattern_id for variant in variants}),
        exact=exact & kept,
        structural=frozenset(variant.id for variant in alike) & kept,
        cosines={variant_id: cosine for variant_id, cosine in nearest if variant_id in kept},
        document_count=document_count,
        refused=tuple(pattern for _, pattern in sorted(unit.patterns.get_many(refused).items())),
    )


def _as_now(variant: Variant, fingerprint: Fingerprint) -> Variant:
    """A variant with the same exact key, perhaps by earlier rules, is this very stack: as the present rules make it."""
    return replace(
        variant,
        exact=fingerprint.exact,
        structural=fingerprint.structural,
        fingerprint_version=fingerprint.version,
        cause=fingerprint.cause,
        frames=tuple(frame.method for frame in fingerprint.frames),
        in_app=tuple(frame.in_app for frame in fingerprint.frames),
        semantic_text=fingerprint.semantic_text,
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
