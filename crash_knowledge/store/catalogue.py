"""The catalogue: patterns and crashes by text and facets, counted, sorted and cut into pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from crash_knowledge.store import dialect
from crash_knowledge.store.catalogue_filter import Filter
from crash_knowledge.store.catalogue_records import (
    FACETS,
    HAS_SOLUTION,
    NOT_KNOWN,
    WEEKS_SHOWN,
    CataloguePage,
    CatalogueQuery,
    CrashRow,
    Facet,
    FacetCount,
    FacetName,
    PatternRow,
    Place,
)
from crash_knowledge.store.pattern_columns import PatternColumns, pattern_columns
from crash_knowledge.store.patterns import Patterns
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import crash_instances, crash_patterns, error_events, event_facts
from crash_knowledge.store.text_search import TextSearch
from crash_knowledge.store.words import needles_of

Ints = NDArray[np.int64]
_WEEK_SECONDS = 7 * 24 * 3600


class Catalogue(Repository):
    def patterns(self, query: CatalogueQuery, now: datetime) -> CataloguePage[PatternRow]:
        """Living patterns of crashes that have a crash which the query lets pass.

        Severity, status, solution, tag and assignee are those of the pattern; customer, version, kind and time those
        of the crash. A pattern without crashes is there while only its own properties are asked for.
        """
        found = self._filter(query)
        rows = np.flatnonzero(found.patterns())
        chosen, end = _page(query, found.known.id[rows], _pattern_keys(query, found.known)[rows])
        counts = {name: found.pattern_counts(name) for name in FACETS}
        return CataloguePage(self._pattern_rows(chosen, found, now), len(rows), _facets(query, counts), end)

    def crashes(self, query: CatalogueQuery) -> CataloguePage[CrashRow]:
        """Crashes that the query lets pass. Severity is that of the crash; status, solution, tag, assignee are its
        pattern's. ``sort``: ``last_seen`` is the latest crash first, ``first_seen`` the earliest, ``crashes`` by how
        often its pattern was seen.
        """
        found = self._filter(query)
        rows = np.flatnonzero(found.crashes())
        chosen, end = _page(query, found.columns.crash_id[rows], _crash_keys(query, found)[rows])
        counts = {name: found.crash_counts(name) for name in FACETS}
        return CataloguePage(self._crash_rows(chosen), len(rows), _facets(query, counts), end)

    def weeks(self, pattern_id: int, now: datetime) -> tuple[int, ...]:
        """Crashes of a pattern a week, over the ``WEEKS_SHOWN`` weeks that end ``now``, oldest first."""
        columns = self._scope.catalogue_memory.columns(self._connection)
        return _weeks(columns.occurred[columns.pattern_id == pattern_id], now)

    def _filter(self, query: CatalogueQuery) -> Filter:
        columns = self._scope.catalogue_memory.columns(self._connection)
        needles = needles_of(query.text)
        search = TextSearch(self._scope)
        found = [(needle, search.variants_with(needle)) for needle in needles]
        return Filter(query, columns, pattern_columns(self._connection), found)

    def _pattern_rows(self, pattern_ids: Sequence[int], found: Filter, now: datetime) -> tuple[PatternRow, ...]:
        known, patterns = found.known, Patterns(self._scope).get_many(pattern_ids)
        matching = found.crashes_by_pattern()
        rows: list[PatternRow] = []
        for pattern_id in pattern_ids:
            if pattern_id not in patterns:
                continue
            row = int(np.searchsorted(known.id[:-1], pattern_id))
            rows.append(
                PatternRow(
                    pattern=patterns[pattern_id],
                    matching=int(matching[row]),
                    weeks=_weeks(found.occurred_of(row), now),
                    has_solution=known.value("solution", row) == HAS_SOLUTION,
                    tags=known.tags[row],
                    assignee=known.value("assignee", row) or None,
                )
            )
        return tuple(rows)

    def _crash_rows(self, crash_ids: Sequence[int]) -> tuple[CrashRow, ...]:
        event, instance, pattern = error_events.c, crash_instances.c, crash_patterns.c
        kind = select(event_facts.c.value).where(
            event_facts.c.event_id == event.id, event_facts.c.name == "kind_of_cause"
        )
        query = (
            select(
                instance.id,
                event.occurred_at,
                event.error_message,
                event.customer,
                event.service_version,
                event.severity,
                kind.order_by(event_facts.c.value).limit(1).scalar_subquery().label("kind"),
                instance.user_name,
                instance.file_name,
                event.pattern_id,
                pattern.pattern_name,
                pattern.status.label("pattern_status"),
                event.match_type.label("match_level"),
                event.match_confidence,
            )
            .join(error_events, event.id == instance.error_event_id)
            .outerjoin(crash_patterns, pattern.id == event.pattern_id)
        )
        found: dict[int, CrashRow] = {}
        for some in dialect.chunks(list(crash_ids)):
            found |= {row["id"]: CrashRow(**row) for row in self._rows(query.where(instance.id.in_(some)))}
        return tuple(found[one] for one in crash_ids if one in found)


def _pattern_keys(query: CatalogueQuery, known: PatternColumns) -> Ints:
    """What patterns are sorted by, the greatest first."""
    keys = {
        "last_seen": known.last_seen,
        "first_seen": -known.first_seen,
        "crashes": known.crashes,
        "severity": known.severity_rank,
    }
    return keys[query.sort]


def _crash_keys(query: CatalogueQuery, found: Filter) -> Ints:
    if query.sort == "crashes":
        return found.known.crashes[found.pattern_row]
    if query.sort == "severity":
        return found.crash_severity_rank()
    occurred = found.columns.occurred
    return occurred if query.sort == "last_seen" else -occurred


def _page(query: CatalogueQuery, ids: Ints, keys: Ints) -> tuple[list[int], Place | None]:
    """The ids of a page, greatest key first, then the newest id; and where it ended, if something follows."""
    if query.after is not None:
        behind = (keys < query.after.value) | ((keys == query.after.value) & (ids < query.after.id))
        ids, keys = ids[behind], keys[behind]
    order = np.lexsort((-ids, -keys))
    chosen = order[query.offset : query.offset + query.limit]
    follows = query.offset + len(chosen) < len(order)
    end = Place(int(keys[chosen[-1]]), int(ids[chosen[-1]])) if follows and len(chosen) else None
    return [int(one) for one in ids[chosen]], end


def _facets(query: CatalogueQuery, counts: Mapping[FacetName, Mapping[str, int]]) -> tuple[Facet, ...]:
    facets = []
    for name, found in counts.items():
        shown = {value: count for value, count in found.items() if count} | {
            value: found.get(value, 0) for value in query.chosen(name)
        }
        if set(shown) == {NOT_KNOWN} and not query.chosen(name):
            shown = {}
        ordered = sorted(shown.items(), key=lambda item: (-item[1], item[0]))
        facets.append(Facet(name, tuple(FacetCount(value, count) for value, count in ordered)))
    return tuple(facets)


def _weeks(occurred: Ints, now: datetime) -> tuple[int, ...]:
    ago = (int(now.timestamp()) - occurred) // _WEEK_SECONDS
    recent = ago[(ago >= 0) & (ago < WEEKS_SHOWN)]
    return tuple(int(count) for count in np.bincount(WEEKS_SHOWN - 1 - recent, minlength=WEEKS_SHOWN))
