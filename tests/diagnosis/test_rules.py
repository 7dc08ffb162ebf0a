"""Each rule on a dump made for it: what it says, how sure it is, and the line where that can be seen."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import diagnose, user_action
from tests.diagnosis.dumps import NOT_UNDERSTOOD, dump, said, silent, text_at, window

MOUSE = [
    "MediaGeniX.MAF2ToolBarButton>>pressAction",
    "RedButtonPressedEvent(Event)>>dispatch",
    "WindowManager>>processNextEvent",
]
MONITOR = "MediaGeniX.AMApplicationMonitor>>commandBeingExecuted:executor:while:"
MONITOR_BLOCK = """\
[3] MediaGeniX.AMApplicationMonitor>>commandBeingExecuted:executor:while:
\tReceiver: (id=9) a MediaGeniX.AMApplicationMonitor
\t[4] commandBeingExecuted            (id=5) a MediaGeniX.MAFPluggableCommand - a MediaGeniX.PlanEditor >> saveCommand
\t[5] executorOfCommandBeingExecuted  (id=6) a MediaGeniX.PlanEditor
\t[6] labelOfCommandBeingExecuted     (id=7) 'Save all'
"""


def test_command_by_the_label_that_the_user_saw() -> None:
    raw = dump(
        ["MediaGeniX.PlanEditor>>doSave", "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:", MONITOR, *MOUSE],
        arguments=MONITOR_BLOCK,
        windows=window("Plan of channel 5 *", "PlanEditor") + window("Launcher", "WOnLauncher"),
    )
    finding = said(raw, "in_command")
    assert finding.sentence == (
        'The user pressed "Save all" (toolbar, left mouse button) in "Plan of channel 5", which had unsaved changes'
    )
    assert finding.confidence == "certain"
    shown = [text_at(raw, line) for line in finding.lines]
    assert "labelOfCommandBeingExecuted" in shown[0]
    assert shown[1] == f"[3] \t{MONITOR}"
    assert "Plan of channel 5 *" in shown[2]


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        (
            ["MediaGeniX.PlanEditor>>doOpenReport", "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:"],
            'The user gave the command "Open report" in PlanEditor',
        ),
        (
            [
                "MediaGeniX.PlanEditor>>doOpen",
                "optimized [] in MediaGeniX.Browser>>openCommand",
                "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:",
                "KeyPressedEvent(Event)>>dispatch",
            ],
            'The user gave the command "Open" (keyboard) in PlanEditor',
        ),
        (
            [
                "MediaGeniX.NewPlanDialog>>doAccept",
                "optimized [] in MediaGeniX.MAFApplicationModel>>actionAtRuntimeFor:",
                "RedButtonPressedEvent(Event)>>dispatch",
                "MediaGeniX.PlanEditor>>doNewPlan",
                "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:",
                "YellowButtonPressedEvent(Event)>>dispatch",
            ],
            'The user pressed "New plan" > "Accept" (left mouse button) in PlanEditor',
        ),
    ],
)
def test_command_by_its_frames(frames: list[str], sentence: str) -> None:
    finding = said(dump(frames), "in_command")
    assert finding.sentence == sentence
    assert finding.confidence == "likely"


def test_two_windows_of_the_same_kind_are_not_guessed_between() -> None:
    frames = ["MediaGeniX.PlanEditor>>doSave", "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:"]
    windows = window("Plan A *", "PlanEditor") + window("Plan B", "PlanEditor")
    assert said(dump(frames, windows=windows), "in_command").sentence.endswith('"Save" in PlanEditor')


def test_service() -> None:
    raw = dump(header=[], frames=["MediaGeniX.RunService>>run"])
    raw = raw.with_text(raw.text.replace("app.exe", "app.exe -headless -serviceIdentifier RunService ACME true"))
    finding = said(raw, "in_service")
    assert finding.sentence == "The service RunService was running without windows: no user was at work"
    assert [text_at(raw, line)[:12] for line in finding.lines] == ["Command Line"]


def test_upgrade_script_with_its_ticket() -> None:
    frames = [
        "optimized [] in MediaGeniX.PlanScripts>>story_PLAN_123_addColumn",
        "OrderedCollection>>do:",
        "MediaGeniX.PlanScripts>>story_PLAN_123_addColumn",
        "MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:",
    ]
    finding = said(dump(frames), "in_upgrade_script")
    assert finding.sentence == "A database upgrade was running the script story_PLAN_123_addColumn (ticket PLAN-123)"


def test_upgrade_without_a_script_frame() -> None:
    frames = ["MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:"]
    assert said(dump(frames), "in_upgrade_script").sentence == "A database upgrade was running a script"


@pytest.mark.parametrize(
    ("frames", "where"),
    [
        (["OOPSite>>loginWithUserAuthentication:", "MediaGeniX.WOnLoginDialog>>acceptAction"], "in the login window"),
        (["OOPSite>>loginWithUserAuthentication:"], "at the start of the program"),
    ],
)
def test_login(frames: list[str], where: str) -> None:
    assert said(dump(frames), "in_login").sentence == f"The user was logging in, {where}"


def test_an_upgrade_that_logs_in_is_an_upgrade() -> None:
    frames = ["MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:"]
    frames += ["OOPSite>>loginWithUserAuthentication:"]
    raw = dump(frames)
    assert silent(raw, "in_login")
    assert user_action(diagnose(raw)) == "A database upgrade was running a script"


@pytest.mark.parametrize(
    ("frames", "parameter", "sentence"),
    [
        (
            [NOT_UNDERSTOOD, "OrderedCollection>>do:", "MediaGeniX.Plan>>next"],
            "a Message with selector: #open: and arguments: #(13)",
            "Something was nil that should not be: nil got the message #open: with the argument 13, sent in Plan>>next",
        ),
        (
            [NOT_UNDERSTOOD, "MediaGeniX.Plan>>next"],
            "a Message with selector: #open: and arguments: #(a Plan (oid = 12))",
            "Something was nil that should not be: nil got the message #open:, sent in Plan>>next",
        ),
        (
            ["MediaGeniX.PlanACME(Object)>>doesNotUnderstand:", "MediaGeniX.Plan class>>next"],
            "",
            "An object of class PlanACME does not understand #open, sent in Plan class>>next",
        ),
        (
            ["MediaGeniX.PlanACME class(Object)>>doesNotUnderstand:", "[] in MediaGeniX.Plan>>next"],
            "",
            "The class PlanACME does not understand #open, sent in Plan>>next",
        ),
        ([NOT_UNDERSTOOD], "", "Something was nil that should not be: nil got the message #open"),
    ],
)
def test_not_understood(frames: list[str], parameter: str, sentence: str) -> None:
    raw = dump(frames, exception=("MessageNotUnderstood", parameter))
    finding = said(raw, "not_understood")
    assert finding.sentence == sentence
    assert text_at(raw, finding.lines[0]).startswith("[1]")


def test_no_message_no_finding() -> None:
    assert silent(dump(["OracleSession>>execute", "MediaGeniX.Plan>>next"]), "not_understood")


@pytest.mark.parametrize(
    ("group", "key", "confidence"),
    [
        ("nil", "200145", "likely"),
        ("a Group", "200145", None),
        ("nil", "nil", None),
    ],
)
def test_dangling_reference(group: str, key: str, confidence: str | None) -> None:
    arguments = f"""\
