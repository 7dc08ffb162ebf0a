"""The section ``Scheduled Windows:``."""

from __future__ import annotations

import re

from crash_knowledge.wcr.model import Window
from crash_knowledge.wcr.section import Read, SectionText, Unread
from crash_knowledge.wcr.smalltalk import unquote

_WINDOW = re.compile(r"\tan? (\S+)(?: (\d{1,18}))?(?: ('.*))?", re.DOTALL)
_MODEL = "\t\tmodel class:"
_LABEL = " label: "


def read_windows(section: SectionText) -> Read[tuple[Window, ...]]:
    """Read every window, in the order listed."""
    unread = Unread(section)
    windows: list[Window] = []
    lines = section.lines
    index = 0
    while index < len(lines):
        start, line = index, lines[index]
        index += 1
        if line.startswith(("\ta ", "\tan ")):
            index = _end_of_titles(lines, index, line)
            line = "\n".join(lines[start:index])
            model_class = None
            if index < len(lines) and lines[index].startswith(_MODEL):
                model_class = lines[index][len(_MODEL) :].strip()
                index += 1
            windows.append(_window(line, model_class, section.numbers[start]))
        elif line.strip():
            unread.add(section.numbers[start])
    return Read(tuple(windows), unread.notes(anything_read=bool(windows)))


def _end_of_titles(lines: list[str], index: int, line: str) -> int:
    """Return the index of the line after a window's titles, which run on as long as a quote is open."""
    is_open = line.count("'") % 2 == 1
    while is_open and index < len(lines) and not lines[index].startswith("\t"):
        is_open = lines[index].count("'") % 2 == 0
        index += 1
    return index


def _window(text: str, model_class: str | None, line: int) -> Window:
    match = _WINDOW.fullmatch(text)
    if match is None:
        return Window(text.strip(), None, "", "", model_class, line)
    class_name, number, titles = match.groups()
    title, _, label = (titles or "").partition(_LABEL + "'")
    return Window(
        class_name=class_name,
        number=int(number) if number else None,
        title=unquote(title),
        label=unquote("'" + label) if label else "",
        model_class=model_class,
        line=line,
    )
