"""Who did not understand which message, and where the missing object should have come from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.model import Finding
from crash_knowledge.diagnosis.stack import method_name, short_name, telling_frame
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, FrameArguments

_SELECTOR = re.compile(r"[Mm]essage not understood: #?(\S+)")
_MESSAGE = re.compile(r"a Message with selector: #(\S+) and arguments: #\((.*)\)", re.DOTALL)
_SIMPLE_ARGUMENT = re.compile(r"-?\d+(?:\.\d+)?|true|false|nil|#[\w:]+")
_KEY_ENDINGS = ("OID", "Oid", "Id", "ID")


def not_understood(dump: Dump) -> Iterator[Finding]:
    """Says what was nil, or which object did not understand which message, and the method that sent it."""
    frames = dump.active_process.frames if dump.active_process else ()
    if not frames or frames[0].selector != "doesNotUnderstand:":
        return
    failed = frames[0]
    selector, arguments = _message(dump)
    message = f"#{selector}" if selector else "a message"
    if _SIMPLE_ARGUMENT.fullmatch(arguments):
        message += f" with the argument {arguments}"
    sender = telling_frame(frames[1:]) or (frames[1] if len(frames) > 1 else None)
    place = f", sent in {method_name(sender)}" if sender and sender.selector else ""
    if failed.receiver == "UndefinedObject":
        sentence = f"Something was nil that should not be: nil got the message {message}{place}"
    elif failed.text.split("(")[0].endswith(" class"):
        sentence = f"The class {short_name(failed.receiver)} does not understand {message}{place}"
    else:
        sentence = f"An object of class {short_name(failed.receiver)} does not understand {message}{place}"
    lines = (failed.line, sender.line) if sender else (failed.line,)
    yield Finding("not_understood", "cause", sentence, "certain", lines)


def dangling_reference(dump: Dump) -> Iterator[Finding]:
    """Points at a variable that is nil while the key beside it is set: the record it names was probably deleted.

    Looks in the object whose method sent a message to nil.
    """
    frames = dump.active_process.frames if dump.active_process else ()
    if len(frames) < 2 or frames[0].selector != "doesNotUnderstand:" or frames[0].receiver != "UndefinedObject":
        return
    sender = telling_frame(frames[1:])
    known = next((known for known in dump.frame_arguments if sender and known.number == sender.number), None)
    if known is not None and sender is not None:
        yield from _dangling(known, sender)


def _dangling(known: FrameArguments, sender: Frame) -> Iterator[Finding]:
    variables = {variable.name: variable for variable in known.variables}
    for variable in known.variables:
        keys = (variables.get(variable.name + ending) for ending in _KEY_ENDINGS)
        key = next((key for key in keys if key is not None and key.value.text not in ("nil", "0")), None)
        if variable.value.text != "nil" or key is None:
            continue
        sentence = (
            f"{variable.name} of the {short_name(sender.receiver)} is nil, but {key.name} is {key.value.text}: "
            "the record with that key is probably deleted (dangling reference)"
        )
        named = variable.name.lower() in sender.selector.lower()
        yield Finding(
            "dangling_reference", "cause", sentence, "likely" if named else "possible", (variable.line, key.line)
        )


def _message(dump: Dump) -> tuple[str, str]:
    """Selector and arguments of the message, as far as the dump has them."""
    parameter = dump.exception.parameter if dump.exception else ""
    match = _MESSAGE.search(parameter)
    if match:
        return match[1], match[2].strip()
    match = _SELECTOR.search(dump.cause)
    return (match[1], "") if match else ("", "")
