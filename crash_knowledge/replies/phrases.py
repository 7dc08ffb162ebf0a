"""The phrases of one language, read from ``data/replies`` and checked against the contract."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crash_knowledge.errors import DataFileError
from crash_knowledge.replies.contract import SLOTS, Table
from crash_knowledge.replies.model import Language
from crash_knowledge.settings import DATA_DIR

PHRASES_DIR = DATA_DIR / "replies"
_MONTHS = 12


@dataclass(frozen=True)
class Phrases:
    """All phrases of a language: templates by table and key."""

    months: tuple[str, ...]
    templates: Mapping[Table, Mapping[str, str]]

    def fill(self, table: Table, key: str, /, **slots: object) -> str:
        """The phrase with its names filled in; a value is never read as a template itself."""
        return self.templates[table][key].format_map(slots)


@cache
def phrases(language: Language) -> Phrases:
    """The phrases of a language, read once per process. Raises DataFileError."""
    return load_phrases(PHRASES_DIR / f"{language}.toml")


def load_phrases(path: Path) -> Phrases:
    """Read and check the phrases of a file. Raises DataFileError with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: {error}") from error
    for table, key, what in _problems(tables):
        raise DataFileError(f"{path}:{_line_of(text, table, key)}: {what}")
    return Phrases(
        months=tuple(tables["forms"].pop("months")),
        templates={name: tables[name] for name in SLOTS},
    )


def _problems(tables: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is wrong, as (table, key, sentence)."""
    for name in tables.keys() - SLOTS.keys():
        yield name, "", f"the table [{name}] is not known."
    for name, known in SLOTS.items():
        table = tables.get(name)
        if not isinstance(table, dict):
            yield name, "", f"the table [{name}] is missing."
            continue
        months = table.get("months") if name == "forms" else None
        if name == "forms" and not (isinstance(months, list) and len(months) == _MONTHS and _are_texts(months)):
            yield name, "months", f"forms.months must be a list of {_MONTHS} names."
        for key in sorted(table.keys() - known.keys() - ({"months"} if name == "forms" else set())):
            yield name, key, f"the phrase {name}.{key} is not known."
        for key, allowed in known.items():
            yield from ((name, key, what) for what in _problems_of(f"{name}.{key}", table.get(key), allowed))


def _problems_of(where: str, template: object, allowed: frozenset[str]) -> Iterator[str]:
    if not isinstance(template, str) or not template.strip(" "):
        yield f"the phrase {where} is missing or empty."
        return
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError as error:
        yield f"the phrase {where} has a brace too many or too few ({error})."
        return
    if used - allowed:
        known = ", ".join(sorted(allowed)) or "none"
        yield f"the phrase {where} uses {{{min(used - allowed)}}}; the names it may use: {known}."
    elif allowed - used:
        yield f"the phrase {where} leaves out {{{min(allowed - used)}}}."


def _are_texts(values: list[object]) -> bool:
    return all(isinstance(value, str) and value for value in values)


def _line_of(text: str, table: str, key: str) -> int:
    """The line of a key, or of its table when the key is not there, or the first."""
    inside, heading = False, 1
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("["):
            inside = line.split("]")[0] == f"[{table}"
            heading = number if inside else heading
        elif inside and key and line.split("=")[0].strip() == key:
            return number
    return heading
