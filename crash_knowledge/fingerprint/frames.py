"""Frames freed of what varies between customers, builds and block nesting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crash_knowledge.fingerprint.model import NormalFrame
from crash_knowledge.fingerprint.rules import Rules, shipped_rules
from crash_knowledge.fingerprint.suffixes import CLASS_SIDE, CustomerSuffixes
from crash_knowledge.wcr.frame_lists import FrameLists
from crash_knowledge.wcr.frames import parse_frame
from crash_knowledge.wcr.model import Frame

NOT_UNDERSTOOD = "doesNotUnderstand:"

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


def is_in_app(frame: Frame, rules: Rules | None = None) -> bool:
    """Whether this frame of a dump is in-app by these rules. ``rules``: None is the shipped ones."""
    return (rules or shipped_rules()).lists.is_in_app(frame)


def normal_frames(
    texts: Iterable[str], customers: Sequence[str] = (), rules: Rules | None = None
) -> tuple[NormalFrame, ...]:
    """Normalise the frames of one stack, innermost first, numbered from 1; repeats collapse into the first.

    ``customers``: names whose class suffixes are stripped, besides those of the rules; ``rules``: None is the shipped
    ones. Text that is no Smalltalk frame passes untouched.
    """
    rules = rules or shipped_rules()
    suffixes = rules.suffixes(customers)
    frames: list[NormalFrame] = []
    for number, text in enumerate(texts, start=1):
        frame = _normal_frame(number, text, rules.lists, suffixes)
        if not frames or frames[-1].method != frame.method:
            frames.append(frame)
    return tuple(frames)


def receiver_of_not_understood(frames: Sequence[NormalFrame]) -> str | None:
    """Class of the object that did not understand a message, when the stack begins with that; else None."""
    if not frames or not frames[0].text.endswith(f">>{NOT_UNDERSTOOD}"):
        return None
    return frames[0].text.removesuffix(f">>{NOT_UNDERSTOOD}")


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


def _is_in_app(method: Method, lists: FrameLists) -> bool:
    return not lists.is_plumbing(method.implementor.removesuffix(CLASS_SIDE), method.selector)


def _normal_frame(number: int, text: str, lists: FrameLists, suffixes: CustomerSuffixes) -> NormalFrame:
    method = read_method(text)
    if method is None:
        foreign = text.strip()
        return NormalFrame(foreign.lower(), class_of(foreign.lower()), foreign, True, number)
    owner = method.receiver if method.selector == NOT_UNDERSTOOD else method.implementor
    shown = f"{suffixes.stripped(owner)}>>{method.selector}"
    return NormalFrame(
        method=shown.lower(),
        class_name=class_of(shown.lower()),
        text=shown,
        in_app=_is_in_app(method, lists),
        number=number,
    )


def _foreign_class(text: str) -> str:
    name = text.partition("(")[0]
    for separator in ("::", "."):
        owner, found, _ = name.rpartition(separator)
        if found:
            return owner
    return text
