"""The text of one section on its way to being read, and what a reader of a section returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from crash_knowledge.wcr.model import Note

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class SectionText:
    """The text of a section below its title. ``numbers[i]`` is the line of the file that its line i stands on."""

    title: str
    title_line: int
    text: str
    numbers: Sequence[int]

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def numbered_lines(self) -> Iterator[tuple[str, int]]:
        """Yield each line with its number in the file."""
        return zip(self.lines, self.numbers, strict=False)


@dataclass(frozen=True, slots=True)
class Read(Generic[T_co]):
    """What a section says, and what could not be read of it."""

    value: T_co
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class Unread:
    """Counts the lines of a section that its reader could not place, so that they make one note and not thousands."""

    section: SectionText
    count: int = 0
    first_line: int = 0

    def add(self, line: int) -> None:
        """Remember that the line with this number of the file could not be placed."""
        if not self.count:
            self.first_line = line
        self.count += 1

    def notes(self, anything_read: bool) -> tuple[Note, ...]:
        """One note if there was anything; of level error when nothing at all was read, for then the section is lost."""
        if not self.count:
            return ()
        lines = "1 line" if self.count == 1 else f"{self.count} lines, this is the first,"
        what = f"{lines} in section '{self.section.title}' could not be read"
        return (Note(self.first_line, what, "warning" if anything_read else "error"),)
