"""The section ``Unhandled Exception:``."""

from __future__ import annotations

from crash_knowledge.wcr.model import ExceptionInfo
from crash_knowledge.wcr.section import Read, SectionText, Unread

_KEYS = ("class", "creator", "errorString", "parameter")


def read_exception(section: SectionText) -> Read[ExceptionInfo]:
    """Read the exception. Each value runs to the next key; a key counts once, what looks like it later is text."""
    values: dict[str, list[str]] = {}
    unread = Unread(section)
    open_lines: list[str] | None = None
    for line, number in section.numbered_lines():
        key, colon, rest = line.strip().partition(":")
        if colon and key in _KEYS and key not in values and line.startswith(("\t", " ")):
            open_lines = values[key] = [rest]
        elif open_lines is not None:
            open_lines.append(line)
        elif line.strip():
            unread.add(number)
    texts = {key: "\n".join(lines).strip() for key, lines in values.items()}
    class_name, creator, error_string, parameter = (texts.get(key, "") for key in _KEYS)
    exception = ExceptionInfo(class_name, creator, error_string, parameter, section.title_line)
    return Read(exception, unread.notes(anything_read=bool(values)))
