"""What is missing on the computer of the user."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.knowledge import causes
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.stack import short_name
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame

_NOT_LINKED = ("unlinkedCall:arguments:", "mapVirtualAddressFor:in:")
_FUNCTION = re.compile(r"ExternalMethod ([\w.]+)>>(\w+)")
_CALLERS = 6
"""Frames below the unlinked call among which the class that uses the library is looked for."""


def missing_library(dump: Dump) -> Iterator[Finding]:
    """Names the library outside the program that could not be found, and says when that happened.

    Says nothing unless a call into a library failed to find it. "The Oracle client was not found on this computer
    (OCIInitialize), at the login: repair its installation".
    """
    frames = dump.active_process.frames if dump.active_process else ()
    call = next((frame for frame in frames if frame.selector in _NOT_LINKED), None)
    if call is None:
        return
    function = _function(dump)
    library = _library(frames, call)
    detail = f" ({function})" if function else ""
    login = next((frame for frame in frames if frame.selector.startswith("loginWithUserAuthentication:")), None)
    when = ", at the login" if login else ""
    sentence = f"The {library} was not found on this computer{detail}{when}: repair its installation"
    lines = (call.line, *((login.line,) if login else ()))
    facts = (Fact("external_library", library),)
    yield Finding("missing_library", "cause", sentence, "certain", lines, facts)


def _function(dump: Dump) -> str | None:
    """``OCIInitialize``: the function of the library that was to be called, from the receivers and arguments."""
    for known in dump.frame_arguments[:_CALLERS]:
        texts = [value.text for value in (known.receiver, *(argument.value for argument in known.arguments)) if value]
        for text in texts:
            if match := _FUNCTION.match(text):
                return match[2]
    return None


def _library(frames: tuple[Frame, ...], call: Frame) -> str:
    below = [frame for frame in frames if frame.number > call.number][:_CALLERS]
    names = (causes().library(short_name(frame.implementor)) for frame in below)
    return next((name for name in names if name), "library that the program calls")
