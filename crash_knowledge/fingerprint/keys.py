"""The fingerprint of a dump: its normalised cause and stack, and the keys made of them.

==================  ===========================================================================================
``exact``           normalised cause, receiver class of a doesNotUnderstand, whole normalised stack
``structural``      normalised cause, first 3 in-app frames; without any: first 5 frames and the process's name
``seed_exact``      cause as printed and first 3 frames as printed
``seed_structural`` method names of the first 3 frames as printed
==================  ===========================================================================================

Each key is the SHA-256 of its parts. The seed keys are kept so that the difference can be shown and measured.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crash_knowledge.fingerprint.cause import error_type, normal_cause
from crash_knowledge.fingerprint.culprit import telling_stack
from crash_knowledge.fingerprint.frames import normal_frames, receiver_of_not_understood
from crash_knowledge.fingerprint.model import Fingerprint, Keys, NormalFrame
from crash_knowledge.fingerprint.naming import semantic_text, telling_frames
from crash_knowledge.fingerprint.rules import Rules, shipped_rules
from crash_knowledge.wcr.dump import Dump

SEED_FRAMES = 3
STRUCTURAL_FRAMES = 3
STRUCTURAL_FRAMES_WITHOUT_IN_APP = 5


def fingerprint(dump: Dump, rules: Rules | None = None, earlier: Sequence[Rules] = ()) -> Fingerprint:
    """The fingerprint of a (redacted) dump. An empty or odd dump has one too.

    ``rules``: None is the shipped ones. ``earlier``: rules whose keys the fingerprint is to carry too.
    """
    rules = rules or shipped_rules()
    made = _fingerprint(dump, rules)
    other = [_fingerprint(dump, old) for old in earlier]
    keys = dict.fromkeys(Keys(old.exact, old.structural) for old in other)
    keys.pop(Keys(made.exact, made.structural), None)
    return replace(made, earlier=tuple(keys))


def fingerprint_stack(
    cause: str,
    frame_texts: Sequence[str],
    *,
    customers: Sequence[str] = (),
    process: str | None = None,
    culprit: bool = False,
    exception_class: str | None = None,
    rules: Rules | None = None,
) -> Fingerprint:
    """The fingerprint of a cause and the frames of a stack as printed, innermost first.

    ``customers``: names whose class suffixes are stripped. Frames of other languages pass untouched. ``rules``: None is
    the shipped ones.
    """
    rules = rules or shipped_rules()
    frames = normal_frames(frame_texts, customers, rules)
    short_cause = normal_cause(cause)
    receiver = receiver_of_not_understood(frames)
    methods = [frame.method for frame in frames]
    seed_frames = list(frame_texts[:SEED_FRAMES])
    return Fingerprint(
        version=rules.version,
        exact=_sha256([short_cause.lower(), (receiver or "").lower(), *methods]),
        structural=_sha256([short_cause.lower(), *_structural_parts(frames, process)]),
        seed_exact=_sha256([cause, *seed_frames]),
        seed_structural=_sha256([_method_name(text) for text in seed_frames]),
        error_type=error_type(short_cause, exception_class),
        cause=short_cause,
        receiver_class=receiver,
        frames=frames,
        semantic_text=semantic_text(short_cause, frames),
        process=process,
        culprit=culprit,
        customer_tags=tuple(customers),
    )


def _fingerprint(dump: Dump, rules: Rules) -> Fingerprint:
    stack = telling_stack(dump, rules)
    return fingerprint_stack(
        dump.cause,
        [frame.text for frame in stack.frames],
        customers=_customers(dump),
        process=stack.process,
        culprit=stack.culprit,
        exception_class=dump.exception.class_name if dump.exception else None,
        rules=rules,
    )


def _customers(dump: Dump) -> tuple[str, ...]:
    header = dump.header
    named = (header.site.customer if header.site else None, header.build.customer if header.build else None)
    return tuple(dict.fromkeys(name for name in named if name))


def _structural_parts(frames: Sequence[NormalFrame], process: str | None) -> list[str]:
    if any(frame.in_app for frame in frames):
        return [frame.method for frame in telling_frames(frames)[:STRUCTURAL_FRAMES]]
    return [*(frame.method for frame in frames[:STRUCTURAL_FRAMES_WITHOUT_IN_APP]), f"process {process or ''}"]


def _method_name(frame_text: str) -> str:
    return frame_text.rpartition(">>")[2].strip()


def _sha256(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
