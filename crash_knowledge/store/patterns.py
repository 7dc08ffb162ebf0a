"""Patterns: classes of failures with one cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, case, extract, func, literal, select

from crash_knowledge.errors import StoreError
from crash_knowledge.store import dialect
from crash_knowledge.store.counts import recount
from crash_knowledge.store.records import (
    NewPattern,
    Pattern,
    PatternStatus,
    PatternSummary,
    Severity,
    Source,
)
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import crash_instances, crash_patterns, error_events
from crash_knowledge.store.types import UtcDateTime

_T = crash_patterns.c


class Patterns(Repository):
    def add(self, new: NewPattern) -> Pattern:
        """Store a new pattern. It starts with no occurrence; count each one, the first too, by record_occurrence."""
        pattern_id = self._insert(
            crash_patterns,
            source=new.source,
            fingerprint_exact=new.fingerprint_exact,
            fingerprint_structural=new.fingerprint_structural,
            fingerprint_version=new.fingerprint_version,
            pattern_name=new.pattern_name,
            error_type=new.error_type,
            error_category=new.error_category,
            cause_of_dump=new.cause_of_dump,
            stack_signature=new.stack_signature,
            first_seen=new.seen_at,
            last_seen=new.seen_at,
        )
        return self.get(pattern_id)

    def get(self, pattern_id: int) -> Pattern:
        """Raises UnknownRecord."""
        rows = self._rows(select(crash_patterns).where(_T.id == pattern_id))
        return _pattern(only_row(rows, "pattern", pattern_id))

    def current(self, pattern_id: int) -> Pattern:
        """The pattern itself, or the one that it was merged into, however often. Raises UnknownRecord, StoreError."""
        pattern = self.get(pattern_id)
        passed = {pattern.id}
        while pattern.merged_into_id is not None:
            if pattern.merged_into_id in passed:
                raise StoreError(f"Pattern {pattern_id} is merged into itself, by way of {sorted(passed)}.")
            pattern = self.get(pattern.merged_into_id)
            passed.add(pattern.id)
        return pattern

    def get_many(self, pattern_ids: Iterable[int]) -> dict[int, Pattern]:
        """The patterns of those ids that exist."""
        found: dict[int, Pattern] = {}
        for some in dialect.chunks(sorted(set(pattern_ids))):
            for row in self._rows(select(crash_patterns).where(_T.id.in_(some))):
                found[row["id"]] = _pattern(row)
        return found

    def list(self, source: Source | None = "crash", limit: int = 100, offset: int = 0) -> tuple[Pattern, ...]:
        """Patterns of ``source`` (None: of all), last seen first. Those merged into another are left out."""
        query = select(crash_patterns).where(_T.status != "merged")
        if source is not None:
            query = query.where(_T.source == source)
        query = query.order_by(_T.last_seen.desc(), _T.id.desc()).limit(limit).offset(offset)
        return tuple(_pattern(row) for row in self._rows(query))

    def count(self, source: Source | None = None) -> int:
        """How many patterns there are of ``source`` (None: of all), those merged into another left out."""
        query = select(func.count()).select_from(crash_patterns).where(_T.status != "merged")
        if source is not None:
            query = query.where(_T.source == source)
        return self._count(query)

    def record_occurrence(self, pattern_id: int, seen_at: datetime) -> None:
        """One more occurrence: count, first and last seen; a new pattern is ongoing from its second on."""
        seen = literal(seen_at, UtcDateTime)
        self._change(
            crash_patterns.update()
            .where(_T.id == pattern_id)
            .values(
                occurrence_count=_T.occurrence_count + 1,
                first_seen=case((_T.first_seen > seen, seen), else_=_T.first_seen),
                last_seen=case((_T.last_seen < seen, seen), else_=_T.last_seen),
                status=case(((_T.status == "new") & (_T.occurrence_count >= 1), "ongoing"), else_=_T.status),
            ),
            "pattern",
            pattern_id,
        )

    def recount(self, pattern_ids: Iterable[int]) -> None:
        """Count the occurrences of patterns and of their variants anew, after crashes were moved. Status stays."""
        recount(self._connection, pattern_ids)

    def record_validation(self, pattern_id: int, confirmed: bool) -> None:
        """Count a review for or against the pattern; confidence is the Beta mean (1 + right) / (2 + right + wrong)."""
        right = _T.validation_count + int(confirmed)
        wrong = _T.false_positive_count + int(not confirmed)
        self._change(
            crash_patterns.update()
            .where(_T.id == pattern_id)
            .values(
                validation_count=right,
                false_positive_count=wrong,
                confidence_score=(1.0 + right) / (2.0 + right + wrong),
            ),
            "pattern",
            pattern_id,
        )

    def set_status(self, pattern_id: int, status: PatternStatus) -> None:
        """Change the status; ``merged`` needs its target: use merge_into."""
        if status == "merged":
            raise ValueError("a pattern becomes merged by merge_into, which names the target")
        values: dict[str, object] = {"status": status, "merged_into_id": None}
        self._change(crash_patterns.update().where(_T.id == pattern_id).values(values), "pattern", pattern_id)

    def merge_into(self, pattern_id: int, target_id: int) -> None:
        """Mark the pattern as merged into another. Its events and variants are not moved."""
        if pattern_id == target_id:
            raise ValueError("a pattern cannot be merged into itself")
        change = crash_patterns.update().where(_T.id == pattern_id).values(status="merged", merged_into_id=target_id)
        self._change(change, "pattern", pattern_id)

    def set_severity(self, pattern_id: int, severity: Severity | None) -> None:
        self._change(
            crash_patterns.update().where(_T.id == pattern_id).values(severity=severity), "pattern", pattern_id
        )

    def rename(self, pattern_id: int, pattern_name: str) -> None:
        change = crash_patterns.update().where(_T.id == pattern_id).values(pattern_name=pattern_name)
        self._change(change, "pattern", pattern_id)

    def add_prevention(self, pattern_id: int, text: str) -> None:
        """Add a way to prevent the failure, unless it is already there."""
        known = self.get(pattern_id).prevention_strategies
        if text in known:
            return
        change = crash_patterns.update().where(_T.id == pattern_id).values(prevention_strategies=[*known, text])
        self._change(change, "pattern", pattern_id)

    def summary(self, pattern_id: int) -> PatternSummary:
        """What the stored events say of a pattern. Raises UnknownRecord."""
        pattern = self.get(pattern_id)
        of_pattern = error_events.c.pattern_id == pattern_id
        year, month = (extract(part, error_events.c.occurred_at) for part in ("year", "month"))
        by_month = (
            select(year.label("year"), month.label("month"), func.count().label("crashes"))
            .where(of_pattern)
            .group_by(year, month)
            .order_by(year, month)
        )
        users = (
            select(func.count(crash_instances.c.user_name.distinct()))
            .join(error_events, error_events.c.id == crash_instances.c.error_event_id)
            .where(of_pattern)
        )
        return PatternSummary(
            occurrence_count=pattern.occurrence_count,
            customers=self._distinct_values(pattern_id, "customer"),
            versions=self._distinct_values(pattern_id, "service_version"),
            user_count=self._count(users),
            first_seen=pattern.first_seen,
            last_seen=pattern.last_seen,
            by_month=tuple((f"{row['year']:04d}-{row['month']:02d}", row["crashes"]) for row in self._rows(by_month)),
        )

    def _distinct_values(self, pattern_id: int, column: str) -> tuple[str, ...]:
        wanted = error_events.c[column]
        query = select(wanted).distinct().where(error_events.c.pattern_id == pattern_id, wanted.is_not(None))
        values: Sequence[str] = self._connection.execute(query).scalars().all()
        return tuple(sorted(values))


def _pattern(row: RowMapping) -> Pattern:
    return Pattern(
        id=row["id"],
        source=row["source"],
        pattern_name=row["pattern_name"],
        error_type=row["error_type"],
        error_category=row["error_category"],
        cause_of_dump=row["cause_of_dump"],
        stack_signature=row["stack_signature"],
        status=row["status"],
        merged_into_id=row["merged_into_id"],
        resolved_in_version=row["resolved_in_version"],
        occurrence_count=row["occurrence_count"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        confidence_score=row["confidence_score"],
        validation_count=row["validation_count"],
        false_positive_count=row["false_positive_count"],
        prevention_strategies=tuple(row["prevention_strategies"]),
        severity=row["severity"],
        version=row["version"],
    )
