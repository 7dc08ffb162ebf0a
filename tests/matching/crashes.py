"""Crashes for the tests of matching, and the way to put them into a small knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from crash_knowledge.fingerprint.keys import fingerprint_stack
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.naming import pattern_name, stack_signature
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Store
from crash_knowledge.store.records import NewPattern, NewVariant

MODEL = "test-model"
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

BOTTOM = (
    "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:",
    "optimized [] in [] in MediaGeniX.MAFCommand>>executeFor:",
    "BlockClosure>>ensure:",
    "MediaGeniX.MAFApplicationModel>>executeCommand:",
    "RedButtonPressedEvent(Event)>>dispatch",
    "WindowManager>>processNextEvent",
    "BlockClosure>>on:do:",
    "optimized [] in Process class>>forBlock:priority:",
)


def crash(cause: str, frames: Sequence[str]) -> Fingerprint:
    """A crash with these frames on top of an event loop."""
    return fingerprint_stack(cause, [*frames, *BOTTOM], process="Launcher")


def nil_in(name: str, depth: int = 6) -> Fingerprint:
    """nil did not understand a message, deep in the methods of one tool; different names share only the event loop."""
    frames = [f"MediaGeniX.{name}{part}>>do{name}{part}" for part in ("Slot", "Day", "Week", "Plan", "Tool", "App")]
    return crash(f"Message not understood: #is{name}", ["UndefinedObject(Object)>>doesNotUnderstand:", *frames[:depth]])


@dataclass
class Knowledge:
    """``days``: how long after BEGIN the next crash is learnt or matched."""

    store: Store
    matcher: SmartCrashMatcher
    days: float = 0.0
    vectors: dict[str, np.ndarray] = field(default_factory=dict)

    def learn(self, fingerprint: Fingerprint, pattern_id: int | None = None, vector: np.ndarray | None = None) -> int:
        """Store the crash under a pattern, a new one by default; returns the pattern's id."""
        at = BEGIN + timedelta(days=self.days)
        with self.store.transaction() as unit:
            if pattern_id is None:
                pattern_id = unit.patterns.add(_pattern(fingerprint, at)).id
            unit.patterns.record_occurrence(pattern_id, at)
            variant = unit.variants.add(pattern_id, _variant(fingerprint), at)
            if variant.occurrence_count == 1:
                unit.postings.add(variant.id, terms_of(fingerprint))
                if vector is not None:
                    unit.vectors.put(variant.id, MODEL, fingerprint.semantic_text, vector)
        return pattern_id

    def match(self, fingerprint: Fingerprint, vector: np.ndarray | None = None) -> CrashMatch:
        return self.matcher.match_crash(fingerprint, vector, BEGIN + timedelta(days=self.days), MODEL)


def _pattern(fingerprint: Fingerprint, at: datetime) -> NewPattern:
    return NewPattern(
        source="crash",
        fingerprint_exact=fingerprint.exact,
        fingerprint_structural=fingerprint.structural,
        fingerprint_version=fingerprint.version,
        pattern_name=pattern_name(fingerprint),
        error_type=fingerprint.error_type,
        error_category=None,
        cause_of_dump=fingerprint.cause,
        stack_signature=stack_signature(fingerprint),
        seen_at=at,
    )


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
