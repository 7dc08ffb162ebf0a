"""``crash-knowledge network``: relations between patterns: find them, show them, judge them, take them away."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from crash_knowledge.network.words import KIND_WORDS, STEP_WORDS, share_done

if TYPE_CHECKING:
    from crash_knowledge.network.builder import Progress
    from crash_knowledge.network.export import ExportFormat
    from crash_knowledge.store.records import Judgement
    from crash_knowledge.store.relations import GraphFilter, Relation

KIND = click.option(
    "--kind", "kinds", type=click.Choice(list(KIND_WORDS)), multiple=True, help="Only this; may be repeated."
)
CONFIDENCE = click.option(
    "--least-confidence", type=click.FloatRange(0, 1), default=0.0, show_default=True, metavar="SHARE"
)


@click.group()
def network() -> None:
    """Relations between patterns: discover, show, confirm, reject, export."""


@network.command()
def discover() -> None:
    """Find which patterns cause, accompany or succeed each other, and which the same fix cured.

    What a person confirmed or rejected stays. Stopped with Ctrl-C, what was found stays too; run it again at any time.
    """
    from crash_knowledge.services import graph_builder
    from crash_knowledge.wording import counted, discovery_sentence

    builder = graph_builder()
    try:
        bar: Any = click.progressbar(length=1_000, file=sys.stderr, show_eta=False)
        with bar:
            found = builder.discover_relationships(datetime.now(UTC), lambda progress: _advance(bar, progress))
    except KeyboardInterrupt:
        click.echo("\nStopped. What was found by now is stored; run the command again for the rest.", err=True)
        raise click.exceptions.Exit(1) from None
    click.echo(discovery_sentence(found))
    for kind, count in found.found:
        click.echo(f"  {kind}: {count:,}")
    if found.dropped:
        click.echo(f"{counted(found.dropped, 'earlier relation')} without evidence now: removed.")


@network.command()
@click.argument("pattern_id", type=int, required=False)
@KIND
@CONFIDENCE
@click.option("--rejected", is_flag=True, help="Also those that a person rejected.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True)
def show(pattern_id: int | None, kinds: tuple[str, ...], least_confidence: float, rejected: bool, limit: int) -> None:
    """Relations with their evidence, the surest first; of one pattern, where PATTERN_ID is given."""
    from crash_knowledge.network.export import sentence_of
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import percent, visible

    wanted = _filter(kinds, least_confidence, rejected=rejected)
    with open_store().reading() as unit:
        chosen = None if pattern_id is None else unit.patterns.current(pattern_id).id
        relations = [one for one in unit.relations.graph(wanted).relations if chosen in (None, *_ends(one))]
        patterns = unit.patterns.get_many(end for one in relations[:limit] for end in _ends(one))
    names = {one.id: visible(one.pattern_name) for one in patterns.values()}
    for one in relations[:limit]:
        source, target = names[one.source_id], names[one.target_id]
        title = f"{one.source_id} “{source}” {KIND_WORDS[one.kind]} {one.target_id} “{target}”"
        click.echo(f"relation {one.id}: {title}")
        click.echo(f"       {percent(one.confidence)} sure, {one.origin}. {visible(sentence_of(one, names))}")
    click.echo(f"{min(limit, len(relations))} of {len(relations):,} relations", err=True)


@network.command()
@click.argument("relation_id", type=int)
@click.option("--by", required=True, metavar="NAME", help="Who says so.")
@click.option("--notes", metavar="TEXT", help="Why.")
def confirm(relation_id: int, by: str, notes: str | None) -> None:
    """Say that a relation is true. It stays, whatever is counted later."""
    _judge(relation_id, "confirmed", by, notes)


@network.command()
@click.argument("relation_id", type=int)
@click.option("--by", required=True, metavar="NAME", help="Who says so.")
@click.option("--notes", metavar="TEXT", help="Why.")
def reject(relation_id: int, by: str, notes: str | None) -> None:
    """Say that a relation is not true. It is not found again."""
    _judge(relation_id, "rejected", by, notes)


@network.command()
@click.option("--format", "form", type=click.Choice(["graphml", "csv", "json"]), default="json", show_default=True)
@KIND
@CONFIDENCE
@click.option("--customer", metavar="NAME", help="Only patterns seen at this customer.")
@click.option("--version", metavar="VERSION", help="Only patterns seen in this version.")
@click.option("--linked-only", is_flag=True, help="Without patterns that have no relation.")
def export(
    form: ExportFormat,
    kinds: tuple[str, ...],
    least_confidence: float,
    customer: str | None,
    version: str | None,
    linked_only: bool,
) -> None:
    """Write the network to standard output.

    \b
    Examples:
      crash-knowledge network export --format graphml > network.graphml
      crash-knowledge network export --format csv --kind causes > causes.csv
    """
    from crash_knowledge.network.export import export as exported
    from crash_knowledge.services import open_store

    wanted = _filter(kinds, least_confidence, customer=customer, version=version, linked_only=linked_only)
    with open_store().reading() as unit:
        graph = unit.relations.graph(wanted)
    click.echo(exported(graph, form), nl=False)


def _filter(kinds: tuple[str, ...], least_confidence: float, *, rejected: bool = False, **others: Any) -> GraphFilter:
    from crash_knowledge.store.relations import GraphFilter

    named: Any = kinds
    if rejected:
        others["origins"] = ("observed", "inferred", "confirmed", "rejected")
    return GraphFilter(kinds=named, least_confidence=least_confidence, **others)


def _judge(relation_id: int, verdict: Judgement, by: str, notes: str | None) -> None:
    from crash_knowledge.services import open_store, redactor

    if not by.strip():
        raise click.UsageError("--by needs a name.")
    why = redactor().redact_text(notes) if notes else None
    with open_store().transaction() as unit:
        judged = unit.relations.judge(relation_id, verdict, by.strip(), datetime.now(UTC), why)
    click.echo(f"Relation {judged.id} is {judged.origin}.")


def _ends(relation: Relation) -> tuple[int, int]:
    return relation.source_id, relation.target_id


def _advance(bar: Any, progress: Progress) -> None:
    bar.label = STEP_WORDS[progress.step]
    bar.update(round(1_000 * share_done(progress)) - bar.pos)
