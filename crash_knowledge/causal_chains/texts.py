"""What is kept of the texts and values that callers hand over: redacted, and in a form that JSON has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Redact = Callable[[str], str]

MASK = "********"
DEEPEST = 12
"""Values nested deeper are cut off."""

_EXCEPTION = re.compile(r"\s*(?:[A-Za-z_]\w*\.)*(?P<name>[A-Z]\w*)(?:\s*:|\s*$)")
_SECRET_KEY = re.compile(
    r"passw|pwd|passphrase|passcode|wachtwoord|kennwort|secret|token|api_?key|authori[sz]ation|credential|private_?key"
    r"|cookie|dsn",
    re.IGNORECASE,
)
_TRACE_KEYS = ("stack_trace", "stacktrace", "traceback")


def exception_type_of(message: str, context: Mapping[str, Any]) -> str | None:
    """The class of the exception: as the context says, else as the message begins (``ImportError: ...``)."""
    told = context.get("exception_type")
    if isinstance(told, str) and told.strip():
        return told.strip()
    found = _EXCEPTION.match(message)
    return found["name"] if found else None


def error_type_of(context: Mapping[str, Any]) -> str:
    """The type as the context says; ``unknown`` without one."""
    told = context.get("error_type")
    return "unknown" if told is None else str(told)


def stacktrace_of(context: Mapping[str, Any]) -> str | None:
    """The stack trace that the context has under one of its usual names."""
    return next((told for key in _TRACE_KEYS if isinstance(told := context.get(key), str) and told), None)


def storable(context: Mapping[Any, Any], redact: Redact) -> dict[str, Any]:
    """The context redacted, as JSON has it. Values under a key that names a secret are masked whole."""
    stored = _storable(context, redact, DEEPEST)
    return dict(stored)


def _storable(value: Any, redact: Redact, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping | list | tuple | set | frozenset) and depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {redact(str(key)): _beside(str(key), item, redact, depth - 1) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_storable(item, redact, depth - 1) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [_storable(item, redact, depth - 1) for item in value]
    return redact(str(value))


def _beside(key: str, value: Any, redact: Redact, depth: int) -> Any:
    if _SECRET_KEY.search(key) and value is not None and not isinstance(value, bool):
        return MASK
    return _storable(value, redact, depth)
