"""What the user or the program was doing: command, input, window, service, login, upgrade."""

from __future__ import annotations

import pytest

from tests.diagnosis.described import block, described, facts, findings, said, shown, window, with_header

COMMAND = "MediaGeniX.MAFPluggableCommand>>handleExecuteFor:"
MONITOR = "MediaGeniX.AMApplicationMonitor>>commandBeingExecuted:executor:while:"
CLICK = ("RedButtonPressedEvent>>dispatchTo:",)
TOOLBAR = ("MediaGeniX.MAF2ToolBarButton>>pressAction", *CLICK)


def test_a_labelled_command_with_all_its_facts() -> None:
    dump = described(
        ("MediaGeniX.Plan>>next", COMMAND, MONITOR, *TOOLBAR),
        frame_blocks=(
            block(
                3,
                MONITOR,
                "a MediaGeniX.AMApplicationMonitor",
                commandBeingExecuted="a MediaGeniX.MAFPluggableCommand - a MediaGeniX.PlanEditorACME >> saveCommand",
                executorOfCommandBeingExecuted="a MediaGeniX.PlanEditorACME",
                labelOfCommandBeingExecuted="'Save'",
            ),
        ),
        windows=(window("[STAGING] Plan editor *", "PlanEditorACME"), window("Launcher", "WOnLauncherACME")),
    )
    finding = said(dump, "in_command")
    assert finding.sentence == (
        'The user pressed "Save" (toolbar, left mouse button) in "Plan editor", which had unsaved changes'
    )
    assert finding.confidence == "certain"
    assert facts(finding) == {
        "command": ["Save"],
        "executor": ["PlanEditorACME"],
        "window": ["PlanEditorACME"],
        "input": ["toolbar, left mouse button"],
        "process_kind": ["user interface"],
    }
    label, monitor, shown_window = shown(dump, finding)
    assert "labelOfCommandBeingExecuted" in label
    assert monitor == f"[3] \t{MONITOR}"
    assert "Plan editor *" in shown_window


@pytest.mark.parametrize(
    ("outer", "sentence"),
    [
        (("MediaGeniX.MAF2MenuBarButton>>menuBarAction", *CLICK), 'chose "Open" (menu, left mouse button)'),
        (
            ("MediaGeniX.MAF2Tree>>doubleClicked", "DoubleClickEvent>>dispatchTo:"),
            'pressed "Open" (tree, double click)',
        ),
        (
            ("MediaGeniX.PlanGrid>>x", "YellowButtonPressedEvent>>dispatchTo:"),
            'pressed "Open" (list, right mouse button)',
        ),
        (
            ("MediaGeniX.PlanGrid>>deleteKeyPressed:", "KeyPressedEvent>>dispatchTo:"),
            'gave the command "Open" (list, Delete key)',
        ),
        (("KeyPressedEvent>>dispatchTo:",), 'gave the command "Open" (keyboard)'),
        ((), 'gave the command "Open"'),
    ],
)
def test_with_what_a_command_was_given(outer: tuple[str, ...], sentence: str) -> None:
    finding = said(described(("MediaGeniX.PlanBrowser>>doOpen", COMMAND, *outer)), "in_command")
    assert finding.sentence == f"The user {sentence} in PlanBrowser"
    assert finding.confidence == "likely"


def test_the_chain_of_a_command_and_the_button_in_its_dialog() -> None:
    dump = described(
        (
            "MediaGeniX.OpenPlaylistDialog>>doNew",
            "optimized [] in MediaGeniX.MAFApplicationModel>>actionAtRuntimeFor:",
            "MediaGeniX.MAF2ActionButton>>pressAction",
            *CLICK,
            "MediaGeniX.PlanEditor>>doOpenAlternativePlaylist",
            COMMAND,
            "MediaGeniX.MAF2MenuBarButton>>menuBarAction",
            "YellowButtonPressedEvent>>dispatchTo:",
        )
    )
    finding = said(dump, "in_command")
    assert finding.sentence == (
        'The user pressed "Open alternative playlist" > "New" (button, left mouse button) in PlanEditor'
    )
    assert facts(finding)["command"] == ["Open alternative playlist", "New"]


