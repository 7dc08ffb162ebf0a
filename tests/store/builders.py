"""Records for the store's tests, with every field that does not matter filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from crash_knowledge.store import Unit
from crash_knowledge.store.records import Crash, NewCrash, NewPattern, NewVariant, Pattern, Variant

NOON = datetime(2024, 4, 2, 12, 0, tzinfo=UTC)


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def new_pattern(name: str = "nil does not understand", **changes: Any) -> NewPattern:
    values = {
        "source": "crash",
        "fingerprint_exact": digest(name),
        "fingerprint_structural": digest(f"structure of {name}"),
        "fingerprint_version": 1,
        "pattern_name": name,
        "error_type": "MessageNotUnderstood",
        "error_category": None,
        "cause_of_dump": name,
        "stack_signature": "a>>b | c>>d",
        "seen_at": NOON,
    }
    return NewPattern(**{**values, **changes})


def new_variant(name: str = "first", **changes: Any) -> NewVariant:
    values = {
        "exact": digest(name),
        "structural": digest(f"structure of {name}"),
        "seed_exact": digest(f"seed {name}"),
        "seed_structural": digest(f"seed structure of {name}"),
        "fingerprint_version": 1,
        "cause": name,
        "frames": ("a>>b", "c>>d"),
        "in_app": (True, False),
        "semantic_text": f"text of {name}",
    }
    return NewVariant(**{**values, **changes})


def new_crash(name: str = "crash", **changes: Any) -> NewCrash:
    values = {
        "file_name": f"{name}.txt",
        "file_hash": digest(f"file {name}"),
        "dump_index": 0,
        "dump_hash": digest(f"dump {name}"),
        "redacted_text": f"BEGIN\n{name}\nEND\n",
        "error_message": name,
        "exception_type": "MessageNotUnderstood",
        "error_category": None,
        "severity": None,
        "stacktrace": "[1] a>>b",
        "customer": "North",
        "site": "north-1",
        "service_version": "2024r1.001",
        "release_line": "2024r1",
        "user_name": "user-3f9a",
        "computer": "host-01ab",
        "database_version": "19.3",
        "environment": {},
        "analysis": {},
        "occurred_at": NOON,
    }
    return NewCrash(**{**values, **changes})


def learn(
    unit: Unit, name: str = "crash", pattern: Pattern | None = None, **changes: Any
) -> tuple[Pattern, Variant, Crash]:
    """Store a crash the way learning does: pattern, variant, terms, crash, counts, evolution."""
    crash = unit.crashes.add(new_crash(name, **changes), NOON)
    if pattern is None:
        pattern = unit.patterns.add(new_pattern(name))
        unit.evolution.add(pattern.id, "created", {}, crash.error_event_id, None, NOON)
    variant = unit.variants.add(pattern.id, new_variant(pattern.pattern_name), crash.occurred_at)
    unit.postings.add(variant.id, variant.frames)
    unit.patterns.record_occurrence(pattern.id, crash.occurred_at)
    unit.crashes.assign(crash.id, pattern.id, variant.id, "exact", 1.0)
    return unit.patterns.get(pattern.id), variant, unit.crashes.get(crash.id)
