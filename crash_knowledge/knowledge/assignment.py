"""Tying crashes to patterns: joining one, and moving from one to another."""

from __future__ import annotations

import hashlib
from datetime import datetime

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
    variant = unit.variants.add(pattern_id, _variant(fingerprint), crash.occurred_at)
    if variant.occurrence_count == 1:
        unit.postings.add(variant.id, terms_of(fingerprint))
        if vector is not None and model_id is not None:
            unit.vectors.put(variant.id, model_id, text_hash(fingerprint.semantic_text), vector)
    unit.crashes.assign(crash.id, pattern_id, variant.id, level, confidence)


def move_crash(unit: Unit, crash: Crash, pattern_id: int, fingerprint: Fingerprint, by: str, now: datetime) -> None:
    """Put a stored crash into another pattern because a person said so; counts of both follow.

    A pattern that loses its last crash is merged into the other, which takes over what was learnt of it.
    """
    left_id = crash.pattern_id
    join_pattern(unit, crash, pattern_id, fingerprint, "manual", 1.0)
    if left_id is None:
        return
    unit.patterns.recount([left_id])
    unit.variants.remove_unused(left_id)
    change = {"crash": crash.id, "from": left_id, "to": pattern_id}
    for touched in (left_id, pattern_id):
        unit.evolution.add(touched, "pattern_update", change, crash.error_event_id, by, now)
    if unit.patterns.get(left_id).occurrence_count == 0:
        _hand_over(unit, left_id, pattern_id)
        unit.patterns.merge_into(left_id, pattern_id)
        unit.evolution.add(left_id, "merge", {"merged_into": pattern_id}, crash.error_event_id, by, now)


def current_pattern(unit: Unit, pattern_id: int) -> int:
    """The pattern itself, or the one it was merged into. Raises UnknownRecord."""
    pattern = unit.patterns.get(pattern_id)
    while pattern.merged_into_id is not None:
        pattern = unit.patterns.get(pattern.merged_into_id)
    return pattern.id


def text_hash(text: str) -> str:
    """SHA-256 of an embedded text, kept beside its vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hand_over(unit: Unit, from_id: int, to_id: int) -> None:
    """Give solutions, with their outcomes, and prevention advice of one pattern to another."""
    for solution in unit.solutions.of_pattern(from_id):
        heir = unit.solutions.add(to_id, solution.description, solution.added_by, solution.created_at)
        for worked, count in ((True, solution.success_count), (False, solution.failure_count)):
            for _ in range(count):
                unit.solutions.record_outcome(heir.id, worked)
    for advice in unit.patterns.get(from_id).prevention_strategies:
        unit.patterns.add_prevention(to_id, advice)


def _variant(fingerprint: Fingerprint) -> NewVariant:
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
