"""``crash-knowledge pattern``: what is known, and correcting what the program grouped."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from crash_knowledge.commands import labels
from crash_knowledge.commands.catalogue_options import catalogue_options, query_of, tell_counts
from crash_knowledge.commands.life_cycle import LIFE_COMMANDS
from crash_knowledge.commands.solutions import SOLUTION_COMMANDS

if TYPE_CHECKING:
    from crash_knowledge.knowledge.corrections import Correction, PatternCorrections
    from crash_knowledge.knowledge.splitting import Half
    from crash_knowledge.store.catalogue_records import PatternRow

BY = click.option("--by", required=True, metavar="NAME", help="Who corrects; it is kept in the history.")


@click.group()
def pattern() -> None:
    """Known patterns: list, show, resolve, mute, merge, split, move a crash, keep apart, undo."""


@pattern.command("list")
@catalogue_options
def list_patterns(as_json: bool, counts: bool, **asked: Any) -> None:
    """The patterns that the search and the filters let pass, those seen most recently first."""
    from crash_knowledge.services import open_store
    from crash_knowledge.wording import day, times, visible

    with open_store().reading() as unit:
        page = unit.catalogue.patterns(query_of(**asked), datetime.now(UTC))
    if as_json:
        click.echo(json.dumps([_listed(row) for row in page.rows], default=str, indent=2))
        return
    for row in page.rows:
        one = row.pattern
        click.echo(f"{one.id:>5}  {visible(one.pattern_name)}")
        tags = f", tagged {visible(', '.join(row.tags))}" if row.tags else ""
        whose = f", looked after by {visible(row.assignee)}" if row.assignee else ""
        seen = f"seen {times(one.occurrence_count)}, last on {day(one.last_seen)}"
        click.echo(f"       {one.status}, {seen}{tags}{whose}")
    if counts:
        tell_counts(page.facets)
    click.echo(f"{len(page.rows)} of {page.total:,} patterns", err=True)


def _listed(row: PatternRow) -> dict[str, Any]:
    """A row of the list: the pattern's own fields, then those of the row."""
    fields = asdict(row)
    own: dict[str, Any] = fields.pop("pattern")
    return own | fields


