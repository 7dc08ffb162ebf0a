"""Where known names stand as words in the rest of a dump."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crash_knowledge.redaction.addresses import is_machine_name
from crash_knowledge.redaction.spans import Kind, Span
from crash_knowledge.redaction.words import is_telling

_FEW = 64
"""Up to so many names, a search for each is faster than a pass over all words."""

_WORD = re.compile(r"[^\W_]+")
_SYMBOL_BEFORE = re.compile(r"(?:#|>>)[\w:.]*$")
_SQL_WORD_BEFORE = re.compile(r"\b(?:from|join|into|update|table)\s+$", re.IGNORECASE)
_NAMESPACE_BEFORE = re.compile(r"(?:^|[^\w.])[A-Z]\w*\.$")
_KEY_AFTER = re.compile(r" *\(id=\d|\t\d+\t\d")
_FILE_AFTER = re.compile(r"[^\s'\"()]*\.[A-Za-z0-9]{1,4}(?![A-Za-z0-9])")
_CONTEXT = 120


def telling_names(text: str, spans: list[Span]) -> dict[str, Kind]:
    """Lowered names to look for everywhere, from the places where they must stand.

    Of a mail address also the part before the ``@``, of ``DOMAIN\\user`` also the user, of a full host name also its
    first label when that is a machine's name.
    """
    names: dict[str, Kind] = {}
    for kind in ("user", "mail", "host"):
        for span in spans:
            if span.kind == kind:
                for name in _with_parts(kind, text[span.start : span.end].strip().lower()):
                    names.setdefault(name, "host" if kind == "host" else "user")
    return {name: kind for name, kind in names.items() if is_telling(name)}


def find_names(text: str, low: str, names: Mapping[str, Kind]) -> Iterator[Span]:
    """Every place where one of the names stands as a word of its own.

    Not inside class names, selectors, symbols, variable names and schema prefixes (``PSI.`` in SQL); inside file names
    an underscore separates words too.
    """
    candidates = _each(low, names) if len(names) <= _FEW else _all_words(low, names)
    for start, name in candidates:
        end = start + len(name)
        if _stands_alone(text, start, end):
            yield Span(start, end, names[name])


def _with_parts(kind: Kind, value: str) -> Iterator[str]:
    if kind != "mail":
        yield value
    if kind == "host":
        label, dot, _ = value.partition(".")
        if dot and is_machine_name(label):
            yield label
        return
    yield value.partition("@")[0]
    if "\\" in value:
        yield value.rpartition("\\")[2]


def _each(low: str, names: Mapping[str, Kind]) -> Iterator[tuple[int, str]]:
    for name in names:
        start = low.find(name)
        while start >= 0:
            end = start + len(name)
            if not (low[end : end + 1].isalnum() or low[start - 1 : start].isalnum()):
                yield start, name
            start = low.find(name, start + 1)


def _all_words(low: str, names: Mapping[str, Kind]) -> Iterator[tuple[int, str]]:
    by_first_word: dict[str, list[tuple[int, str]]] = {}
    for name in names:
        first = _WORD.search(name)
        if first:
            by_first_word.setdefault(first[0], []).append((first.start(), name))
    for word in _WORD.finditer(low):
        for offset, name in by_first_word.get(word[0], ()):
            start = word.start() - offset
            end = start + len(name)
            if start >= 0 and low.startswith(name, start) and not low[end : end + 1].isalnum():
                yield start, name


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _CONTEXT) : start].rpartition("\n")[2]
    after = text[end : end + _CONTEXT]
    if before.endswith("_") or after.startswith("_"):
        return _is_in_path(before, after)
    if _SYMBOL_BEFORE.search(before) or _KEY_AFTER.match(after):
        return False
    if before.endswith(".") and text[start].isupper() and _NAMESPACE_BEFORE.search(before):
        return False
    return not _is_schema(before, after)


def _is_in_path(before: str, after: str) -> bool:
    token = re.split(r"[\s'\"()]", before)[-1]
    return "\\" in token or "/" in token or _FILE_AFTER.match(after) is not None


def _is_schema(before: str, after: str) -> bool:
    """``FROM PSI.PRODUCT``, ``,PSI.PRODUCT``: a schema has the name of a database user."""
    if not (len(after) > 1 and after[0] == "." and (after[1].isalpha() or after[1] == "_")):
        return False
    if _SQL_WORD_BEFORE.search(before):
        return True
    return after[1].isupper() and (not before or before[-1] in " \t,(=")
