"""Which exception nobody handled, and which came first when there were several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.sql import error_code
from crash_knowledge.diagnosis.stack import NOT_UNDERSTOOD, short_name, work
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame

_LONGEST = 120
_RAISING = frozenset({"raiseSignal", "raiseSignal:", "raise", "raiseRequest", "signal", "signal:"})
_RAISERS = frozenset({"GenericException", "Exception", "Error"})
_NO_ERRORS = re.compile(r"(?:Notification|Warning|Request|Query|Interrupt|TerminateException|UnhandledException)$")
_SAID_ELSEWHERE = ("MessageNotUnderstood", "LowSpaceInterrupt")


def unhandled_exception(dump: Dump) -> Iterator[Finding]:
    """Names the exception that nobody handled, with what it says and what it was about.

    Says nothing of messages not understood, error codes of the database and exhausted memory: other rules tell those.
    "The exception KeyNotFoundError was not handled: Key not found: #ageRating".
    """
    exception = dump.exception
    if exception is None or not exception.class_name:
        return
    name = short_name(exception.class_name)
    if name in _SAID_ELSEWHERE or error_code(dump) is not None:
        return
    said, about = _one_line(exception.error_string), _one_line(exception.parameter)
    sentence = f"The exception {name} was not handled"
    sentence += f": {said}" if said else ""
    sentence += f" ({about})" if about and about not in said and said not in about else ""
    yield Finding(
        "unhandled_exception", "cause", sentence, "certain", (exception.line,), (Fact("exception_class", name),)
    )


def earlier_exception(dump: Dump) -> Iterator[Finding]:
    """Says that the crash happened while an earlier exception was being handled: the earlier one is the one to look at.

    Deeper in the same stack stands the frame that raised it. Says nothing of exceptions that are no errors
    (notifications, warnings, questions). "OracleError came first (frame 9 of the stack); what is on top happened while
    it was being handled".
    """
    if dump.active_process is None:
        return
    raised = [frame for frame in work(dump).frames[1:] if _raises_error(frame)]
    if not raised:
        return
    first = raised[-1]
    name = "MessageNotUnderstood" if first.selector == NOT_UNDERSTOOD else short_name(first.receiver)
    sentence = (
        f"{name} came first (frame {first.number} of the stack); what is on top happened while it was being handled"
    )
    yield Finding("earlier_exception", "cause", sentence, "likely", (first.line,), (Fact("first_exception", name),))


def _raises_error(frame: Frame) -> bool:
    if frame.selector == NOT_UNDERSTOOD:
        return True
    raises = frame.selector in _RAISING and short_name(frame.implementor) in _RAISERS
    return raises and _NO_ERRORS.search(frame.receiver) is None


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."
