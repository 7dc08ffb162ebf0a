"""Candidate patterns with their probabilities, and all that these were computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.candidates import Candidates, find_candidates
from crash_knowledge.matching.decision import DecisionModel, DecisionModels
from crash_knowledge.matching.encoding import Encoder, Floats
from crash_knowledge.matching.features import FEATURES, FeatureTable, feature_table
from crash_knowledge.matching.levels import Found, carrying_level, found_at
from crash_knowledge.matching.model import Level
from crash_knowledge.matching.scores import Comparison, compare
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Pattern


@dataclass(frozen=True, slots=True)
class RankedPattern:
    """A candidate: ``place`` is its row in the tables; ``level`` the one that carries it, ``new`` when none does."""

    place: int
    pattern: Pattern
    probability: float
    found: Found
    level: Level


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates, most probable first; of equals the lower pattern id."""

    patterns: tuple[RankedPattern, ...]
    candidates: Candidates
    comparison: Comparison
    table: FeatureTable
    contributions: Floats
    has_text: bool

    def contribution(self, place: int) -> dict[str, float]:
        """What each feature added to the log-odds of the candidate in this row."""
        return dict(zip(FEATURES, (float(added) for added in self.contributions[place]), strict=True))

    def value(self, place: int, feature: str) -> float:
        return float(self.table.column(feature)[place])


def rank_patterns(
    unit: Unit,
    encoder: Encoder,
    models: DecisionModels,
    fingerprint: Fingerprint,
    vector: NDArray[np.floating] | None,
    model_id: str | None,
    now: datetime,
) -> Ranking:
    """Look up the candidates, score them, and decide how probable each is. ``now``: when the crash happened."""
    candidates = find_candidates(unit, fingerprint, vector, model_id)
    comparison = compare(encoder, fingerprint, candidates, unit.postings.document_frequency)
    table = feature_table(candidates, comparison.scores, now)
    model = models.with_text if candidates.cosines else models.without_text
    return Ranking(
        patterns=_ranked(candidates, table, model),
        candidates=candidates,
        comparison=comparison,
        table=table,
        contributions=model.contributions(table.values),
        has_text=bool(candidates.cosines),
    )


def _ranked(candidates: Candidates, table: FeatureTable, model: DecisionModel) -> tuple[RankedPattern, ...]:
    found = found_at(candidates)
    ranked = []
    for place, (pattern_id, value) in enumerate(zip(table.pattern_ids, model.probabilities(table.values), strict=True)):
        probability, hits = float(value), found[pattern_id]
        level = carrying_level(hits, probability)
        ranked.append(RankedPattern(place, candidates.patterns[pattern_id], probability, hits, level))
    return tuple(sorted(ranked, key=lambda one: (-one.probability, one.pattern.id)))
