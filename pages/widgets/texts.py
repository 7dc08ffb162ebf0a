"""Text on the page: everything that comes out of a dump is shown as plain characters."""

from __future__ import annotations

import re
from datetime import datetime

from crash_knowledge.wording import day

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=\"'/])")


def plain(text: str) -> str:
    """The text as Markdown that shows exactly its characters: no formatting, links, formulas, colours or icons."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def moment(when: datetime | None) -> str:
    """``2 Apr 2024, 14:02 UTC``, or a dash."""
    return f"{day(when)}, {when:%H:%M} UTC" if when else "–"
