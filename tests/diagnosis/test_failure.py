"""Loops, statements, libraries, permissions and exceptions: what is said of each, and when nothing is."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import diagnose
from tests.diagnosis.dumps import NOT_UNDERSTOOD, dump, said, silent, text_at

METHOD = "MediaGeniX.Plan>>renumber"
BLOCK = f"optimized [] in {METHOD}"
THIRD = ("MessageNotUnderstood", "a Message with selector: #position: and arguments: #(3)")


def collection(size: int, selector: str = "withIndexDo:", number: int = 3) -> str:
    lines = [f"[{number}] OrderedCollection>>{selector}", "\tReceiver: (id=5) OrderedCollection (a Clip)"]
    return "\n".join([*lines, "\t[1] firstIndex  (id=1) 1", f"\t[2] lastIndex  (id=9) {size}", ""])


@pytest.mark.parametrize(
    ("selector", "size", "sentence", "fact"),
    [
        ("withIndexDo:", 14, "It failed at element 3 of 14 of a collection, in Plan>>renumber", "3 of 14"),
        ("withIndexDo:", 2, "It failed while going through a collection of 2 elements, in Plan>>renumber", "one of 2"),
        ("do:", 14, "It failed while going through a collection of 14 elements, in Plan>>renumber", "one of 14"),
    ],
)
def test_iteration(selector: str, size: int, sentence: str, fact: str) -> None:
    frames = [NOT_UNDERSTOOD, BLOCK, f"OrderedCollection>>{selector}", METHOD]
    raw = dump(frames, exception=THIRD, arguments=collection(size, selector))
    assert said(raw, "iteration").sentence == sentence
    assert diagnose(raw).value("iteration") == fact


@pytest.mark.parametrize(
    ("frames", "arguments"),
    [
        ([NOT_UNDERSTOOD, BLOCK, "OrderedCollection>>do:", METHOD], collection(1, "do:")),
        ([NOT_UNDERSTOOD, BLOCK, "OrderedCollection>>do:", METHOD], ""),
        (["ExternalLibrary>>find", "OrderedCollection>>do:", METHOD], collection(3, "do:", 2)),
        ([NOT_UNDERSTOOD, METHOD], ""),
    ],
)
def test_no_iteration(frames: list[str], arguments: str) -> None:
    assert silent(dump(frames, exception=THIRD, arguments=arguments), "iteration")


SQL = "MediaGeniX.Plan class>>retrieve"
MISSING = "Unhandled exception:  \nORA-00942: table or view does not exist\n"


def session(query: str, bound: str = "#(12)", state: str = "#executing") -> str:
    return f"""\
