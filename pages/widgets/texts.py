"""Text on the page: everything that comes out of a dump is shown as plain characters."""

from __future__ import annotations

import re
from datetime import datetime

from crash_knowledge.wording import day

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=\"'/@])")
_TYPOGRAPHY = re.compile(r"(:(?=//)|www(?=\.)|<(?=-)|-(?=>)|@)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """The text as Markdown that shows exactly its characters: no formatting, links, formulas, colours or icons.

    Addresses and arrows, which Markdown makes of unescaped text, are kept apart by an invisible character.
    """
    apart = _TYPOGRAPHY.sub(rf"\1{_WORD_JOINER}", " ".join(text.split()))
    return _MARKDOWN.sub(r"\\\1", apart)


def moment(when: datetime | None) -> str:
    """``2 Apr 2024, 14:02 UTC``, or a dash."""
    return f"{day(when)}, {when:%H:%M} UTC" if when else "–"
