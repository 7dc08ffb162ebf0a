"""Which stack to read, which frame of it tells something, and what the dump knows of a frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from weakref import ref

from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.frame_lists import frame_lists
from crash_knowledge.wcr.interruption import Work, work_of
from crash_knowledge.wcr.model import Frame, FrameArguments

PRODUCT = "MediaGeniX."
"""The namespace of WHATS'ON itself; VisualWorks' own classes are printed without one or with another."""

NOT_UNDERSTOOD = "doesNotUnderstand:"
NIL = "UndefinedObject"

_last: deque[tuple[ref[Dump], Work]] = deque(maxlen=1)


def work(dump: Dump) -> Work:
    """The process that did the failing work, and its frames: the stack that is fingerprinted too.

    Nearly every rule asks for it, so that of the dump asked last is kept.
    """
    for asked, found in tuple(_last):
        if asked() is dump:
            return found
    found = work_of(dump, frame_lists().is_in_app)
    _last.append((ref(dump), found))
    return found


def telling_frame(frames: Sequence[Frame]) -> Frame | None:
    """The innermost frame of the application itself: in the product's namespace, not in one of its lower layers."""
    in_app = frame_lists().is_in_app
    return next((frame for frame in frames if frame.implementor.startswith(PRODUCT) and in_app(frame)), None)


def message_not_understood(dump: Dump) -> Frame | None:
    """The frame of the object that did not understand a message, when the active stack begins with that."""
    frames = dump.active_process.frames if dump.active_process else ()
    return frames[0] if frames and frames[0].selector == NOT_UNDERSTOOD else None


def sender_of(dump: Dump) -> Frame | None:
    """The application's method that sent the message that was not understood, or else the next frame; None if none."""
    frames = dump.active_process.frames[1:] if dump.active_process else ()
    return telling_frame(frames) or (frames[0] if frames and frames[0].selector else None)


def known_of(dump: Dump, frame: Frame) -> FrameArguments | None:
    """What the dump knows of a frame of the active stack: receiver, variables and arguments.

    A block that the compiler inlined has no entry; the entry of the method around it is taken, for the same receiver.
    """
    active = dump.active_process
    if active is None or frame not in active.frames:
        return None
    around = [
        other.number
        for other in active.frames
        if other.number >= frame.number
        and (other.implementor, other.selector) == (frame.implementor, frame.selector)
        and (other is frame or not other.blocks)
    ]
    known = {entry.number: entry for entry in dump.frame_arguments}
    return next((known[number] for number in around if number in known), None)


def method_name(frame: Frame) -> str:
    """``CM2Contract>>save``, ``CM2Contract class>>new``: the method that runs, without namespace."""
    return f"{short_name(frame.implementor)}{' class' if frame.class_side else ''}>>{frame.selector}"


def short_name(class_name: str) -> str:
    """A class name without its namespace."""
    return class_name.rpartition(".")[2]
