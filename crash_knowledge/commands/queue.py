"""``crash-knowledge queue``: verdicts that wait for a person."""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def queue(limit: int, as_json: bool) -> None:
    """Verdicts that nobody has judged: unknown first, then regressed, near on air, low confidence, the rest."""
    from crash_knowledge.knowledge.queue import VerdictQueue, reason_sentence
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import clipped, counted, day, visible

    verdicts = VerdictQueue(open_store())
    waiting, total = verdicts.waiting(limit), sum(verdicts.counts().values())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in waiting], default=str, indent=2))
        return
    for one in waiting:
        where = ", ".join(part for part in (one.customer, one.service_version, day(one.occurred_at)) if part)
        click.echo(f"{one.crash_id:>5}  {visible(clipped(one.error_message, 100))} ({visible(where)})")
        click.echo(f"       {reason_sentence(one)} In “{visible(one.pattern_name)}”.")
    click.echo(f"{len(waiting)} of {counted(total, 'waiting verdict')}", err=True)
