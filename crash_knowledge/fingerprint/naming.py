"""Words for a person: the name of a pattern, its stack in short, the text that the text model embeds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from crash_knowledge.fingerprint.cause import selector_not_understood
from crash_knowledge.fingerprint.model import Fingerprint, NormalFrame

LONGEST_NAME = 160
SIGNATURE_FRAMES = 5
SEMANTIC_FRAMES = 10

_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z][a-z]+|[a-z]+|\d+")


def pattern_name(fingerprint: Fingerprint) -> str:
    """A short name: what happened, and in which in-app method.

    ``#isRelativeToEachAiring not understood by nil in CM2LicenseWindow>>reliesOnNonExistingOtherRight``.
    """
    where = telling_frames(fingerprint.frames)[:1]
    name = _what_happened(fingerprint)
    if where:
        name = f"{name} in {where[0].text}"
    if fingerprint.culprit and fingerprint.process:
        name = f"{name} (process {fingerprint.process})"
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def stack_signature(fingerprint: Fingerprint) -> str:
    """The first frames that tell the cause, innermost first, joined by `` < ``."""
    return " < ".join(frame.text for frame in telling_frames(fingerprint.frames)[:SIGNATURE_FRAMES])


def semantic_text(cause: str, frames: Sequence[NormalFrame]) -> str:
    """What the text model embeds: the cause and the first in-app frames as ``Class selector``, one a line, in words."""
    lines = [cause, *(frame.text.replace(">>", " ") for frame in telling_frames(frames)[:SEMANTIC_FRAMES])]
    return "\n".join(text for text in (" ".join(words_of(line)) for line in lines) if text)


def telling_frames(frames: Sequence[NormalFrame]) -> tuple[NormalFrame, ...]:
    """The in-app frames, repeats collapsed; all frames when none is in-app."""
    in_app = [frame for frame in frames if frame.in_app]
    if not in_app:
        return tuple(frames)
    return tuple(next(same) for _, same in groupby(in_app, key=lambda frame: frame.method))


def words_of(identifier: str) -> list[str]:
    """The words of identifiers: ``CM2LicenseWindow>>isOpen:`` gives CM2, License, Window, is, Open."""
    return _WORD.findall(identifier)


def _what_happened(fingerprint: Fingerprint) -> str:
    selector = selector_not_understood(fingerprint.cause)
    if selector is None:
        return fingerprint.cause or fingerprint.error_type
    receiver = fingerprint.receiver_class or "an object"
    by = "nil" if receiver == "UndefinedObject" else receiver
    return f"#{selector} not understood by {by}"
