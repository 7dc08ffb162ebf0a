"""The run of the program, its environment and build, how near to air the plan was, and how whole the dump is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crash_knowledge.wcr.description import DumpDescription
from crash_knowledge.wcr.reading import read_dumps
from tests.diagnosis.described import (
    HEADER,
    NOON,
    PLAIN,
    block,
    connection,
    described,
    facts,
    findings,
    said,
    shown,
    window,
    with_header,
)

SAVE = ("MediaGeniX.PlanEditor>>doSave", "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:")


def run_of(session: int | None, handle: str = "1", computer: str = "APP-1", **changes: object) -> str:
    blocks = (block(1, "MediaGeniX.Plan>>next", "a Plan", session=f"a MediaGeniX.T3Session({session})"),)
    dump = described(
        frame_blocks=blocks if session else (),
        connections=(connection(handle=handle), connection("new", handle="F")),
        header=with_header(computer=computer),
        **changes,
    )
    (mark,) = facts(said(dump, "same_run"))["run"]
    return mark


def test_the_mark_of_a_run_is_of_machine_and_session() -> None:
    assert run_of(4711) == run_of(4711, handle="2", local_time=NOON + timedelta(hours=3))
    assert run_of(4711) != run_of(4712)
    assert run_of(4711) != run_of(4711, computer="APP-2")


def test_without_a_session_the_mark_is_of_the_connections() -> None:
    assert run_of(None, "1") == run_of(None, "1")
    assert run_of(None, "1") != run_of(None, "2")


def test_without_session_and_connection_there_is_no_mark() -> None:
    assert findings(described(connections=(connection("new"),)), "same_run") == []


@pytest.mark.parametrize(
    ("created", "sentence"),
    [
        (
            "27 maart 2025 16:51:42",
            "The program was built on 27 Mar 2025, 18 days before the crash: later fixes are not in it",
        ),
        (
            "13 avril 2025 16:51:42",
            "The program was built on 13 Apr 2025, 1 day before the crash: later fixes are not in it",
        ),
        ("1 December 2025 1:1:1", "The program was built on 1 Dec 2025: later fixes are not in it"),
        ("once upon a time", None),
    ],
)
def test_when_the_program_was_built(created: str, sentence: str | None) -> None:
    dump = described(transcript=f"Copying x\nE:\\work\\WHATS'On-ACME.im created at {created}\n")
    found = findings(dump, "image_built")
    assert [finding.sentence for finding in found] == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("started", "sentence", "hours"),
    [
        ("7 April 2025 10:00:00.215", "The service had been running for 7 days and 2 hours", "170"),
        ("14 April 2025 11:40:00.0", "The service had been running for 0 hours", "0"),
        ("13 April 2025 12:00:00.0", "The service had been running for 1 day", "24"),
        ("14 April 2025 12:00:01.0", None, None),
    ],
)
def test_how_long_a_service_had_run(started: str, sentence: str | None, hours: str | None) -> None:
    dump = described(transcript=f"x created\n{started}\tService started [RunService]Post start\n")
    found = findings(dump, "service_uptime")
    assert [(f.sentence, facts(f)["uptime_hours"]) for f in found] == ([(sentence, [hours])] if sentence else [])


@pytest.mark.parametrize(
    ("tag", "site", "command", "sentence", "environment"),
    [
        ("[STAGING] ", "ACME(WONPRD)", "", "This is a test environment (window tag: STAGING)", "test"),
        ("[Code 23] ", "ACME(WONV1PRD)", "", "This is a production environment (by the database's name)", "production"),
        (
            "",
            "ACME(won)",
            "C:\\whatson\\Whatson Production\\won.exe -x test",
            "This is a production environment (by the program's folder)",
            "production",
        ),
        ("[P1] ", "ACME(won)", "C:\\won.exe", "The environment is “P1”", "P1"),
        ("", "ACME(won)", "C:\\won.exe", None, None),
    ],
)
def test_the_environment(tag: str, site: str, command: str, sentence: str | None, environment: str | None) -> None:
    dump = described(
        header=with_header(site=site, command_line=command), windows=(window(f"{tag}Launcher", "WOnLauncher"),)
    )
    found = findings(dump, "environment_of_program")
    assert [(f.sentence, facts(f)) for f in found] == ([(sentence, {"environment": [environment]})] if sentence else [])


@pytest.mark.parametrize(("count", "speaks"), [(1, False), (2, True), (5, True)])
def test_message_windows(count: int, speaks: bool) -> None:
    found = findings(described(windows=(window("WHATS'ON", "MAFMessageDialog"),) * count), "error_windows")
    assert [f.sentence for f in found] == (
        [f"{count} message windows were open: there were errors before this one"] if speaks else []
    )


def test_tickets_in_method_names_and_labels() -> None:
    dump = described(
        ("MediaGeniX.Fixes>>story_PLAN_123_check", "MediaGeniX.Fixes>>fix_PLAN_123", "MediaGeniX.G4>>x_V_1"),
        windows=(window("Case WON-4711: ORA-00942", "Browser"),),
    )
    code, label = findings(dump, "tickets_named")
    assert (code.sentence, code.confidence) == ("The code on the stack names ticket PLAN-123", "likely")
    assert (label.sentence, label.confidence) == ("A window's label names ticket WON-4711", "possible")
    assert facts(code) | facts(label) == {"ticket": ["WON-4711"]}


def test_an_upgrade_script_s_ticket_is_not_told_twice() -> None:
    frames = ("MediaGeniX.PlanScripts>>story_PLAN_123_x", "MediaGeniX.WOnDBScriptRunner>>runScript:of:x:")
    assert findings(described(frames), "tickets_named") == []


@pytest.mark.parametrize(
    ("label", "sentence", "days"),
    [
        (
            "[production] Tu 15/04/2025 : Suria - 15 Apr 2025 [Continuity plan] ",
            "The plan of Suria for 15 Apr 2025 was being edited: on air tomorrow, urgent",
            "1",
        ),
        (
            "Lu 14/04/25 : Un - 14 Avr 2025 [Plan] -- KEPT *",
            "The plan of Un for 14 Apr 2025 was being edited: on air today, urgent",
            "0",
        ),
        (
            "19/04/2025 : Channel 5 [Slot plan] *",
            "The plan of Channel 5 for 19 Apr 2025 was being edited: on air in 5 days, soon",
            "5",
        ),
        (
            "Interstitial schedule assistant - Kids - TV - 5 May 2025",
            "The plan of Kids - TV for 5 May 2025 was being edited: on air in 21 days, not urgent for the air",
            "21",
        ),
        (
            "Open alternative playlist for 13/04/25 on CHONE",
            "The plan of CHONE for 13 Apr 2025 was being edited: it was on air yesterday",
            "-1",
        ),
        ("Open alternative playlist for 31/02/25 on CHONE", None, None),
        ("Contract 12/04/2025 : paid", None, None),
    ],
)
def test_how_near_to_air(label: str, sentence: str | None, days: str | None) -> None:
    dump = described(SAVE, windows=(window(label, "PlanEditor"),))
    found = findings(dump, "near_to_air")
    assert [(f.sentence, facts(f)["days_to_air"], f.confidence) for f in found] == (
        [(sentence, [days], "certain")] if sentence else []
    )


def test_of_other_windows_the_plan_nearest_to_air_counts() -> None:
    labels = ("12/04/2025 : ONE [Plan]", "20/04/2025 : TWO [Plan]", "16/04/2025 : THREE [Plan]")
    dump = described(windows=tuple(window(label, f"Planner{number}") for number, label in enumerate(labels)))
    finding = said(dump, "near_to_air")
    assert finding.sentence == "The plan of THREE for 16 Apr 2025 was open: on air in 2 days, soon"
    assert finding.confidence == "likely"
    assert facts(finding) == {"channel": ["THREE"], "schedule_date": ["2025-04-16"], "days_to_air": ["2"]}


def test_of_a_whole_dump_its_health_is_not_worth_a_word() -> None:
    dump = described()
    for rule in ("cut_off", "no_stack", "wrong_time", "doubled_lines", "no_census", "unprintable_objects"):
        assert findings(dump, rule) == []


def test_a_dump_cut_off_behind_its_stack_and_one_cut_off_in_it() -> None:
    text = described().text
    whole = said(read_dumps(text[: text.index("Quiescent")].encode()).dumps[0], "cut_off")
    assert whole.sentence.endswith("; its stack is there, so the verdict stands")
    broken = said(read_dumps(text[: text.index("Plan>>next")].encode()).dumps[0], "cut_off")
    assert broken.sentence.endswith("; its stack may be incomplete: trust no verdict")
    assert facts(broken) == {"dump_health": ["cut off"]}


def test_no_stack() -> None:
    dump = described(())
    finding = said(dump, "no_stack")
    assert finding.sentence == "The dump has no stack: the verdict rests on the cause line alone"
    assert shown(dump, finding) == [f"Cause of Dump: {PLAIN.cause}"]


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        (
            replace(PLAIN, local_time=NOON.replace(year=1980)),
            "The dump's time cannot be right: 14 Apr 1980 is no year of this program",
        ),
        (
            replace(PLAIN, transcript="x.im created at 15 April 2025 10:00:00"),
            "The dump's time cannot be right: 14 Apr 2025 is before the program was built, on 15 Apr 2025",
        ),
        (replace(PLAIN, transcript="x.im created at 14 April 2025 10:00:00"), None),
    ],
)
def test_a_time_that_cannot_be_right(description: DumpDescription, sentence: str | None) -> None:
    dump = described(local_time=description.local_time, transcript=description.transcript)
    assert [finding.sentence for finding in findings(dump, "wrong_time")] == ([sentence] if sentence else [])


def test_no_time() -> None:
    text = described().text.replace("==2025/4/14==12:00:00==BEGIN", "==2025/14/44==99:00:00==BEGIN", 1)
    (dump,) = read_dumps(text.encode()).dumps
    assert said(dump, "wrong_time").sentence == "The dump has no time: it is taken as of now"


def test_objects_that_could_not_be_printed() -> None:
    broken = "--Error printing object of class MediaGeniX.Plan"
    dump = described(frame_blocks=(block(1, "MediaGeniX.Plan>>next", broken, other=broken),))
    assert said(dump, "unprintable_objects").sentence == "Objects could not be printed into the dump, twice: Plan"


def test_facts_of_health() -> None:
    not_connected = replace(HEADER, version_on_database="not available: not connected to the database")
    assert facts(said(described(header=not_connected), "not_connected")) == {"dump_health": ["not connected"]}
    assert facts(said(described(census=()), "no_census")) == {"dump_health": ["no list of objects"]}
