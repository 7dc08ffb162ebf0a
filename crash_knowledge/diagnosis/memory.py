"""Memory: what was asked, what was used, what was allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.model import Finding
from crash_knowledge.diagnosis.stack import is_low_space, telling_frame, working_frames, working_process
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import MemoryReport

_ASKED = re.compile(r"new:\s*\(?\s*(\d{1,18})\b", re.IGNORECASE)
_NEARLY_FULL_PERCENT = 90
_KB_PER_MB = 1024


def memory_full(dump: Dump) -> Iterator[Finding]:
    """Says how much memory was used of how much was allowed, when memory ran out or was nearly full.

    In a memory emergency the active process is a bystander; the process that was at work is named.
    """
    memory = dump.memory
    if memory is None or memory.total_kb is None or not memory.limit_upper_bound_kb:
        return
    percent = 100 * memory.total_kb / memory.limit_upper_bound_kb
    if not is_low_space(dump) and percent < _NEARLY_FULL_PERCENT:
        return
    used, limit = _megabytes(memory.total_kb), _megabytes(memory.limit_upper_bound_kb)
    state = "Memory was full" if is_low_space(dump) else "Memory was nearly full"
    lines: tuple[int, ...] = (memory.line,)
    sentence = f"{state}: {used} of {limit} used ({percent:.0f} %)"
    process = working_process(dump) if is_low_space(dump) else None
    if process is not None:
        sentence += f"; the process at work was '{process.name}', not the active one"
        frame = telling_frame(working_frames(process))
        lines = (memory.line, process.line, *((frame.line,) if frame else ()))
    yield Finding("memory_full", "memory", sentence, "certain" if process is None else "likely", lines)


def too_large_request(dump: Dump) -> Iterator[Finding]:
    """Says how large the object was that could not be made, and how much memory was free for it."""
    exception = dump.exception
    if exception is None or "AllocationFailure" not in exception.class_name:
        return
    asked = _ASKED.search(exception.parameter)
    if asked is None:
        return
    sentence = f"An object of {_megabytes(int(asked[1]) / _KB_PER_MB)} could not be made"
    lines: tuple[int, ...] = (exception.line,)
    memory = dump.memory
    if memory and memory.total_kb is not None and memory.limit_upper_bound_kb:
        sentence += f": {_megabytes(memory.total_kb)} of {_megabytes(memory.limit_upper_bound_kb)} were in use"
        lines = (exception.line, memory.line)
    yield Finding("too_large_request", "memory", sentence, "certain", lines)


def memory_limit_not_set(dump: Dump) -> Iterator[Finding]:
    """Says that the configuration file sets no memory limit, when memory ran out: a higher one may be the remedy."""
    memory = dump.memory
    if memory is None or memory.config_limit_kb is not None or not is_low_space(dump):
        return
    sentence = f"The configuration file sets no memory limit; the program stopped at its own of {_bound(memory)}"
    yield Finding("memory_limit_not_set", "memory", sentence, "certain", (memory.line,))


def _bound(memory: MemoryReport) -> str:
    return _megabytes(memory.limit_upper_bound_kb) if memory.limit_upper_bound_kb else "unknown size"


def _megabytes(kilobytes: float) -> str:
    return f"{kilobytes / _KB_PER_MB:,.0f} MB"
