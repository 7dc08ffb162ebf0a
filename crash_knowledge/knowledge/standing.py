"""Standing: what the version of a crash says of the fixes of its pattern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.knowledge.release_lines import Place, Release, release, stands
from crash_knowledge.store import Unit
from crash_knowledge.store.life_cycle import PatternFix
from crash_knowledge.store.records import Pattern


@dataclass(frozen=True, slots=True)
class Standing:
    """How a crash stands to the fixes of its pattern.

    ``fix``: the version that is meant, recorded at ``fixed_at``; None when none is known. ``fixes``: all versions with
    a fix, in the order in which they were recorded. ``is_back``: the crash happened in a version that has the fix, and
    after the fix was recorded. ``seen_again_in``: where a crash of this pattern was back before.
    """

    place: Place
    version: str | None
    line: str | None
    fix: str | None
    fixed_at: datetime | None
    fixes: tuple[str, ...]
    is_back: bool
    seen_again_in: str | None


def standing_of(
    unit: Unit, pattern: Pattern, version: str | None, build: str | None, occurred_at: datetime
) -> Standing | None:
    """How a crash of a version (``build``: as the dump prints it) stands; None for a pattern that was never fixed."""
    fixes = unit.life_cycle.fixes(pattern.id)
    if not fixes:
        return None
    crashed_in = release(version, build)
    by_version = {fix.version: fix for fix in fixes}
    stand = stands(crashed_in, _releases(fixes))
    meant = by_version[stand.fix.text] if stand.fix else fixes[-1]
    regressed = unit.life_cycle.latest_step(pattern.id, "regress") if pattern.status == "regressed" else None
    return Standing(
        place=stand.place,
        version=_told(crashed_in, stand.fix) if crashed_in else version,
        line=crashed_in.line_text if crashed_in else None,
        fix=meant.version,
        fixed_at=meant.fixed_at,
        fixes=tuple(by_version),
        is_back=stand.place == "fixed" and occurred_at > meant.fixed_at,
        seen_again_in=regressed.version if regressed else None,
    )


def _told(version: Release, fix: Release | None) -> str:
    """The version; with its build where that of the fix matters."""
    if fix is None or fix.build is None or version.build is None or version.text.endswith(f".{version.build}"):
        return version.text
    return f"{version.text}.{version.build}"


def _releases(fixes: tuple[PatternFix, ...]) -> list[Release]:
    return [one for one in (release(fix.version) for fix in fixes) if one is not None]
