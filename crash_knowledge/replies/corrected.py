"""Whether the version that crashed has a correction, comes before it on its line, or is of an earlier line."""

from __future__ import annotations

import re
from typing import Literal

from crash_knowledge.wcr.version import split_version

Place = Literal["newer", "other_line", "unknown", "came_back"]

_LINE = re.compile(r"(\d+)r(\d+)")


def place_of_correction(fixed: str, version: str | None) -> Place:
    """Where the correction lies, seen from the version that crashed.

    A later version of the same line and a later line contain what was corrected before. An earlier line lives on beside
    the later one: it has the correction only after a back-port.
    """
    corrected, installed = _order(fixed), _order(version or "")
    if corrected is None or installed is None:
        return "unknown"
    if installed >= corrected:
        return "came_back"
    return "newer" if installed[0] == corrected[0] else "other_line"


def _order(text: str) -> tuple[tuple[int, int], int, int, str] | None:
    """Line, minor, patch and letter, so that later versions compare as greater; None for another form."""
    parts = split_version(text)
    line = _LINE.fullmatch(parts.line or "")
    if line is None or parts.minor is None:
        return None
    return (int(line[1]), int(line[2])), int(parts.minor), int(parts.patch or 0), (parts.letter or "").lower()
