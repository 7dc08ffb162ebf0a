"""Which process was at work: in a memory emergency the active one is only a bystander.

When memory runs low, VisualWorks interrupts every user process; each then has a chain of frames that ends (outwards) in
``interruptWith:``. What lies below that chain is the work that the process was doing. The process with the most
application work below it is taken for the culprit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, Process

_EMERGENCY = re.compile(r"no space left|low ?space", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """What was being done: the process, and its frames below the interrupt, innermost first.

    ``culprit``: the process is not the active one, which is a bystander then.
    """

    process: Process | None
    frames: tuple[Frame, ...]
    culprit: bool


def work_of(dump: Dump, is_in_app: Callable[[Frame], bool]) -> Work:
    """The work that failed: the active process's, or the culprit's in a memory emergency.

    ``is_in_app``: whether a frame is of the application; decides which of the interrupted processes is the culprit.
    """
    active = dump.active_process
    if is_memory_emergency(dump):
        others = (*dump.quiescent_processes, *dump.suspended_processes)
        culprit = _culprit(([active] if active else []) + list(others), is_in_app)
        if culprit is not None:
            process, frames = culprit
            return Work(process, frames, process is not active)
    return Work(active, active.frames if active else (), False)


def is_memory_emergency(dump: Dump) -> bool:
    """Whether the dump was written because memory ran low (``LowSpaceInterrupt``), not by a failing method."""
    exception = dump.exception.class_name if dump.exception else ""
    return bool(_EMERGENCY.search(dump.cause) or _EMERGENCY.search(exception))


def _culprit(
    processes: Sequence[Process], is_in_app: Callable[[Frame], bool]
) -> tuple[Process, tuple[Frame, ...]] | None:
    """The interrupted process with the most in-app frames below the interrupt; the first of equals."""
    found = [(process, _below_interrupt(process.frames)) for process in processes]
    work = [sum(map(is_in_app, frames)) for _, frames in found]
    most = max(work, default=0)
    return found[work.index(most)] if most else None


def _below_interrupt(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """The frames outside of the outermost interrupt chain; none if this process was not interrupted by low space."""
    if not any(_is_low_space(frame) for frame in frames):
        return ()
    last = max(index for index, frame in enumerate(frames) if _is_low_space(frame) or "interruptWith:" in frame.text)
    return tuple(frames[last + 1 :])


def _is_low_space(frame: Frame) -> bool:
    return "LowSpaceInterrupt" in frame.text or "interruptAllUserProcesses" in frame.text
