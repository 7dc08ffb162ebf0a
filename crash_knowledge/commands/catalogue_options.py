"""The search and the filters that ``pattern list`` and ``crashes list`` share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from crash_knowledge.store.catalogue_records import CatalogueQuery

DAY = click.DateTime(["%Y-%m-%d"])
NOT_KNOWN = "not known"

_OPTIONS = (
    click.option("--search", default="", metavar="TEXT", help="Words, or parts of them, of causes, stacks and names."),
    click.option("--status", multiple=True, metavar="STATUS", help="new, ongoing, resolved, regressed or muted."),
    click.option("--customer", multiple=True, metavar="NAME", help=f"Or '{NOT_KNOWN}', as with every filter."),
    click.option("--version", multiple=True, metavar="VERSION"),
    click.option("--kind", multiple=True, metavar="KIND", help="Kind of cause."),
    click.option("--severity", multiple=True, metavar="SEVERITY", help="critical, high, medium or low."),
    click.option("--solution", multiple=True, type=click.Choice(["known", "none"])),
    click.option("--tag", multiple=True, metavar="TAG"),
    click.option("--assignee", multiple=True, metavar="NAME", help="Who looks after the pattern."),
    click.option("--since", type=DAY, help="Crashed on that day (UTC) or later."),
    click.option("--until", type=DAY, help="Crashed on that day (UTC) or before."),
    click.option(
        "--sort",
        type=click.Choice(["last_seen", "first_seen", "crashes", "severity"]),
        default="last_seen",
        show_default=True,
    ),
    click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True),
    click.option("--offset", type=click.IntRange(0), default=0, help="Rows to leave out at the beginning."),
    click.option("--counts", is_flag=True, help="Also tell how many there are of each status, customer and so on."),
    click.option("--json", "as_json", is_flag=True, help="A JSON array."),
)


def catalogue_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the search and the filters. Each filter may be given several times: any of its values."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def query_of(search: str, since: datetime | None, until: datetime | None, **given: Any) -> CatalogueQuery:
    """The query that the options ask for; ``given``: the filters, ``sort``, ``limit`` and ``offset``."""
    from crash_knowledge.store.catalogue_records import FACETS
    from crash_knowledge.store.catalogue_records import CatalogueQuery as Query

    for name in FACETS:
        given[name] = tuple("" if value == NOT_KNOWN else value for value in given[name])
    end_of_day = timedelta(days=1, seconds=-1)
    return Query(
        text=search,
        since=None if since is None else since.replace(tzinfo=UTC),
        until=None if until is None else until.replace(tzinfo=UTC) + end_of_day,
        **given,
    )


def tell_counts(facets: Any) -> None:
    """The values of every facet with their counts, a line a facet."""
    from crash_knowledge.wording import visible

    for facet in facets:
        shown = ", ".join(f"{visible(one.value) or NOT_KNOWN} {one.count:,}" for one in facet.counts)
        if shown:
            click.echo(f"{facet.name}: {shown}")
