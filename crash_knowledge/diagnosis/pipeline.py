"""Asks every rule in turn; a rule that fails becomes a note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crash_knowledge.diagnosis.actions import in_command, in_input, in_login, in_service, in_upgrade_script
from crash_knowledge.diagnosis.affected import affected_records, record_age
from crash_knowledge.diagnosis.cause import kind_of_cause
from crash_knowledge.diagnosis.code import culprit, whose_code
from crash_knowledge.diagnosis.database import (
    busy_statements,
    unmade_connection,
    version_mismatch,
    written_tables,
)
from crash_knowledge.diagnosis.exceptions import earlier_exception, unhandled_exception
from crash_knowledge.diagnosis.health import (
    cut_off,
    doubled_lines,
    no_census,
    no_stack,
    not_connected,
    unprintable_objects,
    wrong_time,
)
from crash_knowledge.diagnosis.installation import missing_library
from crash_knowledge.diagnosis.iteration import iteration
from crash_knowledge.diagnosis.memory import (
    full_space,
    grown_classes,
    memory_full,
    memory_limit_differs,
    memory_limit_not_set,
    runaway_counter,
    too_large_request,
)
from crash_knowledge.diagnosis.messages import class_not_known, not_understood, wrong_receiver
from crash_knowledge.diagnosis.model import Diagnosis, Finding
from crash_knowledge.diagnosis.nil import dangling_reference, nil_candidates
from crash_knowledge.diagnosis.on_air import near_to_air
from crash_knowledge.diagnosis.permission import missing_permission
from crash_knowledge.diagnosis.runs import (
    environment_of_program,
    error_windows,
    image_built,
    same_run,
    service_uptime,
    started_by_developer,
    tickets_named,
)
from crash_knowledge.diagnosis.sql import database_error, failing_sql
from crash_knowledge.diagnosis.unsaved import lost_work, open_transaction, transaction_kind
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Note

Rule = Callable[[Dump], Iterable[Finding]]
"""A rule reads a redacted dump and yields findings, or none. Its docstring is its documentation for users."""

RULES: tuple[Rule, ...] = (
    kind_of_cause,
    in_upgrade_script,
    in_service,
    in_login,
    in_command,
    in_input,
    near_to_air,
    culprit,
    not_understood,
    dangling_reference,
    nil_candidates,
    wrong_receiver,
    class_not_known,
    missing_permission,
    missing_library,
    unhandled_exception,
    earlier_exception,
    database_error,
    failing_sql,
    iteration,
    whose_code,
    memory_full,
    too_large_request,
    grown_classes,
    full_space,
    memory_limit_not_set,
    memory_limit_differs,
    runaway_counter,
    lost_work,
    affected_records,
    record_age,
    transaction_kind,
    open_transaction,
    written_tables,
    busy_statements,
    unmade_connection,
    version_mismatch,
    environment_of_program,
    started_by_developer,
    service_uptime,
    image_built,
    same_run,
    error_windows,
    tickets_named,
    not_connected,
    cut_off,
    no_stack,
    wrong_time,
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
