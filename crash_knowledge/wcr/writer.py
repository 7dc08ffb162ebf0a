"""Prints a described dump the way WHATS'ON prints it, and packs it into a file's bytes.

The layout follows what real dumps show: blank lines, tabs, padding and all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal

from crash_knowledge.wcr.description import (
    ArgumentStyle,
    ConnectionText,
    DumpDescription,
    FrameBlock,
    HeaderText,
    MemoryText,
    NumberFormat,
    ObjectText,
    PlainDescription,
    ProcessText,
    ReceiverText,
    SessionText,
    WindowText,
)

DASHES = "-" * 60
NAME_WIDTH = 32
"""Variable names are padded to this width and cut there."""

Encoding = Literal["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]

GROUPING: dict[NumberFormat, tuple[str, str]] = {
    "comma": (",", "."),
    "dot": (".", ","),
    "space": (" ", ","),
    "no-break space": ("\u00a0", ","),
}
"""Number format -> (thousands separator, decimal mark)."""


def render(dump: DumpDescription) -> str:
    """The text of one dump from its BEGIN to its END line, with LF line ends and a final one."""
    lines = [_envelope(dump.local_time, "BEGIN"), ""]
    lines += _header(dump.header, dump.cause)
    lines += [DASHES, "Active Process", *_process(dump.active_process), ""]
    lines += [DASHES, *_exception(dump)]
    lines += [DASHES, "Initial Context Stack Arguments:"]
    for block in dump.frame_blocks:
        lines += [*_frame_block(block, dump.argument_style), ""]
    lines += ["", DASHES, "Quiescent Processes", *_processes(dump.quiescent)]
    lines += [DASHES, "Suspended Processes", *_processes(dump.suspended)]
    lines += [DASHES, "Transcript:", "<<<BEGIN TRANSCRIPT>>>", *dump.transcript.split("\n"), "<<<END TRANSCRIPT>>>", ""]
    lines += [DASHES, "External Database Connections (all instances):", ""]
    for connection in dump.connections:
        lines += _connection(connection)
    lines += ["External Database Sessions (all instances):", ""]
    for session in dump.sessions:
        lines += _session(session)
    lines += [DASHES, "Scheduled Windows:", ""]
    for window in dump.windows:
        lines += _window(window)
    if dump.memory is not None:
        lines += [*_memory(dump.memory), "", "", ""]
    if dump.census:
        lines += ["", "All objects", "", *(f"{name}\t{count}\t{size}" for name, count, size in dump.census)]
    return "\n".join([*lines, _envelope(dump.local_time, "END"), ""])


def render_plain(dump: PlainDescription) -> str:
    """The text of a dump of a VisualWorks program other than WHATS'ON."""
    process = _process(dump.active_process)
    process[process.index("Context stack")] = "Context Stack:"
    lines = [
        _envelope(dump.local_time, "BEGIN"),
        "Note: this file stored in VisualWorks #source (UTF-8) encoding",
        "",
        f"Cause of Dump: {dump.cause}",
        f"Smalltalk Version: {dump.smalltalk_version}",
        f"Object Memory versionId: #[{' '.join(map(str, dump.version_id))}]",
        "Class creating this dump: ErrorDumper",
        DASHES,
        "Active Process",
        *process,
        "",
        DASHES,
        *_exception(dump),
        _envelope(dump.local_time, "END"),
        "",
    ]
    return "\n".join(lines)


def file_name(local_time: datetime) -> str:
    """The name WHATS'ON gives the file: day, month and time without leading zeros, and no year."""
    t = local_time
    return f"WCR_{t.day}-{t.month}_{t.hour}-{t.minute}-{t.second}.txt"


def join_dumps(texts: Sequence[str], before: str = "\n", between: str = "\n", after: str = "") -> str:
    """The text of a file: one dump or many, with other text (WHATS'ON: an empty line) before and between them."""
    return before + between.join(texts) + after


def cut_off(text: str, share: float) -> str:
    """The first ``share`` (0..1) of a text, ending in the middle of a line or not, as a broken copy does."""
    return text[: int(len(text) * share)]


def encode(
    text: str,
    encoding: Encoding = "utf-8",
    newline: Literal["\n", "\r\n"] = "\n",
    doubled: bool = False,
) -> bytes:
    """The bytes of a file.

    ``doubled``: an empty line after each line, as a mail system leaves it. ``utf-16*`` write a byte order mark;
    characters that ``cp1252`` does not have become question marks.
    """
    end = newline * 2 if doubled else newline
    text = text.replace("\n", end)
    byte_order_mark = "\ufeff" if encoding.startswith("utf-16") else ""
    return (byte_order_mark + text).encode(encoding, errors="replace")


def quoted(text: str) -> str:
    """A Smalltalk string literal: in single quotes, each quote inside doubled."""
    return "'" + text.replace("'", "''") + "'"


def grouped(number: int, number_format: NumberFormat) -> str:
    """``345642`` as ``345,642``, ``345.642`` or ``345 642``."""
    return f"{number:,}".replace(",", GROUPING[number_format][0])


def _envelope(t: datetime, edge: str) -> str:
    return f"=={t.year}/{t.month}/{t.day}=={t.hour}:{t.minute:02}:{t.second:02}=={edge} RUNTIME DIAGNOSTIC DUMP"


