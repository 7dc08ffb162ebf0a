"""Dates as Smalltalk prints them in the language of the machine."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

Language = Literal["en", "nl", "fr", "de"]

DAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "nl": ("Maa", "Din", "Woe", "Don", "Vri", "Zat", "Zon"),
    "fr": ("Lun", "Mar", "Mer", "Jeu", "Ven", "Sam", "Dim"),
    "de": ("Mon", "Die", "Mit", "Don", "Fre", "Sam", "Son"),
}
MONTHS: dict[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "nl": "Januari Februari Maart April Mei Juni Juli Augustus September Oktober November December",
    "fr": "Janvier Février Mars Avril Mai Juin Juillet Août Septembre Octobre Novembre Décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}


def date_text(moment: datetime, language: Language) -> str:
    """``2 April 2024`` (1-12 as words, no leading zero)."""
    return f"{moment.day} {MONTHS[language].split()[moment.month - 1]} {moment.year}"


def timestamp_text(moment: datetime, language: Language) -> str:
    """``Tue 2 April 2024 14:02:32.676``."""
    milliseconds = moment.microsecond // 1000
    return f"{DAYS[language][moment.weekday()]} {date_text(moment, language)} {moment:%H:%M:%S}.{milliseconds:03}"
