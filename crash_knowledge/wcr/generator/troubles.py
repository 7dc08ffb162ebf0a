"""What can be the matter around a crash: changes to the description of a dump, each for one thing to be noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from crash_knowledge.wcr.description import ConnectionText, DumpDescription, WindowText
from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.incident import Incident, Subject

Change = Callable[[DumpDescription], DumpDescription]

RUNAWAY_TRANSACTION = replace(
    catalogue.RUN_WINDOW,
    subjects=(
        *catalogue.RUN_WINDOW.subjects,
        Subject(
            class_name="T3Transaction",
            text="a MediaGeniX.T3Transaction('PLSlotPlanner{suffix}',30,buffering)",
            variables=(
                ("name", "'PLSlotPlanner{suffix}'"),
                ("isDiscarded", "false"),
                ("transactionType", "#buffering"),
                ("cacheInvalidationCount", "18502120"),
                ("hasCollidedDuringMerge", "true"),
            ),
        ),
    ),
)

NAMES_A_TICKET: Incident = replace(
    catalogue.RUN_WINDOW, frames=(*catalogue.RUN_WINDOW.frames, "MediaGeniX.PLFixes>>story_PLAN_4712_checkRunsFirst")
)


def as_it_is(dump: DumpDescription) -> DumpDescription:
    return dump


def other_memory_limit(dump: DumpDescription) -> DumpDescription:
    """The program runs with another memory limit than its configuration file sets."""
    memory = dump.memory
    return replace(dump, memory=replace(memory, config_limit_kb=memory.limit_upper_bound_kb // 2) if memory else None)


def one_class_grown(dump: DumpDescription) -> DumpDescription:
    """A class that is ordinarily small takes a good part of all bytes."""
    total = sum(size for _, _, size in dump.census)
    return replace(dump, census=(("BSRatingPoint", 3_204_117, total // 2), *dump.census))


def second_login_failed(dump: DumpDescription) -> DumpDescription:
    """A third connection that was never made."""
    unmade = ConnectionText("OracleConnection", "2D798F94", False, 14_298, "new", "'WON'", "WONP")
    return replace(dump, connections=(*dump.connections, unmade))


def older_database(dump: DumpDescription) -> DumpDescription:
    """The database was not upgraded with the program."""
    return replace(dump, header=replace(dump.header, version_on_database="2023r8.001.042a"))


def started_by_developer(dump: DumpDescription) -> DumpDescription:
    """The program was started from the development tools."""
    command = f"{dump.header.command_line} -doit MediaGeniX.WOnStartup current devStartUpClient. 'run.st'"
    return replace(dump, header=replace(dump.header, command_line=command))


def without_stack(dump: DumpDescription) -> DumpDescription:
    """The active process is printed without its frames."""
    return replace(dump, active_process=replace(dump.active_process, frames=()), frame_blocks=())


def clock_set_back(dump: DumpDescription) -> DumpDescription:
    """The machine's clock stands before the day on which the program was built."""
    return replace(dump, local_time=dump.local_time - timedelta(days=3650))


def message_windows(dump: DumpDescription) -> DumpDescription:
    """Three message windows are open, one above the other."""
    messages = tuple(WindowText(200 + number, "WHATS'ON", "MAFMessageDialog") for number in range(3))
    return replace(dump, windows=(*dump.windows, *messages))
