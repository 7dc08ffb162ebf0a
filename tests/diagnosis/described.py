"""Dumps described section by section for one rule, and what that rule says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from crash_knowledge.diagnosis import RULES, Finding
from crash_knowledge.wcr.description import (
    ConnectionText,
    DumpDescription,
    ExceptionText,
    FrameBlock,
    HeaderText,
    MemoryText,
    ObjectText,
    ProcessText,
    ReceiverText,
    SessionText,
    WindowText,
)
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps
from crash_knowledge.wcr.writer import encode, join_dumps, render

NOON = datetime(2025, 4, 14, 12, 0, 0)  # noqa: DTZ001 (a dump's time is local)
HEADER = HeaderText(
    user="user-0123456789",
    site="ACME(svc)",
    version="2024r1.000.001",
    build="2024r1.000[ACME].001.1",
    version_on_database="2024r1.000.001",
    tz_offset_seconds=7200,
    command_line="C:\\whatson\\whatson.exe",
)
PLAIN = DumpDescription(
    local_time=NOON,
    header=HEADER,
    cause="Unhandled exception: Message not understood: #open",
    active_process=ProcessText("Launcher", 50, 1, ("MediaGeniX.Plan>>next",)),
    exception=ExceptionText("MessageNotUnderstood", "x", "a Message with selector: #open and arguments: #()"),
    census=(("Point", 3, 60),),
)
"""A dump with hardly anything in it, of which the rules about the surroundings have nothing to say."""


def described(frames: tuple[str, ...] = ("MediaGeniX.Plan>>next",), **changes: Any) -> Dump:
    """The plain dump with this stack, innermost frame first, and these parts of its description changed."""
    process = replace(PLAIN.active_process, frames=frames)
    description = replace(PLAIN, **{"active_process": process, **changes})
    return read_dumps(encode(join_dumps([render(description)]))).dumps[0]


def with_header(**changes: Any) -> HeaderText:
    return replace(HEADER, **changes)


def findings(dump: Dump, rule: str) -> list[Finding]:
    """What a rule says of a dump; a name without a rule is an error, so that no test holds for want of a rule."""
    (asked,) = [one for one in RULES if one.__name__ == rule]
    return list(asked(dump))


def said(dump: Dump, rule: str) -> Finding:
    """The one finding of a rule."""
    (finding,) = findings(dump, rule)
    return finding


def facts(finding: Finding) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for fact in finding.facts:
        values.setdefault(fact.name, []).append(fact.value)
    return values


def shown(dump: Dump, finding: Finding) -> list[str]:
    """The lines of the file that a finding points at."""
    texts = {dump.line_of(index): text for index, text in enumerate(dump.text.split("\n"))}
    return [texts[line] for line in finding.lines]


def window(title: str, model: str) -> WindowText:
    return WindowText(26, title, model)


def connection(state: str = "xactNo", handle: str = "2E60C674", twin: bool = False) -> ConnectionText:
    return ConnectionText("OracleConnection", handle, twin, 1, state, None, "WONP")


def statement(query: str | None, state: str = "prepared", twin: bool = False) -> SessionText:
    return SessionText("OracleSession", "2E60C674", twin, state, 1, query)


def block(number: int, frame: str, receiver: str, **variables: str) -> FrameBlock:
    """The arguments section's entry of a frame: its receiver and the receiver's variables."""
    printed = tuple((name, ObjectText(7, text)) for name, text in variables.items())
    return FrameBlock(number, frame, ReceiverText(ObjectText(9, receiver), printed))


def memory(total_kb: int, limit_kb: int = 524_288, config_kb: int | None = 524_288, old: float = 60.0) -> MemoryText:
    spaces = (("Large", 400, 40.0), ("Old", total_kb - 30_000, old), ("Perm", 22_000, 100.0))
    return MemoryText("marking", spaces, total_kb, config_kb, limit_kb, limit_kb, limit_kb, "space")
