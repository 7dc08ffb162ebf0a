"""Days and times as the machines of customers print them, in their languages."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from crash_knowledge.diagnosis.expertise import expertise

_DAY_FIRST = re.compile(r"\b(\d{1,2})\.? ([^\W\d_]{3,12})\.? (\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.? (\d{1,2}),? (\d{4})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})[./-](\d{1,2})[./-](\d{1,2})\b")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2}):(\d{2})\b")
_CENTURY = 2000


def day_in(text: str) -> date | None:
    """The first day in a text: ``15 Apr 2025``, ``April 15, 2025``, ``15/04/25``, ``2025-04-15``; None when none is.

    Of two numbers the first is the day, as in Europe, unless only the second can be.
    """
    if match := _DAY_FIRST.search(text):
        return _day(match[3], _month(match[2]), match[1])
    if match := _MONTH_FIRST.search(text):
        return _day(match[3], _month(match[1]), match[2])
    if match := _YEAR_FIRST.search(text):
        return _day(match[1], int(match[2]), match[3])
    if match := _NUMBERS.search(text):
        year = int(match[3]) if len(match[3]) > 2 else _CENTURY + int(match[3])
        return _day(year, int(match[2]), match[1]) or _day(year, int(match[1]), match[2])
    return None


def moment_in(text: str) -> datetime | None:
    """The first day in a text and the first time of day in it, without a time zone; None when one is missing."""
    day, clock = day_in(text), _CLOCK.search(text)
    if day is None or clock is None:
        return None
    try:
        return datetime.combine(day, time(int(clock[1]), int(clock[2]), int(clock[3])))
    except ValueError:
        return None


def _month(name: str) -> int | None:
    """The month of a name or of an abbreviation that only one month has: ``avr`` is April, ``jui`` is nothing."""
    months, begun = expertise().months, name.lower()
    if begun in months:
        return months[begun]
    found = {month for full, month in months.items() if full.startswith(begun)}
    return found.pop() if len(found) == 1 else None


def _day(year: str | int, month: int | None, day: str) -> date | None:
    try:
        return date(int(year), month, int(day)) if month else None
    except ValueError:
        return None
