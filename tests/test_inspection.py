"""``inspect``: what it prints of a described dump."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge import services
from crash_knowledge.wcr.description import (
    ConnectionText,
    DumpDescription,
    ExceptionText,
    FrameBlock,
    HeaderText,
    MemoryText,
    ObjectText,
    ProcessText,
    ReceiverText,
    SessionText,
    WindowText,
)
from crash_knowledge.wcr.writer import encode, join_dumps, render
from tests.knowledge.dumps import FIRST_DAY
from tests.test_cli import FIRST, MANY, parsed, run

DESCRIBED = DumpDescription(
    local_time=FIRST_DAY,
    header=HeaderText(
        user="i.solberg",
        site="FJORD(oracle:won-db1:1521/WONP)",
        version="2024r2.000.012",
        build="2024r2.000[FJORD].012.3",
        computer="FJV-TS-04",
        windows_user="isolberg",
        tz_offset_seconds=3600,
        command_line="C:\\WHATSON\\whatson.exe",
    ),
    cause="Unhandled exception: ORA-00942\ntable or view does not exist",
    active_process=ProcessText(
        "WHATS'ON Launcher",
        50,
        4711,
        (
            "UndefinedObject(Object)>>doesNotUnderstand:",
            "optimized [] in [] in MediaGeniX.PLSlotFJORD(MediaGeniX.PLSlot)>>titleOf:",
            "MediaGeniX.PLSlot class>>current",
        ),
    ),
    exception=ExceptionText("MessageNotUnderstood", "Message not understood: #title", "a Message"),
    frame_blocks=(FrameBlock(1, "UndefinedObject(Object)>>doesNotUnderstand:", ReceiverText(ObjectText(1, "nil"))),),
    quiescent=(ProcessText("IdleLoopProcess", 10, 7, ("Semaphore>>wait",)),),
    suspended=(ProcessText("TimerProcess", 100, 8, ("Semaphore>>wait", "BlockClosure>>repeat")),),
    transcript="started",
    connections=(ConnectionText("OracleConnection", "2E60C674", False, 14608, "xactYes", '"ISOLBERG"', "WONP"),),
    sessions=(
        SessionText("OracleSession", "AA", False, "prepared", 14608, "SELECT 1"),
        SessionText("OracleSession", "AA", True, "prepared", 14608, "SELECT 1"),
    ),
    windows=(WindowText(3, "Slot plan", "MediaGeniX.PLSlotPlanner"),),
    memory=MemoryText("idle", (("Eden", 1024, 12.5),), 345_642, None, 3_072_000, 2_000_000, 4_000),
    census=tuple((f"MediaGeniX.Class{number}", 100 - number, 10_000 - number) for number in range(25)),
)
KEYS = {
    "index", "complete", "local_time", "utc_time", "tz_offset", "user", "site", "version", "build", "computer",
    "cause_first_line", "cause", "exception", "active_process", "quiescent_processes", "suspended_processes",
    "connections", "sessions", "distinct_sessions", "windows", "memory", "census_rows", "census", "notes",
}  # fmt: skip


@pytest.fixture
def described(tmp_path: Path) -> str:
    path = tmp_path / "WCR_14-1_9-5-12.txt"
    path.write_bytes(encode(join_dumps([render(DESCRIBED)])))
    return str(path)


def test_json_says_what_the_dump_says(described) -> None:
    (facts,) = parsed(run("inspect", described, "--json", "--unredacted"))
    assert set(facts) >= KEYS
    assert {key: facts[key] for key in ("file", "index", "complete", "tz_offset", "user", "computer")} == {
        "file": described,
        "index": 0,
        "complete": True,
        "tz_offset": 3600,
        "user": "i.solberg",
        "computer": "FJV-TS-04",
    }
    assert (facts["local_time"], facts["utc_time"]) == ("2025-01-14T09:05:12", "2025-01-14T08:05:12Z")
    assert (facts["site"], facts["version"]) == ("FJORD(oracle:won-db1:1521/WONP)", "2024r2.000.012")
    assert facts["build"] == "2024r2.000[FJORD].012.3"
    assert facts["cause_first_line"] == "Unhandled exception: ORA-00942"
    assert facts["cause"] == "Unhandled exception: ORA-00942\ntable or view does not exist"
    assert facts["exception"] == {
        "class": "MessageNotUnderstood",
        "creator": "MessageNotUnderstood",
        "error_string": "Message not understood: #title",
        "parameter": "a Message",
    }
    assert facts["notes"] == []


def test_json_of_processes_and_frames(described) -> None:
    (facts,) = parsed(run("inspect", described, "--json"))
    process = facts["active_process"]
    assert (process["name"], process["priority"], len(process["frames"])) == ("WHATS'ON Launcher", 50, 3)
    assert process["frames"][1] == {
        "number": 2,
        "text": "optimized [] in [] in MediaGeniX.PLSlotFJORD(MediaGeniX.PLSlot)>>titleOf:",
        "receiver": "MediaGeniX.PLSlotFJORD",
        "implementor": "MediaGeniX.PLSlot",
        "selector": "titleOf:",
        "blocks": 2,
        "class_side": False,
        "in_app": True,
    }
    assert [frame["in_app"] for frame in process["frames"]] == [False, True, True]
    assert process["frames"][2]["class_side"] is True
    assert [one["name"] for one in facts["quiescent_processes"]] == ["IdleLoopProcess"]
    assert [len(one["frames"]) for one in facts["suspended_processes"]] == [2]


def test_json_of_the_other_sections(described) -> None:
    (facts,) = parsed(run("inspect", described, "--json"))
    assert [one["hash"] for one in facts["connections"]] == [14608]
    assert (len(facts["sessions"]), facts["distinct_sessions"]) == (2, 1)
    assert [one["title"] for one in facts["windows"]] == ["Slot plan"]
    assert (facts["memory"]["total_kb"], facts["memory"]["config_limit_kb"]) == (345_642, None)
    assert (facts["census_rows"], len(facts["census"])) == (25, 20)
    assert facts["census"][0] == {"class_name": "MediaGeniX.Class0", "count": 100, "size_bytes": 10_000}


def test_it_is_redacted_unless_asked(described) -> None:
    result = run("inspect", described, "--json")
    (facts,) = parsed(result)
    for planted in ("solberg", "FJV-TS-04"):
        assert planted.lower() not in result.stdout.lower()
    assert facts["user"].startswith("user-")
    assert facts["computer"].startswith("host-")
    assert (facts["site"], facts["version"]) == ("FJORD(oracle:won-db1:1521/WONP)", "2024r2.000.012")


def test_pseudonyms_are_stable(described) -> None:
    assert parsed(run("inspect", described, "--json")) == parsed(run("inspect", described, "--json"))


def test_many_dumps_of_many_files_are_one_array_in_file_order() -> None:
    facts = parsed(run("inspect", MANY, FIRST, "--json"))
    assert [(Path(one["file"]).name, one["index"]) for one in facts] == [
        *((Path(MANY).name, index) for index in range(4)),
        (Path(FIRST).name, 0),
    ]


def test_text_names_the_file_without_its_folders(described) -> None:
    result = run("inspect", described)
    assert result.exit_code == 0
    assert result.stdout.startswith("WCR_14-1_9-5-12.txt, dump 1\n")
    assert str(Path(described).parent) not in result.stdout
    assert "345,642 KB" in result.stdout
    assert "ORA-00942 table or view does not exist" in result.stdout
    assert "[2] optimized [] in [] in MediaGeniX.PLSlotFJORD(MediaGeniX.PLSlot)>>titleOf:" in result.stdout


def test_nothing_is_stored(described) -> None:
    run("inspect", described)
    with services.open_store().reading() as unit:
        assert unit.crashes.count() == 0


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_dump_of_almost_nothing_is_shown(options) -> None:
    result = run("inspect", "-", *options, stdin=b"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n")
    assert result.exit_code == 0
    assert "cut off" in result.stdout
