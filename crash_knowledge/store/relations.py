"""Relations between patterns: found by the program, judged by people; and what they are found from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, extract, func, or_, select

from crash_knowledge.store import dialect
from crash_knowledge.store.records import Judgement, PatternStatus, Severity
from crash_knowledge.store.repository import Query, Repository, only_row
from crash_knowledge.store.schema import (
    crash_patterns,
    crash_relationships,
    error_events,
    event_facts,
    pattern_solutions,
    pattern_variants,
    validations,
)
from crash_knowledge.store.schema.patterns import SYMMETRIC_RELATIONSHIPS

RelationKind = Literal["causes", "related_to", "evolves_from", "co_occurs", "similar_fix"]
RelationOrigin = Literal["observed", "inferred", "confirmed", "rejected"]

_STANDING: tuple[RelationOrigin, ...] = ("observed", "inferred", "confirmed")
_ORIGIN_OF: Mapping[Judgement, RelationOrigin] = {
    "confirmed": "confirmed",
    "rejected": "rejected",
    "unsure": "inferred",
}

_T = crash_relationships.c
_PATTERN = crash_patterns.c
_EVENT = error_events.c
_SOLUTION = pattern_solutions.c
_VARIANT = pattern_variants.c


@dataclass(frozen=True, slots=True)
class NewRelation:
    """A relation from one pattern to another. ``confidence``: above 0, up to 1. ``evidence``: plain values."""

    source_id: int
    target_id: int
    kind: RelationKind
    confidence: float
    evidence: Mapping[str, Any]
    first_evidence_at: datetime
    last_evidence_at: datetime


@dataclass(frozen=True, slots=True)
class Relation:
    id: int
    source_id: int
    target_id: int
    kind: RelationKind
    confidence: float
    origin: RelationOrigin
    evidence: Mapping[str, Any]
    first_evidence_at: datetime
    last_evidence_at: datetime

    def other_end(self, pattern_id: int) -> int:
        return self.target_id if pattern_id == self.source_id else self.source_id


@dataclass(frozen=True, slots=True)
class GraphFilter:
    """Which patterns and relations are wanted; None and empty: all. Times are of last being seen.

    ``linked_only``: patterns without a relation are left out. ``most_patterns``: the most frequent ones stay.
    """

    kinds: tuple[RelationKind, ...] = ()
    origins: tuple[RelationOrigin, ...] = _STANDING
    least_confidence: float = 0.0
    customer: str | None = None
    version: str | None = None
    kind_of_cause: str | None = None
    statuses: tuple[PatternStatus, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    least_occurrences: int = 0
    linked_only: bool = False
    most_patterns: int | None = None


@dataclass(frozen=True, slots=True)
class GraphPattern:
    id: int
    name: str
    status: PatternStatus
    severity: Severity | None
    occurrence_count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Graph:
    """Patterns, the most frequent first, and the relations among them, the surest first."""

    patterns: tuple[GraphPattern, ...]
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class EventColumns:
    """Events as parallel arrays: pattern ids, places in the customers asked for, whole seconds since 1970 (UTC)."""

    pattern: NDArray[np.int64]
    customer: NDArray[np.int64]
    at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PatternStack:
    """The most frequent stack of a pattern; ``frames`` innermost first, ``in_app`` one flag a frame."""

    pattern_id: int
    first_seen: datetime
    frames: tuple[str, ...]
    in_app: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class VerifiedSolution:
    """A solution that worked, or that a person verified, and that was not withdrawn. ``link``: of a ticket or page."""

    id: int
    pattern_id: int
    description: str
    link: str | None
    created_at: datetime


class Relations(Repository):
    def put_inferred(self, found: Sequence[NewRelation]) -> int:
        """Store what the program found; returns how many. What a person rejected stays as it is, what one confirmed
        stays confirmed, with the new evidence. A relation with a pattern that is gone or merged is left out.
        """
        ends = {end for one in found for end in (one.source_id, one.target_id)}
        living = self._living(ends)
        rows = [_row(one) for one in found if {one.source_id, one.target_id} <= living]
        for some in dialect.chunks(rows):
            insert = dialect.insert(self._connection, crash_relationships)
            replaced = ("confidence", "evidence", "first_evidence_at", "last_evidence_at")
            statement = insert.on_conflict_do_update(
                index_elements=["source_pattern_id", "target_pattern_id", "relationship_type"],
                set_={name: insert.excluded[name] for name in replaced},
                where=_T.link_origin != "rejected",
            )
            self._connection.execute(statement, [self._marked(crash_relationships, row) for row in some])
        return len(rows)

    def drop_inferred(self, relation_ids: Iterable[int]) -> int:
        """Remove relations that the program found and finds no more; returns how many. A person's word stays."""
        removed = 0
        for some in dialect.chunks(sorted(set(relation_ids))):
            unsaid = (_T.id.in_(some), _T.link_origin == "inferred")
            removed += self._connection.execute(crash_relationships.delete().where(*unsaid)).rowcount
        return removed

    def link(self, new: NewRelation, by: str, at: datetime) -> Relation:
        """Keep a relation because a person said so. Raises UnknownRecord, ValueError: a pattern with itself."""
        if new.source_id == new.target_id:
            raise ValueError("a pattern has no relation with itself")
        row = _row(new)
        for end in (new.source_id, new.target_id):
            only_row(self._rows(select(_PATTERN.id).where(_PATTERN.id == end)), "pattern", end)
        self._insert_if_absent(crash_relationships, **row)
        same = [_T[name] == row[name] for name in ("source_pattern_id", "target_pattern_id", "relationship_type")]
        return self.judge(self._rows(select(_T.id).where(*same))[0]["id"], "confirmed", by, at)

    def judge(self, relation_id: int, verdict: Judgement, by: str, at: datetime, notes: str | None = None) -> Relation:
        """A person confirms or rejects a relation, or (``unsure``) takes that back. Raises UnknownRecord."""
        change = crash_relationships.update().where(_T.id == relation_id)
        self._change(change.values(link_origin=_ORIGIN_OF[verdict]), "relation", relation_id)
        relation = self.get(relation_id)
        self._insert(
            validations,
            pattern_id=relation.source_id,
            subject="relationship",
            subject_id=relation_id,
            verdict=verdict,
            validated_by=by,
            notes=notes,
            created_at=at,
        )
        return relation

    def get(self, relation_id: int) -> Relation:
        """Raises UnknownRecord."""
        rows = self._rows(select(crash_relationships).where(_T.id == relation_id))
        return _relation(only_row(rows, "relation", relation_id))

    def of_pattern(self, pattern_id: int, origins: Sequence[RelationOrigin] = _STANDING) -> tuple[Relation, ...]:
        """Relations of a pattern, the surest first."""
        touching = or_(_T.source_pattern_id == pattern_id, _T.target_pattern_id == pattern_id)
        return self._found(select(crash_relationships).where(touching, _T.link_origin.in_(origins)))

    def inferred(self, kinds: Sequence[RelationKind], pattern_id: int | None = None) -> tuple[Relation, ...]:
        """Relations of some kinds that only the program stands for (``pattern_id``: of this pattern)."""
        query = select(crash_relationships).where(_T.relationship_type.in_(kinds), _T.link_origin == "inferred")
        if pattern_id is not None:
            query = query.where(or_(_T.source_pattern_id == pattern_id, _T.target_pattern_id == pattern_id))
        return self._found(query)

    def graph(self, wanted: GraphFilter) -> Graph:
        """The patterns that the filter leaves, and the relations of which both ends are among them."""
        chosen = [_T.link_origin.in_(wanted.origins), _T.confidence >= wanted.least_confidence]
        if wanted.kinds:
            chosen.append(_T.relationship_type.in_(wanted.kinds))
        nodes = select(crash_patterns).where(*_node_filter(wanted))
        if wanted.linked_only:
            ends = [select(end).where(*chosen) for end in (_T.source_pattern_id, _T.target_pattern_id)]
            nodes = nodes.where(or_(*(_PATTERN.id.in_(end) for end in ends)))
        nodes = nodes.order_by(_PATTERN.occurrence_count.desc(), _PATTERN.id)
        patterns = [_graph_pattern(row) for row in self._rows(nodes.limit(wanted.most_patterns))]
        ids = {one.id for one in patterns}
        related = self._found(select(crash_relationships).where(*chosen))
        relations = tuple(one for one in related if one.source_id in ids and one.target_id in ids)
        if wanted.linked_only:
            linked = {end for one in relations for end in (one.source_id, one.target_id)}
            patterns = [one for one in patterns if one.id in linked]
        return Graph(tuple(patterns), relations)

    def customers(self, of_pattern: int | None = None) -> tuple[str, ...]:
        """All customers with events of a pattern, in order (``of_pattern``: with events of this one)."""
        query = select(_EVENT.customer).distinct().where(_EVENT.customer.is_not(None), _EVENT.pattern_id.is_not(None))
        if of_pattern is not None:
            query = query.where(_EVENT.pattern_id == of_pattern)
        return tuple(sorted(self._connection.execute(query).scalars()))

    def events(self, customers: Sequence[str], at_once: int = 100_000) -> Iterator[EventColumns]:
        """The events of patterns at these customers, some at a time, in no certain order."""
        place = {name: number for number, name in enumerate(customers)}
        seconds = extract("epoch", _EVENT.occurred_at)
        query = select(_EVENT.pattern_id, _EVENT.customer, seconds).where(
            _EVENT.pattern_id.is_not(None), dialect.is_one_of(self._connection, error_events.c.customer, customers)
        )
        for rows in self._connection.execute(query.execution_options(yield_per=at_once)).partitions():
            columns = np.array([(row[0], place[row[1]], int(row[2])) for row in rows], dtype=np.int64).T
            yield EventColumns(*columns)

    def count_events(self) -> int:
        """How many events of patterns there are."""
        return self._count(select(func.count()).select_from(error_events).where(_EVENT.pattern_id.is_not(None)))

    def count_frequent(self, least: int) -> int:
        """How many patterns occurred at least so often."""
        frequent = (_PATTERN.occurrence_count >= least, _PATTERN.status != "merged")
        return self._count(select(func.count()).select_from(crash_patterns).where(*frequent))

    def stacks(self) -> Iterator[PatternStack]:
        """The most frequent stack of every pattern that is not merged, by pattern id."""
        rank = func.row_number().over(
            partition_by=_VARIANT.pattern_id, order_by=(_VARIANT.occurrence_count.desc(), _VARIANT.id)
        )
        ranked = select(_VARIANT.id, rank.label("place")).subquery()
        query = (
            select(_VARIANT.pattern_id, _PATTERN.first_seen, _VARIANT.frames, _VARIANT.in_app)
            .join(ranked, and_(ranked.c.id == _VARIANT.id, ranked.c.place == 1))
            .join(crash_patterns, _PATTERN.id == _VARIANT.pattern_id)
            .where(_PATTERN.status != "merged")
            .order_by(_VARIANT.pattern_id)
        )
        for pattern_id, first_seen, frames, in_app in self._connection.execute(query):
            yield PatternStack(pattern_id, first_seen, tuple(frames), tuple(in_app))

    def verified_solutions(self) -> tuple[VerifiedSolution, ...]:
        """Solutions that worked or were verified, of patterns that are not merged, by id."""
        query = (
            select(_SOLUTION.id, _SOLUTION.pattern_id, _SOLUTION.description, _SOLUTION.link, _SOLUTION.created_at)
            .join(crash_patterns, _PATTERN.id == _SOLUTION.pattern_id)
            .where(or_(_SOLUTION.success_count > 0, _SOLUTION.verified_at.is_not(None)))
            .where(_SOLUTION.withdrawn_at.is_(None), _PATTERN.status != "merged")
            .order_by(_SOLUTION.id)
        )
        return tuple(VerifiedSolution(*row) for row in self._connection.execute(query))

    def end_version(self, pattern_id: int, *, last: bool) -> str | None:
        """The version of the program in the first or the last event of a pattern that tells one."""
        order = _EVENT.occurred_at.desc() if last else _EVENT.occurred_at
        of_pattern = (_EVENT.pattern_id == pattern_id, _EVENT.service_version.is_not(None))
        query = select(_EVENT.service_version).where(*of_pattern).order_by(order, _EVENT.id).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def _living(self, pattern_ids: Iterable[int]) -> set[int]:
        living: set[int] = set()
        for some in dialect.chunks(sorted(set(pattern_ids))):
            query = select(_PATTERN.id).where(_PATTERN.id.in_(some), _PATTERN.status != "merged")
            living.update(self._connection.execute(query).scalars())
        return living

    def _found(self, query: Query) -> tuple[Relation, ...]:
        said = case((_T.link_origin == "confirmed", 0), else_=1)
        return tuple(_relation(row) for row in self._rows(query.order_by(said, _T.confidence.desc(), _T.id)))


