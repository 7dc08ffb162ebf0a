"""A labelled set played through the product: each report is matched, then learnt under its true group."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.protocol import Report
from crash_knowledge.fingerprint.naming import pattern_name, stack_signature
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.matching.decision import DecisionModels
from crash_knowledge.matching.ranking import Ranking
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Store
from crash_knowledge.store.records import NewPattern, NewVariant


@dataclass(frozen=True, slots=True)
class Vectors:
    """One row a report, by the model ``model_id``."""

    model_id: str
    rows: np.ndarray


@dataclass(frozen=True, slots=True)
class Played:
    """A report played: its ranking (None in the first part) and the time that took.

    ``pattern_id``: its true group's pattern, None if not seen before; ``learnt_as``: the pattern it was learnt under.
    """

    place: int
    ranking: Ranking | None
    pattern_id: int | None
    learnt_as: int
    milliseconds: float


def replay(
    reports: Sequence[Report], vectors: Vectors | None, begin: int, models: DecisionModels | None = None
) -> Iterator[Played]:
    """Match each report from number ``begin`` on against all earlier ones, in an in-memory store."""
    store = Store.open("sqlite://")
    matcher = SmartCrashMatcher(store, models)
    pattern_of: dict[str, int] = {}
    for place, report in enumerate(reports):
        vector = vectors.rows[place] if vectors else None
        ranking, started = None, time.perf_counter()
        if place >= begin:
            ranking = matcher.rank(report.fingerprint, vector, report.at, vectors.model_id if vectors else None)
        elapsed = (time.perf_counter() - started) * 1000
        known_as = pattern_of.get(report.group)
        learn(store, report, vector, vectors.model_id if vectors else "", pattern_of)
        yield Played(place, ranking, known_as, pattern_of[report.group], elapsed)
    store.close()


def learn(store: Store, report: Report, vector: np.ndarray | None, model_id: str, pattern_of: dict[str, int]) -> None:
    """Store a report under its true group. ``pattern_of``: the pattern of each group, added to when it is a new one."""
    fingerprint = report.fingerprint
    with store.transaction() as unit:
        if report.group not in pattern_of:
            new = NewPattern(
                source="crash",
                fingerprint_exact=fingerprint.exact,
                fingerprint_structural=fingerprint.structural,
                fingerprint_version=fingerprint.version,
                pattern_name=pattern_name(fingerprint) or report.group,
                error_type=fingerprint.error_type,
                error_category=None,
                cause_of_dump=report.message,
                stack_signature=stack_signature(fingerprint),
                seen_at=report.at,
            )
            pattern_of[report.group] = unit.patterns.add(new).id
        pattern_id = pattern_of[report.group]
        unit.patterns.record_occurrence(pattern_id, report.at)
        variant = unit.variants.add(pattern_id, _variant(report), report.at)
        if variant.occurrence_count == 1:
            unit.postings.add(variant.id, terms_of(fingerprint))
            if vector is not None and np.any(vector):
                unit.vectors.put(variant.id, model_id, fingerprint.semantic_text, vector)


def _variant(report: Report) -> NewVariant:
    fingerprint = report.fingerprint
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
