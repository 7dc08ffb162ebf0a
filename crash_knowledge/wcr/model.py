"""What a WCR dump says, as plain frozen dataclasses.

Line numbers are those of the file as it was given (1-based), so that a reader can go and look.
A value that the dump does not have is ``None`` (a single value) or an empty tuple (a section).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

NoteLevel = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something in the dump that could not be read, or that a reader must know (cut off, doubled lines)."""

    line: int
    what: str
    level: NoteLevel = "warning"


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack: ``[number] text``, 1 is the innermost.

    ``receiver`` is the class of the object, ``implementor`` the class whose method runs; both as printed,
    with namespace, without `` class`` (``class_side`` tells that the implementor is a class-side method's).
    ``blocks`` counts the ``[] in``. A line that is no frame has receiver, implementor and selector empty.
    """

    number: int
    text: str
    receiver: str
    implementor: str
    selector: str
    blocks: int
    class_side: bool
    optimized: bool
    line: int


@dataclass(frozen=True, slots=True)
class Process:
    name: str
    priority: int | None
    identity_hash: int | None
    frames: tuple[Frame, ...]
    line: int


@dataclass(frozen=True, slots=True)
class ExceptionInfo:
    class_name: str
    creator: str
    error_string: str
    parameter: str
    line: int


@dataclass(frozen=True, slots=True)
class Value:
    """``(id=object_id) text``. Small integers are their own id: trust the text, never the id."""

    object_id: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A numbered variable of a receiver. ``persistent``: of the second numbering (database attributes)."""

    number: int
    name: str
    value: Value
    persistent: bool
    line: int


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument or temporary of a frame: label ``Arg1`` (9.1), ``Arg[t1]`` or ``Temp[t4]`` (9.3)."""

    label: str
    temporary: bool
    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class FrameArguments:
    """Receiver, variables and arguments of the frame with this number in the active stack."""

    number: int
    frame_text: str
    receiver: Value | None
    variables: tuple[Variable, ...]
    arguments: tuple[Argument, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Site:
    """``CUSTOMER(database)``. ``database_kind`` is ``oracle``, ``postgresql`` or None when the text does not tell."""

    text: str
    customer: str
    database_kind: str | None
    host: str | None
    port: int | None
    service: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """``2023r8.001.042a``: line ``2023r8``, minor ``001``, patch ``042``, letter ``a``. Other forms: only text."""

    text: str
    line: str | None
    minor: str | None
    patch: str | None
    letter: str | None


@dataclass(frozen=True, slots=True)
class Build:
    """``2024r1.000[BRX].001.1``: version ``2024r1.000.001``, customer ``BRX``, number 1."""

    text: str
    version: str | None
    customer: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """Values as printed, stripped; empty string where the line is there but empty, None where it is missing."""

    user: str | None = None
    site: Site | None = None
    version: Version | None = None
    minor_version: str | None = None
    build: Build | None = None
    database_hash: str | None = None
    version_on_database: str | None = None
    connector_version: str | None = None
    smalltalk_version: str | None = None
    computer: str | None = None
    windows_user: str | None = None
    tz_offset_seconds: int | None = None
    frame_rate_mode: str | None = None
    frame_rate: str | None = None
    database_server_version: str | None = None
    database_client_version: str | None = None
    database_encoding: str | None = None
    session_encoding: str | None = None
    cause: str = ""
    command_line: str | None = None
    local_time: datetime | None = None
    """Naive local time of that machine, from the BEGIN line."""

    @property
    def cause_first_line(self) -> str:
        return next((line.strip() for line in self.cause.splitlines() if line.strip()), "")


@dataclass(frozen=True, slots=True)
class Connection:
    """An external database connection. ``twin``: the entry marked ``'``, a copy of another."""

    class_name: str
    handle: str
    twin: bool
    hash: int | None
    state: str | None
    username: str | None
    environment: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Session:
    """An external database session (a statement), as listed. Twins have the same ``handle``."""

    class_name: str
    handle: str
    twin: bool
    state: str | None
    connection_hash: int | None
    query: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Window:
    class_name: str
    number: int | None
    title: str
    label: str
    model_class: str | None
    line: int


@dataclass(frozen=True, slots=True)
class MemorySpace:
    name: str
    size_kb: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """Limits are None where the dump prints ``NA`` or nothing."""

    collector_state: str | None
    spaces: tuple[MemorySpace, ...]
    total_kb: int | None
    config_limit_kb: int | None
    limit_upper_bound_kb: int | None
    growth_limit_kb: int | None
    free_upper_bound_kb: int | None
    line: int


@dataclass(frozen=True, slots=True)
class CensusRow:
    class_name: str
    count: int
    size_bytes: int
