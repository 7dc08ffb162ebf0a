"""``crash-knowledge crashes``: the stored crashes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from crash_knowledge.commands.catalogue_options import catalogue_options, query_of, tell_counts


@click.group()
def crashes() -> None:
    """Stored crashes: list and show."""


@crashes.command("list")
@catalogue_options
def list_crashes(as_json: bool, counts: bool, **asked: Any) -> None:
    """The stored crashes that the search and the filters let pass."""
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import day, visible

    with open_store().reading() as unit:
        page = unit.catalogue.crashes(query_of(**asked))
    if as_json:
        click.echo(json.dumps([asdict(row) for row in page.rows], default=str, indent=2))
        return
    for row in page.rows:
        where = f"{row.customer or 'unknown customer'}, {row.service_version or 'unknown version'}"
        pattern = f"pattern {row.pattern_id}: {row.pattern_name}" if row.pattern_id else "no pattern"
        click.echo(f"{row.id:>6}  {day(row.occurred_at)}, {visible(where)}, {visible(row.file_name)}")
        click.echo(f"        {visible(pattern)}")
    if counts:
        tell_counts(page.facets)
    click.echo(f"{len(page.rows)} of {page.total:,} crashes", err=True)


@crashes.command()
@click.argument("crash_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="A JSON object.")
def show(crash_id: int, as_json: bool) -> None:
    """One stored crash: the verdict it was given, the verdict of today, its facts."""
    from datetime import UTC, datetime

    from crash_knowledge.services import analyzer
    from crash_knowledge.stored_analysis import stored_analysis
    from crash_knowledge.terminal import verdict_text
    from crash_knowledge.verdict.card import card_of
    from crash_knowledge.wording import day, percent, visible

    with analyzer().store.reading() as unit:
        crash = unit.crashes.get(crash_id)
        facts = unit.facts.of_event(crash.error_event_id)
    if as_json:
        click.echo(json.dumps({**asdict(crash), "facts": [asdict(fact) for fact in facts]}, default=str, indent=2))
        return
    told = crash.match_level != "new" and crash.match_confidence is not None
    sure = f", {percent(crash.match_confidence or 0.0)} sure" if told else ""
    given = f"{crash.match_level or 'none'}{sure}"
    click.echo(f"Crash {crash.id}, stored on {day(crash.recorded_at)}. Verdict then: {given}. Today:")
    analysis = stored_analysis(analyzer(), crash_id)
    click.echo(verdict_text(analysis, card_of(analysis, datetime.now(UTC)), None, False))
    for fact in facts:
        click.echo(f"  {visible(fact.name)}: {visible(fact.value)}")
