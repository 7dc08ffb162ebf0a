"""A dump to be written, section by section: what the writer prints and a reader must find again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ArgumentStyle = Literal["9.1", "9.3"]
NumberFormat = Literal["comma", "dot", "space", "no-break space"]


@dataclass(frozen=True, slots=True)
class HeaderText:
    """Header values as they are printed; None leaves the line out, an empty string is a line without a value.

    ``database_label`` is ``Oracle`` or ``Database``, None when not connected.
    """

    user: str | None
    site: str | None
    version: str | None
    build: str | None
    database_hash: str | None = None
    version_on_database: str | None = None
    connector_version: str | None = None
    smalltalk_version: str = "'VisualWorks®, 9.1.1 of 16 September 2021'"
    computer: str = "APP-1"
    windows_user: str = "operator"
    tz_offset_seconds: int = 3600
    frame_rate_mode: str = "Single frame rate mode"
    frame_rate: str = "25 fps"
    database_label: str | None = "Oracle"
    database_server: str = ""
    database_client: str = ""
    database_encoding: str = "AL32UTF8"
    session_encoding: str = "utf_8"
    command_line: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionText:
    class_name: str
    error_string: str
    parameter: str


@dataclass(frozen=True, slots=True)
class ProcessText:
    """A process; ``frames`` innermost first, without their numbers."""

    name: str
    priority: int
    identity_hash: int
    frames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectText:
    """``(id=object_id) text``."""

    object_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ReceiverText:
    """An object with its instance variables and, for domain objects, its persistent attributes."""

    value: ObjectText
    variables: tuple[tuple[str, ObjectText], ...] = ()
    attributes: tuple[tuple[str, ObjectText], ...] = ()


@dataclass(frozen=True, slots=True)
class FrameBlock:
    """The arguments section's entry of the frame with this number in the active stack."""

    number: int
    frame: str
    receiver: ReceiverText
    arguments: tuple[ObjectText, ...] = ()
    temporaries: tuple[ObjectText, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectionText:
    """``handle`` is the ``hsvcctx`` of Oracle, empty for PostgreSQL and for a connection never made."""

    class_name: str
    handle: str
    twin: bool
    hash: int
    state: str
    username: str | None
    environment: str | None


@dataclass(frozen=True, slots=True)
class SessionText:
    class_name: str
    handle: str
    twin: bool
    state: str
    connection_hash: int
    query: str | None


@dataclass(frozen=True, slots=True)
class WindowText:
    number: int
    title: str
    model_class: str
    class_name: str = "MediaGeniX.MAFContextAwareApplicationWindow"


@dataclass(frozen=True, slots=True)
class MemoryText:
    """Sizes in KB. ``spaces``: name, size, used percent. ``config_limit_kb`` None prints ``NA``."""

    collector_state: str
    spaces: tuple[tuple[str, int, float], ...]
    total_kb: int
    config_limit_kb: int | None
    limit_upper_bound_kb: int
    growth_limit_kb: int
    free_upper_bound_kb: int
    number_format: NumberFormat = "comma"


@dataclass(frozen=True, slots=True)
class DumpDescription:
    """One dump. ``memory`` None leaves the report out, ``census`` empty leaves the class counts out."""

    local_time: datetime
    header: HeaderText
    cause: str
    active_process: ProcessText
    exception: ExceptionText
    frame_blocks: tuple[FrameBlock, ...] = ()
    quiescent: tuple[ProcessText, ...] = ()
    suspended: tuple[ProcessText, ...] = ()
    transcript: str = ""
    connections: tuple[ConnectionText, ...] = ()
    sessions: tuple[SessionText, ...] = ()
    windows: tuple[WindowText, ...] = ()
    memory: MemoryText | None = None
    census: tuple[tuple[str, int, int], ...] = ()
    argument_style: ArgumentStyle = "9.1"


@dataclass(frozen=True, slots=True)
class PlainDescription:
    """A dump of a VisualWorks program that is not WHATS'ON."""

    local_time: datetime
    cause: str
    smalltalk_version: str
    active_process: ProcessText
    exception: ExceptionText
    version_id: tuple[int, ...] = (172, 72, 76, 241, 83, 131, 0, 0, 72, 69, 76, 177)
