"""Whose stack tells the cause: in a memory emergency the active process is only a bystander.

When memory runs low, VisualWorks interrupts every user process; each then has a chain of frames that ends (outwards) in
``interruptWith:``. What lies below that chain is the work that the process was doing. The process with the most
application work below it is taken for the culprit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crash_knowledge.fingerprint.frames import is_in_app
from crash_knowledge.fingerprint.rules import Rules
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame, Process

_EMERGENCY = re.compile(r"no space left|low ?space", re.IGNORECASE)
_INTERRUPT = re.compile(r"LowSpaceInterrupt|interruptAllUserProcesses|interruptWith:")
_LOW_SPACE = re.compile(r"LowSpaceInterrupt|interruptAllUserProcesses")


@dataclass(frozen=True, slots=True)
class TellingStack:
    """The stack to fingerprint. ``culprit``: it is not the active process's."""

    process: str | None
    frames: tuple[Frame, ...]
    culprit: bool


def telling_stack(dump: Dump, rules: Rules | None = None) -> TellingStack:
    """The stack that tells the cause of this dump: the active process's, or the culprit's in a memory emergency.

    ``rules``: None is the shipped ones.
    """
    active = dump.active_process
    if is_memory_emergency(dump):
        others = (*dump.quiescent_processes, *dump.suspended_processes)
        culprit = _culprit(([active] if active else []) + list(others), rules)
        if culprit is not None:
            process, frames = culprit
            return TellingStack(process.name, frames, process is not active)
    if active is None:
        return TellingStack(None, (), False)
    return TellingStack(active.name, active.frames, False)


def is_memory_emergency(dump: Dump) -> bool:
    """Whether the dump was written because memory ran low (``LowSpaceInterrupt``), not by a failing method."""
    exception = dump.exception.class_name if dump.exception else ""
    return bool(_EMERGENCY.search(dump.cause) or _EMERGENCY.search(exception))


def _culprit(processes: Sequence[Process], rules: Rules | None) -> tuple[Process, tuple[Frame, ...]] | None:
    """The interrupted process with the most in-app frames below the interrupt; the first of equals."""
    found = [(process, _below_interrupt(process.frames)) for process in processes]
    work = [sum(is_in_app(frame, rules) for frame in frames) for _, frames in found]
    most = max(work, default=0)
    return found[work.index(most)] if most else None


def _below_interrupt(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """The frames outside of the outermost interrupt chain; none if this process was not interrupted by low space."""
    if not any(_LOW_SPACE.search(frame.text) for frame in frames):
        return ()
    last = max(index for index, frame in enumerate(frames) if _INTERRUPT.search(frame.text))
    return tuple(frames[last + 1 :])
