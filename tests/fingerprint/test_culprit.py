"""In a memory emergency the stack that tells is not the active process's."""

from crash_knowledge.fingerprint.culprit import telling_stack
from crash_knowledge.fingerprint.keys import fingerprint
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.interruption import is_memory_emergency
from crash_knowledge.wcr.reading import read_dumps

DASHES = "-" * 60
INTERRUPT = [
    "LowSpaceInterrupt(GenericException)>>raiseSignal",
    "LowSpaceInterrupt class(ControlInterrupt class)>>interruptWith:errorString:",
    "optimized [] in [] in ProcessorScheduler>>interruptAllUserProcessesSuchThat:with:",
    "optimized [] in [] in Process>>interruptWith:",
]
WORK = ["MediaGeniX.CM2Contract>>allChannels", "MediaGeniX.CM2Contract>>canBrowse", "BlockClosure>>on:do:"]
IDLE = ["MediaGeniX.AnimatedCursor>>wait", "BlockClosure>>on:do:"]


def process(name: str, frames: list[str]) -> str:
    lines = [f"[{number}] \t{frame}" for number, frame in enumerate(frames, start=1)]
    head = [f"Process named: '{name}'", "Process priority: 50", "Process identity hash: 1", "Context stack"]
    return "\n".join([*head, *lines])


def dump(cause: str, active: list[str], others: dict[str, list[str]]) -> Dump:
    text = "\n".join(
        [
            "==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP",
            f"Cause of Dump: {cause}",
            "Command Line: won.exe",
            "",
            DASHES,
            "Active Process",
            process("Animation", active),
            "",
            DASHES,
            "Quiescent Processes",
            "\n\n".join(process(name, frames) for name, frames in others.items()),
            "",
            "==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP",
        ]
    )
    (found,) = read_dumps(text.encode()).dumps
    return found


def test_the_culprit_is_the_interrupted_process_that_worked() -> None:
    low = dump("Emergency: No Space Left.", IDLE, {"Cursor": INTERRUPT + IDLE, "Launcher": INTERRUPT + WORK})
    stack = telling_stack(low)
    assert (stack.process, stack.culprit) == ("Launcher", True)
    assert [frame.text for frame in stack.frames] == WORK
    found = fingerprint(low)
    assert (found.process, found.culprit) == ("Launcher", True)
    assert found.in_app[0].text == "CM2Contract>>allChannels"


def test_a_process_that_was_not_interrupted_is_no_culprit() -> None:
    low = dump("Emergency: No Space Left.", IDLE, {"Launcher": WORK, "Poller": ["Process>>interruptWith:", *WORK]})
    assert telling_stack(low).process == "Animation"
    assert not telling_stack(low).culprit


def test_the_active_process_can_be_the_culprit_itself() -> None:
    low = dump("Emergency: No Space Left.", INTERRUPT + WORK, {"Cursor": INTERRUPT + IDLE})
    stack = telling_stack(low)
    assert (stack.process, stack.culprit) == ("Animation", False)
    assert [frame.text for frame in stack.frames] == WORK


def test_any_other_failure_is_told_by_the_active_process() -> None:
    failed = dump("Message not understood: #x", WORK, {"Launcher": INTERRUPT + WORK})
    assert not is_memory_emergency(failed)
    assert telling_stack(failed).process == "Animation"


def test_a_dump_without_any_section_has_a_fingerprint() -> None:
    content = b"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n"
    (empty,) = read_dumps(content).dumps
    found = fingerprint(empty)
    assert (found.frames, found.cause, found.error_type) == ((), "", "unknown")
