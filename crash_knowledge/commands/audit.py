"""``crash-knowledge audit``: who changed what."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

DAY = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.command()
@click.option("--by", metavar="NAME", help="Only changes of this person.")
@click.option("--subject", type=click.Choice(["pattern", "crash", "chain"]), help="Only changes of such a subject.")
@click.option("--id", "subject_id", metavar="ID", help="Only changes of the subject with this id.")
@click.option("--since", type=DAY, help="Only changes from this time on (UTC).")
@click.option("--until", type=DAY, help="Only changes up to this time (UTC).")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def audit(
    by: str | None,
    subject: Any,
    subject_id: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """The log of changes, the latest first: who, when, what, with what was before and after."""
    from crash_knowledge.knowledge.audit import AuditFilter, ChangeLog, action_words, changes_in_words
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import clipped, counted, visible

    wanted = AuditFilter(by, subject, subject_id, _utc(since), _utc(until))
    page = ChangeLog(open_store()).entries(wanted, limit)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in page.entries], default=str, indent=2))
        return
    for one in page.entries:
        who = visible(one.by) if one.by else "the program"
        click.echo(
            f"{one.at:%Y-%m-%d %H:%M} UTC  {one.subject} {visible(one.subject_id)}: {action_words(one)}, by {who}"
        )
        told = changes_in_words(one.changes)
        if told:
            click.echo(f"                      {visible(clipped(told))}")
    click.echo(f"{len(page.entries)} of {counted(page.total, 'change')}", err=True)


def _utc(given: datetime | None) -> datetime | None:
    return given.replace(tzinfo=UTC) if given else None
