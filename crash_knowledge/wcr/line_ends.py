"""Brings line ends to LF, undoes doubled ones, and keeps the line numbers of the file."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_SAMPLE_CHARACTERS = 4096
_FEWEST_LINES = 4
_DOUBLED_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Lines:
    """A text with LF line ends. ``numbers[i]`` is the line of the file that line i stands on; it can run on."""

    text: str
    numbers: Sequence[int]
    doubled: bool


def normalise_lines(text: str, first_line: int) -> Lines:
    """Bring the line ends of a block to LF and undo doubled ones (an empty line after each line).

    Args:
        text: the block with LF, CRLF or CR line ends.
        first_line: line of the file on which the block begins, 1 is the first.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _is_doubled(text[:_SAMPLE_CHARACTERS]):
        single = text.replace("\n\n", "\n")
        ends, pairs = text.count("\n"), len(text) - len(single)
        if _are_most(pairs, ends):
            return Lines(single, _numbers_when_doubled(text, first_line, ends == 2 * pairs), doubled=True)
    return Lines(text, range(first_line, sys.maxsize), doubled=False)


def count_lines(content: bytes, start: int, end: int) -> int:
    """Count the line ends (LF, CRLF or CR) between two offsets."""
    count = content.count(b"\n", start, end)
    if content.find(b"\r", start, end) >= 0:
        count += content.count(b"\r", start, end) - content.count(b"\r\n", start, end)
    return count


def _is_doubled(text: str) -> bool:
    ends = text.count("\n")
    return ends >= _FEWEST_LINES and _are_most(text.count("\n\n"), ends)


def _are_most(pairs: int, ends: int) -> bool:
    return 2 * pairs >= _DOUBLED_SHARE * ends


def _numbers_when_doubled(text: str, first_line: int, without_exception: bool) -> Sequence[int]:
    """Return the line number of every line that is left: a pair of line ends counts two, a single one counts one."""
    if without_exception:
        return range(first_line, sys.maxsize, 2)
    numbers = [first_line]
    for end in re.finditer("\n\n?", text):
        numbers.append(numbers[-1] + len(end[0]))
    return numbers


class LineCounter:
    """Tells on which line of a text an offset stands. Fast when asked in the order of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last = (0, 0)

    def index_of(self, offset: int) -> int:
        """Return the index of the line (from 0) on which the offset stands."""
        start, index = self._last if self._last[0] <= offset else (0, 0)
        index += self._text.count("\n", start, offset)
        self._last = (offset, index)
        return index
