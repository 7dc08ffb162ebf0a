"""The text of a dump, cut into its sections, with the lines that a finding points at marked, and searchable."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crash_knowledge.wcr.dump import Dump


@dataclass(frozen=True, slots=True)
class Mark:
    """Something said of a line of the file."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the dump: its first and last row (rows count from 0, the last is included)."""

    title: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow one another; ``marks`` are said of the first of them."""

    marks: tuple[Mark, ...]
    rows: tuple[tuple[int, str], ...]
    """Each row as its line number in the file and its text."""


class AnnotatedDump:
    """A redacted dump to be read by a person. A row is a line of the text; a line number is that of the file.

    Args:
        dump: the redacted dump.
        marks: what is said of its lines; those of lines that the dump does not have are left out.
    """

    def __init__(self, dump: Dump, marks: Iterable[Mark] = ()) -> None:
        self._dump = dump
        self._texts = dump.text.split("\n")
        self._low = dump.text.lower()
        self.parts = tuple(self._parts())
        self._marks: dict[int, list[Mark]] = {}
        for mark in marks:
            row = self.row_of(mark.line)
            if self.line_of(row) == mark.line:
                self._marks.setdefault(row, []).append(mark)

    @property
    def rows(self) -> int:
        return len(self._texts)

    @property
    def first_line(self) -> int:
        return self.line_of(0)

    @property
    def last_line(self) -> int:
        return self.line_of(self.rows - 1)

    @property
    def marked_rows(self) -> tuple[int, ...]:
        return tuple(sorted(self._marks))

    def line_of(self, row: int) -> int:
        return self._dump.line_of(row)

    def row_of(self, line: int) -> int:
        """The row of a line of the file; the nearest below it when the dump does not have that line."""
        return min(bisect_left(self._dump.line_numbers, line, 0, self.rows), self.rows - 1)

    def part_of(self, row: int) -> Part:
        return next(part for part in reversed(self.parts) if part.first <= row)

    def marks_in(self, part: Part) -> int:
        """How many lines of a section are marked."""
        return sum(part.first <= row <= part.last for row in self._marks)

    def blocks(self, first: int, last: int) -> tuple[Block, ...]:
        """The rows from ``first`` to ``last``, both included, cut before each marked row."""
        edges = [first, *(row for row in self.marked_rows if first < row <= last), last + 1]
        return tuple(
            Block(
                tuple(self._marks.get(start, ())),
                tuple((self.line_of(row), self._texts[row]) for row in range(start, end)),
            )
            for start, end in pairwise(edges)
        )

    def find(self, words: str) -> tuple[int, ...]:
        """The rows that have these words, capital letters or not."""
        wanted = words.lower()
        if not wanted.strip():
            return ()
        rows: list[int] = []
        row, counted_to, at = 0, 0, self._low.find(wanted)
        while at >= 0:
            row += self._low.count("\n", counted_to, at)
            counted_to = at
            if not rows or rows[-1] != row:
                rows.append(row)
            at = self._low.find(wanted, at + len(wanted))
        return tuple(rows)

    def _parts(self) -> Iterable[Part]:
        edges = [self._dump.text.count("\n", 0, section.edge) for section in self._dump.sections]
        ends = [*edges[1:], self.rows]
        for section, first, end in zip(self._dump.sections, edges, ends, strict=True):
            yield Part(section.title, first, max(end - 1, first))


def next_of(rows: Sequence[int], row: int) -> int | None:
    """The first of the rows behind a row, or the first of all; None without rows."""
    return next((one for one in rows if one > row), rows[0] if rows else None)


def previous_of(rows: Sequence[int], row: int) -> int | None:
    """The last of the rows before a row, or the last of all; None without rows."""
    return next((one for one in reversed(rows) if one < row), rows[-1] if rows else None)
