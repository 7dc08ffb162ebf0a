"""The sections that list processes: active, quiescent and suspended."""

from __future__ import annotations

from crash_knowledge.wcr.frames import parse_frame
from crash_knowledge.wcr.model import Frame, Note, Process
from crash_knowledge.wcr.section import Read, SectionText, Unread
from crash_knowledge.wcr.smalltalk import integer_or_none, is_number, unquote

_NAME = "Process named:"
_PRIORITY = "Process priority:"
_IDENTITY_HASH = "Process identity hash:"
_STACK_TITLES = ("context stack", "context stack:")


def read_processes(section: SectionText) -> Read[tuple[Process, ...]]:
    """Read every process of a section, in the order listed; one that lost its first line has an empty name."""
    processes: list[_OpenProcess] = []
    unread = Unread(section)
    notes: list[Note] = []
    for line, number in section.numbered_lines():
        if line.startswith(_NAME):
            processes.append(_OpenProcess(number, unquote(line[len(_NAME) :].strip())))
        elif line and not line.isspace():
            if not processes:
                processes.append(_OpenProcess(number, ""))
            if not processes[-1].take(line, number):
                unread.add(number)
    for process in processes:
        notes.extend(process.gaps())
    value = tuple(process.close() for process in processes)
    return Read(value, (*notes, *unread.notes(anything_read=bool(value))))


class _OpenProcess:
    """A process while its lines are being read."""

    __slots__ = ("frames", "identity_hash", "line", "name", "priority")

    def __init__(self, line: int, name: str) -> None:
        self.line = line
        self.name = name
        self.priority: int | None = None
        self.identity_hash: int | None = None
        self.frames: list[Frame] = []

    def take(self, text: str, line: int) -> bool:
        """Take a line of this process; false when it is none."""
        if text.startswith("["):
            number, bracket, frame = text[1:].partition("]")
            if not (bracket and is_number(number)):
                return False
            self.frames.append(parse_frame(frame.strip(), int(number), line))
        elif text.startswith(_PRIORITY):
            self.priority = integer_or_none(text[len(_PRIORITY) :])
        elif text.startswith(_IDENTITY_HASH):
            self.identity_hash = integer_or_none(text[len(_IDENTITY_HASH) :])
        else:
            return text.strip().lower() in _STACK_TITLES
        return True

    def gaps(self) -> list[Note]:
        """Return a note for the first place where the numbers of the frames do not count up by one."""
        for expected, frame in enumerate(self.frames, start=1):
            if frame.number != expected:
                what = f"The stack goes from frame {expected - 1} to frame {frame.number}"
                return [Note(frame.line, what, "warning")]
        return []

    def close(self) -> Process:
        return Process(self.name, self.priority, self.identity_hash, tuple(self.frames), self.line)
