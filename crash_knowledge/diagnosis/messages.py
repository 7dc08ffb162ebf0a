"""Who did not understand which message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.stack import (
    NIL,
    known_of,
    message_not_understood,
    method_name,
    sender_of,
    short_name,
)
from crash_knowledge.diagnosis.words import names_alike, spoken_list
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, FrameArguments

_SELECTOR = re.compile(r"[Mm]essage not understood: #?(\S+)")
_MESSAGE = re.compile(r"a Message with selector: #(\S+) and arguments: #\((.*)\)", re.DOTALL)
_SIMPLE_ARGUMENT = re.compile(r"-?\d+(?:\.\d+)?|true|false|nil|#[\w:]+")
_KEYS = re.compile(r"([A-Za-z_][\w.]*) -> ")
_FIRST_ELEMENT = re.compile(r"\w+ \(an? ([A-Za-z_][\w.]*)")
_LOOK_UP_WITHIN = 6
"""Frames from the top in which a look-up of a class in a dictionary, or a loop, is looked for."""

_SHOWN_NAMES = 3


def not_understood(dump: Dump) -> Iterator[Finding]:
    """Says what was nil, or which object did not understand which message, and the method that sent it.

    Says nothing of other errors. "Something was nil that should not be: nil got the message #sequenceNr: with the
    argument 13, sent in Planner>>open".
    """
    failed = message_not_understood(dump)
    if failed is None:
        return
    selector, arguments = sent_message(dump)
    message = f"#{selector}" if selector else "a message"
    if _SIMPLE_ARGUMENT.fullmatch(arguments):
        message += f" with the argument {arguments}"
    sender = sender_of(dump)
    place = f", sent in {method_name(sender)}" if sender else ""
    receiver = short_name(failed.receiver)
    if failed.receiver == NIL:
        sentence = f"Something was nil that should not be: nil got the message {message}{place}"
    elif is_class(failed):
        sentence = f"The class {receiver} does not understand {message}{place}"
    else:
        sentence = f"An object of class {receiver} does not understand {message}{place}"
    lines = (failed.line, sender.line) if sender else (failed.line,)
    whose = f"{receiver} class" if is_class(failed) else receiver
    facts = [Fact("exception_class", "MessageNotUnderstood"), Fact("receiver_class", whose)]
    facts += [Fact("missing_message", selector)] if selector else []
    yield Finding("not_understood", "cause", sentence, "certain", lines, tuple(facts))


def wrong_receiver(dump: Dump) -> Iterator[Finding]:
    """Says that an object of the wrong class was met: it lacks what was asked of it but has something of a like name.

    Compares the message with the object's variables. Says nothing of nil, of classes, and when no name is alike.
    "WOnUserProfile has no departmentLinks but has roleLinks and userLinks: the code may have been written for objects
    of another class".
    """
    failed = message_not_understood(dump)
    known = known_of(dump, failed) if failed else None
    if failed is None or known is None or failed.receiver == NIL or is_class(failed):
        return
    selector, _ = sent_message(dump)
    asked = selector.partition(":")[0]
    alike = names_alike(asked, [variable.name for variable in known.variables])[:_SHOWN_NAMES]
    if not alike:
        return
    receiver = short_name(failed.receiver)
    sentence = (
        f"{receiver} has no {asked} but has {spoken_list(alike)}: "
        "the code may have been written for objects of another class"
    )
    sibling = _sibling(dump, failed)
    sentence += f"; the collection it came from has {sibling} in it too" if sibling else ""
    lines = [variable.line for variable in known.variables if variable.name in alike]
    yield Finding("wrong_receiver", "cause", sentence, "possible", (failed.line, *lines))


def class_not_known(dump: Dump) -> Iterator[Finding]:
    """Says that a class was looked up among known classes just before it failed, and was not one of them.

    Says nothing unless a class itself did not understand a message below a look-up of that class in a dictionary.
    "WOnContinuityDayACME is not among the 5 classes known in ConceptProvider>>conceptsOfType: (BroadcastDay, ...)".
    """
    failed = message_not_understood(dump)
    if failed is None or not is_class(failed) or dump.active_process is None:
        return
    frames = dump.active_process.frames
    look_up = next((frame for frame in frames[1:_LOOK_UP_WITHIN] if frame.selector.startswith("at:ifAbsent")), None)
    known = known_of(dump, look_up) if look_up else None
    if look_up is None or known is None or known.receiver is None:
        return
    asked = [argument.value.text for argument in known.arguments[:1]]
    keys = [short_name(key) for key in _KEYS.findall(known.receiver.text)]
    name = short_name(failed.receiver)
    if [short_name(text) for text in asked] != [name] or name in keys:
        return
    sender = sender_of(dump)
    shown = f" ({spoken_list(keys)})" if 0 < len(keys) <= _SHOWN_NAMES + 2 else ""
    where = f" in {method_name(sender)}" if sender else ""
    sentence = f"{name} is not among the {_size_of(known)}classes known{where}{shown}"
    yield Finding("class_not_known", "cause", sentence, "likely", (known.line, failed.line))


def sent_message(dump: Dump) -> tuple[str, str]:
    """Selector and arguments of the message that was not understood, as far as the dump has them."""
    parameter = dump.exception.parameter if dump.exception else ""
    match = _MESSAGE.search(parameter)
    if match:
        return match[1], match[2].strip()
    match = _SELECTOR.search(dump.cause)
    return (match[1], "") if match else ("", "")


def is_class(failed: Frame) -> bool:
    """Whether the receiver of this frame is a class."""
    return failed.text.split("(")[0].split(">>")[0].endswith(" class")


def _sibling(dump: Dump, failed: Frame) -> str | None:
    """The class of the first element of the loop's collection that the failing object came from, when it is another."""
    frames = dump.active_process.frames[:_LOOK_UP_WITHIN] if dump.active_process else ()
    loop = next((known for frame in frames if frame.selector == "do:" and (known := known_of(dump, frame))), None)
    first = _FIRST_ELEMENT.match(loop.receiver.text) if loop and loop.receiver else None
    name = short_name(first[1]) if first else None
    return name if name != short_name(failed.receiver) else None


def _size_of(known: FrameArguments) -> str:
    """``5 ``, or nothing when the dump does not tell."""
    sizes: Sequence[str] = [variable.value.text for variable in known.variables if variable.name == "tally"]
    return f"{sizes[0]} " if sizes else ""
