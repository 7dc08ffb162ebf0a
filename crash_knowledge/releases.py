"""Whether a fix that was released is in the version that crashed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crash_knowledge.store.records import Pattern
from crash_knowledge.wcr.model import Version
from crash_knowledge.wcr.version import split_version

_LINE = re.compile(r"(\d+)r(\d+)")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a version says of a resolved pattern: ``is_back`` when the crash happened although it has the fix."""

    is_back: bool
    sentence: str


def standing(pattern: Pattern, version: Version | None) -> Standing | None:
    """How a crash of this version stands to the fix of its pattern; None for a pattern that was never resolved."""
    fixed_in = pattern.resolved_in_version
    if pattern.status == "regressed":
        return Standing(True, f"Resolved{_in(fixed_in)} and seen again since.")
    if pattern.status != "resolved":
        return None
    order, order_of_fix = _order(version), _order(split_version(fixed_in)) if fixed_in else None
    if version is None or order is None or order_of_fix is None:
        return Standing(False, f"Resolved{_in(fixed_in)}; whether this version has the fix is not known.")
    if order >= order_of_fix:
        return Standing(True, f"Resolved{_in(fixed_in)}, and this dump is of {version.text}.")
    if order[0] < order_of_fix[0]:
        return Standing(False, f"Fixed in {fixed_in}, a later line than {version.text}: ask for a back-port.")
    return Standing(False, f"Fixed in {fixed_in}; this dump is of {version.text}, which does not have the fix.")


def _in(version: str | None) -> str:
    return f" in {version}" if version else ""


def _order(version: Version | None) -> tuple[tuple[int, int], int, int, str] | None:
    """Release line, minor, patch and letter, so that later versions compare as greater; None for another form."""
    line = _LINE.fullmatch(version.line) if version and version.line else None
    if version is None or line is None:
        return None
    return (int(line[1]), int(line[2])), int(version.minor or 0), int(version.patch or 0), version.letter or ""