[2] MediaGeniX.Run>>isInRightGroup
\tReceiver: (id=3) a Run
\t[1] rightGroup                      (id=1) {group}
\t[2] rightGroupOID                   (id=4) {key}
\t[3] other                           (id=1) nil
"""
    raw = dump([NOT_UNDERSTOOD, "MediaGeniX.Run>>isInRightGroup"], arguments=arguments)
    if confidence is None:
        assert silent(raw, "dangling_reference")
        return
    finding = said(raw, "dangling_reference")
    assert finding.confidence == confidence
    assert finding.sentence.startswith(f"In the Run, rightGroup is nil but rightGroupOID is {key}: ")
    assert ["rightGroup" in text_at(raw, line) for line in finding.lines] == [True, True]


def test_dangling_reference_that_the_method_does_not_name_is_only_possible() -> None:
    arguments = "[2] MediaGeniX.Run>>calc\n\tReceiver: (id=3) a Run\n"
    arguments += "\t[1] group                           (id=1) nil\n\t[2] groupId                         (id=4) 77\n"
    raw = dump([NOT_UNDERSTOOD, "MediaGeniX.Run>>calc"], arguments=arguments)
    assert said(raw, "dangling_reference").confidence == "possible"


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ("MediaGeniX.Plan>>next", "base code: Plan>>next"),
        ("MediaGeniX.PlanACME(MediaGeniX.Plan)>>next", "base code that runs for ACME: Plan>>next"),
        ("MediaGeniX.PlanACME>>next", "ACME's own code: PlanACME>>next"),
        ("MediaGeniX.Plan_ACME class>>next", "ACME's own code: Plan_ACME class>>next"),
        ("MediaGeniX.BIGACME>>next", "base code: BIGACME>>next"),
        ("MediaGeniX.ACME>>next", "base code: ACME>>next"),
    ],
)
def test_whose_code(frame: str, sentence: str) -> None:
    raw = dump(["OrderedCollection>>do:", "MediaGeniX.T3Transaction>>do:", frame])
    assert said(raw, "whose_code").sentence == f"The innermost application method is {sentence}"


LOW_SPACE = "Emergency: No Space Left."
MEMORY = """\
Memory Report
=============
Incremental garbage collector state: resting
Old:\t\t488 762 KB\t\t99,07%
Total:\t\t{used} KB\t\t

