"""What broke, and where: the two things a generated dump is made of.

Texts may hold placeholders in braces: ``{suffix}`` (the customer's class suffix), ``{oid}`` (the key of the failing
record), ``{near_oid}`` (a key close to it), ``{user}``, ``{date}`` (a moment before the crash, in UTC), ``{day}``
(the day after the crash), ``{channel}``, ``{deep}`` (more ``[] in`` where the build nests blocks deeper).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crash_knowledge.wcr.description import ArgumentStyle, ExceptionText, NumberFormat
from crash_knowledge.wcr.generator.dates import Language

Situation = Literal["toolbar", "menu", "keyboard", "dialog", "service", "login", "upgrade", "background", "low space"]
"""What was going on around the failing code; decides the frames below it."""

Database = Literal["oracle", "oracle-threaded", "postgresql", "none"]


@dataclass(frozen=True, slots=True)
class Subject:
    """An object of the failing code, printed as receiver of every frame of its class.

    ``persistent``: a domain object with a database key; gets the usual bookkeeping variables too.
    ``variables``: name and printed value; of a persistent subject its attributes.
    """

    class_name: str
    text: str
    variables: tuple[tuple[str, str], ...] = ()
    persistent: bool = False
    state: Literal["new", "unmodified", "removed"] = "unmodified"


@dataclass(frozen=True, slots=True)
class Incident:
    """A crash as it would happen anywhere.

    ``frames``: the failing code, innermost first, down to where the situation's own frames begin.
    ``arguments``: selector and the printed arguments of every frame with it, where they matter.
    ``culprit``: for low space, the frames of the process that ate the memory (the active process is a bystander).
    ``command``: label and selector of the command the user gave; ``application`` the class of the window's model.
    """

    cause: str
    exception: ExceptionText
    frames: tuple[str, ...]
    situation: Situation
    application: str = "WOnLauncher{suffix}"
    window_title: str = ""
    command: tuple[str, str] = ("", "")
    subjects: tuple[Subject, ...] = ()
    arguments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    culprit: tuple[str, ...] = ()
    service: str = "CM2RunUpdateService"
    scripts: str = "WOWInstallationScripts"


@dataclass(frozen=True, slots=True)
class Customer:
    """A broadcaster: ``code`` is printed in site and build, ``suffix`` ends the names of its own subclasses."""

    code: str
    suffix: str
    database: Database
    environment: str
    tz_offset_seconds: int = 3600
    number_format: NumberFormat = "comma"
    language: Language = "en"
    frame_rate: str = "25 fps"
    channels: tuple[str, ...] = ("ONE", "TWO")
    install_path: str = "C:\\WHATSON\\PROD"
    memory_limit_kb: int = 3_072_000


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when: ``clear_password`` starts the program with a database password in the command line.

    ``flavour`` varies what differs between builds and runs without being another crash: 0 is plain, other numbers
    nest some blocks deeper.
    """

    customer: Customer
    local_time: datetime
    version: str
    user: str
    windows_user: str
    computer: str
    build_number: int = 1
    argument_style: ArgumentStyle = "9.1"
    smalltalk_version: str = "'VisualWorks®, 9.1.1 of 16 September 2021'"
    clear_password: str | None = None
    flavour: int = 0


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of everything is printed.

    ``scale`` 1 gives dumps of about 100 KB, 10 about a megabyte. ``argument_frames`` limits the arguments section to
    the first frames; ``bystanders`` prints the processes that every program has; ``census`` the class counts.
    """

    scale: float = 1.0
    argument_frames: int | None = None
    bystanders: bool = True
    census: bool = False
