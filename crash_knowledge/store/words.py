"""The words that stacks are searched by: identifiers, and the words that a camelCase identifier is made of.

Everything is lower case. ``PSIScheduler>>dayAt:put:`` holds the identifiers ``psischeduler`` and ``dayat:put:`` and
the words ``psi``, ``scheduler``, ``day``, ``at`` and ``put``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

REVISION = 1
"""Of this cutting into words; an index of another revision is built anew."""

LONGEST_WORD = 120
MOST_NEEDLES = 16
SHORTEST_PART = 3

_IDENTIFIER = re.compile(r"\w+(?::\w+)*:?")
_PIECE = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|\d+|[^\W\da-zA-Z_]+")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Needle:
    """Something looked for. ``whole``: only as a whole word or identifier; else anywhere within one."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A word of the dictionary. ``parts``: of an identifier, the words that it is made of, with spaces between.

    Who looks for something within one of the parts finds it by that word; empty for a word that is not made of others.
    """

    word: str
    parts: str = ""


def entries_of(texts: Iterable[str]) -> set[Entry]:
    """The distinct identifiers of some texts, and the words that they are made of."""
    found: set[Entry] = set()
    for identifier in {one for text in texts for one in _IDENTIFIER.findall(text)}:
        whole = _folded(identifier)
        parts = [_folded(part) for piece in _PIECE.findall(identifier) for part in _CAMEL.findall(piece)]
        found.update(Entry(part) for part in parts if part)
        if whole and parts != [whole]:
            found.add(Entry(whole, " ".join(filter(None, parts))))
    return found


def words_of(texts: Iterable[str]) -> set[str]:
    """The distinct identifiers and words of some texts."""
    return {entry.word for entry in entries_of(texts)}


def needles_of(search: str) -> tuple[Needle, ...]:
    """What a person's search looks for; all of it must be found. What is within ``"quotes"`` counts as a whole.

    Whatever the characters, this is never an error; from the ``MOST_NEEDLES``-th on, needles are left out. Parts of
    less than ``SHORTEST_PART`` characters are looked for at the beginning of words.
    """
    needles: dict[Needle, None] = {}
    for quoted, bare in _TERM.findall(search):
        for identifier in _IDENTIFIER.findall(quoted or bare):
            text = _folded(identifier)
            if text:
                needles.setdefault(Needle(text, whole=bool(quoted)))
    return tuple(needles)[:MOST_NEEDLES]


def _folded(word: str) -> str:
    """In lower case. What lower case adds beyond letters and digits, such as the dot of ``İ``, is left out."""
    return "".join(_IDENTIFIER.findall(word.lower()))[:LONGEST_WORD]
