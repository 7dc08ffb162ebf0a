"""Names taken apart into words, and lists as they are spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SHORTEST_WORD = 4
_EVERYWHERE = frozenset({"other", "with", "from", "that", "this", "should", "have", "does", "existing", "current"})


def words_of(name: str) -> frozenset[str]:
    """The telling words of a name in lower case, plural or not: ``roleLinks`` has ``role`` and ``link``."""
    words = (word.lower() for word in _WORDS.findall(name))
    return frozenset(word.removesuffix("s") for word in words if len(word) >= _SHORTEST_WORD) - _EVERYWHERE


def names_alike(asked: str, names: Sequence[str]) -> list[str]:
    """The names that share words with the one asked for, those with the most first, then in the order given."""
    wanted = words_of(asked)
    shared = {name: len(wanted & words_of(name)) for name in names}
    return sorted((name for name in shared if shared[name]), key=lambda name: -shared[name])


def spoken_list(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
