"""Judged verdicts for the tests of accuracy and recalibration, written as a review writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from crash_knowledge.matching.serving import shipped_base
from crash_knowledge.store import Store
from tests.store.builders import new_crash

BEGIN = datetime(2024, 4, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Shown:
    level: str
    confidence: float
    is_right: bool


def shown(probability: float, best_is_right: bool) -> Shown:
    """The verdict on a best candidate of this probability."""
    if probability > 0.7:
        return Shown("fuzzy", probability, best_is_right)
    return Shown("new", 1.0 - probability, not best_is_right)


def miscalibrated(count: int, offset: float, slope: float, seed: int = 1) -> list[Shown]:
    """Verdicts whose true log-odds are ``offset + slope * shown log-odds``."""
    random = np.random.default_rng(seed)
    given = random.normal(0.5, 2.0, count)
    truth = 1.0 / (1.0 + np.exp(-(offset + slope * given)))
    right = random.random(count) < truth
    probabilities = 1.0 / (1.0 + np.exp(-given))
    return [shown(float(one), bool(is_right)) for one, is_right in zip(probabilities, right, strict=True)]


def judge(store: Store, verdicts: Sequence[Shown], at: datetime = BEGIN, name: str = "crash") -> datetime:
    """Store a crash a minute, each with its verdict judged at once; returns the minute after the last."""
    with store.transaction() as unit:
        for number, one in enumerate(verdicts):
            moment = at + timedelta(minutes=number)
            unit.decision_models.serve_shipped(shipped_base(), moment)
            crash = unit.crashes.add(new_crash(f"{name} {number}"), moment)
            unit.validations.add(
                event_id=crash.error_event_id,
                pattern_id=None,
                subject="pattern_match",
                verdict="confirmed" if one.is_right else "rejected",
                validated_by="Ann",
                at=moment,
                shown_level=one.level,
                shown_confidence=one.confidence,
            )
    return at + timedelta(minutes=len(verdicts))


def repeated(counts: Iterable[tuple[Shown, int]]) -> list[Shown]:
    return [one for one, count in counts for _ in range(count)]
