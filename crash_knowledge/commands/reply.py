"""``crash-knowledge reply``: answer the customer, a colleague, a developer or a manager."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crash_knowledge.commands.chosen import CRASH, FILE, chosen_analysis

if TYPE_CHECKING:
    from crash_knowledge.replies import Format, Language, Reader


@click.command()
@FILE
@CRASH
@click.option(
    "--for",
    "reader",
    type=click.Choice(["customer", "support", "developer", "manager"]),
    default="customer",
    show_default=True,
)
@click.option("--lang", "language", type=click.Choice(["en", "nl", "fr", "de"]), default="en", show_default=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "eml", "ticket"]),
    default="text",
    show_default=True,
    help="eml: a draft e-mail; ticket: Jira wiki markup.",
)
def reply(file: str | None, crash_id: int | None, reader: Reader, language: Language, form: Format) -> None:
    """Write the reply about the crash in FILE (- is standard input; FILE#3 is its third dump).

    Only facts that the program established are used. Sentences that nobody confirmed yet are marked: confirm them or
    take them out before you send the reply.

    \b
    Examples:
      crash-knowledge reply WCR_2-4_16-2-37.txt --lang nl
      crash-knowledge reply --crash 12 --for developer --format ticket
    """
    from crash_knowledge.replies import compose, render, reply_facts

    analysis = chosen_analysis(file, crash_id, datetime.now(UTC))
    click.echo(render(compose(reply_facts(analysis), reader, language), form), nl=False)
