"""The section ``Initial Context Stack Arguments:``: receivers, their variables, and the arguments of the frames."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from crash_knowledge.wcr.model import Argument, FrameArguments, Value, Variable
from crash_knowledge.wcr.section import Read, SectionText, Unread
from crash_knowledge.wcr.smalltalk import is_number

_RECEIVER = "\tReceiver:"
_VARIABLE = re.compile(r"\t\[(\d{1,9})\] ([^\s(]{1,64}) *(?=\(id=|$)", re.ASCII)
_ARGUMENT = re.compile(r"\t((?:Arg|Temp)(?:\d{1,9}|\[t?\d{1,9}\])): ?", re.ASCII)
_VALUE = re.compile(r"\(id=(-?\d{1,20})\) ?", re.ASCII)
_NOTHING = Value(None, "")


def read_arguments(section: SectionText) -> Read[tuple[FrameArguments, ...]]:
    """Read every entry, in the order listed."""
    return _Reader(section).read()


class _Part(Enum):
    RECEIVER = 1
    VARIABLE = 2
    ARGUMENT = 3
    TEXT = 4


@dataclass(slots=True)
class _Item:
    """What a line begins; TEXT begins nothing. The value stands behind the first ``prefix`` characters."""

    part: _Part
    number: int = 0
    name: str = ""
    prefix: int = 0
    value: Value = _NOTHING


_TEXT = _Item(_Part.TEXT)


class _Reader:
    """Goes once over the lines of the section.

    The same receiver is printed again for every frame it is in, so that about half of the lines are equal: what a
    line says is worked out once. A value runs on until a line begins the next thing.
    """

    def __init__(self, section: SectionText) -> None:
        self._lines = section.lines
        self._numbers = section.numbers
        self._unread = Unread(section)
        self._entries: list[_Entry] = []
        self._known: dict[str, _Item] = {}
        self._first = self._last = 0

    def read(self) -> Read[tuple[FrameArguments, ...]]:
        known, numbers = self._known, self._numbers
        entry: _Entry | None = None
        for index, line in enumerate(self._lines):
            if not line:
                continue
            if line[0] == "\t" and entry is not None:
                item = known.get(line) or self._learn(line)
                if item is not _TEXT:
                    if self._last > self._first:
                        self._complete_value(entry)
                    entry.add(item, numbers[index])
                    self._first = self._last = index
                    continue
            elif line[0] == "[" and self._is_frame(index):
                if entry is not None and self._last > self._first:
                    self._complete_value(entry)
                number, _, text = line[1:].partition("] ")
                entry = _Entry(int(number), text.strip(), numbers[index])
                self._entries.append(entry)
                continue
            self._go_on(entry, index)
        if entry is not None and self._last > self._first:
            self._complete_value(entry)
        value = tuple(entry.close() for entry in self._entries)
        return Read(value, self._unread.notes(anything_read=bool(value)))

    def _learn(self, line: str) -> _Item:
        item = self._known[line] = _item(line)
        return item

    def _is_frame(self, index: int) -> bool:
        """Whether the line is ``[n] frame`` and an entry follows: a value can have a line that begins with ``[3]``."""
        number, _, text = self._lines[index][1:].partition("] ")
        if not is_number(number):
            return False
        if index + 1 < len(self._lines) and self._lines[index + 1].startswith(_RECEIVER):
            return True
        return ">>" in text and (index == 0 or not self._lines[index - 1])

    def _go_on(self, entry: _Entry | None, index: int) -> None:
        """Take a line that begins nothing: it belongs to the value before it."""
        if entry is not None and entry.last is not None:
            self._last = index
        elif not self._lines[index].isspace():
            self._unread.add(self._numbers[index])

    def _complete_value(self, entry: _Entry) -> None:
        """Give the last thing of the entry all lines of its value."""
        first_line, *more = self._lines[self._first : self._last + 1]
        item = self._known[first_line]
        entry.set_last_value(_value("\n".join([first_line[item.prefix :], *more])))
        self._last = self._first


class _Entry:
    """The entry of a frame while its lines are being read. ``last``: which part the last line began."""

    __slots__ = ("arguments", "frame_text", "last", "line", "number", "persistent", "receiver", "variables")

    def __init__(self, number: int, frame_text: str, line: int) -> None:
        self.number = number
        self.frame_text = frame_text
        self.line = line
        self.receiver: Value | None = None
        self.variables: list[Variable] = []
        self.arguments: list[Argument] = []
        self.persistent = False
        self.last: _Part | None = None

    def add(self, item: _Item, line: int) -> None:
        self.last = part = item.part
        if part is _Part.VARIABLE:
            number, variables = item.number, self.variables
            if variables and number <= variables[-1].number:
                self.persistent = True
            variables.append(Variable(number, item.name, item.value, self.persistent, line))
        elif part is _Part.ARGUMENT:
            self.arguments.append(Argument(item.name, item.name.startswith("Temp"), item.value, line))
        else:
            self.receiver = item.value

    def set_last_value(self, value: Value) -> None:
        if self.last is _Part.VARIABLE:
            self.variables[-1] = replace(self.variables[-1], value=value)
        elif self.last is _Part.ARGUMENT:
            self.arguments[-1] = replace(self.arguments[-1], value=value)
        else:
            self.receiver = value

    def close(self) -> FrameArguments:
        variables, arguments = tuple(self.variables), tuple(self.arguments)
        return FrameArguments(self.number, self.frame_text, self.receiver, variables, arguments, self.line)


def _item(line: str) -> _Item:
    if match := _VARIABLE.match(line):
        number, name = match.groups()
        return _Item(_Part.VARIABLE, int(number), name, match.end(), _value(line[match.end() :]))
    if line.startswith(_RECEIVER):
        prefix = len(_RECEIVER)
        return _Item(_Part.RECEIVER, prefix=prefix, value=_value(line[prefix:]))
    if match := _ARGUMENT.match(line):
        return _Item(_Part.ARGUMENT, 0, match[1], match.end(), _value(line[match.end() :]))
    return _TEXT


def _value(text: str) -> Value:
    text = text.lstrip(" ")
    match = _VALUE.match(text)
    return Value(int(match[1]), text[match.end() :]) if match else Value(None, text.strip())
