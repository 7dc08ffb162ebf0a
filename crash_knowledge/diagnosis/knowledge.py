"""What an expert keeps under ``data/diagnosis``: kinds of cause, their signals, and variables that say nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass as plain_dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from crash_knowledge.data_file import line_of, load_tables, read_entries
from crash_knowledge.errors import DataFileError
from crash_knowledge.settings import DATA_DIR

FOLDER = DATA_DIR / "diagnosis"

KindOfCause = Literal[
    "base code",
    "customer code",
    "data",
    "configuration",
    "permission",
    "upgrade script",
    "database schema",
    "client installation",
    "capacity",
    "infrastructure",
]

_PATTERN = re.compile(r"\*?[A-Za-z_]\w*\*?")
STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=STRICT)
class Kind:
    """A kind of cause; ``acts`` says who acts then."""

    name: KindOfCause
    acts: str


@dataclass(frozen=True, config=STRICT)
class ExceptionSignal:
    class_name: str
    kind: KindOfCause
    because: str


@dataclass(frozen=True, config=STRICT)
class CodeSignal:
    code: str
    kind: KindOfCause
    because: str


@dataclass(frozen=True, config=STRICT)
class MessageSignal:
    contains: str
    kind: KindOfCause
    because: str


@dataclass(frozen=True, config=STRICT)
class SelectorSignal:
    begins: str
    kind: KindOfCause
    because: str


@dataclass(frozen=True, config=STRICT)
class Library:
    class_begins: str
    name: str


@dataclass(frozen=True, config=STRICT)
class Causes:
    """``kinds`` from the most telling to the least; the others in the order of the file."""

    kinds: tuple[Kind, ...]
    exceptions: tuple[ExceptionSignal, ...]
    codes: tuple[CodeSignal, ...]
    messages: tuple[MessageSignal, ...]
    selectors: tuple[SelectorSignal, ...]
    libraries: tuple[Library, ...]

    def acts(self, kind: KindOfCause) -> str:
        return next(known.acts for known in self.kinds if known.name == kind)

    def rank(self, kind: KindOfCause) -> int:
        """0 for the most telling kind."""
        return next(rank for rank, known in enumerate(self.kinds) if known.name == kind)

    def of_exception(self, class_name: str) -> ExceptionSignal | None:
        """The signal of an exception's class (without namespace)."""
        return next((signal for signal in self.exceptions if fits(signal.class_name, class_name)), None)

    def of_code(self, code: str) -> CodeSignal | None:
        """The signal of a database's error code; a code that is spelled out counts before one with ``*``."""
        found = [signal for signal in self.codes if fits(signal.code, code)]
        return max(found, key=lambda signal: len(signal.code), default=None)

    def of_message(self, text: str) -> MessageSignal | None:
        lower = text.lower()
        return next((signal for signal in self.messages if signal.contains.lower() in lower), None)

    def of_selector(self, selector: str) -> SelectorSignal | None:
        return next((signal for signal in self.selectors if selector.startswith(signal.begins)), None)

    def library(self, class_name: str) -> str | None:
        """What to call the library that this class (without namespace) calls."""
        return next((known.name for known in self.libraries if class_name.startswith(known.class_begins)), None)


@plain_dataclass(frozen=True, slots=True)
class DullVariables:
    """``boilerplate``: never the reason of a crash; ``derived``: nil until they are worked out."""

    boilerplate: tuple[str, ...]
    derived: tuple[str, ...]

    def is_boilerplate(self, name: str) -> bool:
        return any(fits(pattern, name) for pattern in self.boilerplate)

    def is_derived(self, name: str) -> bool:
        return any(fits(pattern, name) for pattern in self.derived)


def load_causes(path: Path) -> Causes:
    """Read and check the kinds of cause and their signals. Raises DataFileError with file and line."""
    causes, text = load_tables(path, Causes)
    for kind in get_args(KindOfCause):
        count = [known.name for known in causes.kinds].count(kind)
        if count != 1:
            line = line_of(text, ("kinds", 0))
            raise DataFileError(f"{path}, line {line}: the kind “{kind}” must stand there once, not {count} times.")
    return causes


def load_dull_variables(folder: Path) -> DullVariables:
    """Read and check the two lists of variables. Raises DataFileError with file and line."""
    return DullVariables(
        read_patterns(folder / "boilerplate_variables.txt"), read_patterns(folder / "derived_variables.txt")
    )


def read_patterns(path: Path) -> tuple[str, ...]:
    """The names of a list, one a line, perhaps with ``*`` at an end. Raises DataFileError with file and line."""
    patterns: list[str] = []
    for _, number, entry in read_entries(path):
        if _PATTERN.fullmatch(entry) is None:
            raise DataFileError(f"{path}:{number}: “{entry}” is no name; write name, beginning* or *ending.")
        patterns.append(entry)
    return tuple(patterns)


def fits(pattern: str, name: str) -> bool:
    """Whether a name is the pattern; ``name*`` fits what begins so, ``*name`` what ends so."""
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name == pattern


@cache
def causes() -> Causes:
    """The causes of this installation, read once per process."""
    return load_causes(FOLDER / "causes.toml")


@cache
def dull_variables() -> DullVariables:
    """The lists of variables of this installation, read once per process."""
    return load_dull_variables(FOLDER)
