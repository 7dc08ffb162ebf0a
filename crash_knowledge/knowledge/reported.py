"""Reported failures and their patterns: the same exception with the same words, or with words that mean the same."""

from __future__ import annotations

import hashlib
from datetime import datetime

from crash_knowledge.fingerprint.cause import normal_cause
from crash_knowledge.fingerprint.naming import LONGEST_NAME
from crash_knowledge.store import Unit
from crash_knowledge.store.error_events import NewErrorEvent
from crash_knowledge.store.records import MatchLevel, NewPattern

KEY_VERSION = 1
"""Rises whenever ``key_of`` changes."""


def key_of(exception_type: str | None, message: str) -> str:
    """What failures of one pattern share for certain: the exception and the message without what varies in it."""
    words = normal_cause(_first_line(message)).lower()
    return hashlib.sha256(f"{(exception_type or '').lower()}\n{words}".encode("utf-8", "surrogatepass")).hexdigest()


def known_pattern(unit: Unit, new: NewErrorEvent) -> int | None:
    """The pattern with the failure's key, followed to the one that it was merged into."""
    pattern_id = unit.error_events.pattern_with_key(key_of(new.exception_type, new.error_message), KEY_VERSION)
    return None if pattern_id is None else unit.patterns.current(pattern_id).id


def join_reported(
    unit: Unit, event_id: str, new: NewErrorEvent, similar: tuple[int, float] | None, now: datetime
) -> int:
    """Put a reported failure into its pattern: the one with its key, else a similar one, else a new one.

    ``similar``: a pattern with a failure of similar words, and how similar they are. Returns the pattern's id.
    """
    level: MatchLevel = "exact"
    confidence = 1.0
    pattern_id = known_pattern(unit, new)
    if pattern_id is None and similar is not None:
        pattern_id, confidence, level = unit.patterns.current(similar[0]).id, similar[1], "semantic"
    if pattern_id is None:
        pattern_id, level = _found(unit, event_id, new, now), "new"
    unit.patterns.record_occurrence(pattern_id, new.occurred_at)
    unit.error_events.assign(event_id, pattern_id, level, confidence)
    return pattern_id


def _found(unit: Unit, event_id: str, new: NewErrorEvent, now: datetime) -> int:
    name = _first_line(new.error_message) or new.error_type
    name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    pattern = unit.patterns.add(
        NewPattern(
            source="manual",
            fingerprint_exact=key_of(new.exception_type, new.error_message),
            fingerprint_structural=hashlib.sha256((new.exception_type or "").encode()).hexdigest(),
            fingerprint_version=KEY_VERSION,
            pattern_name=name,
            error_type=new.exception_type or new.error_type,
            error_category=None,
            cause_of_dump=new.error_message,
            stack_signature="",
            seen_at=new.occurred_at,
        )
    )
    unit.evolution.add(pattern.id, "created", {"pattern_name": name}, event_id, None, now)
    return pattern.id


def _first_line(message: str) -> str:
    return next((line.strip() for line in message.splitlines() if line.strip()), "")
