"""How whole the dump is, and what that means for the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.model import Finding
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.sections import Kind

_UNPRINTABLE = re.compile(r"--Error printing object of class ([\w.]+)")
_NOT_CONNECTED = "not connected to the database"
_MEASURED_LINES = 20


def not_connected(dump: Dump) -> Iterator[Finding]:
    """Says that the program was not connected to the database when it crashed."""
    if _NOT_CONNECTED in (dump.header.version_on_database or ""):
        line = _line_of(dump, dump.text.find(_NOT_CONNECTED))
        yield Finding("not_connected", "health", "The program was not connected to the database", "certain", (line,))


def cut_off(dump: Dump) -> Iterator[Finding]:
    """Says that the dump has no end: ask for the whole file when the part that is there is not enough."""
    if not dump.complete:
        last = dump.line_of(dump.text.count("\n"))
        sentence = "The dump was cut off: it has no END line, and what came after this is missing"
        yield Finding("cut_off", "health", sentence, "certain", (last,))


def doubled_lines(dump: Dump) -> Iterator[Finding]:
    """Says that every line end was doubled on the way, so that line numbers are about twice those of the original."""
    count = min(dump.text.count("\n"), _MEASURED_LINES)
    if count and dump.line_of(count) - dump.line_of(0) == 2 * count:
        sentence = "Every line end was doubled on the way here (a mail system does that); nothing is lost"
        yield Finding("doubled_lines", "health", sentence, "certain", (dump.line_of(0),))


def no_census(dump: Dump) -> Iterator[Finding]:
    """Says that the list of all objects in memory is missing: what filled the memory cannot be told from this dump."""
    if not any(section.kind is Kind.CENSUS for section in dump.sections):
        sentence = "The dump has no list of all objects, so what filled the memory cannot be told"
        yield Finding("no_census", "health", sentence, "certain", ())


def unprintable_objects(dump: Dump) -> Iterator[Finding]:
    """Says that some objects could not be printed into the dump: they were broken or not loaded."""
    matches = list(_UNPRINTABLE.finditer(dump.text))
    if matches:
        classes = ", ".join(sorted({match[1].rpartition(".")[2] for match in matches})[:3])
        times = "once" if len(matches) == 1 else f"{len(matches)} times"
        sentence = f"Objects could not be printed into the dump, {times}: {classes}"
        yield Finding("unprintable_objects", "health", sentence, "certain", (_line_of(dump, matches[0].start()),))


def _line_of(dump: Dump, position: int) -> int:
    return dump.line_of(dump.text.count("\n", 0, position))
