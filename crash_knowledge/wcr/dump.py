"""One dump, read on demand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from crash_knowledge.wcr.arguments import read_arguments
from crash_knowledge.wcr.census import read_census
from crash_knowledge.wcr.database import count_distinct, read_connections, read_sessions
from crash_knowledge.wcr.exception import read_exception
from crash_knowledge.wcr.header import read_header
from crash_knowledge.wcr.line_ends import LineCounter
from crash_knowledge.wcr.memory import read_memory
from crash_knowledge.wcr.model import (
    CensusRow,
    Connection,
    ExceptionInfo,
    FrameArguments,
    Header,
    MemoryReport,
    Note,
    Process,
    Session,
    Window,
)
from crash_knowledge.wcr.processes import read_processes
from crash_knowledge.wcr.section import Read, SectionText
from crash_knowledge.wcr.sections import (
    WITHOUT_DASHES,
    Kind,
    Section,
    find_dashed_sections,
    split_section,
    titled_kinds,
)
from crash_knowledge.wcr.transcript import read_transcript
from crash_knowledge.wcr.windows import read_windows

T = TypeVar("T")


@dataclass(frozen=True)
class Dump:
    """One BEGIN..END block of a file. Each section is read when it is first asked for, and kept.

    ``index`` counts the dumps of a file from 0. ``text`` is the block with LF line ends, doubled ones undone;
    ``line_numbers[i]`` is the line of the file on which line i of it stands. ``complete`` is false for a dump
    without an END line.
    """

    index: int
    text: str = field(repr=False)
    complete: bool
    line_numbers: Sequence[int] = field(repr=False, compare=False)
    envelope_notes: tuple[Note, ...] = field(default=(), repr=False)

    def line_of(self, index: int) -> int:
        """Return the line of the file (from 1) of a line of ``text`` (from 0)."""
        return self.line_numbers[index]

    def with_text(self, text: str) -> Dump:
        """Return the same dump read from another text with the same number of lines."""
        if text.count("\n") != self.text.count("\n"):
            raise ValueError("the new text of a dump must have as many lines as the old one")
        return replace(self, text=text)

    @cached_property
    def sha256(self) -> str:
        """Hash of the lines that are not empty, right-stripped: a change of line ends does not change it."""
        lines = filter(None, map(str.rstrip, self.text.split("\n")))
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def header(self) -> Header:
        return self._header.value

    @property
    def cause(self) -> str:
        """Why the dump was written; can be several lines."""
        return self._header.value.cause

    @property
    def utc_time(self) -> datetime | None:
        """When it happened, in UTC; None without a time or without the machine's offset."""
        local_time, offset = self.header.local_time, self.header.tz_offset_seconds
        if local_time is None or offset is None:
            return None
        try:
            return (local_time - timedelta(seconds=offset)).replace(tzinfo=UTC)
        except OverflowError:
            return None

    @property
    def active_process(self) -> Process | None:
        """The process that failed (for a memory emergency: the one that happened to run)."""
        return self._active_process.value

    @property
    def exception(self) -> ExceptionInfo | None:
        return self._exception.value

    @property
    def frame_arguments(self) -> tuple[FrameArguments, ...]:
        return self._frame_arguments.value

    @property
    def quiescent_processes(self) -> tuple[Process, ...]:
        return self._quiescent_processes.value

    @property
    def suspended_processes(self) -> tuple[Process, ...]:
        return self._suspended_processes.value

    @property
    def transcript(self) -> str:
        return self._transcript.value or ""

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Database connections as listed, twins included."""
        return self._connections.value

    @cached_property
    def distinct_connections(self) -> int:
        return count_distinct(self.connections)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Database sessions as listed, twins included."""
        return self._sessions.value

    @cached_property
    def distinct_sessions(self) -> int:
        return count_distinct(self.sessions)

    @property
    def windows(self) -> tuple[Window, ...]:
        return self._windows.value

    @property
    def memory(self) -> MemoryReport | None:
        return self._memory.value

    @property
    def census(self) -> tuple[CensusRow, ...]:
        return self._census.value

    @property
    def persistent_census(self) -> tuple[CensusRow, ...]:
        """The census rows of persistent classes ("Only T3Objects"): a part of ``census`` that is printed again."""
        return self._persistent_census.value

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Everything that could not be read or that a reader must know, by line. Reads all sections.

        The line in which a dump was cut off is not spoken of twice.
        """
        reads: tuple[Read[object], ...] = (
            self._header,
            self._active_process,
            self._exception,
            self._frame_arguments,
            self._quiescent_processes,
            self._suspended_processes,
            self._transcript,
            self._connections,
            self._sessions,
            self._windows,
            self._memory,
            self._census,
            self._persistent_census,
        )
        notes = [*self._section_notes, *(note for read in reads for note in read.notes)]
        if not self.complete:
            cut_line = self.line_of(self.text.count("\n"))
            notes = [note for note in notes if note.line != cut_line]
        return tuple(sorted([*self.envelope_notes, *notes], key=lambda note: note.line))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Where the sections stand in ``text``; the first is the header."""
        dashed = self._dashed_sections
        kinds = WITHOUT_DASHES if len(dashed) > 1 else titled_kinds()
        return tuple(part for section in dashed for part in self._parts(section, kinds))

    @cached_property
    def _dashed_sections(self) -> tuple[Section, ...]:
        return find_dashed_sections(self.text, self._end_of_sections)

    @cached_property
    def _end_of_sections(self) -> int:
        return max(self.text.rfind("\n"), 0) if self.complete else len(self.text)

    @cached_property
    def _known_parts(self) -> dict[Section, tuple[Section, ...]]:
        return {}

    @cached_property
    def _line_counter(self) -> LineCounter:
        return LineCounter(self.text)

    def _sections_of(self, kind: Kind) -> list[Section]:
        """Return the sections of a kind without looking into those of other kinds if that can be avoided."""
        dashed = self._dashed_sections
        if kind in WITHOUT_DASHES or len(dashed) == 1:
            return [section for section in self.sections if section.kind is kind]
        return [self._parts(section, WITHOUT_DASHES)[0] for section in dashed if section.kind is kind]

    def _parts(self, section: Section, kinds: tuple[Kind, ...]) -> tuple[Section, ...]:
        parts = self._known_parts.get(section)
        if parts is None:
            parts = self._known_parts[section] = split_section(self.text, section, kinds)
        return parts

    def _title_line(self, section: Section) -> int:
        return self.line_of(self._line_counter.index_of(section.start))

    def _texts(self, kind: Kind) -> list[SectionText]:
        return [self._section_text(section) for section in self._sections_of(kind)]

    def _section_text(self, section: Section) -> SectionText:
        title_line = self._title_line(section)
        numbers = self.line_numbers[self._line_counter.index_of(section.body) :]
        return SectionText(section.title, title_line, self.text[section.body : section.end], numbers)

    def _read_list(self, kind: Kind, read: Callable[[SectionText], Read[tuple[T, ...]]]) -> Read[tuple[T, ...]]:
        """Read a section that lists things; when a dump has it twice, one list follows the other."""
        reads = [read(section) for section in self._texts(kind)]
        if len(reads) == 1:
            return reads[0]
        return Read(tuple(item for one in reads for item in one.value), _all_notes(reads))

    def _read_single(self, kind: Kind, read: Callable[[SectionText], Read[T]]) -> Read[T | None]:
        """Read a section that a dump has once; of two the first counts and a note names the other."""
        sections = self._texts(kind)
        if not sections:
            return Read(None)
        first = read(sections[0])
        again = [
            Note(section.title_line, f"Section '{section.title}' stands here again: only the first is read")
            for section in sections[1:]
        ]
        return Read(first.value, (*first.notes, *again))

    @cached_property
    def _header(self) -> Read[Header]:
        begin_line, _, _ = self.text.partition("\n")
        return read_header(begin_line, self._texts(Kind.HEADER)[0])

    @cached_property
    def _active_process(self) -> Read[Process | None]:
        read = self._read_single(Kind.ACTIVE_PROCESS, read_processes)
        return Read(read.value[0] if read.value else None, read.notes)

    @cached_property
    def _exception(self) -> Read[ExceptionInfo | None]:
        return self._read_single(Kind.EXCEPTION, read_exception)

    @cached_property
    def _frame_arguments(self) -> Read[tuple[FrameArguments, ...]]:
        return self._read_list(Kind.ARGUMENTS, read_arguments)

    @cached_property
    def _quiescent_processes(self) -> Read[tuple[Process, ...]]:
        return self._read_list(Kind.QUIESCENT, read_processes)

    @cached_property
    def _suspended_processes(self) -> Read[tuple[Process, ...]]:
        return self._read_list(Kind.SUSPENDED, read_processes)

    @cached_property
    def _transcript(self) -> Read[str | None]:
        return self._read_single(Kind.TRANSCRIPT, read_transcript)

    @cached_property
    def _connections(self) -> Read[tuple[Connection, ...]]:
        return self._read_list(Kind.CONNECTIONS, read_connections)

    @cached_property
    def _sessions(self) -> Read[tuple[Session, ...]]:
        return self._read_list(Kind.SESSIONS, read_sessions)

    @cached_property
    def _windows(self) -> Read[tuple[Window, ...]]:
        return self._read_list(Kind.WINDOWS, read_windows)

    @cached_property
    def _memory(self) -> Read[MemoryReport | None]:
        return self._read_single(Kind.MEMORY, read_memory)

    @cached_property
    def _census(self) -> Read[tuple[CensusRow, ...]]:
        return self._read_list(Kind.CENSUS, read_census)

    @cached_property
    def _persistent_census(self) -> Read[tuple[CensusRow, ...]]:
        return self._read_list(Kind.PERSISTENT_CENSUS, read_census)

    @cached_property
    def _section_notes(self) -> tuple[Note, ...]:
        """Notes on the sections as a whole: unknown ones, and a missing stack."""
        notes = [
            Note(self._title_line(section), f"Section '{section.title}' is not known", "info")
            for section in self.sections
            if section.kind is Kind.UNKNOWN
        ]
        if not self._sections_of(Kind.ACTIVE_PROCESS):
            notes.append(Note(self.line_of(0), "The dump has no section 'Active Process': its stack is missing"))
        return tuple(notes)


def _all_notes(reads: Iterable[Read[object]]) -> tuple[Note, ...]:
    return tuple(note for read in reads for note in read.notes)
