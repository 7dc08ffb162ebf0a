"""The command line: ``crash-knowledge``. Data goes to stdout, messages to stderr.

Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 not found. Rooms are imported inside the commands, so that
``--help`` and ``inspect`` stay quick.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from crash_knowledge import __version__
from crash_knowledge.commands.audit import audit
from crash_knowledge.commands.chain import chain, resolve, similar
from crash_knowledge.commands.compare import compare
from crash_knowledge.commands.crashes import crashes
from crash_knowledge.commands.demo import demo
from crash_knowledge.commands.model import model
from crash_knowledge.commands.network import network
from crash_knowledge.commands.pattern import pattern
from crash_knowledge.commands.queue import queue
from crash_knowledge.commands.reindex import reindex
from crash_knowledge.commands.reply import reply
from crash_knowledge.commands.report import report
from crash_knowledge.errors import CrashKnowledgeError, UnknownRecord

if TYPE_CHECKING:
    from crash_knowledge.knowledge.review import Review
    from crash_knowledge.store.records import Sighting

STANDARD_INPUT = "-"
NOT_FOR_A_TERMINAL = re.compile(r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What json.dumps leaves unescaped and a terminal may obey, or cannot print."""


def main() -> NoReturn:
    """Run the command line; errors meant for the user become one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = commands(standalone_mode=False, prog_name="crash-knowledge")
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        click.echo("Stopped.", err=True)
        code = 1
    except UnknownRecord as error:
        click.echo(f"Not found: {error}", err=True)
        code = 3
    except CrashKnowledgeError as error:
        click.echo(f"Error: {error}", err=True)
        code = 1
    sys.exit(code or 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crash-knowledge")
@click.option("--db", metavar="PATH|URL", help="Database to use instead of the configured one.")
def commands(db: str | None) -> None:
    """Read WHATS'ON crash dumps, recognise known crashes and remember what fixed them."""
    if db:
        os.environ["CRASH_KNOWLEDGE_DATABASE_URL"] = db if "://" in db else f"sqlite:///{Path(db).absolute()}"


FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...")


@commands.command()
@FILES
@click.option("--json", "as_json", is_flag=True, help="A JSON array, one object a dump, in file order.")
@click.option("--unredacted", is_flag=True, help="Show names, hosts and passwords as printed in the dump.")
def inspect(files: tuple[str, ...], as_json: bool, unredacted: bool) -> None:
    """Show what the dumps in FILE... say (- is standard input). Nothing is stored."""
    from crash_knowledge.inspection import inspection
    from crash_knowledge.services import redactor
    from crash_knowledge.terminal import inspection_text
    from crash_knowledge.wcr.reading import read_dumps
    from crash_knowledge.wording import base_name

    facts: list[dict[str, Any]] = []
    reading = Reading(files)
    for name, content in reading:
        with reading.errors_of(name):
            for dump in read_dumps(content, base_name(name)).dumps:
                shown = dump if unredacted else redactor().redact(dump).dump
                facts.append(inspection(shown, name if unredacted else redactor().redact_beside(dump, name)))
    if as_json:
        click.echo(_json(facts))
    elif facts:
        click.echo("\n\n".join(map(inspection_text, facts)))
    reading.finish()


