"""Memory: what was asked, what was used, what was allowed, and what grew."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.expertise import expertise
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.places import line_with
from crash_knowledge.diagnosis.stack import method_name, short_name, telling_frame, work
from crash_knowledge.diagnosis.words import spoken_list
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.interruption import is_memory_emergency
from crash_knowledge.wcr.model import CensusRow, MemoryReport
from crash_knowledge.wcr.smalltalk import is_number

_ASKED = re.compile(r"new:\s*\(?\s*(\d{1,18})\b", re.IGNORECASE)
_MAKES = re.compile(r"[\w.]+ class\b.*>>(?:basicNew|new):$")
_INNERMOST = 6
_NEARLY_FULL_PERCENT = 90
_FULL_SPACE_PERCENT = 99
_WORTH_COUNTING_PERCENT = 50
_GROWN_TIMES = 3
_GROWN_LEAST_PERCENT = 5
_MOST_CLASSES = 3
_COUNTER = "cacheInvalidationCount"
_RUNAWAY = 1_000_000
"""In dumps without this trouble the counter stands at 0 to 4,000; in a runaway it stood at 18 million."""
_KB_PER_MB = 1024


def memory_full(dump: Dump) -> Iterator[Finding]:
    """Says how much memory was used of how much was allowed, when memory ran out or was over 90 % full.

    Which process was at work then is told by ``culprit``. Says nothing of a program with room. Example: "Memory was
    full: 500 MB of 512 MB used (98 %)".
    """
    memory = dump.memory
    percent = _percent_used(memory)
    if memory is None or percent is None or (not is_memory_emergency(dump) and percent < _NEARLY_FULL_PERCENT):
        return
    state = "Memory was full" if is_memory_emergency(dump) else "Memory was nearly full"
    sentence = f"{state}: {_used_of_limit(memory)} used ({percent:.0f} %)"
    yield Finding("memory_full", "memory", sentence, "certain", (memory.line,), _usage_facts(memory))


def too_large_request(dump: Dump) -> Iterator[Finding]:
    """Says how large the object was that could not be made, what asked for it, and how much memory was in use.

    Says nothing of other failures. Example: "An object of 151 MB could not be made (a ByteArray, for
    SettingsWriter>>write): 2,460 MB of 3,000 MB were in use".
    """
    exception = dump.exception
    asked = _ASKED.search(exception.parameter) if exception and "AllocationFailure" in exception.class_name else None
    if exception is None or asked is None:
        return
    size_mb = f"{int(asked[1]) / _KB_PER_MB / _KB_PER_MB:.0f}"
    sentence = f"An object of {int(size_mb):,} MB could not be made{_asker(dump)}"
    facts: tuple[Fact, ...] = (Fact("memory_asked_mb", size_mb),)
    lines: tuple[int, ...] = (exception.line,)
    memory = dump.memory
    if memory is not None and _percent_used(memory) is not None:
        sentence += f": {_used_of_limit(memory)} were in use"
        lines = (exception.line, memory.line)
        facts += _usage_facts(memory)
    yield Finding("too_large_request", "memory", sentence, "certain", lines, facts)


def memory_limit_not_set(dump: Dump) -> Iterator[Finding]:
    """Says that the configuration file sets no memory limit, when memory ran out: a higher one may be the remedy.

    Says nothing when a limit is set or memory did not run out. Example: "The configuration file sets no memory limit;
    the program stopped at its own of 512 MB".
    """
    memory = dump.memory
    if memory is None or memory.config_limit_kb is not None or not is_memory_emergency(dump):
        return
    bound = _megabytes(memory.limit_upper_bound_kb) if memory.limit_upper_bound_kb else "unknown size"
    sentence = f"The configuration file sets no memory limit; the program stopped at its own of {bound}"
    yield Finding("memory_limit_not_set", "memory", sentence, "certain", (memory.line,))


def memory_limit_differs(dump: Dump) -> Iterator[Finding]:
    """Says that the program runs with another memory limit than the configuration file sets.

    Says nothing when they agree or the file sets none. Example: "The configuration file sets a memory limit of
    1,200 MB, but the program runs with one of 3,000 MB".
    """
    memory = dump.memory
    if memory is None or not memory.config_limit_kb or not memory.limit_upper_bound_kb:
        return
    if memory.config_limit_kb != memory.limit_upper_bound_kb:
        set_limit, used_limit = _megabytes(memory.config_limit_kb), _megabytes(memory.limit_upper_bound_kb)
        sentence = (
            f"The configuration file sets a memory limit of {set_limit}, but the program runs with one of {used_limit}"
        )
        yield Finding("memory_limit_differs", "memory", sentence, "certain", (memory.line,))


def full_space(dump: Dump) -> Iterator[Finding]:
    """Says which memory space was full and what the garbage collector was doing, when memory ran out or nearly did.

    The permanent space is always full and is left out. Says nothing of a program with room. Example: "The space for
    old objects was full (477 MB, 99 %); the garbage collector was marking".
    """
    memory = dump.memory
    percent = _percent_used(memory)
    if memory is None or percent is None or (not is_memory_emergency(dump) and percent < _NEARLY_FULL_PERCENT):
        return
    full = [s for s in memory.spaces if s.name in ("Old", "Large") and (s.percent or 0) >= _FULL_SPACE_PERCENT]
    if not full:
        return
    spaces = spoken_list(
        [f"{s.name.lower()} objects was full ({_megabytes(s.size_kb)}, {s.percent:.0f} %)" for s in full]
    )
    state = f"; the garbage collector was {memory.collector_state}" if memory.collector_state else ""
    yield Finding("full_space", "memory", f"The space for {spaces}{state}", "certain", (memory.line,))


def grown_classes(dump: Dump) -> Iterator[Finding]:
    """Says which classes take far more of the memory than they ordinarily do, when it was over half full.

    The ordinary shares stand in ``data/diagnosis/ordinary_classes.txt``. A class counts as grown when it takes at
    least 5 % of all bytes and three times its ordinary share. Says nothing without the list of all objects. Example:
    "What grew in memory: CostDefinition takes 41 % of all bytes (1,204,500 objects)".
    """
    percent = _percent_used(dump.memory)
    if not is_memory_emergency(dump) and (percent is None or percent < _WORTH_COUNTING_PERCENT):
        return
    total = sum(row.size_bytes for row in dump.census)
    grown = [row for row in dump.census if total and _has_grown(row, 100 * row.size_bytes / total)]
    grown = sorted(grown, key=lambda row: -row.size_bytes)[:_MOST_CLASSES]
    if not grown:
        return
    shares = [
        f"{short_name(row.class_name)} takes {100 * row.size_bytes / total:.0f} % of all bytes ({row.count:,} objects)"
        for row in grown
    ]
    lines = tuple(n for row in grown for n in line_with(dump, f"\n{row.class_name}\t{row.count}\t", skip=1))
    facts = tuple(Fact("memory_grew", short_name(row.class_name)) for row in grown)
    yield Finding("grown_classes", "memory", f"What grew in memory: {spoken_list(shares)}", "likely", lines, facts)


def runaway_counter(dump: Dump) -> Iterator[Finding]:
    """Says that a transaction threw its caches away more than a million times: probably a loop.

    Says nothing below that; ordinary is up to some thousand. Example: "A transaction threw its caches away 18,502,120
    times: probably the same work was done over and over".
    """
    counters = [v for known in dump.frame_arguments for v in known.variables if v.name == _COUNTER]
    counted = [(int(v.value.text), v.line) for v in counters if is_number(v.value.text)]
    count, line = max(counted, default=(0, 0))
    if count >= _RUNAWAY:
        sentence = f"A transaction threw its caches away {count:,} times: probably the same work was done over and over"
        yield Finding("runaway_counter", "memory", sentence, "likely", (line,))


def _has_grown(row: CensusRow, percent: float) -> bool:
    ordinary = expertise().shares.get(short_name(row.class_name), 0.0)
    return percent >= max(_GROWN_LEAST_PERCENT, _GROWN_TIMES * ordinary)


def _asker(dump: Dump) -> str:
    """The class of the object that was asked for, when the innermost frames make one, and the method that needed it."""
    frames = work(dump).frames
    made = next((frame.receiver for frame in frames[:_INNERMOST] if _MAKES.match(frame.text)), None)
    frame = telling_frame(frames)
    parts = [f"a {short_name(made)}"] if made else []
    parts += [f"for {method_name(frame)}"] if frame else []
    return f" ({', '.join(parts)})" if parts else ""


def _percent_used(memory: MemoryReport | None) -> float | None:
    if memory is None or memory.total_kb is None or not memory.limit_upper_bound_kb:
        return None
    return 100 * memory.total_kb / memory.limit_upper_bound_kb


def _used_of_limit(memory: MemoryReport) -> str:
    return f"{_megabytes(memory.total_kb or 0)} of {_megabytes(memory.limit_upper_bound_kb or 0)}"


def _usage_facts(memory: MemoryReport) -> tuple[Fact, ...]:
    used, limit = (memory.total_kb or 0) / _KB_PER_MB, (memory.limit_upper_bound_kb or 0) / _KB_PER_MB
    return (Fact("memory_used_mb", f"{used:.0f}"), Fact("memory_limit_mb", f"{limit:.0f}"))


def _megabytes(kilobytes: float) -> str:
    return f"{kilobytes / _KB_PER_MB:,.0f} MB"
