"""The kind of cause: which signal decides it, and who acts then."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import diagnose
from tests.diagnosis.dumps import NOT_UNDERSTOOD, dump, said, silent, text_at

BASE = "MediaGeniX.Plan>>next"
OWN = "MediaGeniX.PlanACME>>next"
SCRIPT = "MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:"
ORACLE = "Unhandled exception:  \nORA-{code}: text\n"
DANGLING = """\
[2] MediaGeniX.PlanACME>>isInGroup
\tReceiver: (id=3) a Plan
\t[1] group                           (id=1) nil
\t[2] groupOID                        (id=4) 200145
"""


@pytest.mark.parametrize(
    ("frames", "cause", "exception", "kind", "confidence"),
    [
        ([BASE], "Key not found", "KeyNotFoundError", "base code", "possible"),
        ([OWN], "Key not found", "KeyNotFoundError", "customer code", "likely"),
        ([OWN, SCRIPT], "Key not found", "KeyNotFoundError", "upgrade script", "likely"),
        ([OWN], ORACLE.format(code="00942"), "InvalidTableName", "database schema", "likely"),
        ([OWN, SCRIPT], ORACLE.format(code="00942"), "InvalidTableName", "upgrade script", "likely"),
        ([OWN, SCRIPT], ORACLE.format(code="03113"), "OracleError", "infrastructure", "likely"),
        ([OWN], ORACLE.format(code="12541"), "OracleError", "infrastructure", "likely"),
        ([OWN], ORACLE.format(code="12899"), "OracleError", "data", "likely"),
        ([OWN], ORACLE.format(code="01017"), "OracleError", "configuration", "likely"),
        ([OWN], ORACLE.format(code="00600"), "OracleError", "customer code", "likely"),
        ([OWN], "SQLSTATE: 42703 column", "PostgreSQLError", "database schema", "likely"),
        ([OWN], "SQLSTATE=08006", "PostgreSQLError", "infrastructure", "likely"),
        ([OWN, "InvalidTableName(GenericException)>>raiseSignal", BASE], "x", "Error", "database schema", "likely"),
        ([OWN], "Connection refused by host", "OSErrorHolder", "infrastructure", "likely"),
        ([OWN], "x", "AllocationFailure", "capacity", "likely"),
        ([OWN], "x", "MediaGeniX.WOnPermissionViolation", "permission", "likely"),
        (["MediaGeniX.Checker>>raisePermissionViolationFor:", OWN], "x", "Error", "permission", "certain"),
        (["ExternalMethod>>unlinkedCall:arguments:", OWN], "x", "Error", "client installation", "certain"),
    ],
)
def test_kind_of_cause(frames: list[str], cause: str, exception: str, kind: str, confidence: str) -> None:
    raw = dump(frames, cause=cause, exception=(exception, ""))
    finding = said(raw, "kind_of_cause")
    assert finding.sentence.startswith(f"Kind of cause: {kind}, because ")
    assert finding.confidence == confidence
    assert diagnose(raw).value("kind_of_cause") == kind
    assert finding.lines


def test_the_reason_and_who_acts_are_said() -> None:
    raw = dump([BASE], cause=ORACLE.format(code="00904"), exception=("OracleError", ""))
    assert said(raw, "kind_of_cause").sentence == (
        "Kind of cause: database schema, because the database has no such column (ORA-00904)."
        " To act: whoever upgrades the database, to bring it to the version of the program"
    )


def test_a_dangling_reference_counts_before_the_customers_code() -> None:
    raw = dump([NOT_UNDERSTOOD, "MediaGeniX.PlanACME>>isInGroup"], arguments=DANGLING)
    finding = said(raw, "kind_of_cause")
    assert finding.sentence.startswith("Kind of cause: data, because PlanACME.group points to a record that is not")
    assert ["group" in text_at(raw, line) for line in finding.lines] == [True, True]


def test_nothing_is_said_without_signal_and_application() -> None:
    assert silent(dump(["OrderedCollection>>do:"], cause="Key not found", exception=("Error", "")), "kind_of_cause")
