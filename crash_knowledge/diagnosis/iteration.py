"""How far a loop over a collection had come."""

from __future__ import annotations

from collections.abc import Iterator

from crash_knowledge.diagnosis.messages import sent_message
from crash_knowledge.diagnosis.model import Confidence, Fact, Finding
from crash_knowledge.diagnosis.stack import known_of, message_not_understood, method_name, telling_frame
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, FrameArguments
from crash_knowledge.wcr.smalltalk import integer_or_none

_WITHIN = 20
"""Frames from the top in which a loop is looked for."""

_WITH_POSITION = ("withIndexDo:", "keysAndValuesDo:", "doWithIndex:")
_LOOPS = ("do:", "collect:", "select:", "reject:", "detect:", "inject:", "contains:", *_WITH_POSITION)


def iteration(dump: Dump) -> Iterator[Finding]:
    """Says at which element of how many a loop failed, or over how many elements it went.

    The position is told when the loop hands it to its block and the block sent it on in the message that failed. Says
    nothing unless the innermost loop around the application's method goes over two elements or more. "It failed at
    element 13 of 14 of a collection, in Planner>>renumber".
    """
    frames = dump.active_process.frames[:_WITHIN] if dump.active_process else ()
    inner = telling_frame(frames)
    for frame in frames:
        if inner is None or frame.number <= inner.number or not frame.selector.startswith(_LOOPS):
            continue
        known = known_of(dump, frame)
        size = _size_of(known) if known else None
        if known is None or size is None:
            continue
        if size < 2:
            return
        position = _position(dump, frame, size)
        if position is None:
            sentence = f"It failed while going through a collection of {size} elements"
            yield _finding(dump, sentence, "certain", known, f"one of {size}")
        else:
            sentence = f"It failed at element {position} of {size} of a collection"
            yield _finding(dump, sentence, "likely", known, f"{position} of {size}")
        return


def _finding(dump: Dump, sentence: str, confidence: Confidence, known: FrameArguments, value: str) -> Finding:
    frames = dump.active_process.frames if dump.active_process else ()
    outer = telling_frame([frame for frame in frames if frame.number > known.number])
    where = f", in {method_name(outer)}" if outer else ""
    lines = (known.variables[0].line,) if known.variables else (known.line,)
    return Finding("iteration", "cause", sentence + where, confidence, lines, (Fact("iteration", value),))


def _position(dump: Dump, loop: Frame, size: int) -> int | None:
    """The position, when the failing message carried it and the loop stands right around the block that sent it."""
    failed = message_not_understood(dump)
    if failed is None or not loop.selector.startswith(_WITH_POSITION) or loop.number > failed.number + 2:
        return None
    number = integer_or_none(sent_message(dump)[1])
    return number if number is not None and 1 <= number <= size else None


def _size_of(known: FrameArguments) -> int | None:
    """Elements of the collection that is this frame's receiver; None when it is none or the dump does not tell."""
    numbers = {variable.name: integer_or_none(variable.value.text) for variable in known.variables}
    first, last = numbers.get("firstIndex"), numbers.get("lastIndex")
    if first is not None and last is not None:
        return max(last - first + 1, 0)
    return numbers.get("tally")
