"""How often the first verdict was right, by this installation's own reviews, and what its confidence was worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from crash_knowledge.store import Store
from crash_knowledge.store.history import JudgedVerdict
from crash_knowledge.store.ranking import wilson_lower_bound

LEVELS = ("exact", "structural", "semantic", "fuzzy", "new")
BAND_EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class LevelAccuracy:
    """``right`` of ``judged`` verdicts; ``low`` to ``high`` is the 95 % Wilson interval of the share.

    ``level``: of the cascade, or ``all``.
    """

    level: str
    right: int
    judged: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.right / self.judged


@dataclass(frozen=True, slots=True)
class ConfidenceBand:
    """Verdicts with a confidence above ``above`` (the first band: from 0) up to ``up_to``, beside how many were right.

    ``confidence``: their mean; ``low`` to ``high``: the 95 % Wilson interval of the share of right ones.
    """

    above: float
    up_to: float
    confidence: float
    right: int
    judged: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.right / self.judged


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Levels in the order of the cascade; levels and bands without a judged verdict are left out.

    ``overall`` is None when nothing was judged. ``demo``: how many of the judged verdicts are demo knowledge.
    """

    overall: LevelAccuracy | None
    by_level: tuple[LevelAccuracy, ...]
    bands: tuple[ConfidenceBand, ...]
    demo: int

    @property
    def sentence(self) -> str:
        """The figure in words, for people."""
        if self.overall is None:
            return "Not enough reviews: no verdict was judged yet."
        one = self.overall
        told = (
            f"The first verdict was right in {one.right:,} of {one.judged:,} judged crashes "
            f"({one.share:.0%}; 95 % interval {one.low:.0%} to {one.high:.0%})."
        )
        if self.demo == one.judged:
            return f"{told} All of them are demo knowledge."
        return f"{told} {self.demo:,} of them are demo knowledge." if self.demo else told


def recognition_accuracy(store: Store, since: datetime | None = None) -> Accuracy:
    """Accuracy of the first verdicts that people judged, from ``since`` (aware) on or ever. Raises StoreError.

    Each crash counts once, by its first verdict and the first judgement of a person who was sure.
    """
    with store.reading() as unit:
        judged = unit.history.judged_verdicts()
    return accuracy_of([one for one in judged if since is None or one.judged_at >= since])


def accuracy_of(judged: Sequence[JudgedVerdict]) -> Accuracy:
    """The accuracy of these verdicts."""
    by_level = {level: [one for one in judged if one.level == level] for level in LEVELS}
    return Accuracy(
        overall=_level("all", judged) if judged else None,
        by_level=tuple(_level(level, some) for level, some in by_level.items() if some),
        bands=_bands(judged),
        demo=sum(one.is_demo for one in judged),
    )


def wilson_interval(right: int, judged: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share (see ``wilson_lower_bound``)."""
    wrong = judged - right
    return wilson_lower_bound(right, wrong), 1.0 - wilson_lower_bound(wrong, right)


def _level(level: str, judged: Sequence[JudgedVerdict]) -> LevelAccuracy:
    right = sum(one.is_right for one in judged)
    return LevelAccuracy(level, right, len(judged), *wilson_interval(right, len(judged)))


def _bands(judged: Sequence[JudgedVerdict]) -> tuple[ConfidenceBand, ...]:
    bands = []
    for above, up_to in pairwise(BAND_EDGES):
        some = [one for one in judged if above < one.confidence <= up_to or one.confidence == above == 0.0]
        if some:
            right = sum(one.is_right for one in some)
            mean = sum(one.confidence for one in some) / len(some)
            bands.append(ConfidenceBand(above, up_to, mean, right, len(some), *wilson_interval(right, len(some))))
    return tuple(bands)
