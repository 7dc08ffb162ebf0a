"""``crash-knowledge report``: all that is known of one crash, as a file to keep or to send."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crash_knowledge.commands.chosen import CRASH, FILE, STANDARD_INPUT, chosen_analysis

if TYPE_CHECKING:
    from crash_knowledge.reports.rendering import ReportFormat


@click.command()
@FILE
@CRASH
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "pdf", "json"]),
    default="markdown",
    show_default=True,
)
@click.option(
    "--output",
    default=STANDARD_INPUT,
    metavar="PATH",
    help="Where to write; a file that is there is replaced. Default: standard output (-).",
)
def report(file: str | None, crash_id: int | None, form: ReportFormat, output: str) -> None:
    """Write the report of the crash in FILE (- is standard input; FILE#3 is its third dump).

    \b
    Examples:
      crash-knowledge report WCR_2-4_16-2-37.txt --format pdf --output crash.pdf
      crash-knowledge report --crash 12 --format html --output crash.html
    """
    from crash_knowledge.reports.crash_report import crash_report
    from crash_knowledge.reports.rendering import render_report

    to_terminal = output == STANDARD_INPUT and sys.stdout.isatty()
    if form == "pdf" and to_terminal:
        raise click.UsageError("A PDF is not for the terminal: name a file with --output.")
    now = datetime.now(UTC)
    content = render_report(crash_report(chosen_analysis(file, crash_id, now), now), form)
    if output == STANDARD_INPUT:
        click.echo(content, nl=False)
    else:
        _write(Path(output), content)
        click.echo(f"Wrote {click.format_filename(output)}.", err=True)


def _write(path: Path, content: bytes) -> None:
    """Write the whole file or none of it: a reader never sees half a report."""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(content)
            os.chmod(draft, 0o666 & ~_umask())
            os.replace(draft, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise
    except OSError as error:
        raise click.ClickException(f"{click.format_filename(path)} cannot be written: {error.strerror}.") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
