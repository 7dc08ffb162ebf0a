"""``crash-knowledge demo``: demo knowledge in and out."""

from __future__ import annotations

import sys

import click


@click.group()
def demo() -> None:
    """Demo knowledge: a year of invented crashes."""


@demo.command("fill")
def demo_fill() -> None:
    """Fill an empty database with demo knowledge."""
    from crash_knowledge import demo as demo_knowledge
    from crash_knowledge.services import analyzer

    with click.progressbar(length=1000, label="Writing a year of invented crashes", file=sys.stderr) as bar:
        demo_knowledge.fill(analyzer(), progress=lambda share, what: bar.update(int(share * 1000) - bar.pos))
    click.echo("Done. `crash-knowledge demo remove` takes it out again.", err=True)


@demo.command("remove")
def demo_remove() -> None:
    """Remove the demo knowledge and nothing else."""
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import counted

    with open_store().transaction() as unit:
        before = unit.crashes.count()
        unit.origins.remove_demo()
        removed = before - unit.crashes.count()
    click.echo(
        f"Removed {counted(removed, 'demo crash', 'demo crashes')}; real ones left: {before - removed:,}.", err=True
    )
