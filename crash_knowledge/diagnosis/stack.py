"""Which stack to read, and which frame of it tells something."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, Process

PRODUCT = "MediaGeniX."
"""The namespace of WHATS'ON itself; VisualWorks' own classes are printed without one or with another."""

_LAYERS = re.compile(r"(?:MAF|VWMAF|MgX|T3|OOP|G4|AnimatedCursor)(?![a-z])")
"""Beginnings of class names under the application: windows, cursors, transactions, database access."""

_LOW_SPACE = re.compile(r"no space left|low ?space", re.IGNORECASE)
_INTERRUPT = re.compile(r"LowSpaceInterrupt|interruptAllUserProcesses|interruptWith:")


def is_low_space(dump: Dump) -> bool:
    """True when the dump was written because memory ran out: then the active process is a bystander."""
    exception = dump.exception.class_name if dump.exception else ""
    return _LOW_SPACE.search(f"{dump.cause} {exception}") is not None


def working_process(dump: Dump) -> Process | None:
    """The process that did the failing work.

    The active one; when memory ran out, the interrupted process with the most product frames below the interrupt.
    """
    if not is_low_space(dump):
        return dump.active_process
    others = (*dump.quiescent_processes, *dump.suspended_processes)
    working = [process for process in others if _product_frames(working_frames(process))]
    return max(working, key=lambda process: _product_frames(working_frames(process)), default=None)


def working_frames(process: Process) -> tuple[Frame, ...]:
    """The frames of a process below its low space interrupt; all of them when it was not interrupted."""
    interrupts = [index for index, frame in enumerate(process.frames) if _INTERRUPT.search(frame.text)]
    return process.frames[interrupts[-1] + 1 :] if interrupts else process.frames


def telling_frame(frames: Sequence[Frame]) -> Frame | None:
    """The innermost frame of the application itself: in the product's namespace, not in one of its lower layers."""
    for frame in frames:
        of_product = frame.implementor.startswith(PRODUCT) and frame.selector != "doesNotUnderstand:"
        if of_product and _LAYERS.match(short_name(frame.implementor)) is None:
            return frame
    return None


def method_name(frame: Frame) -> str:
    """``CM2Contract>>save``, ``CM2Contract class>>new``: the method that runs, without namespace."""
    return f"{short_name(frame.implementor)}{' class' if frame.class_side else ''}>>{frame.selector}"


def short_name(class_name: str) -> str:
    """A class name without its namespace."""
    return class_name.rpartition(".")[2]


def _product_frames(frames: Sequence[Frame]) -> int:
    return sum(frame.implementor.startswith(PRODUCT) for frame in frames)
