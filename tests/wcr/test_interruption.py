"""Which process was at work: the caller says which frames count as application, the interrupt chain does the rest."""

from __future__ import annotations

import pytest

from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.interruption import is_memory_emergency, work_of
from crash_knowledge.wcr.model import Frame
from crash_knowledge.wcr.reading import read_dumps

DASHES = "-" * 60
CHAIN = ["LowSpaceInterrupt class>>interruptWith:errorString:", "optimized [] in Process>>interruptWith:"]


def process(name: str, frames: list[str]) -> str:
    stack = "\n".join(f"[{number}] \t{frame}" for number, frame in enumerate(frames, start=1))
    return f"Process named: '{name}'\nProcess priority: 50\nProcess identity hash: 1\nContext stack\n{stack}\n"


def dump(cause: str, active: list[str], *others: tuple[str, list[str]]) -> Dump:
    text = f"""\
==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP
Cause of Dump: {cause}
Command Line: app.exe
{DASHES}
Active Process
{process("Timer", active)}
{DASHES}
Quiescent Processes
{chr(10).join(process(*other) for other in others)}
==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP
"""
    return read_dumps(text.encode()).dumps[0]


def of_plan(frame: Frame) -> bool:
    return frame.receiver == "Plan"


def of_report(frame: Frame) -> bool:
    return frame.receiver == "Report"


@pytest.mark.parametrize(("counts", "name"), [(of_plan, "Planner"), (of_report, "Reporter")])
def test_the_process_with_the_most_frames_that_count_is_the_culprit(counts: object, name: str) -> None:
    assert callable(counts)
    low = dump(
        "Emergency: No Space Left.",
        ["BlockClosure>>on:do:"],
        ("Planner", [*CHAIN, "Plan>>a", "Plan>>b", "Report>>a"]),
        ("Reporter", [*CHAIN, "Report>>a", "Report>>b", "Plan>>a"]),
    )
    work = work_of(low, counts)
    assert work.process is not None
    assert (work.process.name, work.culprit, len(work.frames)) == (name, True, 3)


@pytest.mark.parametrize(
    ("cause", "other"),
    [
        ("Emergency: No Space Left.", ["Plan>>a"]),
        ("Emergency: No Space Left.", ["optimized [] in Process>>interruptWith:", "Plan>>a"]),
        ("Emergency: No Space Left.", [*CHAIN, "Report>>a"]),
        ("Message not understood: #a", [*CHAIN, "Plan>>a"]),
    ],
)
def test_without_an_interrupted_process_that_worked_it_is_the_active_one(cause: str, other: list[str]) -> None:
    work = work_of(dump(cause, ["BlockClosure>>on:do:"], ("Other", other)), of_plan)
    assert work.process is not None
    assert (work.process.name, work.culprit) == ("Timer", False)
    assert [frame.text for frame in work.frames] == ["BlockClosure>>on:do:"]


def test_a_dump_without_a_process() -> None:
    (empty,) = read_dumps(b"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n").dumps
    assert work_of(empty, of_plan).process is None
    assert not is_memory_emergency(empty)
