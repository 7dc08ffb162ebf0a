"""Finds the sections of a dump by their dashed lines and titles, without reading what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from crash_knowledge.wcr import transcript


class Kind(Enum):
    """The sections a dump can have, with their titles."""

    HEADER = ""
    ACTIVE_PROCESS = "Active Process"
    EXCEPTION = "Unhandled Exception:"
    ARGUMENTS = "Initial Context Stack Arguments:"
    QUIESCENT = "Quiescent Processes"
    SUSPENDED = "Suspended Processes"
    TRANSCRIPT = "Transcript:"
    CONNECTIONS = "External Database Connections (all instances):"
    SESSIONS = "External Database Sessions (all instances):"
    WINDOWS = "Scheduled Windows:"
    MEMORY = "Memory Report"
    CENSUS = "All objects"
    PERSISTENT_CENSUS = "Only T3Objects"
    UNKNOWN = "?"


WITHOUT_DASHES = (Kind.SESSIONS, Kind.MEMORY, Kind.CENSUS, Kind.PERSISTENT_CENSUS)
"""Sections that begin at their title, with no dashed line before it."""

_TITLED = tuple(kind for kind in Kind if kind not in (Kind.HEADER, Kind.UNKNOWN))
_KINDS = {kind.value.lower().rstrip(":"): kind for kind in _TITLED}
_DASHES = "\n" + "-" * 60
_UNKNOWN_TITLE = re.compile(r"[A-Z][\w '()/.-]{2,60}:?")
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Section:
    """Where a section stands in a dump's text.

    Offsets: ``edge`` of its dashed line (of its title where it has none), ``start`` of its title, ``body`` of the
    line below that, ``end`` of the section.
    """

    kind: Kind
    title: str
    edge: int
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class _Title:
    kind: Kind
    text: str
    edge: int
    start: int


def find_dashed_sections(text: str, end: int) -> tuple[Section, ...]:
    """Find the header and the sections that begin at a dashed line followed by a title, in the order of the text.

    Dashed lines followed by anything else are text. So is everything inside the transcript, which has its own end
    marker. A section found here can hold others that have no dashed line: see ``split_section``.

    Args:
        text: the dump; its first line is the BEGIN line.
        end: offset where its sections end (the END line).
    """
    return _sections(text, [_Title(Kind.HEADER, "Header", 0, 0), *_dashed_titles(text, end)], end)


def split_section(text: str, section: Section, kinds: Iterable[Kind] = WITHOUT_DASHES) -> tuple[Section, ...]:
    """Cut a section at the titles in it that have no dashed line before them; the first part is the section itself."""
    start = section.body
    if section.kind is Kind.TRANSCRIPT:
        start = max(start, text.find("\n" + transcript.END, start, section.end))
    titles = [title for kind in kinds for title in _bare_titles(text, kind, start - 1, section.end)]
    if not titles:
        return (section,)
    titles.sort(key=lambda title: title.start)
    itself = _Title(section.kind, section.title, section.edge, section.start)
    return _sections(text, [itself, *titles], section.end)


def titled_kinds() -> tuple[Kind, ...]:
    """Return the kinds that a title announces."""
    return _TITLED


def _sections(text: str, titles: Sequence[_Title], end: int) -> tuple[Section, ...]:
    edges = [title.edge for title in titles[1:]] + [end]
    return tuple(
        Section(title.kind, title.text, title.edge, title.start, _next_line(text, title.start, edge), edge)
        for title, edge in zip(titles, edges, strict=True)
    )


def _dashed_titles(text: str, end: int) -> Iterator[_Title]:
    transcript_can_end = True
    at = text.find(_DASHES, 0, end)
    while at >= 0:
        resume = at + len(_DASHES)
        title = _title_below(text, at, end)
        if title is not None:
            yield title
            if title.kind is Kind.TRANSCRIPT and transcript_can_end:
                closing = text.find("\n" + transcript.END, title.start, end)
                transcript_can_end = closing >= 0
                resume = max(resume, closing)
        at = text.find(_DASHES, resume, end)


def _title_below(text: str, line_end_before: int, end: int) -> _Title | None:
    """Return the title below the dashed line that begins after this line end, or None when there is none."""
    edge = line_end_before + 1
    after_dashes = line_end_before + len(_DASHES)
    below = _next_line(text, after_dashes, min(after_dashes + _LONGEST_TITLE, end))
    if text[after_dashes:below].strip(" \t\n-"):
        return None
    words = text[below : min(below + _LONGEST_TITLE, end)]
    start = below + len(words) - len(words.lstrip("\n"))
    words = words.lstrip("\n").partition("\n")[0].rstrip()
    kind = _KINDS.get(words.lower().rstrip(":"))
    if kind is not None:
        return _Title(kind, words, edge, start)
    stands_apart = text[line_end_before - 1 : line_end_before] == "\n" and below == after_dashes + 1
    if stands_apart and _UNKNOWN_TITLE.fullmatch(words):
        return _Title(Kind.UNKNOWN, words, edge, start)
    return None


def _bare_titles(text: str, kind: Kind, start: int, end: int) -> Iterator[_Title]:
    needle = "\n" + kind.value
    at = text.find(needle, start, end)
    while at >= 0:
        rest = at + len(needle)
        if not text[rest : _next_line(text, rest, min(rest + _LONGEST_TITLE, end))].strip():
            yield _Title(kind, kind.value, at + 1, at + 1)
        at = text.find(needle, rest, end)


def _next_line(text: str, at: int, end: int) -> int:
    newline = text.find("\n", at, end)
    return end if newline < 0 else newline + 1
