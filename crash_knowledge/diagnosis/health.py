"""How whole the dump is, and what that means for the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.dates import day_in
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.places import line_at, line_with
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.sections import Kind

_UNPRINTABLE = re.compile(r"--Error printing object of class ([\w.]+)")
_BUILT = re.compile(r"\.im created at ([^\n]{6,60})")
_NOT_CONNECTED = "not connected to the database"
_MEASURED_LINES = 20
_FIRST_YEAR = 2000
_LAST_YEAR = 2099


def not_connected(dump: Dump) -> Iterator[Finding]:
    """Says that the program was not connected to the database when it crashed: no record was read, no statement ran.

    Says nothing when it was connected. Example: "The program was not connected to the database: look at the login or
    the connection first".
    """
    if _NOT_CONNECTED in (dump.header.version_on_database or ""):
        lines = line_with(dump, _NOT_CONNECTED)
        sentence = "The program was not connected to the database: look at the login or the connection first"
        yield Finding("not_connected", "health", sentence, "certain", lines, _health("not connected"))


def cut_off(dump: Dump) -> Iterator[Finding]:
    """Says that the dump has no end: ask for the whole file when the part that is there is not enough.

    The verdict stands as long as the stack of the active process is there, which comes first in the file. Says nothing
    of a whole dump. Example: "The dump was cut off: it has no END line, and what came after this is missing; its stack
    is there, so the verdict stands".
    """
    if dump.complete:
        return
    last = dump.line_of(dump.text.count("\n"))
    whole_stack = any(section.kind is Kind.EXCEPTION for section in dump.sections)
    so = "its stack is there, so the verdict stands" if whole_stack else "its stack may be incomplete: trust no verdict"
    sentence = f"The dump was cut off: it has no END line, and what came after this is missing; {so}"
    yield Finding("cut_off", "health", sentence, "certain", (last,), _health("cut off"))


def no_stack(dump: Dump) -> Iterator[Finding]:
    """Says that the dump has no stack of the failing process: it can only be known by its cause.

    Says nothing when there is a stack. Example: "The dump has no stack: the verdict rests on the cause line alone".
    """
    process = dump.active_process
    if dump.cause and (process is None or not process.frames):
        sentence = "The dump has no stack: the verdict rests on the cause line alone"
        yield Finding("no_stack", "health", sentence, "certain", line_with(dump, "Cause of Dump:"), _health("no stack"))


def wrong_time(dump: Dump) -> Iterator[Finding]:
    """Says that the dump's time cannot be right: none at all, an impossible year, or before the program was built.

    The verdict stands, but "first seen" and "days before air" would be wrong. Says nothing of a likely time. Example:
    "The dump's time cannot be right: 2 Apr 2019 is before the program was built, on 27 Mar 2024".
    """
    moment = dump.header.local_time
    first = (dump.line_of(0),)
    if moment is None:
        sentence = "The dump has no time: it is taken as of now"
        yield Finding("wrong_time", "health", sentence, "certain", first, _health("no time"))
        return
    shown = f"{moment.day} {moment:%b %Y}"
    match = _BUILT.search(dump.transcript)
    built = day_in(match[1]) if match else None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        why = f"{shown} is no year of this program"
    elif built and moment.date() < built:
        why = f"{shown} is before the program was built, on {built.day} {built:%b %Y}"
    else:
        return
    sentence = f"The dump's time cannot be right: {why}"
    yield Finding("wrong_time", "health", sentence, "certain", first, _health("wrong time"))


def doubled_lines(dump: Dump) -> Iterator[Finding]:
    """Says that every line end was doubled on the way, so that line numbers are about twice those of the original.

    Says nothing of a dump as it was written. Example: "Every line end was doubled on the way here (a mail system does
    that); nothing is lost".
    """
    count = min(dump.text.count("\n"), _MEASURED_LINES)
    if count and dump.line_of(count) - dump.line_of(0) == 2 * count:
        sentence = "Every line end was doubled on the way here (a mail system does that); nothing is lost"
        yield Finding("doubled_lines", "health", sentence, "certain", (dump.line_of(0),), _health("doubled lines"))


def no_census(dump: Dump) -> Iterator[Finding]:
    """Says that the list of all objects in memory is missing: what filled the memory cannot be told from this dump.

    Half of all dumps have none; it matters only when memory was the trouble. Says nothing when there is one. Example:
    "The dump has no list of all objects, so what filled the memory cannot be told".
    """
    if not any(section.kind is Kind.CENSUS for section in dump.sections):
        sentence = "The dump has no list of all objects, so what filled the memory cannot be told"
        yield Finding("no_census", "health", sentence, "certain", (), _health("no list of objects"))


def unprintable_objects(dump: Dump) -> Iterator[Finding]:
    """Says that some objects could not be printed into the dump: they were broken or not loaded.

    Says nothing when all were. Example: "Objects could not be printed into the dump, twice: Plan".
    """
    matches = list(_UNPRINTABLE.finditer(dump.text))
    if matches:
        classes = ", ".join(sorted({match[1].rpartition(".")[2] for match in matches})[:3])
        times = {1: "once", 2: "twice"}.get(len(matches), f"{len(matches)} times")
        sentence = f"Objects could not be printed into the dump, {times}: {classes}"
        lines = (line_at(dump, matches[0].start()),)
        yield Finding("unprintable_objects", "health", sentence, "certain", lines, _health("print errors"))


def _health(value: str) -> tuple[Fact, ...]:
    return (Fact("dump_health", value),)
