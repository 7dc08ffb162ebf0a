"""What a value from a dump must look like to be said in a reply; one that does not is left out.

A dump is written by a machine that may have gone wrong, and its texts by anybody. Names of classes and methods,
numbers, dates and keys have a form that holds no sentence, link or markup.
"""

from __future__ import annotations

import re

from crash_knowledge.diagnosis import FactName
from crash_knowledge.wording import visible

_NAME = r"[A-Za-z_][\w.]{0,80}"
_CLASS = rf"{_NAME}(?: class)?"
_SELECTOR = r"#?(?:[A-Za-z_][\w:]{0,100}|[-+*/<>=~,&|@%]{1,2})"
_NUMBER = r"\d{1,12}(?:\.\d{1,3})?"
_WORDS = r"[\w][\w .,'&/+-]{0,59}"


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_DATE = _shape(r"\d{4}-\d{2}-\d{2}")
_COUNT = _shape(_NUMBER)

SHAPES: dict[FactName, re.Pattern[str]] = {
    "kind_of_cause": _shape(r"[a-z][a-z _-]{2,30}"),
    "method": _shape(rf"{_CLASS}(?:\({_CLASS}\))?>>{_SELECTOR}"),
    "exception_class": _shape(_CLASS),
    "missing_message": _shape(_SELECTOR),
    "receiver_class": _shape(_CLASS),
    "nil_candidate": _shape(rf"{_NAME}(?:>>{_NAME})?"),
    "dangling_reference": _shape(rf"{_NAME}(?:>>{_NAME})?"),
    "iteration": _shape(r"\d{1,9} of \d{1,9}"),
    "command": re.compile(_WORDS),
    "executor": _shape(_CLASS),
    "service": _shape(r"[A-Za-z_][\w.-]{0,80}"),
    "upgrade_script": _shape(r"[A-Za-z_][\w:.>-]{0,120}"),
    "ticket": _shape(r"[A-Z][A-Z0-9]+-\d{1,7}"),
    "permission": _shape(r"[#\w][#\w .,/-]{0,60}"),
    "external_library": _shape(r"[A-Za-z_][\w.-]{0,40}(?: [\w.-]{1,20}){0,2}"),
    "error_code": _shape(r"[A-Z0-9]{2,8}(?:-\d{1,6})?"),
    "table": _shape(r"[A-Za-z_][\w$#.]{0,60}"),
    "new_objects": _COUNT,
    "modified_objects": _COUNT,
    "removed_objects": _COUNT,
    "memory_asked_mb": _COUNT,
    "memory_used_mb": _COUNT,
    "memory_limit_mb": _COUNT,
    "memory_grew": _shape(_CLASS),
    "schedule_date": _DATE,
    "days_to_air": _shape(r"-?\d{1,5}"),
    "image_built": _DATE,
    "uptime_hours": _COUNT,
    "unsaved": re.compile(r".+", re.DOTALL),
    "login": re.compile(r".+", re.DOTALL),
}
"""Facts that may be said. ``unsaved`` and ``login`` are never quoted: only that they are there is said."""

CUSTOMER = re.compile(r"\w[\w.&'-]{0,19}(?: [\w.&'-]{1,20}){0,2}")
VERSION = _shape(r"\d{1,4}[A-Za-z0-9][\w.\[\]-]{0,40}")
PSEUDONYM = _shape(r"user-[0-9a-f]{10}")
ANY_PSEUDONYM = _shape(r"\b(?:user|host|mail|ip)-[0-9a-f]{10}\b")


def shaped(text: str | None, shape: re.Pattern[str]) -> str | None:
    """The text when it has that shape as a whole, else None."""
    return text if text is not None and text == visible(text) and shape.fullmatch(text) else None