Config file memory limit:\t\t{config}\t\t
Memory limit upper bound:\t\t524 288 KB\t\t
"""
AT_WORK = """\
Process named: 'Launcher'
Process priority: 50
Process identity hash: 7
Context stack
[1] \tProcess>>interruptWith:errorString:
[2] \tLowSpaceInterrupt class>>signal
[3] \tProcess>>interruptWith:
[4] \tMediaGeniX.Plan>>searchAll
[5] \tMediaGeniX.PlanBrowser>>doSearch
[6] \tMediaGeniX.MAFPluggableCommand>>handleExecuteFor:
"""


def test_memory_emergency_names_the_process_at_work_and_not_the_bystander() -> None:
    raw = dump(
        ["BlockClosure>>on:do:"],
        cause=LOW_SPACE,
        exception=("LowSpaceInterrupt", "x"),
        quiescent=AT_WORK,
        memory=MEMORY.format(used="511 607", config="NA"),
    )
    assert said(raw, "memory_full").sentence == "Memory was full: 500 MB of 512 MB used (98 %)"
    culprit = said(raw, "culprit")
    assert "'Launcher'" in culprit.sentence
    assert any("searchAll" in text_at(raw, line) for line in culprit.lines)
    assert said(raw, "memory_limit_not_set").sentence == (
        "The configuration file sets no memory limit; the program stopped at its own of 512 MB"
    )
    assert said(raw, "whose_code").sentence == "The innermost application method is base code: Plan>>searchAll"
    assert said(raw, "in_command").sentence == 'The user gave the command "Search" in PlanBrowser'


@pytest.mark.parametrize(("used", "speaks"), [("480 000", True), ("400 000", False)])
def test_memory_is_worth_a_word_when_it_is_nearly_full(used: str, speaks: bool) -> None:
    raw = dump(["MediaGeniX.Plan>>next"], memory=MEMORY.format(used=used, config="524 288 KB"))
    assert silent(raw, "memory_full") is not speaks
    assert silent(raw, "memory_limit_not_set")


def test_too_large_request() -> None:
    raw = dump(
        ["ByteArray class>>new:"],
        exception=("AllocationFailure", "#basicNew: (158614803)"),
        memory=MEMORY.format(used="400 000", config="524 288 KB"),
    )
    assert said(raw, "too_large_request").sentence == (
        "An object of 151 MB could not be made (a ByteArray): 391 MB of 512 MB were in use"
    )


def test_not_connected() -> None:
    sentence = "Whats'On Version on database: version not available: not connected to the database"
    raw = dump(["MediaGeniX.Plan>>next"], header=[sentence])
    finding = said(raw, "not_connected")
    assert text_at(raw, finding.lines[0]) == sentence


def test_health_of_a_whole_dump_is_not_worth_a_word() -> None:
    findings = diagnose(dump(["MediaGeniX.Plan>>next"])).findings
    assert [finding for finding in findings if finding.kind == "health"] == []


def test_cut_off() -> None:
    assert said(dump(["MediaGeniX.Plan>>next"], end=False), "cut_off").confidence == "certain"


def test_doubled_lines() -> None:
    raw = dump([NOT_UNDERSTOOD, "MediaGeniX.Plan>>next"], line_end="\n\n")
    assert said(raw, "doubled_lines").lines == (1,)
    assert text_at(raw, said(raw, "not_understood").lines[0]).startswith("[1]")


def test_no_census() -> None:
    assert said(dump(["MediaGeniX.Plan>>next"], census=False), "no_census").lines == ()


def test_unprintable_objects() -> None:
    arguments = "[1] MediaGeniX.Plan>>next\n\tReceiver: (id=3) --Error printing object of class MediaGeniX.Plan\n"
    raw = dump(["MediaGeniX.Plan>>next"], arguments=arguments)
    finding = said(raw, "unprintable_objects")
    assert finding.sentence == "Objects could not be printed into the dump, once: Plan"
    assert "--Error printing" in text_at(raw, finding.lines[0])
