"""``crash-knowledge compare``: two dumps side by side."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crash_knowledge.comparison.compare import ComparableDump

_ONE_OF_A_FILE = re.compile(r"(.+)#([1-9]\d{0,5})", re.DOTALL)


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--crash", "crash_ids", type=int, multiple=True, metavar="ID", help="A stored crash; may be given twice.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object with all that was compared.")
def compare(files: tuple[str, ...], crash_ids: tuple[int, ...], as_json: bool) -> None:
    """Compare two dumps: frames, nil variables, circumstances, memory, objects. Nothing is stored.

    \b
    FILE#3 is the third dump of a file. Examples:
      crash-knowledge compare WCR_2-4_16-2-37.txt WCR_2-4_16-10-30.txt
      crash-knowledge compare --crash 12 --crash 17 --json
    """
    from crash_knowledge.comparison.as_text import comparison_json, comparison_text
    from crash_knowledge.comparison.compare import compare as compare_dumps
    from crash_knowledge.comparison.compare import stored_dump
    from crash_knowledge.services import open_store

    if len(files) + len(crash_ids) != 2:
        raise click.UsageError("compare needs two dumps: two files, two --crash, or one of each.")
    dumps = [_dump_of_file(given) for given in files]
    dumps += [stored_dump(open_store(), crash_id) for crash_id in crash_ids]
    comparison = compare_dumps(*dumps)
    if as_json:
        click.echo(json.dumps(comparison_json(comparison), default=str, indent=2))
    else:
        click.echo(comparison_text(comparison))


def _dump_of_file(given: str) -> ComparableDump:
    """The dump that ``FILE`` or ``FILE#number`` names."""
    from crash_knowledge.comparison.compare import comparable_dumps
    from crash_knowledge.services import open_store, redactor

    numbered = None if Path(given).exists() else _ONE_OF_A_FILE.fullmatch(given)
    name, number = (numbered[1], int(numbered[2])) if numbered else (given, 1)
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{click.format_filename(name)} cannot be read: {error.strerror}") from None
    dumps = comparable_dumps(content, name, open_store(), redactor())
    shown = click.format_filename(name)
    if number > len(dumps):
        raise click.ClickException(f"{shown} holds {len(dumps)} dumps; there is no dump {number}.")
    if numbered is None and len(dumps) > 1:
        click.echo(f"{shown} holds {len(dumps)} dumps: the first is compared. {shown}#2 is the second.", err=True)
    return dumps[number - 1]
