"""What diagnosis says of a dump."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crash_knowledge.wcr.model import Note

Confidence = Literal["certain", "likely", "possible"]
FindingKind = Literal["action", "cause", "code", "memory", "health"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a dump, by one rule, with the lines of the file where it can be seen.

    ``certain``: the dump says so. ``likely``: it follows from what the dump says, as a rule. ``possible``: a candidate.
    """

    rule: str
    kind: FindingKind
    sentence: str
    confidence: Confidence
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in the order of the rules; ``notes`` tells of rules that failed."""

    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
