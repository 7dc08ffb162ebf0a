"""Tying a crash to its pattern."""

from __future__ import annotations

import hashlib

import numpy as np

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Crash, MatchLevel, NewVariant


def join_pattern(
    unit: Unit,
    crash: Crash,
    pattern_id: int,
    fingerprint: Fingerprint,
    level: MatchLevel,
    confidence: float,
    vector: np.ndarray | None = None,
    model_id: str | None = None,
) -> None:
    """Count the crash in the pattern and in its variant there, and make a new variant findable."""
    unit.patterns.record_occurrence(pattern_id, crash.occurred_at)
    variant = unit.variants.add(pattern_id, new_variant(fingerprint), crash.occurred_at)
    if variant.occurrence_count == 1:
        unit.postings.add(variant.id, terms_of(fingerprint))
        if vector is not None and model_id is not None:
            unit.vectors.put(variant.id, model_id, text_hash(fingerprint.semantic_text), vector)
    unit.crashes.assign(crash.id, pattern_id, variant.id, level, confidence)


def text_hash(text: str) -> str:
    """SHA-256 of an embedded text, kept beside its vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def new_variant(fingerprint: Fingerprint) -> NewVariant:
    """The variant that a fingerprint makes."""
    return NewVariant(
        exact=fingerprint.exact,
        structural=fingerprint.structural,
        seed_exact=fingerprint.seed_exact,
        seed_structural=fingerprint.seed_structural,
        fingerprint_version=fingerprint.version,
        cause=fingerprint.cause,
        frames=tuple(frame.method for frame in fingerprint.frames),
        in_app=tuple(frame.in_app for frame in fingerprint.frames),
        semantic_text=fingerprint.semantic_text,
    )
