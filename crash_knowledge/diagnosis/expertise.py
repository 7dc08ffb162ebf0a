"""The lists under ``data/diagnosis`` that a domain expert edits: tables, labels, environments, classes, months."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crash_knowledge.data_file import Entry, read_entries
from crash_knowledge.errors import DataFileError
from crash_knowledge.settings import DATA_DIR

EXPERTISE_DIR = DATA_DIR / "diagnosis"

_TABLE = re.compile(r"[A-Z_][A-Z0-9_$]*\*?")
_KIND = re.compile(r"(\w+):\s*(\*?[a-z0-9]+(?:\s+\*?[a-z0-9]+)*)")
_SHARE = re.compile(r"([A-Za-z_][\w.]*)\s+(\d{1,2}(?:\.\d+)?)")
_SLOT = re.compile(r"\{(\w*)\}")
_SLOTS = {"any": r".*?", "date": r"[\w./ ]{6,20}?", "channel": r".{1,60}?"}
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Expertise:
    """What the rules know of the product and its customers beyond their own code.

    ``labels``: patterns of window labels with groups ``channel`` and ``date``. ``environments``: kind and its words.
    ``shares``: ordinary percent of all bytes by class. ``months``: 1 to 12 by the name in small letters.
    """

    tables: frozenset[str]
    table_beginnings: tuple[str, ...]
    labels: tuple[re.Pattern[str], ...]
    environments: tuple[tuple[str, tuple[str, ...]], ...]
    shares: Mapping[str, float]
    months: Mapping[str, int]

    def is_housekeeping(self, table: str) -> bool:
        """Whether every session writes this table (capital letters, no owner) by itself."""
        return table in self.tables or table.startswith(self.table_beginnings)

    def environment_of(self, name: str) -> str | None:
        """``production`` for ``WONV1PRD``, ``test`` for ``STAGING``: the kind that a name tells; None when it does not.

        ``name`` is a window tag, a database's name or a folder.
        """
        parts = [part.lower() for part in _NAME_PARTS.findall(name)]
        for kind, words in self.environments:
            if any(_is_word(part, word) for part in parts for word in words):
                return kind
        return None


def load_expertise(folder: Path) -> Expertise:
    """Read and check the lists of ``folder``. Raises DataFileError with file and line."""
    tables = [
        _checked(entry, _TABLE, "a table's name in capital letters")[0]
        for entry in _entries(folder, "housekeeping_tables")
    ]
    kinds = [
        _checked(entry, _KIND, "a kind and its words, “test: tst uat”") for entry in _entries(folder, "environments")
    ]
    shares = [
        _checked(entry, _SHARE, "a class and its percent, “Array 9.4”")
        for entry in _entries(folder, "ordinary_classes")
    ]
    return Expertise(
        tables=frozenset(table for table in tables if not table.endswith("*")),
        table_beginnings=tuple(table.removesuffix("*") for table in tables if table.endswith("*")),
        labels=tuple(_label(*entry) for entry in _entries(folder, "window_labels")),
        environments=tuple((kind[1], tuple(kind[2].split())) for kind in kinds),
        shares={share[1]: float(share[2]) for share in shares},
        months=_months(folder),
    )


@cache
def expertise() -> Expertise:
    """The lists of this installation, read once per process."""
    return load_expertise(EXPERTISE_DIR)


def _is_word(part: str, word: str) -> bool:
    return part.endswith(word[1:]) if word.startswith("*") else part == word


def _label(path: Path, number: int, entry: str) -> re.Pattern[str]:
    slots = _SLOT.findall(entry)
    unknown = next((slot for slot in slots if slot not in _SLOTS), None)
    if unknown is not None:
        raise DataFileError(
            f"{path}:{number}: “{{{unknown}}}” is no slot; there are {{date}}, {{channel}} and {{any}}."
        )
    if "date" not in slots or slots.count("channel") != 1:
        raise DataFileError(f"{path}:{number}: the label needs a {{date}} and one {{channel}}.")
    last_date = len(slots) - 1 - slots[::-1].index("date")
    pattern = ""
    for index, part in enumerate(_SLOT.split(entry)):
        slot = index // 2
        if index % 2 == 0:
            pattern += re.escape(part)
        elif part == "channel" or (part == "date" and slot == last_date):
            pattern += f"(?P<{part}>{_SLOTS[part]})"
        else:
            pattern += _SLOTS[part]
    return re.compile(pattern)


def _months(folder: Path) -> dict[str, int]:
    months: dict[str, int] = {}
    last = (folder / "months.txt", 0, "")
    lines = 0
    for lines, last in enumerate(_entries(folder, "months"), start=1):
        months |= {name: lines for name in last[2].split() if name not in months}
    if lines != _MONTHS_A_YEAR:
        raise DataFileError(f"{last[0]}:{last[1]}: the list has {lines} months; it needs one a line, {_MONTHS_A_YEAR}.")
    return months


def _checked(entry: Entry, form: re.Pattern[str], what: str) -> re.Match[str]:
    path, number, text = entry
    match = form.fullmatch(text)
    if match is None:
        raise DataFileError(f"{path}:{number}: “{text}” is not {what}.")
    return match


def _entries(folder: Path, name: str) -> Iterator[Entry]:
    return read_entries(folder / f"{name}.txt")
