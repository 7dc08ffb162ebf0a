"""The terms under which a variant is found in the inverted index.

``m:`` a method, ``k:`` a class, ``w:`` a word of the cause or of an in-app frame, ``c:`` the whole normalised cause.
"""

from __future__ import annotations

from collections.abc import Iterable

from crash_knowledge.fingerprint.frames import class_of
from crash_knowledge.fingerprint.model import Fingerprint


def terms_of(fingerprint: Fingerprint) -> frozenset[str]:
    """Every term of a fingerprint: its methods, their classes, its words and its cause."""
    methods = [frame.method for frame in fingerprint.frames]
    words, cause = word_terms(fingerprint.semantic_text), cause_terms(fingerprint.cause)
    return frozenset((*method_terms(methods), *class_terms(methods), *words, *cause))


def method_terms(methods: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"m:{method}" for method in methods)


def class_terms(methods: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"k:{class_of(method)}" for method in methods)


def class_ending_like(ending: str) -> str:
    """The pattern, for SQL's LIKE with ``\\`` as escape, of the terms of all classes that end so, in whatever case."""
    return "k:%" + ending.lower().replace("_", "\\_")


def word_terms(semantic_text: str) -> tuple[str, ...]:
    return tuple(f"w:{word}" for word in sorted(set(semantic_text.lower().split())))


def cause_terms(cause: str) -> tuple[str, ...]:
    """One term for the whole cause; none for an empty one."""
    return (f"c:{cause.lower()}",) if cause else ()
