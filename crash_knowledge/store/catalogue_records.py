"""What is asked of the catalogue, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, get_args

from crash_knowledge.store.records import MatchLevel, Pattern, PatternStatus, Severity

FacetName = Literal["status", "customer", "version", "kind", "severity", "solution", "tag", "assignee"]
Sort = Literal["last_seen", "first_seen", "crashes", "severity"]

FACETS: tuple[FacetName, ...] = get_args(FacetName)
SORTS: tuple[Sort, ...] = get_args(Sort)
NOT_KNOWN = ""
"""The value of a facet where nothing is known: no customer, nobody assigned, severity not judged."""
HAS_SOLUTION, NO_SOLUTION = "known", "none"
"""The values of the facet ``solution``; a solution that was withdrawn or always failed counts as none."""
MOST_ROWS = 1000
WEEKS_SHOWN = 26


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: what its last row was sorted by, and the row's id. The next page begins behind it."""

    value: int
    id: int


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """Which patterns or crashes are asked for. A facet without values lets all pass; with several, any of them.

    ``text``: see ``words.needles_of``. ``since``, ``until``: bounds of when crashes happened, both included.
    ``after``: where the page before ended; ``offset``: rows left out after that. ``limit``: 1 to ``MOST_ROWS``.
    """

    text: str = ""
    status: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    solution: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = "last_seen"
    limit: int = 50
    offset: int = 0
    after: Place | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_ROWS:
            raise ValueError(f"limit must be between 1 and {MOST_ROWS}")
        if self.offset < 0:
            raise ValueError("offset must not be negative")
        if self.sort not in SORTS:
            raise ValueError(f"sort must be one of {', '.join(SORTS)}")
        for bound in (self.since, self.until):
            if bound is not None and bound.utcoffset() is None:
                raise ValueError("a bound in time needs a time zone")

    def chosen(self, facet: FacetName) -> tuple[str, ...]:
        """The values that are let pass; empty: all."""
        values: tuple[str, ...] = getattr(self, facet)
        return values

    def choosing(self, facet: FacetName, values: tuple[str, ...]) -> CatalogueQuery:
        """The same query with other values of a facet."""
        changed: dict[str, Any] = {facet: values}
        return replace(self, **changed)


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many rows would be there with this value, all other facets staying as they are."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a facet that occur, the most frequent first, and those that were chosen."""

    name: FacetName
    counts: tuple[FacetCount, ...]


@dataclass(frozen=True, slots=True)
class PatternRow:
    """A pattern of the page. ``matching``: of its crashes, those that the query lets pass.

    ``weeks``: these by week, ``WEEKS_SHOWN`` weeks of 7 days that end ``now``, oldest first.
    """

    pattern: Pattern
    matching: int
    weeks: tuple[int, ...]
    has_solution: bool
    tags: tuple[str, ...]
    assignee: str | None


@dataclass(frozen=True, slots=True)
class CrashRow:
    """A crash of the page. ``kind``: of its cause, None when no rule told."""

    id: int
    occurred_at: datetime
    error_message: str
    customer: str | None
    service_version: str | None
    severity: Severity | None
    kind: str | None
    user_name: str | None
    file_name: str
    pattern_id: int | None
    pattern_name: str | None
    pattern_status: PatternStatus | None
    match_level: MatchLevel | None
    match_confidence: float | None


Row = TypeVar("Row", PatternRow, CrashRow)


@dataclass(frozen=True, slots=True)
class CataloguePage(Generic[Row]):
    """``total``: how many rows there are in all. ``end``: the place to go on from, None when nothing follows."""

    rows: tuple[Row, ...]
    total: int
    facets: tuple[Facet, ...]
    end: Place | None
