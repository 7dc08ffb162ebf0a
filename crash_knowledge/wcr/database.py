"""The sections that list external database connections and sessions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from crash_knowledge.wcr.model import Connection, Session
from crash_knowledge.wcr.section import Read, SectionText, Unread
from crash_knowledge.wcr.smalltalk import integer_or_none, text_or_none

T = TypeVar("T")

_TITLE = r"\tan? ([^\s('\n]+)('?)(?:\( ?\w+ ?= ?([^\s)]*) ?\))?[ \t]*"
_ENTRY = re.compile(_TITLE)
_SESSION = re.compile(
    rf"^{_TITLE}\n"
    r"\t\tstate: (\S+)\n"
    r"\t\tconnection hash: (\d{1,18})\n"
    r"\t\tquery: (nil|'[^']*+(?:''[^']*+)*+')$",
    re.MULTILINE | re.ASCII,
)
"""A session in the form in which nearly all are. Possessive, so that an open quote costs one pass and no more."""


@dataclass(slots=True)
class _Entry:
    class_name: str
    handle: str
    twin: bool
    line: int
    fields: dict[str, str] = field(default_factory=dict)


def read_connections(section: SectionText) -> Read[tuple[Connection, ...]]:
    """Read every connection as listed."""
    return _read_entries(section, _connection)


def read_sessions(section: SectionText) -> Read[tuple[Session, ...]]:
    """Read every session as listed, twins included."""
    text = section.text
    unread = Unread(section)
    sessions: list[Session] = []
    offset = index = 0
    for match in _SESSION.finditer(text):
        start = match.start()
        index_of_match = index + text.count("\n", offset, start)
        if start - offset > 2:
            sessions.extend(map(_session, _entries(_part(section, offset, start, index), unread)))
        class_name, apostrophe, handle, state, connection_hash, query = match.groups()
        line = section.numbers[index_of_match]
        twin, query_text = apostrophe == "'", text_or_none(query)
        sessions.append(Session(class_name, handle or "", twin, state, int(connection_hash), query_text, line))
        offset = match.end()
        index = index_of_match + text.count("\n", start, offset)
    sessions.extend(map(_session, _entries(_part(section, offset, len(text), index), unread)))
    return Read(tuple(sessions), unread.notes(anything_read=bool(sessions)))


def count_distinct(listed: Iterable[Connection | Session]) -> int:
    """Count entries with twins folded: one for each handle; without handles, a twin answers to one plain entry."""
    handles: set[tuple[str, str]] = set()
    without_handle: Counter[tuple[str, bool]] = Counter()
    for entry in listed:
        if entry.handle:
            handles.add((entry.class_name, entry.handle))
        else:
            without_handle[entry.class_name, entry.twin] += 1
    names = {name for name, _ in without_handle}
    return len(handles) + sum(max(without_handle[name, False], without_handle[name, True]) for name in names)


def _read_entries(section: SectionText, build: Callable[[_Entry], T]) -> Read[tuple[T, ...]]:
    unread = Unread(section)
    entries = tuple(build(entry) for entry in _entries(section, unread))
    return Read(entries, unread.notes(anything_read=bool(entries)))


def _connection(entry: _Entry) -> Connection:
    return Connection(
        class_name=entry.class_name,
        handle=entry.handle,
        twin=entry.twin,
        hash=integer_or_none(entry.fields.get("hash", "")),
        state=text_or_none(entry.fields.get("state", "")),
        username=text_or_none(entry.fields.get("username", "")),
        environment=text_or_none(entry.fields.get("environment", "")),
        line=entry.line,
    )


def _session(entry: _Entry) -> Session:
    return Session(
        class_name=entry.class_name,
        handle=entry.handle,
        twin=entry.twin,
        state=text_or_none(entry.fields.get("state", "")),
        connection_hash=integer_or_none(entry.fields.get("connection hash", "")),
        query=text_or_none(entry.fields.get("query", "")),
        line=entry.line,
    )


def _part(section: SectionText, start: int, end: int, index: int) -> SectionText:
    """Return a piece of a section, whose first line is the section's line with this index."""
    return SectionText(section.title, section.title_line, section.text[start:end], section.numbers[index:])


def _entries(section: SectionText, unread: Unread) -> Iterator[_Entry]:
    """Yield the entries: a line with one tab, then lines ``<tab><tab>key: value``, the value of which can go on."""
    lines, numbers = section.lines, section.numbers
    entry: _Entry | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        start = index
        index += 1
        key, colon, value = line[2:].partition(": ")
        if entry is not None and line.startswith("\t\t") and colon and key not in entry.fields:
            index = _end_of_string(lines, index, value)
            entry.fields[key] = "\n".join([value, *lines[start + 1 : index]])
        elif match := _ENTRY.fullmatch(line):
            if entry is not None:
                yield entry
            class_name, apostrophe, handle = match.groups()
            entry = _Entry(class_name, handle or "", bool(apostrophe), numbers[start])
        elif line and not line.isspace():
            unread.add(numbers[start])
    if entry is not None:
        yield entry


def _end_of_string(lines: list[str], index: int, value: str) -> int:
    """Return the index of the line after the string literal that ``value`` begins.

    A literal that never closes ends before the next entry.
    """
    is_open = value.startswith("'") and value.count("'") % 2 == 1
    while is_open and index < len(lines) and not _begins_entry(lines, index):
        is_open = lines[index].count("'") % 2 == 0
        index += 1
    return index


def _begins_entry(lines: list[str], index: int) -> bool:
    return lines[index].startswith("\ta") and index + 1 < len(lines) and lines[index + 1].startswith("\t\tstate:")
