"""The matcher: looks up candidates, scores them, decides, explains."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.decision import DecisionModels
from crash_knowledge.matching.encoding import Encoder
from crash_knowledge.matching.explanation import explain
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.matching.ranking import Ranking, rank_patterns
from crash_knowledge.matching.serving import ServingModels
from crash_knowledge.store import Store, Unit


class SmartCrashMatcher:
    """Says which known pattern a crash belongs to, how sure that is, and why.

    Remembers the stacks it has compared, so one matcher serves many crashes; threads take it in turn.
    """

    def __init__(self, store: Store, models: DecisionModels | None = None) -> None:
        """``models``: the decision's weights; None takes those that serve in the store: the shipped ones, or a version
        that its reviews made of them.
        """
        self._store = store
        self._models = models
        self._serving = ServingModels()
        self._encoder = Encoder()
        self._lock = Lock()

    def match_crash(
        self,
        fingerprint: Fingerprint,
        vector: NDArray[np.floating] | None,
        now: datetime,
        model_id: str | None = None,
    ) -> CrashMatch:
        """The verdict: the most probable pattern at the first level that carries it, or new.

        ``vector``: the embedding of the fingerprint's semantic text by the model ``model_id``; with None the semantic
        level is skipped, and the explanation says so. ``now``: when the crash happened, aware; ages of patterns count
        from it. The confidence of a known pattern is the probability that it is the right one; that of ``new`` is the
        probability that the most probable pattern is not. Raises StoreError.
        """
        with self._lock, self._store.reading() as unit:
            ranking = self._rank(unit, fingerprint, vector, now, model_id)
            kept_apart = unit.corrections.separated(ranking.patterns[0].pattern.id) if ranking.patterns else ()
            explanation = explain(fingerprint, ranking, kept_apart)
            if not ranking.patterns or ranking.patterns[0].level == "new":
                best = ranking.patterns[0].probability if ranking.patterns else 0.0
                return CrashMatch(True, None, None, "new", 1.0 - best, explanation)
            chosen = ranking.patterns[0]
            return CrashMatch(
                is_new=False,
                pattern_id=chosen.pattern.id,
                pattern_name=chosen.pattern.pattern_name,
                level=chosen.level,
                confidence=chosen.probability,
                explanation=explanation,
                verified_solutions=unit.solutions.verified_of_pattern(chosen.pattern.id),
            )

    def rank(
        self,
        fingerprint: Fingerprint,
        vector: NDArray[np.floating] | None,
        now: datetime,
        model_id: str | None = None,
    ) -> Ranking:
        """All candidate patterns, most probable first, with what they were judged by. Arguments as in match_crash."""
        with self._lock, self._store.reading() as unit:
            return self._rank(unit, fingerprint, vector, now, model_id)

    def _rank(
        self,
        unit: Unit,
        fingerprint: Fingerprint,
        vector: NDArray[np.floating] | None,
        now: datetime,
        model_id: str | None,
    ) -> Ranking:
        models = self._models or self._serving.of(unit)
        return rank_patterns(unit, self._encoder, models, fingerprint, vector, model_id, now)
