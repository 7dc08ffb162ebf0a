"""``crash-knowledge similar``, ``chain`` and ``resolve``: past failures, what was tried, and what worked."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from crash_knowledge.knowledge.resolutions import ListedChain, ResolutionDesk, Timeline

STATUSES = ("open", "needs_review", "resolved", "abandoned")

AS_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")


@click.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True)
@AS_JSON
def similar(text: str, limit: int, as_json: bool) -> None:
    """Resolved failures whose message is like TEXT, and the fix that worked."""
    from crash_knowledge.causal_chains import shared_ledger
    from crash_knowledge.knowledge.resolutions import duration
    from crash_knowledge.wording import counted, visible

    ledger = shared_ledger()
    ledger.embed_missing()
    found = ledger.similar(text, limit)
    if as_json:
        _tell_json([one.as_dict() for one in found])
        return
    for one in found:
        minutes = one.resolution_time_minutes
        took = "time not known" if minutes is None else f"resolved in {duration(minutes)}"
        click.echo(f"{one.similarity:.2f}  {one.chain_id}  {visible(one.error_message)}")
        click.echo(f"      {visible(one.action_taken)} ({took})")
    click.echo(f"{counted(len(found), 'similar failure')} with a fix", err=True)


@click.command()
@click.argument("chain_id", metavar="ID|list")
@click.option("--status", type=click.Choice(STATUSES), help="With list: only chains of this status.")
@click.option(
    "--order",
    type=click.Choice(["oldest", "most_frequent", "most_costly"]),
    default="oldest",
    show_default=True,
    help="With list: which come first.",
)
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="With list.")
@AS_JSON
def chain(chain_id: str, status: str | None, order: Any, limit: int, as_json: bool) -> None:
    """One causal chain, by any id of it (chain-, err-, fix-), as a timeline; or a list of them.

    \b
    Examples:
      crash-knowledge chain chain-0a1b2c3d
      crash-knowledge chain list --status open --order most_costly
    """
    if chain_id != "list":
        told = _desk().timeline(chain_id)
        if as_json:
            _tell_json(asdict(told))
        else:
            click.echo(_timeline(told))
        return
    listed, total = _listed(status, order, limit)
    if as_json:
        _tell_json([asdict(one) for one in listed])
        return
    for one in listed:
        click.echo(_line(one))
    click.echo(f"{len(listed)} of {total:,} chains", err=True)


@click.command()
@click.argument("chain_id", metavar="ID")
@click.option("--fix", "fix_id", required=True, metavar="ID", help="The attempt that worked (fix-...).")
@click.option("--minutes", type=click.FloatRange(min=0), metavar="N", help="How long it took; else it is computed.")
@click.option("--by", default="command line", show_default=True, metavar="NAME", help="Who says so.")
def resolve(chain_id: str, fix_id: str, minutes: float | None, by: str) -> None:
    """Close the causal chain ID with the attempt that worked."""
    from crash_knowledge.knowledge.resolutions import duration

    try:
        closed = _desk().resolve(chain_id, fix_id, by, datetime.now(UTC), minutes)
    except ValueError as error:
        raise click.ClickException(f"{error}.") from error
    took = closed.resolution_time_minutes
    click.echo(f"{closed.id} is resolved by {closed.successful_fix_id}" + (f", {duration(took)}." if took else "."))


def _desk() -> ResolutionDesk:
    from crash_knowledge.knowledge.resolutions import ResolutionDesk
    from crash_knowledge.services import open_store, redactor

    return ResolutionDesk(open_store(), redactor().redact_text)


def _listed(status: str | None, order: Any, limit: int) -> tuple[tuple[ListedChain, ...], int]:
    from crash_knowledge.services import open_store

    wanted: Any = (status,) if status else STATUSES
    with open_store().reading() as unit:
        return unit.resolutions.chains(wanted, order, limit), unit.resolutions.count(wanted)


def _line(one: ListedChain) -> str:
    from crash_knowledge.wording import clipped, counted, day, times, visible

    facts = [
        one.status.replace("_", " "),
        f"failed on {day(one.occurred_at)}",
        f"pattern seen {times(one.pattern_count)}",
        counted(one.attempt_count, "attempt"),
    ]
    if one.pattern_downtime_minutes:
        facts.append(f"{counted(one.pattern_downtime_minutes, 'minute')} down in all")
    return f"{one.chain_id}  {visible(clipped(one.error_message, 100))}\n                {', '.join(facts)}"


def _timeline(told: Timeline) -> str:
    from crash_knowledge.wording import visible

    lines = [click.style(f"{told.chain.id} ({told.chain.status.replace('_', ' ')})", bold=True)]
    for step in told.steps:
        by = f" (by {visible(step.by)})" if step.by else ""
        lines.append(f"  {step.at:%Y-%m-%d %H:%M} UTC  {step.kind.replace('_', ' '):<13} {visible(step.words)}{by}")
    lines += [f"  attempt {one.id}: {visible(one.action_taken)}" for one in told.chain.attempts]
    return "\n".join(lines)


def _tell_json(value: object) -> None:
    click.echo(json.dumps(value, default=str, indent=2))