def test_the_chain_of_a_command_in_a_window_that_another_command_had_opened() -> None:
    dump = described(
        (
            "MediaGeniX.Confirmer>>doAccept",
            "optimized [] in MediaGeniX.MAFApplicationModel>>actionAtRuntimeFor:",
            "MediaGeniX.MAF2ActionButton>>pressAction",
            *CLICK,
            "MediaGeniX.ContractEditor>>doSave",
            COMMAND,
            *TOOLBAR,
            "MediaGeniX.ContractBrowser>>openContractCommand",
            COMMAND,
            *TOOLBAR,
        )
    )
    finding = said(dump, "in_command")
    assert finding.sentence == (
        'The user pressed "Open contract" > "Save" > "Accept" (button, left mouse button) in ContractEditor'
    )
    assert facts(finding)["command"] == ["Save", "Accept", "Open contract"]


def test_a_button_of_a_dialog_that_no_command_had_opened() -> None:
    frames = ("MediaGeniX.ExportDialog>>exportAction", "[] in MediaGeniX.MAFApplicationModel>>actionAtRuntimeFor:")
    dump = described((*frames, "MediaGeniX.MAF2ActionButton>>pressAction", *CLICK))
    assert said(dump, "in_command").sentence == 'The user pressed "Export" (button, left mouse button) in ExportDialog'
    assert findings(dump, "in_input") == []


def test_a_developer_start() -> None:
    header = with_header(command_line="app.exe -doit MediaGeniX.WOnStartup current devStartUpClient. 'x'")
    dump = described(("MediaGeniX.PlanBrowser>>doOpen", COMMAND), header=header)
    assert facts(said(dump, "in_command"))["process_kind"] == ["developer start"]
    assert facts(said(dump, "started_by_developer")) == {"process_kind": ["developer start"]}
    assert facts(said(dump, "environment_of_program")) == {"environment": ["development"]}


def test_a_password_start_is_no_developer_start() -> None:
    header = with_header(command_line="app.exe -doit (MediaGeniX.OOPSite current loginWith: 'x')")
    assert findings(described(header=header), "started_by_developer") == []


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        (
            (
                "MediaGeniX.TrailerGrid>>deleteSelected",
                "MediaGeniX.TrailerGrid>>deleteKeyPressed:",
                "KeyPressedEvent>>x",
            ),
            "The user pressed the Delete key (list)",
        ),
        (("MediaGeniX.TrailerGrid>>typed", "KeyPressedEvent>>x"), "The user pressed a key (list)"),
        (
            ("MediaGeniX.TrailerPlanner>>select", "MediaGeniX.MAF2Tree>>pick", "RedButtonPressedEvent>>x"),
            'The user pressed the left mouse button (tree) in "Trailer plan"',
        ),
    ],
)
def test_an_input_without_a_command(frames: tuple[str, ...], sentence: str) -> None:
    finding = said(described(frames, windows=(window("Trailer plan", "TrailerPlanner"),)), "in_input")
    assert finding.sentence == sentence
    assert finding.confidence == "likely"


@pytest.mark.parametrize(
    "frames",
    [
        ("MediaGeniX.Plan>>next",),
        ("MediaGeniX.PlanBrowser>>doOpen", COMMAND, *TOOLBAR),
        ("OOPSite>>loginWithUserAuthentication:", *CLICK),
        ("MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:", *CLICK),
    ],
)
def test_an_input_says_nothing_beside_a_command_a_login_or_an_upgrade(frames: tuple[str, ...]) -> None:
    assert findings(described(frames), "in_input") == []


def test_facts_of_a_service() -> None:
    header = with_header(command_line="C:\\won\\app.exe -headless -serviceIdentifier RunService ACME true")
    finding = said(described(header=header), "in_service")
    assert facts(finding) == {"service": ["RunService"], "process_kind": ["service"]}


def test_facts_of_a_login() -> None:
    frames = ("OOPSite>>loginWithUserAuthentication:", "MediaGeniX.WOnLoginDialog>>acceptAction")
    assert facts(said(described(frames), "in_login")) == {
        "login": ["login window"],
        "process_kind": ["user interface"],
    }


def test_facts_of_an_upgrade_and_the_command_that_began_it() -> None:
    dump = described(
        (
            "MediaGeniX.PlanScripts>>story_PLAN_123_addColumn",
            "MediaGeniX.WOnDBScriptRunner>>runScript:of:description:noTransaction:",
            "MediaGeniX.WOnLauncher>>doUpgradeDatabase",
            COMMAND,
        )
    )
    assert facts(said(dump, "in_upgrade_script")) == {
        "upgrade_script": ["story_PLAN_123_addColumn"],
        "process_kind": ["upgrade"],
        "ticket": ["PLAN-123"],
    }
    assert "process_kind" not in facts(said(dump, "in_command"))
