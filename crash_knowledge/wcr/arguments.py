"""The section ``Initial Context Stack Arguments:``: receivers, their variables, and the arguments of the frames."""

from __future__ import annotations

from collections.abc import Sequence

from crash_knowledge.wcr.model import Argument, FrameArguments, Value, Variable
from crash_knowledge.wcr.section import Read, SectionText, Unread

_RECEIVER = "\tReceiver:"
_WIDEST_NAME = 64
_WIDEST_LABEL = 24


def read_arguments(section: SectionText) -> Read[tuple[FrameArguments, ...]]:
    """Read every entry, in the order listed."""
    reader = _Reader(section)
    return reader.read()


class _Reader:
    """Goes once over the lines. A value stays open until a line begins the next thing."""

    def __init__(self, section: SectionText) -> None:
        self._section = section
        self._lines = section.lines
        self._unread = Unread(section)
        self._values: dict[str, Value] = {}
        self._entries: list[FrameArguments] = []
        self._entry: _OpenEntry | None = None

    def read(self) -> Read[tuple[FrameArguments, ...]]:
        lines = self._lines
        index = 0
        while index < len(lines):
            index = self._read_thing(index)
        self._close_entry()
        return Read(tuple(self._entries), self._unread.notes(anything_read=bool(self._entries)))

    def _read_thing(self, index: int) -> int:
        """Read what begins at this line and return the index of the line after it."""
        line = self._lines[index]
        if not line:
            return index + 1
        end = self._end_of_thing(index)
        if line[0] == "[" and _is_frame(self._lines, index):
            self._close_entry()
            number, _, text = line[1:].partition("] ")
            self._entry = _OpenEntry(int(number), text.strip(), self._section.numbers[index])
            return index + 1
        if self._entry is None or not self._entry.take(self, index, end):
            self._unread.add(self._section.numbers[index])
        return end

    def _end_of_thing(self, index: int) -> int:
        lines = self._lines
        end = index + 1
        while end < len(lines) and not _begins_thing(lines, end):
            end += 1
        return end

    def text(self, start: int, first: str, end: int) -> str:
        """Join the rest of a first line with its continuation lines."""
        if end == start + 1:
            return first
        return "\n".join([first, *self._lines[start + 1 : end]]).rstrip("\n")

    def value(self, text: str) -> Value:
        """Return the value printed as ``(id=K) text``; equal texts give the same object."""
        value = self._values.get(text)
        if value is None:
            value = self._values[text] = _parse_value(text)
        return value

    def line_number(self, index: int) -> int:
        return self._section.numbers[index]

    def line(self, index: int) -> str:
        return self._lines[index]

    def _close_entry(self) -> None:
        if self._entry is not None:
            self._entries.append(self._entry.close())
            self._entry = None


class _OpenEntry:
    """The entry of a frame while its lines are being read."""

    def __init__(self, number: int, frame_text: str, line: int) -> None:
        self.number = number
        self.frame_text = frame_text
        self.line = line
        self.receiver: Value | None = None
        self.variables: list[Variable] = []
        self.arguments: list[Argument] = []
        self._persistent = False

    def take(self, reader: _Reader, index: int, end: int) -> bool:
        line = reader.line(index)
        if line.startswith("\t["):
            return self._take_variable(reader, line, index, end)
        if line.startswith(_RECEIVER):
            self.receiver = reader.value(reader.text(index, line[len(_RECEIVER) :].lstrip(), end))
            return True
        label = _argument_label(line)
        if not label:
            return False
        value = reader.value(reader.text(index, line[len(label) + 2 :].lstrip(), end))
        self.arguments.append(Argument(label, label.startswith("Temp"), value, reader.line_number(index)))
        return True

    def _take_variable(self, reader: _Reader, line: str, index: int, end: int) -> bool:
        number_text, _, rest = line[2:].partition("] ")
        at = rest.find("(id=", 0, _WIDEST_NAME)
        name = (rest if at < 0 else rest[:at]).rstrip()
        number = int(number_text)
        if self.variables and number <= self.variables[-1].number:
            self._persistent = True
        value = reader.value(reader.text(index, "" if at < 0 else rest[at:], end))
        self.variables.append(Variable(number, name, value, self._persistent, reader.line_number(index)))
        return True

    def close(self) -> FrameArguments:
        variables, arguments = tuple(self.variables), tuple(self.arguments)
        return FrameArguments(self.number, self.frame_text, self.receiver, variables, arguments, self.line)


def _begins_thing(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if line.startswith("\t["):
        return _is_variable(line)
    if line.startswith("["):
        return _is_frame(lines, index)
    return line.startswith(_RECEIVER) or bool(_argument_label(line))


def _is_variable(line: str) -> bool:
    """Whether the line is ``<tab>[i] name   (id=K) ...``; the name is one word, the id can be missing."""
    number, _, rest = line[2:].partition("] ")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return False
    at = rest.find("(id=", 0, _WIDEST_NAME)
    name = (rest if at < 0 else rest[:at]).rstrip()
    return bool(name) and " " not in name


def _is_frame(lines: Sequence[str], index: int) -> bool:
    """Whether the line is ``[n] frame`` and an entry follows it: a printed value can begin with ``[3]`` too."""
    number, _, text = lines[index][1:].partition("] ")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return False
    if index + 1 < len(lines) and lines[index + 1].startswith(_RECEIVER):
        return True
    return ">>" in text and (index == 0 or not lines[index - 1])


def _argument_label(line: str) -> str:
    """Return ``Arg1``, ``Arg[t1]`` or ``Temp[t4]`` when the line is an argument's, else nothing."""
    if not line.startswith(("\tArg", "\tTemp")):
        return ""
    label, colon, _ = line[1:_WIDEST_LABEL].partition(":")
    position = label.removeprefix("Temp").removeprefix("Arg").strip("[]").removeprefix("t")
    return label if colon and position.isascii() and position.isdigit() else ""


def _parse_value(text: str) -> Value:
    if text.startswith("(id="):
        object_id, closing, printed = text[4:].partition(")")
        if closing and len(object_id) <= 20 and object_id.removeprefix("-").isdigit() and object_id.isascii():
            return Value(int(object_id), printed.removeprefix(" "))
    return Value(None, text.strip())
