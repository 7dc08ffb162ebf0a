"""Which names are telling enough to be looked for in the whole dump."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from crash_knowledge.errors import DataFileError
from crash_knowledge.settings import DATA_DIR

SHORTEST_NAME = 3
_FOLDER = DATA_DIR / "redaction"
_MASKED = re.compile(
    r"[*•·]+|x{3,}|\?+|:\d+|%\w|\$\d{1,3}|\$\{\w+\}|[<\[](?:obfuscated|redacted|hidden|masked|removed|password|secret)[>\]]"
    r"|nil|null|none|true|false",
    re.IGNORECASE,
)


@cache
def ordinary_words() -> frozenset[str]:
    """Words that stand in dumps for other reasons than somebody's name: replaced only where a name must stand."""
    return read_words(_FOLDER / "ordinary_words.txt")


@cache
def nobody() -> frozenset[str]:
    """Values in a name's place that name nobody: never replaced."""
    return read_words(_FOLDER / "nobody.txt")


def read_words(path: Path) -> frozenset[str]:
    """Lower-cased entries of a list, one a line; ``#`` begins a comment. Raises DataFileError on a doubled entry."""
    words: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        word = line.partition("#")[0].strip().lower()
        if word in words:
            raise DataFileError(f"{path}, line {number}: {word!r} is listed twice; remove one.")
        if word:
            words.add(word)
    return frozenset(words)


def names_somebody(value: str) -> bool:
    """False for ``<no wonUserName>``, ``nil``, ``Public``: nothing to hide."""
    value = value.strip().lower()
    return value not in nobody() and any(character.isalnum() for character in value)


def is_telling(name: str) -> bool:
    """True when a name is long enough and no ordinary word: then it is replaced wherever it stands as a word."""
    return (
        len(name) >= SHORTEST_NAME
        and any(character.isalpha() for character in name)
        and name.lower() not in ordinary_words()
        and names_somebody(name)
    )


def is_masked(password: str) -> bool:
    """True for what stands in a password's place without being one: ``********``, nil, a bind variable."""
    return not password.strip() or _MASKED.fullmatch(password.strip()) is not None
