"""Dates, numbers and lists as a language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from crash_knowledge.replies.phrases import Phrases


class Forms:
    """The written forms of one language."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def text(self, key: str, /, **slots: object) -> str:
        return self._phrases.fill("forms", key, **slots)

    def date(self, when: date) -> str:
        """``2 April 2024``, ``2. April 2024``, ``1er avril 2024``."""
        day = self.text("first_day") if when.day == 1 else str(when.day)
        return self.text("date", day=day, month=self._phrases.months[when.month - 1], year=when.year)

    def moment(self, when: datetime) -> str:
        """``2 April 2024 at 16:10``, ``2 april 2024 om 16.10 uur``."""
        time = self.text("time", hour=when.hour, minute=when.minute)
        return self.text("moment", date=self.date(when), time=time)

    def number(self, digits: str | int) -> str:
        """``1234.5`` with the separators of the language."""
        whole, _, fraction = str(digits).partition(".")
        grouped = f"{int(whole):,}".replace(",", self.text("thousands"))
        return f"{grouped}{self.text('decimal')}{fraction}" if fraction else grouped

    def percent(self, probability: float) -> str:
        """``87%``; ``over 99%`` above, never a certainty."""
        if probability > 0.99:
            return self.text("over", amount=self.text("percent", number=99))
        return self.text("percent", number=max(1, round(probability * 100)))

    def times(self, count: int) -> str:
        """``once``, ``twice``, ``7 times``."""
        if count in (1, 2):
            return self.text("once" if count == 1 else "twice")
        return self.text("times", number=self.number(count))

    def listed(self, items: Sequence[str]) -> str:
        """``a``, ``a and b``, ``a, b and c``."""
        *before, last = items
        return self.text("and", before=", ".join(before), last=last) if before else last

    def quoted(self, text: str) -> str:
        return self.text("quoted", text=text)
