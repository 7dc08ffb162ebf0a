"""Frames freed of what varies between customers, builds and block nesting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crash_knowledge.fingerprint.lists import frame_lists
from crash_knowledge.fingerprint.model import NormalFrame
from crash_knowledge.wcr.frames import parse_frame
from crash_knowledge.wcr.model import Frame

NOT_UNDERSTOOD = "doesNotUnderstand:"
CLASS_SIDE = " class"
SHORTEST_CLASS_NAME = 3
"""A customer suffix is stripped only when at least this many letters of the class name remain."""

_CLASS_NAME = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True, slots=True)
class Method:
    """The parts of a Smalltalk frame, classes without namespace; ``... class`` marks the class side."""

    receiver: str
    implementor: str
    selector: str


def read_method(text: str) -> Method | None:
    """The method of ``[optimized] [[] in ]* Receiver[(Implementor)]>>selector``; None for other text."""
    frame = parse_frame(text)
    if _CLASS_NAME.fullmatch(frame.receiver) is None or _CLASS_NAME.fullmatch(frame.implementor) is None:
        return None
    implementor = without_namespace(frame.implementor) + (CLASS_SIDE if frame.class_side else "")
    if frame.receiver == frame.implementor:
        return Method(implementor, implementor, frame.selector)
    receiver_is_class = f"{CLASS_SIDE}(" in text
    receiver = without_namespace(frame.receiver) + (CLASS_SIDE if receiver_is_class else "")
    return Method(receiver, implementor, frame.selector)


def is_in_app(frame: Frame) -> bool:
    """Whether this frame of a dump is neither error machinery nor plumbing nor a framework layer.

    A line that is no Smalltalk frame counts as in-app: no rule is known for it.
    """
    method = read_method(frame.text)
    return method is None or _is_in_app(method)


def normal_frames(texts: Iterable[str], customers: Sequence[str] = ()) -> tuple[NormalFrame, ...]:
    """Normalise the frames of one stack, innermost first, numbered from 1; repeats collapse into the first.

    ``customers``: names whose class suffixes are stripped, besides those of ``data/fingerprint/customer_suffixes.txt``.
    Text that is no Smalltalk frame passes untouched.
    """
    suffixes = suffixes_of(customers)
    frames: list[NormalFrame] = []
    for number, text in enumerate(texts, start=1):
        frame = _normal_frame(number, text, suffixes)
        if not frames or frames[-1].method != frame.method:
            frames.append(frame)
    return tuple(frames)


def receiver_of_not_understood(frames: Sequence[NormalFrame]) -> str | None:
    """Class of the object that did not understand a message, when the stack begins with that; else None."""
    if not frames or not frames[0].text.endswith(f">>{NOT_UNDERSTOOD}"):
        return None
    return frames[0].text.removesuffix(f">>{NOT_UNDERSTOOD}")


def suffixes_of(customers: Iterable[str]) -> tuple[str, ...]:
    """The class name endings to strip for these customers, the longest first."""
    known = {*frame_lists().customer_suffixes, *(name for name in customers if name.isidentifier())}
    return tuple(sorted(known, key=lambda suffix: (-len(suffix), suffix)))


def class_of(method: str) -> str:
    """The class of a method ``class>>selector`` (class side included); for frames of other languages see below.

    ``package.Class.method(...)`` and ``space::Class::method(...)`` give what stands before the last separator; text
    without one gives itself.
    """
    owner, found, _ = method.partition(">>")
    if found and _CLASS_NAME.fullmatch(owner.removesuffix(CLASS_SIDE)):
        return owner.removesuffix(CLASS_SIDE)
    return _foreign_class(method)


def without_namespace(class_name: str) -> str:
    return class_name.rpartition(".")[2] or class_name


def _is_in_app(method: Method) -> bool:
    return not frame_lists().is_plumbing(method.implementor.removesuffix(CLASS_SIDE), method.selector)


def _normal_frame(number: int, text: str, suffixes: tuple[str, ...]) -> NormalFrame:
    method = read_method(text)
    if method is None:
        foreign = text.strip()
        return NormalFrame(foreign.lower(), class_of(foreign.lower()), foreign, True, number)
    owner = method.receiver if method.selector == NOT_UNDERSTOOD else method.implementor
    class_name = _without_customer(owner, suffixes)
    shown = f"{class_name}>>{method.selector}"
    return NormalFrame(
        method=shown.lower(),
        class_name=class_of(shown.lower()),
        text=shown,
        in_app=_is_in_app(method),
        number=number,
    )


def _without_customer(class_name: str, suffixes: tuple[str, ...]) -> str:
    name = class_name.removesuffix(CLASS_SIDE)
    side = class_name[len(name) :]
    for suffix in suffixes:
        if name.endswith(suffix) and len(name) >= len(suffix) + SHORTEST_CLASS_NAME:
            return name.removesuffix(suffix) + side
    return class_name


def _foreign_class(text: str) -> str:
    name = text.partition("(")[0]
    for separator in ("::", "."):
        owner, found, _ = name.rpartition(separator)
        if found:
            return owner
    return text
