"""The patterns of crashes as columns: what the catalogue filters, counts and sorts by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Integer, and_, cast, extract, select

from crash_knowledge.store.catalogue_records import HAS_SOLUTION, NO_SOLUTION, NOT_KNOWN, FacetName
from crash_knowledge.store.schema import crash_patterns, pattern_assignees, pattern_solutions, pattern_tags
from crash_knowledge.store.schema.patterns import SEVERITIES

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
_T = crash_patterns.c


@dataclass(frozen=True)
class PatternColumns:
    """One row a living pattern of crashes, by id, and a last one that stands for no pattern.

    ``codes``: facet -> for each pattern a number, and what each number stands for. ``tags``: by pattern, those of
    patterns merged into it too; ``tagged``: the rows that have some.
    Times in seconds since 1970, UTC. ``severity_rank``: 4 for critical to 1 for low, 0 for not judged.
    """

    id: Ints
    name: tuple[str, ...]
    codes: dict[FacetName, tuple[Ints, tuple[str, ...]]]
    tags: tuple[tuple[str, ...], ...]
    tagged: tuple[int, ...]
    first_seen: Ints
    last_seen: Ints
    crashes: Ints
    severity_rank: Ints

    def rows_of(self, pattern_ids: Ints) -> Ints:
        """The row of each of these patterns; the last one for ids that are none."""
        living = self.id[:-1]
        found = np.searchsorted(living, pattern_ids)
        is_there = found < len(living)
        is_there[is_there] = living[found[is_there]] == pattern_ids[is_there]
        return np.where(is_there, found, len(living))

    def value(self, facet: FacetName, row: int) -> str:
        """What a pattern has of a facet other than ``tag``."""
        codes, kinds = self.codes[facet]
        return kinds[int(codes[row])]

    def having(self, facet: FacetName, wanted: tuple[str, ...]) -> Flags:
        """Which patterns have one of these values."""
        some = set(wanted)
        if facet == "tag":
            return np.array([bool(some.intersection(own)) or (NOT_KNOWN in some and not own) for own in self.tags])
        codes, kinds = self.codes[facet]
        flags: Flags = np.isin(kinds, wanted)[codes]
        return flags

    def sums(self, facet: FacetName, per_row: Ints) -> dict[str, int]:
        """Value -> the sum of ``per_row`` over the patterns that have it."""
        if facet == "tag":
            return self._sums_of_tags(per_row)
        codes, kinds = self.codes[facet]
        sums = np.bincount(codes, weights=per_row, minlength=len(kinds))
        return {kind: int(count) for kind, count in zip(kinds, sums, strict=True)}

    def _sums_of_tags(self, per_row: Ints) -> dict[str, int]:
        found: defaultdict[str, int] = defaultdict(int)
        untagged = int(per_row.sum())
        for row in self.tagged:
            untagged -= int(per_row[row])
            for tag in self.tags[row]:
                found[tag] += int(per_row[row])
        return found | {NOT_KNOWN: untagged}


def pattern_columns(connection: Connection) -> PatternColumns:
    """The patterns as they are now."""
    helpful = and_(
        pattern_solutions.c.pattern_id == _T.id,
        pattern_solutions.c.withdrawn_at.is_(None),
        (pattern_solutions.c.success_count > 0) | (pattern_solutions.c.failure_count == 0),
    )
    query = (
        select(
            _T.id,
            _T.pattern_name,
            _T.status,
            _T.severity,
            cast(extract("epoch", _T.first_seen), Integer),
            cast(extract("epoch", _T.last_seen), Integer),
            _T.occurrence_count,
            select(pattern_solutions.c.id).where(helpful).exists(),
            pattern_assignees.c.assignee,
        )
        .outerjoin(pattern_assignees, pattern_assignees.c.pattern_id == _T.id)
        .where(_T.source == "crash", _T.status != "merged")
        .order_by(_T.id)
    )
    none = (0, "", NOT_KNOWN, None, 0, 0, 0, False, None)
    rows: list[Any] = [*connection.execute(query).all(), none]
    ids, names, status, severity, first, last, crashes, solved, assignee = zip(*rows, strict=True)
    tags = _tags(connection)
    rank = {name: len(SEVERITIES) - at for at, name in enumerate(SEVERITIES)}
    return PatternColumns(
        id=np.array(ids, np.int64),
        name=names,
        codes={
            "status": _coded(status),
            "severity": _coded(one or NOT_KNOWN for one in severity),
            "solution": _coded(HAS_SOLUTION if one else NO_SOLUTION for one in solved),
            "assignee": _coded(one or NOT_KNOWN for one in assignee),
        },
        tags=tuple(tags.get(one, ()) for one in ids),
        tagged=tuple(row for row, one in enumerate(ids) if one in tags),
        first_seen=np.array(first, np.int64),
        last_seen=np.array(last, np.int64),
        crashes=np.array(crashes, np.int64),
        severity_rank=np.array([rank.get(one, 0) for one in severity], np.int64),
    )


def _coded(values: Iterable[str]) -> tuple[Ints, tuple[str, ...]]:
    kinds: dict[str, int] = {}
    codes = [kinds.setdefault(value, len(kinds)) for value in values]
    return np.array(codes, np.int64), tuple(kinds)


def _tags(connection: Connection) -> dict[int, tuple[str, ...]]:
    """Pattern -> its tags in order, those of patterns merged into it too."""
    merged = select(_T.id, _T.merged_into_id).where(_T.merged_into_id.is_not(None))
    heirs = {row[0]: row[1] for row in connection.execute(merged)}
    found: defaultdict[int, set[str]] = defaultdict(set)
    for pattern_id, tag in connection.execute(select(pattern_tags.c.pattern_id, pattern_tags.c.tag)):
        heir = pattern_id
        while heir in heirs:
            heir = heirs[heir]
        found[heir].add(tag)
    return {pattern_id: tuple(sorted(tags)) for pattern_id, tags in found.items()}
