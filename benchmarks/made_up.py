"""Made-up crashes for measuring speed: each pattern has a cause and a stack of its own, its crashes vary a little.

``short``: 24 frames, half of them the event loop that every stack ends with.
``real``: about 105 frames, of which 10 are in-app, as frequent as in the simulated dumps of the recognition benchmark
(1,537 distinct stacks): some 25 frames are in nine of ten stacks, the 50th frequent frame is in a quarter, the 200th in
a twentieth, the 1,000th in one of five hundred; in-app frames are rare.

The vectors stand for those of the text model: near to each other for the crashes of one pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from crash_knowledge.fingerprint.keys import fingerprint_stack
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.naming import pattern_name, stack_signature
from crash_knowledge.knowledge.assignment import new_variant, text_hash
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store.bulk import NewKnowledge
from crash_knowledge.store.records import NewPattern

STACKS = ("real", "short")
MODEL_ID = "made-up"
SEED = 20_260
DIMENSIONS = 384
NOISE = 0.3
WORDS = ("Schedule", "Contract", "Rights", "Trailer", "Slot", "Window", "Planner", "Broker", "Cache", "Report")
CHANGED_SHARE = {"real": 0.1, "short": 0.2}

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_SHORT_OWN = 12
_SHORT_BOTTOM = tuple(f"WindowManager>>dispatch{level}" for level in range(12))

_REAL_OWN = 10
_PLUMBING, _PLUMBING_SHARE = 25, 0.9
_ROUTES, _ROUTE_FRAMES, _FRAMEWORK_FRAMES = 150, 70, 1_500


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A crash with the vector of its text."""

    fingerprint: Fingerprint
    vector: np.ndarray
    at: datetime


class Crashes:
    """The crashes of so many patterns; the same arguments always make the same ones."""

    def __init__(self, stacks: str, patterns: int) -> None:
        self._stacks = stacks
        self._classes = max(200, patterns // 5)
        self._changed_share = CHANGED_SHARE[stacks]
        random = np.random.default_rng(SEED)
        common = 1.0 / np.arange(1, _FRAMEWORK_FRAMES + 1)
        chosen = [
            np.sort(random.choice(_FRAMEWORK_FRAMES, _ROUTE_FRAMES, replace=False, p=common / common.sum()))
            for _ in range(_ROUTES)
        ]
        self._routes = [tuple(f"MAF2Layer{one // 6}>>pass{one}" for one in frames) for frames in chosen]

    def crash(self, pattern: int, minutes: int) -> MadeUp:
        """A crash of a pattern, so many minutes after the first one of all."""
        of_pattern, of_crash = (np.random.default_rng((SEED, pattern, one)) for one in (0, minutes + 1))
        stack = self._stack(of_pattern)
        varied = of_crash.random(len(stack)) < self._changed_share
        frames = [self._frame(of_crash) if vary else frame for frame, vary in zip(stack, varied, strict=True)]
        if self._stacks == "real":
            frames += [f"BlockClosure>>loop{n}" for n in range(_PLUMBING) if of_crash.random() < _PLUMBING_SHARE]
        vector = of_pattern.normal(size=DIMENSIONS) + NOISE * of_crash.normal(size=DIMENSIONS)
        return MadeUp(
            fingerprint=fingerprint_stack(f"Unhandled exception: {WORDS[pattern % len(WORDS)]} is not there", frames),
            vector=(vector / np.linalg.norm(vector)).astype(np.float32),
            at=_BEGIN + timedelta(minutes=minutes),
        )

    def _stack(self, random: np.random.Generator) -> tuple[str, ...]:
        own = tuple(self._frame(random) for _ in range(_REAL_OWN if self._stacks == "real" else _SHORT_OWN))
        if self._stacks == "short":
            return (*own, *_SHORT_BOTTOM)
        return (*own, *self._routes[min(int(random.zipf(1.6)), _ROUTES) - 1])

    def _frame(self, random: np.random.Generator) -> str:
        number = int(random.zipf(1.3)) % self._classes
        return f"PL{WORDS[number % len(WORDS)]}{number}>>step{int(random.integers(20))}"


def known_crash(crash: MadeUp) -> NewKnowledge:
    """The crash as a pattern seen once."""
    made = crash.fingerprint
    return NewKnowledge(
        pattern=NewPattern(
            source="crash",
            fingerprint_exact=made.exact,
            fingerprint_structural=made.structural,
            fingerprint_version=made.version,
            pattern_name=pattern_name(made),
            error_type=made.error_type,
            error_category=None,
            cause_of_dump=made.cause,
            stack_signature=stack_signature(made),
            seen_at=crash.at,
        ),
        variant=new_variant(made),
        terms=terms_of(made),
        occurrences=1,
        vector=crash.vector,
        text_hash=text_hash(made.semantic_text),
    )
