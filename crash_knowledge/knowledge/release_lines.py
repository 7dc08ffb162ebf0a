"""Release lines: which version has a fix that was released in others.

A version is ``2023r8.001.042a``: line ``2023r8``, minor 1, patch 42, letter ``a``; builds add a number, ``.22``. A fix
is recorded per line and is in the later versions of that line. Whether it is in another line, nobody knows until it is
recorded for that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Place = Literal["fixed", "before_the_fix", "earlier_line", "later_line", "unknown_version"]
"""Where a version is seen from the fixes.

``fixed``: it has the fix. ``before_the_fix``: its line has the fix, in a later version. ``earlier_line``: only later
lines have it. ``later_line``: an earlier line has it, its own is not known to. ``unknown_version``: it cannot be
compared.
"""

_VERSION = re.compile(
    r"(?P<year>\d{1,9})r(?P<release>\d{1,9})"
    r"(?:\.(?P<minor>\d{1,9})(?:\[[^\]]*\])?"
    r"(?:\.(?P<patch>\d{1,9})(?P<letter>[A-Za-z])?(?:\.(?P<build>\d{1,9}))?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Release:
    """A version that can be compared. ``line``: year and release of the year; ``build`` None where it is not said."""

    text: str
    line: tuple[int, int]
    minor: int
    patch: int
    letter: str
    build: int | None

    @property
    def line_text(self) -> str:
        return f"{self.line[0]}r{self.line[1]}"

    @property
    def order(self) -> tuple[tuple[int, int], int, int, str]:
        """What sorts versions, builds apart."""
        return self.line, self.minor, self.patch, self.letter


@dataclass(frozen=True, slots=True)
class Stand:
    """How a version stands to the fixes. ``fix``: the one that is meant; None when no fix could be compared."""

    place: Place
    fix: Release | None


def release(version: str | None, build: str | None = None) -> Release | None:
    """Read a version; ``build`` (``2024r1.000[BRX].001.1``) tells its number. None for another form.

    What is left out counts as 0: ``2024r1.002`` is the first patch of that minor.
    """
    read = _read(version)
    built = _read(build)
    if read is None:
        return None
    if read.build is None and built is not None and built.order == read.order:
        return replace(read, build=built.build)
    return read


def stands(version: Release | None, fixes: Iterable[Release]) -> Stand:
    """How a version stands to the versions that have the fix; of several fixes of a line the latest counts."""
    latest = _latest_of_lines(fixes)
    if version is None or not latest:
        return Stand("unknown_version", latest[-1] if latest else None)
    own = [fix for fix in latest if fix.line == version.line]
    if own:
        return Stand(_within_line(version, own[0]), own[0])
    earlier = [fix for fix in latest if fix.line < version.line]
    return Stand("later_line", earlier[-1]) if earlier else Stand("earlier_line", latest[0])


def reaches(version: Release | None, bound: Release) -> bool:
    """Whether a version is the bound or a later one, whatever its line."""
    if version is None:
        return False
    if version.order != bound.order:
        return version.order > bound.order
    return bound.build is None or (version.build is not None and version.build >= bound.build)


def _read(text: str | None) -> Release | None:
    match = _VERSION.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    build = match["build"]
    return Release(
        text=match[0],
        line=(int(match["year"]), int(match["release"])),
        minor=int(match["minor"] or 0),
        patch=int(match["patch"] or 0),
        letter=(match["letter"] or "").lower(),
        build=int(build) if build else None,
    )


def _within_line(version: Release, fix: Release) -> Place:
    if version.order != fix.order:
        return "fixed" if version.order > fix.order else "before_the_fix"
    if fix.build is None:
        return "fixed"
    if version.build is None:
        return "unknown_version"
    return "fixed" if version.build >= fix.build else "before_the_fix"


def _latest_of_lines(fixes: Iterable[Release]) -> list[Release]:
    """The latest fix of each line, the earliest line first."""
    ordered = sorted(fixes, key=lambda fix: (fix.order, fix.build or 0))
    return list({fix.line: fix for fix in ordered}.values())
