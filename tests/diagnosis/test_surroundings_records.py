"""Unsaved work, transactions, records near the failure, and what the session had written."""

from __future__ import annotations

import pytest

from tests.diagnosis.described import (
    block,
    connection,
    described,
    facts,
    findings,
    said,
    shown,
    statement,
    window,
    with_header,
)

FRAME = "MediaGeniX.T3Transaction>>isCurrentWhile:"


def state(oid: int, class_name: str, how: str) -> str:
    return f"a MediaGeniX.T3ObjectState({oid},MediaGeniX.{class_name},#{how})"


@pytest.mark.parametrize(
    ("transactions", "sentence", "kind"),
    [
        (
            [("PlanEditor", "buffering")],
            "a buffering transaction of PlanEditor: changes wait in the program until they are saved",
            "buffering",
        ),
        (
            [("immediate", "immediateTransaction"), ("PlanEditor", "readOnly")],
            "an immediate transaction: changes go to the database at once, all or nothing",
            "immediate",
        ),
        (
            [("Global", "readOnly"), ("Launcher", "readOnly"), ("PlanEditor", "buffering")],
            "a buffering transaction of PlanEditor: changes wait in the program until they are saved",
            "buffering",
        ),
        (
            [("PlanEditor", "readOnly")],
            "a read-only transaction of PlanEditor: nothing can be changed in it",
            "readOnly",
        ),
        ([("Global", "readOnly")], None, None),
        ([("PlanEditor", "unheardOf")], None, None),
    ],
)
def test_the_kind_of_transaction(transactions: list[tuple[str, str]], sentence: str | None, kind: str | None) -> None:
    blocks = tuple(
        block(number, FRAME, f"a MediaGeniX.T3Transaction('{name}',{number},{how})")
        for number, (name, how) in enumerate(transactions, start=1)
    )
    found = findings(described(frame_blocks=blocks), "transaction_kind")
    assert [(finding.sentence, facts(finding)["transaction"]) for finding in found] == (
        [(f"The work was done in {sentence}", [kind])] if sentence else []
    )


def test_what_was_wrong_with_a_transaction() -> None:
    text = "a MediaGeniX.T3Transaction('PlanEditor',15,buffering,a MediaGeniX.T3Session(1158))"
    dump = described(frame_blocks=(block(1, FRAME, text, isDiscarded="true", hasCollidedDuringMerge="true"),))
    finding = said(dump, "transaction_kind")
    assert finding.sentence.endswith("; it had been discarded and collided with another user's changes")
    assert [line.split()[1] for line in shown(dump, finding)[1:]] == ["isDiscarded", "hasCollidedDuringMerge"]


@pytest.mark.parametrize(("state_of_it", "unharmed"), [("xactNo", True), ("xactYes", False)])
def test_a_buffering_transaction_without_an_open_one_in_the_database_harms_nothing(
    state_of_it: str, unharmed: bool
) -> None:
    blocks = (block(1, FRAME, "a MediaGeniX.T3Transaction('PlanEditor',1,buffering)"),)
    dump = described(frame_blocks=blocks, connections=(connection(state_of_it),))
    told = said(dump, "transaction_kind").sentence
    assert told.endswith("; nothing is half written in the database") is unharmed


@pytest.mark.parametrize(
    ("state_of_it", "twin", "speaks"), [("xactYes", False, True), ("xactYes", True, False), ("xactNo", False, False)]
)
def test_an_open_database_transaction(state_of_it: str, twin: bool, speaks: bool) -> None:
    found = findings(described(connections=(connection(state_of_it, twin=twin),)), "open_transaction")
    assert [facts(finding) for finding in found] == ([{"transaction": ["open in the database"]}] if speaks else [])


def test_lost_work_counts_every_object_once() -> None:
    known = block(
        1,
        "MediaGeniX.Right>>open",
        "a MediaGeniX.Right",
        cachedObjectState=state(11, "Right", "new"),
        objectStates=f"OrderedCollection ({state(11, 'Right', 'new')} {state(12, 'Right', 'new')})",
        run=state(13, "Run", "removed"),
        contract=state(14, "Contract", "unmodified"),
    )
    dump = described(frame_blocks=(known,), windows=(window("[P1] Contract navigator *", "ContractNavigator"),))
    finding = said(dump, "lost_work")
    assert finding.sentence == (
        'Work may be lost: "Contract navigator" had unsaved changes; '
        "at least 2 new and 1 removed objects were not saved"
    )
    assert facts(finding) == {"unsaved": ["ContractNavigator"], "new_objects": ["2"], "removed_objects": ["1"]}


def test_one_object_is_spoken_of_as_one() -> None:
    known = block(1, "MediaGeniX.Right>>open", "a Right", cachedObjectState=state(11, "Right", "modified"))
    finding = said(described(frame_blocks=(known,)), "lost_work")
    assert finding.sentence == "Work may be lost: at least 1 modified object was not saved"


def test_nothing_unsaved_nothing_lost() -> None:
    known = block(1, "MediaGeniX.Right>>open", "a Right", cachedObjectState=state(11, "Right", "unmodified"))
    dump = described(frame_blocks=(known,), windows=(window("5 * 3", "Browser"),))
    assert findings(dump, "lost_work") == []


