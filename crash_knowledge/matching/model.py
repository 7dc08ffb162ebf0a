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
class Explanation:
    """``sentences``: why, in words. ``frames``: alignment with the nearest member of the chosen or nearest pattern."""

    sentences: tuple[str, ...]
    frames: tuple[AlignedFrame, ...]
    candidates: tuple[Candidate, ...]


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
