"""The one dump that a command is about: of a file, of standard input, or stored."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crash_knowledge.analyzer import Analysis

STANDARD_INPUT = "-"
_ONE_OF_A_FILE = re.compile(r"(.+)#([1-9]\d{0,5})", re.DOTALL)

FILE = click.argument("file", required=False, metavar="[FILE]")
CRASH = click.option("--crash", "crash_id", type=int, metavar="ID", help="A stored crash instead of a file.")


def chosen_analysis(file: str | None, crash_id: int | None, now: datetime) -> Analysis:
    """The analysis of ``FILE``, ``FILE#number``, ``-`` or a stored crash. Nothing is stored.

    Raises UsageError, ClickException, NotADump, UnknownRecord, StoreError.
    """
    from crash_knowledge.services import analyzer
    from crash_knowledge.stored_analysis import stored_analysis

    if (file is None) == (crash_id is None):
        raise click.UsageError("Name either FILE or --crash ID.")
    if crash_id is not None:
        return stored_analysis(analyzer(), crash_id, now)
    given = str(file)
    numbered = None if given == STANDARD_INPUT or Path(given).exists() else _ONE_OF_A_FILE.fullmatch(given)
    name, number = (numbered[1], int(numbered[2])) if numbered else (given, 1)
    analyses = analyzer().analyze(_content(name), name, now)
    shown = "standard input" if name == STANDARD_INPUT else click.format_filename(name)
    if number > len(analyses):
        raise click.ClickException(f"{shown} holds {len(analyses)} dumps; there is no dump {number}.")
    if numbered is None and len(analyses) > 1:
        click.echo(f"{shown} holds {len(analyses)} dumps: this is of the first. {shown}#2 is the second.", err=True)
    return analyses[number - 1]


def _content(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{click.format_filename(name)} cannot be read: {error.strerror}") from None
