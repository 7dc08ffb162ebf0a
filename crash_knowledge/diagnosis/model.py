"""What diagnosis says of a dump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crash_knowledge.wcr.model import Note

Confidence = Literal["certain", "likely", "possible"]
FindingKind = Literal["action", "cause", "code", "memory", "database", "records", "urgency", "run", "health", "secret"]
FactName = Literal[
    "kind_of_cause",
    "code",
    "method",
    "missing_message",
    "receiver_class",
    "nil_candidate",
    "dangling_reference",
    "iteration",
    "exception_class",
    "first_exception",
    "command",
    "executor",
    "window",
    "input",
    "service",
    "login",
    "upgrade_script",
    "ticket",
    "culprit_process",
    "permission",
    "external_library",
    "error_code",
    "table",
    "sql",
    "written_table",
    "transaction",
    "unsaved",
    "new_objects",
    "modified_objects",
    "removed_objects",
    "object_state",
    "record",
    "memory_asked_mb",
    "memory_used_mb",
    "memory_limit_mb",
    "memory_grew",
    "run",
    "process_kind",
    "channel",
    "schedule_date",
    "days_to_air",
    "image_built",
    "uptime_hours",
    "environment",
    "dump_health",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a finding established, for programs: comparing dumps, counting over dumps, writing replies.

    ``value``: plain text without a sentence around it; numbers in digits, dates as ``2025-04-15``.
    """

    name: FactName
    value: str


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
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings, in the order of the rules; ``notes`` tells of rules that failed."""

    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]

    def of_kind(self, kind: FindingKind) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def values(self, name: FactName) -> tuple[str, ...]:
        """The distinct values of a fact, in the order of the findings."""
        return tuple(dict.fromkeys(fact.value for fact in self._facts() if fact.name == name))

    def value(self, name: FactName) -> str | None:
        """The first value of a fact; None when no finding established it."""
        return next(iter(self.values(name)), None)

    def _facts(self) -> Iterator[Fact]:
        return (fact for finding in self.findings for fact in finding.facts)
