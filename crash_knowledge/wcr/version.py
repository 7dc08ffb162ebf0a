"""Version and build of WHATS'ON, split."""

from __future__ import annotations

import re

from crash_knowledge.wcr.model import Build, Version

_VERSION = re.compile(r"(\d+r\d+)(?:\.(\d+)(?:\.(\d+)([A-Za-z])?)?)?", re.ASCII)
_BUILD = re.compile(r"(\d+r\d+\.\d+)(?:\[([^\]]*)\])?\.(\d+[A-Za-z]?)(?:\.(\d{1,9}))?", re.ASCII)


def split_version(text: str) -> Version:
    """Split ``2023r8.001.042a`` into line, minor, patch and letter; another form keeps only its text."""
    match = _VERSION.fullmatch(text)
    return Version(text, *match.groups()) if match else Version(text, None, None, None, None)


def split_build(text: str) -> Build:
    """Split ``2024r1.000[BRX].001.1`` into version, customer and build number; another form keeps only its text."""
    match = _BUILD.fullmatch(text)
    if match is None:
        return Build(text, None, None, None)
    release, customer, patch, number = match.groups()
    return Build(text, f"{release}.{patch}", customer, int(number) if number else None)
