"""Endings of class names that name a customer: ``WOnLauncherBRX`` is ``WOnLauncher`` as customised for BRX.

There are three sources. What a domain expert lists and what a dump's own header and build name is taken at its word. A
tag *learnt* from the dumps of one site is stripped in those of all others too, so it must be told from an ordinary end
of a word: ``is_teachable`` says which tags may be learnt, ``CustomerSuffixes`` where a learnt one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crash_knowledge.wcr.frame_lists import LISTS_DIR, read_names

CLASS_SIDE = " class"
SHORTEST_CLASS_NAME = 3
"""A customer suffix is stripped only when at least this many letters of the class name remain."""

_TEACHABLE = re.compile(r"[A-Z][A-Za-z0-9]{2,}")


@dataclass(frozen=True, slots=True)
class CustomerSuffixes:
    """The endings to strip, one a class: of the ``given`` that fit the longest, else of the ``learnt``.

    ``given``: listed, or named by the dump itself; ``learnt``: tags of other sites' dumps.
    """

    given: frozenset[str]
    learnt: frozenset[str] = frozenset()

    def stripped(self, class_name: str) -> str:
        """The class without its customer; `` class`` stays, and so does a name that would be too short."""
        name = class_name.removesuffix(CLASS_SIDE)
        starts = range(SHORTEST_CLASS_NAME, len(name))
        found = [start for start in starts if name[start:] in self.given]
        found += [start for start in starts if name[start:] in self.learnt and _begins_word(name, start)]
        return name[: found[0]] + class_name[len(name) :] if found else class_name


def is_teachable(tag: str) -> bool:
    """Whether a customer's tag may be learnt: a capital, two letters or more, and no ordinary end of a class name."""
    return _TEACHABLE.fullmatch(tag) is not None and tag.lower() not in ordinary_endings()


def teachable(tags: Iterable[str]) -> frozenset[str]:
    return frozenset(tag for tag in tags if is_teachable(tag))


@cache
def ordinary_endings() -> frozenset[str]:
    """Words that end the names of ordinary classes, in lower case, read once per process. Raises DataFileError."""
    return frozenset(name.lower() for name in read_names(LISTS_DIR / "ordinary_endings.txt"))


def _begins_word(name: str, start: int) -> bool:
    """Whether a word begins there: ``BRX`` in ``MainBRX``, ``Marea`` in ``PSIMarea``; not ``ION`` in ``VERSION``."""
    return not name[start - 1].isupper() or name[start + 1 : start + 2].islower()