def _node_filter(wanted: GraphFilter) -> list[ColumnElement[bool]]:
    chosen = [_PATTERN.status != "merged", _PATTERN.occurrence_count >= wanted.least_occurrences]
    if wanted.statuses:
        chosen.append(_PATTERN.status.in_(wanted.statuses))
    if wanted.since is not None:
        chosen.append(_PATTERN.last_seen >= wanted.since)
    if wanted.until is not None:
        chosen.append(_PATTERN.last_seen <= wanted.until)
    if wanted.customer is not None:
        chosen.append(_PATTERN.id.in_(_patterns_with(_EVENT.customer == wanted.customer)))
    if wanted.version is not None:
        chosen.append(_PATTERN.id.in_(_patterns_with(_EVENT.service_version == wanted.version)))
    if wanted.kind_of_cause is not None:
        fact = event_facts.c
        said = select(fact.event_id).where(fact.name == "kind_of_cause", fact.value == wanted.kind_of_cause)
        chosen.append(_PATTERN.id.in_(_patterns_with(_EVENT.id.in_(said))))
    return chosen


def _patterns_with(of_event: ColumnElement[bool]) -> Select[int | None]:
    return select(_EVENT.pattern_id).where(of_event, _EVENT.pattern_id.is_not(None)).distinct()


def _row(new: NewRelation) -> dict[str, Any]:
    source, target = new.source_id, new.target_id
    if new.kind in SYMMETRIC_RELATIONSHIPS:
        source, target = min(source, target), max(source, target)
    return {
        "source_pattern_id": source,
        "target_pattern_id": target,
        "relationship_type": new.kind,
        "confidence": new.confidence,
        "link_origin": "inferred",
        "evidence": new.evidence,
        "first_evidence_at": new.first_evidence_at,
        "last_evidence_at": new.last_evidence_at,
    }


def _relation(row: RowMapping) -> Relation:
    return Relation(
        id=row["id"],
        source_id=row["source_pattern_id"],
        target_id=row["target_pattern_id"],
        kind=row["relationship_type"],
        confidence=row["confidence"],
        origin=row["link_origin"],
        evidence=row["evidence"] or {},
        first_evidence_at=row["first_evidence_at"],
        last_evidence_at=row["last_evidence_at"],
    )


def _graph_pattern(row: RowMapping) -> GraphPattern:
    return GraphPattern(
        id=row["id"],
        name=row["pattern_name"],
        status=row["status"],
        severity=row["severity"],
        occurrence_count=row["occurrence_count"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
    )
