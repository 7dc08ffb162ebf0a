"""The section ``Memory Report``. Its numbers are in the locale of the machine that wrote the dump."""

from __future__ import annotations

import re

from crash_knowledge.wcr.model import MemoryReport, MemorySpace
from crash_knowledge.wcr.section import Read, SectionText, Unread

_STATE = "Incremental garbage collector state"
_SPACES = ("Eden", "Survivor", "Large", "Old", "Perm")
_TOTAL = "Total"
_LIMITS = {
    "Config file memory limit": "config_limit_kb",
    "Memory limit upper bound": "limit_upper_bound_kb",
    "Growth limit upper bound": "growth_limit_kb",
    "Free memory upper bound": "free_upper_bound_kb",
}
_GROUPED_KB = re.compile(r"(\d{1,3}(?:\D\d{3})*|\d+)\s*KB", re.ASCII)
_PERCENT = re.compile(r"(\d+)(?:\D(\d+))?\s*%", re.ASCII)


def read_memory(section: SectionText) -> Read[MemoryReport]:
    """Read the memory report."""
    unread = Unread(section)
    state: str | None = None
    spaces: list[MemorySpace] = []
    sizes: dict[str, int | None] = {}
    for line, number in section.numbered_lines():
        label, _, value = line.partition(":")
        size_kb = parse_size_kb(value)
        if label == _STATE:
            state = value.strip()
        elif label in _SPACES and size_kb is not None:
            spaces.append(MemorySpace(label, size_kb, parse_percent(value)))
        elif label == _TOTAL or label in _LIMITS:
            sizes[_LIMITS.get(label, "total_kb")] = size_kb
        elif line.strip(" \t="):
            unread.add(number)
    report = MemoryReport(
        collector_state=state,
        spaces=tuple(spaces),
        total_kb=sizes.get("total_kb"),
        config_limit_kb=sizes.get("config_limit_kb"),
        limit_upper_bound_kb=sizes.get("limit_upper_bound_kb"),
        growth_limit_kb=sizes.get("growth_limit_kb"),
        free_upper_bound_kb=sizes.get("free_upper_bound_kb"),
        line=section.title_line,
    )
    return Read(report, unread.notes(anything_read=bool(spaces or sizes)))


def parse_size_kb(text: str) -> int | None:
    """Return the kilobytes of ``345,642 KB``, ``304.849 KB`` or ``488 762 KB``; None for ``NA`` and other text."""
    match = _GROUPED_KB.match(text.strip()[:40])
    return int(re.sub(r"\D", "", match[1])) if match else None


def parse_percent(text: str) -> float | None:
    """Return the last percentage in a text, with either decimal sign: ``80.72%``, ``92,30%``."""
    found = _PERCENT.findall(text[:80])
    if not found:
        return None
    whole, decimals = found[-1]
    return float(f"{whole}.{decimals or 0}")
