"""Founding: a new pattern made of a stored crash, named as if the crash had just been read."""

from __future__ import annotations

from crash_knowledge.fingerprint.cause import error_type
from crash_knowledge.fingerprint.frames import class_of, receiver_of_not_understood
from crash_knowledge.fingerprint.model import Fingerprint, NormalFrame
from crash_knowledge.fingerprint.naming import pattern_name, stack_signature
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Crash, NewPattern, Variant


def founding(unit: Unit, crash: Crash) -> NewPattern:
    """The pattern that a stored crash would found."""
    if crash.variant_id is None:
        raise AssertionError(f"crash {crash.id} was stored without a variant")
    fingerprint = _fingerprint(crash, unit.variants.get_many([crash.variant_id])[crash.variant_id])
    return NewPattern(
        source="crash",
        fingerprint_exact=fingerprint.exact,
        fingerprint_structural=fingerprint.structural,
        fingerprint_version=fingerprint.version,
        pattern_name=pattern_name(fingerprint),
        error_type=fingerprint.error_type,
        error_category=crash.error_category,
        cause_of_dump=crash.error_message,
        stack_signature=stack_signature(fingerprint),
        seen_at=crash.occurred_at,
    )


def _fingerprint(crash: Crash, variant: Variant) -> Fingerprint:
    """What is kept of the crash's fingerprint. The seed's keys and the name of the process are not."""
    frames = _frames(crash, variant)
    return Fingerprint(
        version=variant.fingerprint_version,
        exact=variant.exact,
        structural=variant.structural,
        seed_exact="",
        seed_structural="",
        error_type=error_type(variant.cause, crash.exception_type),
        cause=variant.cause,
        receiver_class=receiver_of_not_understood(frames),
        frames=frames,
        semantic_text=variant.semantic_text,
    )


def _frames(crash: Crash, variant: Variant) -> tuple[NormalFrame, ...]:
    """The frames of the variant, spelt as in the crash where that has the same ones."""
    spelt = (crash.stacktrace or "").split("\n")
    if [text.lower() for text in spelt] != list(variant.frames):
        spelt = list(variant.frames)
    return tuple(
        NormalFrame(method, class_of(method), text, in_app, number)
        for number, (method, text, in_app) in enumerate(zip(variant.frames, spelt, variant.in_app, strict=True), 1)
    )
