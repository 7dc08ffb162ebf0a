"""Asks every rule in turn; a rule that fails becomes a note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crash_knowledge.diagnosis.actions import in_command, in_login, in_service, in_upgrade_script
from crash_knowledge.diagnosis.code import whose_code
from crash_knowledge.diagnosis.health import cut_off, doubled_lines, no_census, not_connected, unprintable_objects
from crash_knowledge.diagnosis.memory import memory_full, memory_limit_not_set, too_large_request
from crash_knowledge.diagnosis.messages import dangling_reference, not_understood
from crash_knowledge.diagnosis.model import Diagnosis, Finding
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Note

Rule = Callable[[Dump], Iterable[Finding]]
"""A rule reads a redacted dump and yields findings, or none. Its docstring is its documentation for users."""

RULES: tuple[Rule, ...] = (
    in_upgrade_script,
    in_service,
    in_login,
    in_command,
    not_understood,
    dangling_reference,
    whose_code,
    memory_full,
    too_large_request,
    memory_limit_not_set,
    not_connected,
    cut_off,
    doubled_lines,
    no_census,
    unprintable_objects,
)


def diagnose(dump: Dump, rules: Sequence[Rule] = RULES) -> Diagnosis:
    """What the rules say of a redacted dump. Never raises: a rule that fails leaves a note of level error."""
    findings: list[Finding] = []
    notes: list[Note] = []
    for rule in rules:
        try:
            findings += rule(dump)
        except Exception as problem:
            what = f"The diagnosis rule '{rule.__name__}' failed ({type(problem).__name__}) and said nothing"
            notes.append(Note(dump.line_of(0), what, "error"))
    return Diagnosis(tuple(findings), tuple(notes))


def user_action(diagnosis: Diagnosis) -> str | None:
    """What was being done when it crashed, in one sentence; None when no rule could tell."""
    return next((finding.sentence for finding in diagnosis.findings if finding.kind == "action"), None)
