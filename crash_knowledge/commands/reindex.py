"""``crash-knowledge reindex``: stored crashes brought up to date with lists, customer tags and text model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from crash_knowledge.knowledge.reindex import Progress


@click.command()
@click.option("--status", is_flag=True, help="Only say how many crashes are keyed by which rules.")
def reindex(status: bool) -> None:
    """Bring stored crashes up to date: keys by the present lists and customer tags, vectors by the present text model,
    facts by the present rules of diagnosis.

    Everything goes on working meanwhile. Stopped or killed, it goes on where it was when it is run again.
    """
    if status:
        _tell_index_status()
        return
    try:
        _rediagnose()
        _embed_failures()
        _reindex()
        _renew_search()
    except KeyboardInterrupt:
        click.echo("\nStopped. What is done stays; `crash-knowledge reindex` goes on from there.", err=True)
        raise click.exceptions.Exit(1) from None


def _renew_search() -> None:
    """The full text of the catalogue, made anew of the stored stacks."""
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import counted

    with open_store().transaction() as unit:
        done = unit.text_search.rebuild()
    click.echo(f"The search knows {counted(done, 'stack')}.", err=True)


def _embed_failures() -> None:
    """The messages of reported failures and of resolved dumps, for the search of similar ones."""
    from crash_knowledge.causal_chains import shared_ledger
    from crash_knowledge.wording import counted

    if done := shared_ledger().embed_missing():
        click.echo(f"Embedded {counted(done, 'message')} of failures.", err=True)


def _tell_index_status() -> None:
    from crash_knowledge.facts import facts_revision
    from crash_knowledge.knowledge.reindex import index_status
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import counted

    found = index_status(open_store())
    click.echo(f"Rules in force: {found.version:08x}")
    for version, crashes in sorted(found.crashes.items(), key=lambda item: (item[0] != found.version, item)):
        click.echo(f"{version:08x}  {counted(crashes, 'crash', 'crashes')}")
    click.echo(f"To be re-keyed: {found.stale:,}; of older rules, but without a stored dump: {found.without_text:,}")
    with open_store().reading() as unit:
        click.echo(f"To be diagnosed again: {unit.facts.count_undiagnosed(facts_revision()):,}")


def _pace(progress: Progress | None) -> str:
    return f"{progress.per_second:,.0f} crashes a second" if progress else ""


def _rediagnose() -> None:
    from crash_knowledge.facts import facts_of_text, facts_revision
    from crash_knowledge.knowledge.rediagnosis import rediagnose
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import counted

    store = open_store()
    with store.reading() as unit:
        stale = unit.facts.count_undiagnosed(facts_revision())
    if not stale:
        return
    bar: Any = click.progressbar(length=stale, label="Diagnosing again", file=sys.stderr)
    with bar:
        result = rediagnose(store, facts_of_text, facts_revision(), lambda done: bar.update(done - bar.pos))
    click.echo(f"Diagnosed {counted(result.diagnosed, 'crash', 'crashes')} again.", err=True)
    if result.unreadable:
        whose = counted(len(result.unreadable), "crash keeps its old facts", "crashes keep their old facts")
        click.echo(f"{whose}: the dump cannot be read.", err=True)


def _reindex() -> None:
    from crash_knowledge.knowledge.reindex import index_status
    from crash_knowledge.knowledge.reindex import reindex as reindex_store
    from crash_knowledge.services import analyzer
    from crash_knowledge.wording import counted

    store = analyzer().store
    stale = index_status(store).stale
    if stale:
        bar: Any = click.progressbar(length=stale, label="Re-keying", item_show_func=_pace, file=sys.stderr)
        with bar:
            result = reindex_store(store, analyzer(), lambda progress: bar.update(progress.done - bar.pos, progress))
        click.echo(f"Re-keyed {counted(result.rekeyed, 'crash', 'crashes')}.", err=True)
    else:
        result = reindex_store(store, analyzer())
    if kept := result.status.without_text + len(result.unreadable):
        whose = counted(kept, "crash keeps its old keys", "crashes keep their old keys")
        click.echo(f"{whose}: the dump is not stored, or cannot be read.", err=True)
    with store.reading() as unit:
        complete = not unit.vectors.missing(analyzer().embedder.model_id, 1)
    click.echo(
        f"Embedded {counted(result.embedded, 'stack')}." if result.embedded else "Nothing was embedded.", err=True
    )
    if not complete:
        raise click.ClickException("Some stacks still have no vector: the text model cannot serve now.")
    click.echo("Every stored stack has its vector.", err=True)