@pattern.command()
@click.argument("pattern_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="A JSON object.")
def show(pattern_id: int, as_json: bool) -> None:
    """One pattern: history, solutions, what its dumps tell together, crashes, corrections."""
    from crash_knowledge.insights.together import together_json, told_together
    from crash_knowledge.services import life_cycle, open_store
    from crash_knowledge.wording import (
        day,
        fix_sentence,
        history_sentence,
        life_sentence,
        solution_label,
        solution_record,
        visible,
    )

    with open_store().reading() as unit:
        one = unit.patterns.current(pattern_id)
        summary = unit.patterns.summary(one.id)
        solutions = unit.solutions.of_pattern(one.id)
        crashes = unit.crashes.of_pattern(one.id, limit=20)
    together, life = told_together(open_store(), one.id), life_cycle().of_pattern(one.id)
    if as_json:
        shown = {
            "pattern": asdict(one),
            "summary": asdict(summary),
            "fixes": [asdict(fix) for fix in life.fixes],
            "mute": asdict(life.mute) if life.mute else None,
            "steps": [asdict(step) for step in life.steps],
            "solutions": [asdict(solution) for solution in solutions],
            **together_json(together),
            "crashes": [{"id": crash.id, "file": crash.file_name, "when": crash.occurred_at} for crash in crashes],
        }
        click.echo(json.dumps(shown, default=str, indent=2))
        return
    click.echo(click.style(f"{one.id}: {visible(one.pattern_name)}", bold=True))
    click.echo(f"  {history_sentence(summary)}")
    click.echo(f"  {visible(life_sentence(life))}")
    for fix in life.fixes:
        click.echo(f"  {visible(fix_sentence(fix, solutions))}")
    for solution in solutions:
        click.echo(
            f"  {solution_label(solution)} (solution {solution.id}): {visible(solution.description)} "
            f"({solution_record(solution)})"
        )
        for line in (solution.steps or "").splitlines():
            click.echo(f"    {visible(line)}")
        if solution.link:
            click.echo(f"    {visible(solution.link)}")
    for sentence in together.sentences:
        click.echo(f"  {visible(sentence)}")
    for crash in crashes:
        where = f"{crash.customer or 'unknown customer'}, {crash.service_version or 'unknown version'}"
        click.echo(f"  crash {crash.id}: {day(crash.occurred_at)}, {where}, {visible(crash.file_name)}")
    for correction in _corrections().history(limit=10, pattern_id=one.id):
        _tell(correction)


@pattern.command()
@click.argument("source_ids", type=int, nargs=-1, required=True, metavar="SOURCE...")
@click.option("--into", type=int, required=True, metavar="PATTERN", help="The pattern that stays.")
@BY
def merge(source_ids: tuple[int, ...], into: int, by: str) -> None:
    """Make patterns SOURCE... part of another."""
    _tell(_corrections().merge(source_ids, into, by, datetime.now(UTC)))


@pattern.command()
@click.argument("one_id", type=int)
@click.argument("other_id", type=int)
@BY
def same(one_id: int, other_id: int, by: str) -> None:
    """Say for sure that two patterns are the same: merges them and remembers the decision as confirmed."""
    _tell(_corrections().same(one_id, other_id, by, datetime.now(UTC)))


@pattern.command()
@click.argument("pattern_id", type=int)
@click.argument("crash_ids", type=int, nargs=-1, required=True, metavar="CRASH...")
@click.option("--preview", is_flag=True, help="Only show what both halves would be.")
@click.option("--by", metavar="NAME", default="", help="Who corrects; needed without --preview.")
def split(pattern_id: int, crash_ids: tuple[int, ...], preview: bool, by: str) -> None:
    """Put crashes CRASH... of a pattern into a new one."""
    if preview:
        halves = _corrections().split_preview(pattern_id, crash_ids)
        click.echo(_half("Stays", halves.staying))
        click.echo(_half("Becomes a pattern of its own", halves.leaving))
        return
    _tell(_corrections().split(pattern_id, crash_ids, by, datetime.now(UTC)))


@pattern.command()
@click.argument("crash_id", type=int)
@click.option("--to", type=int, metavar="PATTERN", help="Where it belongs; without it, a new pattern of its own.")
@BY
def move(crash_id: int, to: int | None, by: str) -> None:
    """Put one crash into another pattern."""
    _tell(_corrections().move(crash_id, to, by, datetime.now(UTC)))


@pattern.command()
@click.argument("one_id", type=int)
@click.argument("other_id", type=int)
@click.option("--allow", is_flag=True, help="Take that back.")
@BY
def apart(one_id: int, other_id: int, allow: bool, by: str) -> None:
    """Never merge these two."""
    change = _corrections().allow_merge if allow else _corrections().never_merge
    _tell(change(one_id, other_id, by, datetime.now(UTC)))


@pattern.command()
@click.argument("correction_id", type=int)
@BY
def undo(correction_id: int, by: str) -> None:
    """Take a correction back."""
    _tell(_corrections().undo(correction_id, by, datetime.now(UTC)))


@pattern.command()
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
def corrections(limit: int) -> None:
    """What was corrected, the latest first."""
    for correction in _corrections().history(limit):
        _tell(correction)


for command in (*LIFE_COMMANDS, *SOLUTION_COMMANDS):
    pattern.add_command(command)


def _corrections() -> PatternCorrections:
    from crash_knowledge.knowledge.corrections import PatternCorrections
    from crash_knowledge.services import open_store

    return PatternCorrections(open_store())


def _tell(correction: Correction) -> None:
    from crash_knowledge.wording import visible

    undone = f" (undone by {correction.undone_by})" if correction.undone_by else ""
    click.echo(f"  correction {correction.id}: {visible(correction.sentence)} {visible(correction.by)}{undone}")


def _half(title: str, half: Half) -> str:
    from crash_knowledge.wording import counted, day, visible

    where = ", ".join(half.customers) or "unknown customers"
    return (
        f"{title}: {visible(half.pattern_name)}\n"
        f"  {counted(half.crash_count, 'crash', 'crashes')}, {counted(half.variant_count, 'distinct stack')}, "
        f"at {visible(where)}, {day(half.first_seen)} to {day(half.last_seen)}"
    )


for labelling in (labels.tag, labels.untag, labels.assign):
    pattern.add_command(labelling)
