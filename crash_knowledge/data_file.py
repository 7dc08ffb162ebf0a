"""Reads the files under ``data/`` that an expert edits: tables and lists; a mistake is reported with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from crash_knowledge.errors import DataFileError

T = TypeVar("T")

Entry = tuple[Path, int, str]
"""Of a list: the file, the line, and what stands there."""

_COMMENT = re.compile(r"(?:^|\s)#.*$")


def load_tables(path: Path, shape: type[T]) -> tuple[T, str]:
    """The tables of a TOML file as a ``shape`` (a pydantic dataclass), and its text for ``line_of``.

    Raises DataFileError with file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: {error}") from error
    try:
        return TypeAdapter(shape).validate_python(tables), text
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataFileError(f"{path}, line {line_of(text, first['loc'])}: {where}: {first['msg']}") from error


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of a list, one a line; a comment begins with ``#`` at the start of a line or after a blank.

    Raises DataFileError when the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, start=1):
        entry = _COMMENT.sub("", line).strip()
        if entry:
            yield path, number, entry


def line_of(text: str, place: tuple[Any, ...]) -> int:
    """The line of a value like ``("patterns", 3, "weight")``, or of its table when the key is not there."""
    lines = text.split("\n")
    table, *rest = place
    start = 0
    if rest and isinstance(rest[0], int):
        headers = [number for number, line in enumerate(lines) if line.strip() == f"[[{table}]]"]
        start = headers[rest[0]]
        rest = rest[1:]
    key = str(rest[0]) if rest else str(table)
    for number, line in enumerate(lines[start:], start=start):
        if line.split("=")[0].strip() == key or line.strip() == f"[{table}]":
            return number + 1
        if number > start and line.startswith(f"[[{table}]]"):
            break
    return start + 1