@commands.command()
@FILES
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="json: an array, one object a dump.",
)
@click.option("--json", "form", flag_value="json", help="Short for --format json.")
@click.option("--explain", is_flag=True, help="Also say why: aligned frames and the other candidates.")
@click.option("--save", is_flag=True, help="Store each dump and learn from it.")
@click.option("--validator", metavar="NAME", help="Who judges the verdict; needed for --verdict and --solution.")
@click.option(
    "--verdict",
    type=click.Choice(["right", "new", "unsure"]),
    default="unsure",
    show_default=True,
    help="The validator's judgement. Only 'right' and 'new' confirm anything.",
)
@click.option("--solution", default="", metavar="TEXT", help="A fix that worked here.")
@click.option("--fixed-in", default="", metavar="VERSION", help="The version that has the fix: resolves the pattern.")
def analyze(
    files: tuple[str, ...],
    form: str,
    explain: bool,
    save: bool,
    validator: str | None,
    verdict: str,
    solution: str,
    fixed_in: str,
) -> None:
    """Give the verdict on every dump in FILE... (- is standard input): known or new, how sure, what helped.

    \b
    Examples:
      crash-knowledge analyze WCR_2-4_16-2-37.txt
      crash-knowledge analyze *.txt --save --validator "Ann" --json
      crash-knowledge analyze dump.txt --format markdown > ticket.md
    """
    from crash_knowledge.facts import sighting_of
    from crash_knowledge.insights.incidents import count
    from crash_knowledge.services import analyzer
    from crash_knowledge.terminal import verdict_text
    from crash_knowledge.verdict.as_json import verdict_json
    from crash_knowledge.verdict.as_markdown import verdict_markdown
    from crash_knowledge.verdict.card import card_of

    said = bool(solution or fixed_in or verdict != "unsure")
    if not save and (validator is not None or said):
        raise click.UsageError("--validator, --verdict, --solution and --fixed-in need --save.")
    if validator is not None and not validator.strip():
        raise click.UsageError("--validator needs a name.")
    if save and not validator and said:
        raise click.UsageError(
            "--verdict, --solution and --fixed-in need --validator NAME: a judgement needs somebody who judged."
        )
    review = _review(validator, verdict, solution, fixed_in)
    verdicts: list[dict[str, Any]] = []
    sightings: list[Sighting] = []
    reading = Reading(files)
    for name, content in reading:
        with reading.errors_of(name):
            for analysis in analyzer().analyze(content, name):
                current = analyzer().rematch(analysis) if save else analysis
                learned = analyzer().save(current, review) if save else None
                card = card_of(current, datetime.now(UTC))
                sightings.append(sighting_of(current))
                if form == "json":
                    verdicts.append(verdict_json(current, card, learned, explain=explain))
                else:
                    as_text = form == "text"
                    text = verdict_text(current, card, learned, explain) if as_text else verdict_markdown(card, learned)
                    click.echo(text)
    if form == "json":
        click.echo(_json(verdicts))
    if form == "text" and len(sightings) > 1:
        click.echo(count(sightings).sentence, err=True)
    reading.finish()


def _review(validator: str | None, verdict: str, solution: str, fixed_in: str) -> Review | None:
    from crash_knowledge.knowledge.review import Review

    if validator is None:
        return None
    return Review(
        validator=validator,
        verdict=verdict,  # type: ignore[arg-type]
        new_solution=solution,
        fixed_in_version=fixed_in,
    )


commands.add_command(model)
commands.add_command(demo)
commands.add_command(pattern)
commands.add_command(network)
commands.add_command(crashes)
commands.add_command(reindex)
commands.add_command(reply)
commands.add_command(report)
commands.add_command(compare)
commands.add_command(similar)
commands.add_command(chain)
commands.add_command(resolve)
commands.add_command(queue)
commands.add_command(audit)


class Reading:
    """The files of one command: reads each, reports those that fail on stderr and goes on with the others."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._failed = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for name in self._names:
            try:
                yield name, sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
            except OSError as error:
                self._report(name, f"cannot be read: {error.strerror}")

    def errors_of(self, name: str) -> _Guard:
        return _Guard(self, name)

    def _report(self, name: str, what: str) -> None:
        from crash_knowledge.wording import base_name, visible

        self._failed += 1
        given = base_name(name) if name == STANDARD_INPUT else click.format_filename(name)
        names_it_already = what.startswith(f"{base_name(name)} ")
        told = f"{given}{what.removeprefix(base_name(name))}" if names_it_already else f"{given}: {what}"
        click.echo(visible(told), err=True)

    def finish(self) -> None:
        if self._failed:
            raise click.exceptions.Exit(1)


class _Guard:
    """Turns an error of one file into a line on stderr."""

    def __init__(self, reading: Reading, name: str) -> None:
        self._reading = reading
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, CrashKnowledgeError):
            self._reading._report(self._name, str(error))
            return True
        return False


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return NOT_FOR_A_TERMINAL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
