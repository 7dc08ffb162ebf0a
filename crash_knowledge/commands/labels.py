"""``crash-knowledge pattern tag``, ``untag`` and ``assign``: labels that people give patterns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from crash_knowledge.knowledge.labels import PatternLabels

_PATTERNS = click.argument("pattern_ids", type=int, nargs=-1, required=True, metavar="PATTERN...")
_BY = click.option("--by", required=True, metavar="NAME", help="Who says so; it is kept.")


@click.command()
@click.argument("tag_text", metavar="TAG")
@_PATTERNS
@_BY
def tag(tag_text: str, pattern_ids: tuple[int, ...], by: str) -> None:
    """Put TAG on patterns."""
    _tell(_labels().tag(pattern_ids, tag_text, by, datetime.now(UTC)))


@click.command()
@click.argument("tag_text", metavar="TAG")
@_PATTERNS
@_BY
def untag(tag_text: str, pattern_ids: tuple[int, ...], by: str) -> None:
    """Take TAG off patterns."""
    _tell(_labels().untag(pattern_ids, tag_text, by, datetime.now(UTC)))


@click.command()
@_PATTERNS
@click.option("--to", "assignee", default="", metavar="NAME", help="Who looks after them; without it, nobody.")
@_BY
def assign(pattern_ids: tuple[int, ...], assignee: str, by: str) -> None:
    """Say who looks after patterns."""
    _tell(_labels().assign(pattern_ids, assignee, by, datetime.now(UTC)))


def _labels() -> PatternLabels:
    from crash_knowledge.knowledge.labels import PatternLabels
    from crash_knowledge.services import open_store

    return PatternLabels(open_store())


def _tell(changed: int) -> None:
    from crash_knowledge.wording import counted

    click.echo(f"{counted(changed, 'pattern')} changed.")
