"""The cause line freed of what differs each time: object ids, quoted texts, paths, dates, numbers, arguments."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"^\s*unhandled exception:\s*", re.IGNORECASE)
_NOT_UNDERSTOOD = re.compile(r"^message not understood:\s*#?(?P<selector>\S+)", re.IGNORECASE)
_KEPT = re.compile(r"\b(?:ORA-\d{4,5}|SQLSTATE[\s:=]*\[?[0-9A-Z]{5}\]?|#[A-Za-z_][\w:.]*)")
_VARYING = re.compile(
    r"""
      \b(?:with\ |and\ )?arguments?:\s*\#?\([^()]*\)     # arguments: #(13)
    | \(\s*oid\s*=[^()]*\)                               # (oid = 3878244984657)
    | \b(?:oid|id|hash)\s*=\s*\w+
    | '(?:[^']|'')*'(?!\w)                               # 'a Smalltalk string''s quote'
    | "[^"]*"
    | (?:[A-Za-z]:|\\)\\[^\s'",;]+                       # a Windows path
    | (?<![\w/])/(?:[\w.@~+-]+/)+[\w.@~+-]*              # a path
    | \b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b                # a date
    | \b\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\b           # a time
    | \b0x[0-9A-Fa-f]+\b
    | \b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b
    | (?<![\w.])[-+]?\d[\d.,]*(?!\w)
    """,
    re.VERBOSE,
)
_EMPTY_BRACKETS = re.compile(r"[#]?\(\s*\)|\[\s*\]|\{\s*\}")
_LEFT_OVER = re.compile(r"(?<!\S)[.,;:]+(?!\S)")
_BLANK = re.compile(r"\s+")


def normal_cause(cause: str) -> str:
    """The cause of dump without what varies; the selector of a message not understood and database codes stay.

    Upper and lower case stay as printed; keys are made of the lower case. Returns one line, perhaps empty.
    """
    text = _PREFIX.sub("", cause.strip())
    not_understood = _NOT_UNDERSTOOD.match(text)
    if not_understood is not None:
        return f"Message not understood: #{not_understood['selector']}"
    kept: list[str] = []
    text = _KEPT.sub(lambda code: _remember(kept, code.group()), text)
    text = _LEFT_OVER.sub(" ", _EMPTY_BRACKETS.sub(" ", _VARYING.sub(" ", text)))
    for position, code in enumerate(kept):
        text = text.replace(_mark(position), code)
    return _BLANK.sub(" ", text).strip(" .,;:-=")


def selector_not_understood(cause: str) -> str | None:
    """The selector, without ``#``, of a normalised ``Message not understood: #selector``; else None."""
    found = _NOT_UNDERSTOOD.match(cause)
    return found["selector"] if found else None


def error_type(cause: str, exception_class: str | None = None) -> str:
    """The kind of error: the exception's class without namespace, else the cause up to its first colon."""
    if exception_class:
        return exception_class.rpartition(".")[2] or exception_class
    return cause.partition(":")[0].strip() or "unknown"


def _remember(kept: list[str], code: str) -> str:
    kept.append(code)
    return _mark(len(kept) - 1)


def _mark(position: int) -> str:
    return chr(0xE000 + position)