def _header(header: HeaderText, cause: str) -> list[str]:
    lines = ["System Error Report"]
    labelled = (
        ("Whats'On User", header.user),
        ("Whats'On Site", header.site),
        ("Whats'On Version", header.version),
        ("Whats'On Minor Version", None if header.version is None else ""),
        ("Whats'On Build", header.build),
        ("Whats'On DB Hash", header.database_hash),
        ("Whats'On Version on database", header.version_on_database),
        ("Whats'On Connector Version", header.connector_version),
        ("Smalltalk Version", header.smalltalk_version),
    )
    lines += [f"{label}: {value}" for label, value in labelled if value is not None]
    lines += ["", f"COMPUTERNAME={header.computer}", f"USERNAME={header.windows_user}"]
    lines += [f"TimeZone offset={header.tz_offset_seconds}", ""]
    lines += [f"Frame rate mode: {header.frame_rate_mode}", f"Frame rate: {header.frame_rate}", ""]
    if header.database_label is not None:
        lines += [f"{header.database_label} Server Version: ", header.database_server, ""]
        lines += [f"{header.database_label} Client Version: {header.database_client}"]
    lines += [f"Database encoding: {header.database_encoding}", f"Session encoding: {header.session_encoding}", "", ""]
    lines += [*f"Cause of Dump: {cause}".split("\n"), f"Command Line: {header.command_line}", ""]
    return lines


def _process(process: ProcessText) -> list[str]:
    return [
        f"Process named: {quoted(process.name)}",
        f"Process priority: {process.priority}",
        f"Process identity hash: {process.identity_hash}",
        "Context stack",
        *(f"[{number}] \t{frame}" for number, frame in enumerate(process.frames, start=1)),
    ]


def _processes(processes: Iterable[ProcessText]) -> list[str]:
    lines: list[str] = []
    for process in processes:
        lines += [*_process(process), ""]
    return lines or [""]


def _exception(dump: DumpDescription | PlainDescription) -> list[str]:
    exception = dump.exception
    return [
        "Unhandled Exception:",
        f"\tclass: {exception.class_name}",
        f"\tcreator: {exception.class_name}",
        *f"\terrorString: {exception.error_string}".split("\n"),
        *f"\tparameter: {exception.parameter}".split("\n"),
        "",
    ]


def _frame_block(block: FrameBlock, style: ArgumentStyle) -> list[str]:
    lines = [f"[{block.number}] {block.frame}", *_receiver(block.receiver)]
    argument_label, temporary_label = _labels(style)
    for number, argument in enumerate(block.arguments, start=1):
        lines.append(f"\t{argument_label(number)}: {_object(argument)}")
    for number, temporary in enumerate(block.temporaries, start=len(block.arguments) + 1):
        lines.append(f"\t{temporary_label(number)}: {_object(temporary)}")
    return lines


def _labels(style: ArgumentStyle) -> tuple[Callable[[int], str], Callable[[int], str]]:
    if style == "9.1":
        return "Arg{}".format, "Temp{}".format
    return "Arg[t{}]".format, "Temp[t{}]".format


def _receiver(receiver: ReceiverText) -> list[str]:
    lines = [f"\tReceiver: {_object(receiver.value)}"]
    for numbered in (receiver.variables, receiver.attributes):
        lines += [
            f"\t[{number}] {name[:NAME_WIDTH]:<{NAME_WIDTH}}{_object(value)}"
            for number, (name, value) in enumerate(numbered, start=1)
        ]
    return lines


def _object(value: ObjectText) -> str:
    return f"(id={value.object_id}) {value.text}"


def _article(class_name: str) -> str:
    return "an" if class_name[0] in "AEIOU" else "a"


def _instance(class_name: str, twin: bool, handle_name: str, handle: str) -> str:
    text = f"\t{_article(class_name)} {class_name}{chr(39) if twin else ''}"
    return f"{text}( {handle_name} = {handle} )" if handle else text


def _string_or_nil(text: str | None) -> str:
    return "nil" if text is None else quoted(text)


def _connection(connection: ConnectionText) -> list[str]:
    return [
        _instance(connection.class_name, connection.twin, "hsvcctx", connection.handle),
        f"\t\thash: {connection.hash}",
        f"\t\tstate: #{connection.state}",
        f"\t\tusername: {_string_or_nil(connection.username)}",
        f"\t\tenvironment: {_string_or_nil(connection.environment)}",
        "",
    ]


def _session(session: SessionText) -> list[str]:
    return [
        _instance(session.class_name, session.twin, "hstmt", session.handle),
        f"\t\tstate: #{session.state}",
        f"\t\tconnection hash: {session.connection_hash}",
        f"\t\tquery: {_string_or_nil(session.query)}",
        "",
    ]


def _window(window: WindowText) -> list[str]:
    title = quoted(window.title)
    return [
        f"\t{_article(window.class_name)} {window.class_name} {window.number} {title} label: {title}",
        f"\t\tmodel class:  {window.model_class}",
        "",
    ]


def _memory(memory: MemoryText) -> list[str]:
    def kilobytes(size: int | None) -> str:
        return "NA" if size is None else f"{grouped(size, memory.number_format)} KB"

    decimal_mark = GROUPING[memory.number_format][1]
    lines = ["Memory Report", "=============", f"Incremental garbage collector state: {memory.collector_state}"]
    lines += [
        f"{name}:\t\t{kilobytes(size)}\t\t{f'{percent:.2f}'.replace('.', decimal_mark)}%"
        for name, size, percent in memory.spaces
    ]
    lines += [f"Total:\t\t{kilobytes(memory.total_kb)}\t\t", ""]
    lines += [f"Config file memory limit:\t\t{kilobytes(memory.config_limit_kb)}\t\t"]
    lines += [f"Memory limit upper bound:\t\t{kilobytes(memory.limit_upper_bound_kb)}\t\t"]
    lines += [f"Growth limit upper bound:\t\t{kilobytes(memory.growth_limit_kb)}\t\t"]
    lines += [f"Free memory upper bound:\t\t{kilobytes(memory.free_upper_bound_kb)}\t\t"]
    return lines
