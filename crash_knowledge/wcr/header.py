"""The lines between the BEGIN line and the first section."""

from __future__ import annotations

import re
from datetime import datetime

from crash_knowledge.wcr.model import Header, Note
from crash_knowledge.wcr.section import Read, SectionText, Unread
from crash_knowledge.wcr.site import split_site
from crash_knowledge.wcr.smalltalk import integer_or_none
from crash_knowledge.wcr.version import split_build, split_version

CAUSE = "Cause of Dump"
COMMAND_LINE = "Command Line"

_FIELDS = {
    "Whats'On User": "user",
    "Whats'On Site": "site",
    "Whats'On Version": "version",
    "Whats'On Minor Version": "minor_version",
    "Whats'On Build": "build",
    "Whats'On DB Hash": "database_hash",
    "Whats'On Version on database": "version_on_database",
    "Whats'On Connector Version": "connector_version",
    "Smalltalk Version": "smalltalk_version",
    "COMPUTERNAME": "computer",
    "USERNAME": "windows_user",
    "TimeZone offset": "tz_offset_seconds",
    "Frame rate mode": "frame_rate_mode",
    "Frame rate": "frame_rate",
    "Oracle Server Version": "database_server_version",
    "Database Server Version": "database_server_version",
    "Oracle Client Version": "database_client_version",
    "Database Client Version": "database_client_version",
    "Database encoding": "database_encoding",
    "Session encoding": "session_encoding",
    CAUSE: "cause",
    COMMAND_LINE: "command_line",
}
_VALUE_ON_NEXT_LINE = frozenset({"database_server_version", "database_client_version"})
_OTHER_LINES = ("System Error Report", "Note:", "Object Memory versionId:", "Class creating this dump:")
_STAMP = re.compile(r"==(\d{1,4})/(\d{1,2})/(\d{1,2})==(\d{1,2}):(\d{1,2}):(\d{1,2})==", re.ASCII)
_SPLIT = {"site": split_site, "version": split_version, "build": split_build, "tz_offset_seconds": integer_or_none}


def read_header(begin_line: str, section: SectionText) -> Read[Header]:
    """Read the header.

    Args:
        begin_line: the BEGIN line, which carries the time.
        section: the lines below it, up to the first section.
    """
    lines = _FieldLines(section)
    notes = list(lines.unread.notes(anything_read=True))
    values = lines.values()
    local_time = parse_stamp(begin_line)
    if local_time is None:
        notes.append(Note(section.title_line, "The BEGIN line carries no valid date and time"))
    if "cause" not in values:
        notes.append(Note(section.title_line, "The header has no line 'Cause of Dump'"))
    plain = {name: text for name, text in values.items() if name not in _SPLIT}
    split = {name: split(values[name]) for name, split in _SPLIT.items() if name in values}
    return Read(Header(local_time=local_time, **plain, **split), tuple(notes))  # type: ignore[arg-type]


def parse_stamp(line: str) -> datetime | None:
    """Return the time in ``==2024/4/2==16:10:30==BEGIN ...``: naive, local to the machine; None when there is none."""
    match = _STAMP.search(line[:200])
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, match.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local time of that machine
    except ValueError:
        return None


class _FieldLines:
    """The lines of each field of the header; of two lines with the same key the first counts."""

    def __init__(self, section: SectionText) -> None:
        self.unread = Unread(section)
        self._lines: dict[str, list[str]] = {}
        self._open = ""
        lines = section.lines
        command_line_at = max((i for i, line in enumerate(lines) if line.startswith(COMMAND_LINE)), default=-1)
        for index, line in enumerate(lines):
            name, value = _field(line)
            belongs_to_cause = self._open == "cause" and index < command_line_at
            if name and name not in self._lines and not belongs_to_cause:
                self._lines[name] = [value]
                self._open = name if _goes_on(name, value) else ""
            elif not self._continue(line) and not line.startswith(_OTHER_LINES):
                self.unread.add(section.numbers[index])

    def values(self) -> dict[str, str]:
        return {name: "\n".join(lines).strip() for name, lines in self._lines.items()}

    def _continue(self, line: str) -> bool:
        """Add a line without a key to the field before it; false when it does not belong there."""
        is_blank = not line or line.isspace()
        if self._open == "cause" or (self._open and not is_blank):
            self._lines[self._open].append(line)
            return True
        if is_blank and self._open and any(map(str.strip, self._lines[self._open])):
            self._open = ""
        return is_blank


def _goes_on(name: str, value: str) -> bool:
    """Whether lines below can belong to the field: a cause, a command line, a database version on the next line."""
    return name in ("cause", "command_line") or (name in _VALUE_ON_NEXT_LINE and not value.strip())


def _field(line: str) -> tuple[str, str]:
    """Return the field's name and value, or two empty strings for a line without a known key."""
    for sign in ":=":
        key, found, value = line.partition(sign)
        name = _FIELDS.get(key.rstrip().replace("’", "'")) if found else None
        if name is not None:
            return name, value
    return "", ""
