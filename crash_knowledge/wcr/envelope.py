"""Finds the BEGIN..END blocks of a file, whatever stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKER = b" RUNTIME DIAGNOSTIC DUMP"
_STAMP = re.compile(rb"==[\d/]{1,12}==[\d:]{1,12}==$")
_LONGEST_STAMP = 40


@dataclass(frozen=True, slots=True)
class Block:
    """One dump in a file: byte offsets of its BEGIN line and of its end. Not complete: it has no END line."""

    start: int
    end: int
    complete: bool


@dataclass(frozen=True, slots=True)
class _Mark:
    begins: bool
    start: int
    end: int


def find_blocks(content: bytes) -> list[Block]:
    """Find the dumps of a file, in order. A dump without an END line goes to the next BEGIN line or the file's end."""
    blocks: list[Block] = []
    begin: int | None = None
    for mark in _marks(content):
        if begin is not None:
            blocks.append(Block(begin, mark.start if mark.begins else mark.end, complete=not mark.begins))
        begin = mark.start if mark.begins else None
    if begin is not None:
        blocks.append(Block(begin, len(content), complete=False))
    return blocks


def _marks(content: bytes) -> Iterator[_Mark]:
    at = content.find(MARKER)
    while at >= 0:
        mark = _mark(content, at)
        if mark is not None:
            yield mark
        at = content.find(MARKER, at + len(MARKER))


def _mark(content: bytes, at: int) -> _Mark | None:
    """Return the BEGIN or END line whose marker stands at this offset.

    It is one when the time stands before the word, and either the line begins with it or the line ends with the
    marker (a dump that was cut off in the middle of a line has the next BEGIN behind it). A damaged time is accepted
    at the beginning of a line. Anything else is prose that quotes the words.
    """
    word = next((word for word in (b"BEGIN", b"END") if content.endswith(word, max(0, at - len(word)), at)), None)
    if word is None:
        return None
    before = content[max(0, at - len(word) - _LONGEST_STAMP) : at - len(word)]
    on_line = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    at_line_start = on_line > 0 or len(before) < _LONGEST_STAMP
    stamp = before[on_line:].strip()
    end = at + len(MARKER)
    if at_line_start and (stamp.startswith(b"==") or not stamp):
        start = at - len(word) - len(before) + on_line
        return _Mark(word == b"BEGIN", start, end)
    match = _STAMP.search(before, on_line)
    if match is None or content[end : end + 1] not in (b"", b"\r", b"\n"):
        return None
    return _Mark(word == b"BEGIN", at - len(word) - len(match[0]), end)
