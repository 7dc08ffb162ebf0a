"""The sections that list external database connections and sessions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from crash_knowledge.wcr.model import Connection, Session
from crash_knowledge.wcr.section import Read, SectionText, Unread
from crash_knowledge.wcr.smalltalk import integer_or_none, text_or_none

_ENTRY = re.compile(r"\tan? (\S+?)('?)(?:\( ?\w+ ?= ?(\S*) ?\))?\s*")


@dataclass(slots=True)
class _Entry:
    class_name: str
    handle: str
    twin: bool
    line: int
    fields: dict[str, str] = field(default_factory=dict)


def read_connections(section: SectionText) -> Read[tuple[Connection, ...]]:
    """Read every connection as listed."""
    unread = Unread(section)
    connections = tuple(
        Connection(
            class_name=entry.class_name,
            handle=entry.handle,
            twin=entry.twin,
            hash=integer_or_none(entry.fields.get("hash", "")),
            state=text_or_none(entry.fields.get("state", "")),
            username=text_or_none(entry.fields.get("username", "")),
            environment=text_or_none(entry.fields.get("environment", "")),
            line=entry.line,
        )
        for entry in _entries(section, unread)
    )
    return Read(connections, unread.notes(anything_read=bool(connections)))


def read_sessions(section: SectionText) -> Read[tuple[Session, ...]]:
    """Read every session as listed, twins included."""
    unread = Unread(section)
    sessions = tuple(
        Session(
            class_name=entry.class_name,
            handle=entry.handle,
            twin=entry.twin,
            state=text_or_none(entry.fields.get("state", "")),
            connection_hash=integer_or_none(entry.fields.get("connection hash", "")),
            query=text_or_none(entry.fields.get("query", "")),
            line=entry.line,
        )
        for entry in _entries(section, unread)
    )
    return Read(sessions, unread.notes(anything_read=bool(sessions)))


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


def _entries(section: SectionText, unread: Unread) -> Iterator[_Entry]:
    """Yield the entries: a line with one tab, then lines ``<tab><tab>key: value``, the value of which can go on."""
    lines, numbers = section.lines, section.numbers
    entry: _Entry | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        start = index
        index += 1
        if line.startswith("\t\t") and entry is not None:
            key, colon, value = line[2:].partition(": ")
            if colon and key not in entry.fields:
                index = _end_of_string(lines, index, value)
                entry.fields[key] = value if index == start + 1 else "\n".join([value, *lines[start + 1 : index]])
                continue
        match = _ENTRY.fullmatch(line)
        if match is not None:
            if entry is not None:
                yield entry
            class_name, apostrophe, handle = match.groups()
            entry = _Entry(class_name, handle or "", bool(apostrophe), numbers[start])
        elif line.strip():
            unread.add(numbers[start])
    if entry is not None:
        yield entry


def _end_of_string(lines: Sequence[str], index: int, value: str) -> int:
    """Return the index of the line after the string literal that ``value`` begins.

    A literal that never closes ends before the next entry.
    """
    if not value.startswith("'") or value.count("'") % 2 == 0:
        return index
    while index < len(lines):
        line = lines[index]
        if line.startswith("\ta") and index + 1 < len(lines) and lines[index + 1].startswith("\t\tstate:"):
            return index
        index += 1
        if line.count("'") % 2:
            return index
    return index