[1] OracleSession>>execute
\tReceiver: (id=5) an OracleSession( hstmt = 2A )
\t[1] stateHolder                     (id=6) a ValueHolder on: {state}
\t[2] connection                      (id=7) an OracleConnection( hsvcctx = 2B )
\t[3] query                           (id=8) {query}
\t[4] bindInput                       (id=9) {bound}
"""


@pytest.mark.parametrize(
    ("query", "bound", "sentence", "table"),
    [
        (
            "'select *\nfrom (SELECT P1.OID FROM PSI.PLAN P1 WHERE P1.X=:1)'",
            "#(12)",
            "SELECT from PSI.PLAN",
            "PSI.PLAN",
        ),
        ("'UPDATE RUN SET X = 1'", "#(12)", "UPDATE RUN", "RUN"),
        ("'INSERT INTO won.\"Run\" (A) VALUES (:1)'", "#(12)", "INSERT into won.Run", "won.Run"),
        ("'DELETE FROM RUN WHERE OID = :1'", "#(12)", "DELETE from RUN", "RUN"),
        ("'BEGIN clean_up; END'", "#(12)", "BEGIN", None),
    ],
)
def test_failing_sql(query: str, bound: str, sentence: str, table: str | None) -> None:
    raw = dump(["OracleSession>>execute", SQL], MISSING, ("InvalidTableName", ""), session(query, bound))
    finding = said(raw, "failing_sql")
    assert finding.sentence == (
        f"The statement that failed: {sentence}, with 1 bound value (12); it was being executed"
    )
    assert diagnose(raw).value("table") == table
    assert (diagnose(raw).value("sql") or "").startswith(query[1:7])
    assert "query" in text_at(raw, finding.lines[0])


@pytest.mark.parametrize(
    ("bound", "spoken"),
    [
        ("#()", ", with no bound values"),
        ("#(1 2 3 4)", ", with 4 bound values (1, 2, 3)"),
        ("#('a name' 7)", ""),
        (f"#({'1' * 5_000}x)", ""),
        (f"#({'1 ' * 2_000}x)", ""),
    ],
)
def test_bound_values_are_counted_and_only_numbers_shown(bound: str, spoken: str) -> None:
    raw = dump(["OracleSession>>execute", SQL], MISSING, ("InvalidTableName", ""), session("'DELETE FROM RUN'", bound))
    assert (
        said(raw, "failing_sql").sentence
        == f"The statement that failed: DELETE from RUN{spoken}; it was being executed"
    )


def test_the_table_is_that_of_the_alias_that_the_error_names() -> None:
    cause = 'Unhandled exception:  \nORA-00904: "R2"."X": invalid identifier\n'
    query = "'SELECT R1.A, R2.X FROM PLAN R1 JOIN RUN R2 ON R1.A = R2.A'"
    raw = dump(["OracleSession>>execute", SQL], cause, ("OracleError", ""), session(query, state="#prepared"))
    assert diagnose(raw).value("table") == "RUN"
    assert said(raw, "failing_sql").confidence == "likely"


def test_a_statement_is_not_blamed_for_another_error() -> None:
    raw = dump(["OracleSession>>execute", SQL], "Key not found", ("X", ""), session("'DELETE FROM RUN'"))
    assert said(raw, "failing_sql").sentence.startswith("The statement at work: DELETE from RUN")


def test_no_statement_no_finding() -> None:
    assert silent(dump(["OracleSession>>execute"], MISSING, ("X", ""), session("nil")), "failing_sql")


@pytest.mark.parametrize(
    ("cause", "sentence", "code"),
    [
        (
            MISSING,
            "ORA-00942: the database has no such table or view, or this database user may not see it",
            "ORA-00942",
        ),
        ("ORA-00600: internal", "ORA-00600", "ORA-00600"),
        ("SQLSTATE: 23505 duplicate key", "23505: the change breaks a rule of the database on its data", "23505"),
    ],
)
def test_database_error(cause: str, sentence: str, code: str) -> None:
    raw = dump([METHOD], cause, ("OracleError", ""))
    assert said(raw, "database_error").sentence == f"The database answered {sentence}"
    assert diagnose(raw).value("error_code") == code
    assert diagnose(raw).value("exception_class") == "OracleError"
    assert silent(raw, "unhandled_exception")
    assert code in text_at(raw, said(raw, "database_error").lines[0])


LINK = ["ExternalMethod class>>mapVirtualAddressFor:in:", "ExternalMethod>>unlinkedCall:arguments:"]
CALL = """\
[2] ExternalMethod>>unlinkedCall:arguments:
\tReceiver: (id=5) ExternalMethod OracleInterface>>OCIInitialize:with:
"""


@pytest.mark.parametrize(
    ("below", "arguments", "sentence"),
    [
        (["OracleConnection>>init"], CALL, "The Oracle client was not found on this computer (OCIInitialize)"),
        (
            ["MediaGeniX.MgXPostgresLibpqConnection>>init"],
            "",
            "The PostgreSQL client (libpq) was not found on this computer",
        ),
        (
            ["OracleConnection>>init", "OOPSite>>loginWithUserAuthentication:"],
            "",
            "The Oracle client was not found on this computer, at the login",
        ),
        (["Scanner>>open"], "", "The library that the program calls was not found on this computer"),
    ],
)
def test_missing_library(below: list[str], arguments: str, sentence: str) -> None:
    raw = dump([*LINK, *below], "External object not found", ("ExternalObjectNotFoundError", "x"), arguments)
    assert said(raw, "missing_library").sentence == f"{sentence}: repair its installation"


def test_a_library_that_was_found_is_not_spoken_of() -> None:
    assert silent(dump(["OracleConnection>>init"]), "missing_library")


CHECK = "MediaGeniX.Checker>>raisePermissionViolationFor:role:on:"
RIGHTS = """\
[1] MediaGeniX.Checker>>raisePermissionViolationFor:role:on:
\tReceiver: (id=5) a MediaGeniX.Checker
\tArg[t1]: (id=6) a DayScheduleACME (oid = 3)
\tArg[t2]: (id=7) #(#ScheduleManagement)
\tArg[t3]: (id=8) #Editor
"""


@pytest.mark.parametrize(
    ("arguments", "parameter", "sentence"),
    [
        (RIGHTS, "", "The user lacks the right Editor in ScheduleManagement (on a DayScheduleACME)"),
        ("", "#(#ScheduleManagement #Editor)", "The user lacks the right Editor in ScheduleManagement"),
        ("", "#Editor", "The user lacks the right Editor"),
    ],
)
def test_missing_permission(arguments: str, parameter: str, sentence: str) -> None:
    raw = dump([CHECK, METHOD], "Permission violation", ("PermissionViolation", parameter), arguments)
    assert said(raw, "missing_permission").sentence == sentence
    assert (diagnose(raw).value("permission") or "").endswith("Editor")


@pytest.mark.parametrize("frames", [[CHECK, METHOD], [METHOD]])
def test_no_right_is_guessed(frames: list[str]) -> None:
    assert silent(dump(frames, "Permission violation", ("PermissionViolation", "")), "missing_permission")


@pytest.mark.parametrize(
    ("name", "parameter", "sentence"),
    [
        ("MediaGeniX.KeyNotFoundError", "#age", "The exception KeyNotFoundError was not handled: x (#age)"),
        ("KeyNotFoundError", "", "The exception KeyNotFoundError was not handled: x"),
        ("Error", "one\n   two", "The exception Error was not handled: x (one two)"),
    ],
)
def test_unhandled_exception(name: str, parameter: str, sentence: str) -> None:
    raw = dump([METHOD], "x", (name, parameter))
    assert said(raw, "unhandled_exception").sentence == sentence
    assert diagnose(raw).value("exception_class") == name.rpartition(".")[2]


@pytest.mark.parametrize("name", ["MessageNotUnderstood", "LowSpaceInterrupt", ""])
def test_exceptions_that_other_rules_tell(name: str) -> None:
    assert silent(dump([METHOD], "x", (name, "")), "unhandled_exception")


@pytest.mark.parametrize(
    ("raised", "name"),
    [
        ("OracleError(GenericException)>>raiseSignal", "OracleError"),
        ("MediaGeniX.PlanError(Exception)>>signal", "PlanError"),
        (NOT_UNDERSTOOD, "MessageNotUnderstood"),
    ],
)
def test_earlier_exception(raised: str, name: str) -> None:
    raw = dump([NOT_UNDERSTOOD, METHOD, "BlockClosure>>on:do:", raised, METHOD])
    finding = said(raw, "earlier_exception")
    assert finding.sentence == (
        f"{name} came first (frame 4 of the stack); what is on top happened while it was being handled"
    )
    assert text_at(raw, finding.lines[0]).startswith("[4]")
    assert diagnose(raw).value("first_exception") == name


@pytest.mark.parametrize(
    "frame",
    ["SaveNotification(GenericException)>>raiseSignal", "Error class(GenericException class)>>handle:do:", METHOD],
)
def test_no_earlier_exception(frame: str) -> None:
    assert silent(dump([NOT_UNDERSTOOD, METHOD, frame]), "earlier_exception")
