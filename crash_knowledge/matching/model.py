"""The answer of the matcher and why it is the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crash_knowledge.store.records import Solution

Level = Literal["exact", "structural", "semantic", "fuzzy", "new"]


@dataclass(frozen=True, slots=True)
class AlignedFrame:
    """A frame of the new crash beside the one it was aligned with.

    ``relation``: ``matched`` (same distance from the top), ``moved``, ``only_here``, ``only_there``.
    ``weight``: its share of the similarity, 0..1.
    """

    relation: Literal["matched", "moved", "only_here", "only_there"]
    here: str | None
    there: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known pattern that was considered, with the score each level gave it (None: level did not see it)."""

    pattern_id: int
    pattern_name: str
    level: Level
    confidence: float
    exact: bool
    structural: bool
    semantic: float | None
    fuzzy: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature added to the decision for the chosen or nearest pattern.

    ``name``: of the feature; ``compared``: what was compared; ``value``: as the decision saw it; ``shown``: the value
    in words; ``words``: what it says; ``log_odds``: what it added, above 0 for the pattern, below against it.
    """

    name: str
    compared: str
    value: float
    shown: str
    words: str
    log_odds: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A known pattern that was like the crash, but could not be chosen because a person had decided so."""

    pattern_id: int
    pattern_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """``sentences``: why, in words. ``frames``: alignment with the nearest member of the chosen or nearest pattern.

    ``contributions``: how that pattern's probability came about; they and ``starting_log_odds``, those of an average
    candidate, add up to its log-odds.
    """

    sentences: tuple[str, ...]
    frames: tuple[AlignedFrame, ...]
    candidates: tuple[Candidate, ...]
    contributions: tuple[Contribution, ...] = ()
    starting_log_odds: float = 0.0
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class CrashMatch:
    """The verdict of the cascade: a known pattern at the first level that carries it, or new."""

    is_new: bool
    pattern_id: int | None
    pattern_name: str | None
    level: Level
    confidence: float
    explanation: Explanation
    verified_solutions: tuple[Solution, ...] = ()