def test_affected_records_without_those_of_users() -> None:
    states = [state(oid, "Right", "new") for oid in range(1, 6)] + [state(9, "PSIUserIdentification", "unmodified")]
    states += [state(20 + number, f"Class{number}", "unmodified") for number in range(5)]
    known = block(1, "MediaGeniX.Right>>open", "a Right", objectStates=f"OrderedCollection ({' '.join(states)})")
    finding = said(described(frame_blocks=(known,)), "affected_records")
    assert finding.sentence == (
        "Records near the failure: 5 new Right (1, 2, 3, …), 1 unmodified Class0 (20), 1 unmodified Class1 (21), "
        "1 unmodified Class2 (22), and 2 more"
    )
    assert facts(finding)["record"][:4] == ["Right 1", "Right 2", "Right 3", "Class0 20"]
    assert facts(finding)["object_state"][0] == "Right new"


def test_only_users_no_records() -> None:
    known = block(1, "MediaGeniX.Right>>open", "a Right", user=state(9, "PSIUserIdentification", "unmodified"))
    assert findings(described(frame_blocks=(known,)), "affected_records") == []


@pytest.mark.parametrize(
    ("created", "modified", "sentence"),
    [
        ("Mon 14 April 2025 9:59:55.676", "nil", "The Right nearest to the failure was created 5 s before the crash"),
        (
            "Lun 14 Avril 2025 09:00:00.1",
            "nil",
            "The Right nearest to the failure was created 60 minutes before the crash",
        ),
        (
            "9 September 2020 1:02:03.1",
            "Maa 14 April 2025 9:58:00.0",
            "The Right nearest to the failure was changed 2 minutes before the crash",
        ),
        ("13 April 2025 12:00:00.0", "nil", "The Right nearest to the failure was created 22 hours before the crash"),
        ("9 April 2025 12:00:00.0", "nil", None),
        ("14 April 2025 10:00:01.0", "nil", None),
        ("nil", "nil", None),
        ("14 Nonsense 2025 10:00:01.0", "nil", None),
    ],
)
def test_the_age_of_the_nearest_record(created: str, modified: str, sentence: str | None) -> None:
    """The crash is at 12:00 of a machine two hours ahead of UTC: at 10:00 UTC."""
    frame = "MediaGeniX.Right(MediaGeniX.Thing)>>open"
    dump = described(frame_blocks=(block(1, frame, "Right(1)", dateCreated=created, dateModified=modified),))
    assert [finding.sentence for finding in findings(dump, "record_age")] == ([sentence] if sentence else [])


def test_written_tables_without_housekeeping() -> None:
    sessions = (
        statement("INSERT INTO PSI.CONTRACT(OID) VALUES (?)"),
        statement("insert into psi.t3changelogdetails(x) values (1)"),
        statement("update RUN\n\tset x = 1"),
        statement('DELETE FROM "PSI"."RIGHT" where x'),
        statement("UPDATE PSI.WONUSERLOGIN SET X = 1"),
        statement("SELECT * FROM PSI.UPDATE_LOG"),
        statement("MERGE INTO PSI.RUN USING x"),
        statement(None),
    )
    dump = described(sessions=sessions)
    finding = said(dump, "written_tables")
    assert finding.sentence == (
        "This session had inserted into CONTRACT; updated RUN; deleted from RIGHT; merged into RUN"
    )
    assert facts(finding) == {"written_table": ["CONTRACT", "RUN", "RIGHT"]}
    assert len(finding.lines) == 4


def test_many_tables_are_counted_not_listed() -> None:
    sessions = tuple(statement(f"INSERT INTO T{number}(X) VALUES (1)") for number in range(9))
    finding = said(described(sessions=sessions), "written_tables")
    assert finding.sentence.endswith("T5 and 3 more")
    assert len(facts(finding)["written_table"]) == 9


def test_only_housekeeping_says_nothing() -> None:
    assert findings(described(sessions=(statement("UPDATE PSI.PSIUSER SET X = 1"),)), "written_tables") == []


def test_busy_statements_count_no_twins() -> None:
    sessions = (
        statement("SELECT 1", "executing"),
        statement(None, "executing", twin=True),
        statement("SELECT 2", "fetchingData"),
        statement("SELECT 3", "fetchingData"),
        statement("SELECT 4"),
    )
    finding = said(described(sessions=sessions), "busy_statements")
    assert finding.sentence == "1 database statement was being executed and 2 database statements were fetching rows"
    assert findings(described(sessions=sessions[-1:]), "busy_statements") == []


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        (["xactNo", "new", "xactNo"], "1 of 3 database connections was never made: a login failed or is under way"),
        (["new"], None),
        (["xactNo", "xactNo"], None),
    ],
)
def test_a_connection_that_was_never_made(states: list[str], sentence: str | None) -> None:
    connections = tuple(connection(one, handle=f"{number:08X}") for number, one in enumerate(states, start=1))
    found = findings(described(connections=connections), "unmade_connection")
    assert [finding.sentence for finding in found] == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("on_database", "speaks"),
    [
        ("2023r8.001.042a", True),
        ("2024r1.000.001", False),
        ("not available: not connected to the database", False),
        (None, False),
    ],
)
def test_versions_that_do_not_fit(on_database: str | None, speaks: bool) -> None:
    found = findings(described(header=with_header(version_on_database=on_database)), "version_mismatch")
    assert [finding.sentence for finding in found] == (
        ["The program is 2024r1.000.001, but the database is at 2023r8.001.042a: tables or columns may be missing"]
        if speaks
        else []
    )
