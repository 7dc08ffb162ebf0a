"""Solutions: what fixed a pattern, and how often it worked."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import RowMapping, select

from crash_knowledge.store.ranking import wilson_lower_bound
from crash_knowledge.store.records import Solution, SolutionUse
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import error_events, fix_attempts, pattern_solutions
from crash_knowledge.store.types import clean_text

_T = pattern_solutions.c


class Solutions(Repository):
    def add(self, pattern_id: int, description: str, added_by: str | None, at: datetime) -> Solution:
        """Store a solution without outcome; the pattern's solution of the same text is returned as it is."""
        text_hash = sha256(clean_text(description).encode()).hexdigest()
        self._insert_if_absent(
            pattern_solutions,
            pattern_id=pattern_id,
            description=description,
            description_hash=text_hash,
            added_by=added_by,
            created_at=at,
        )
        same = select(pattern_solutions).where(_T.pattern_id == pattern_id, _T.description_hash == text_hash)
        return _solution(only_row(self._rows(same), "solution of pattern", pattern_id))

    def get(self, solution_id: int) -> Solution:
        """Raises UnknownRecord."""
        rows = self._rows(select(pattern_solutions).where(_T.id == solution_id))
        return _solution(only_row(rows, "solution", solution_id))

    def of_pattern(self, pattern_id: int) -> tuple[Solution, ...]:
        """Best proven first: lower bound of the success rate, successes, fewest failures, newest, id."""
        rows = self._rows(select(pattern_solutions).where(_T.pattern_id == pattern_id))
        return tuple(sorted((_solution(row) for row in rows), key=_rank))

    def last_success(self, solution_id: int) -> SolutionUse | None:
        """The last time the solution worked; None when it never did, or when it is not known when."""
        query = (
            select(fix_attempts.c.attempted_at, error_events.c.service_version)
            .join(error_events, error_events.c.id == fix_attempts.c.error_event_id)
            .where(fix_attempts.c.solution_id == solution_id, fix_attempts.c.successful.is_(True))
            .order_by(fix_attempts.c.attempted_at.desc(), fix_attempts.c.id.desc())
            .limit(1)
        )
        row = next(iter(self._rows(query)), None)
        return SolutionUse(row["attempted_at"], row["service_version"]) if row else None

    def record_outcome(self, solution_id: int, worked: bool) -> Solution:
        """Count that the solution worked, or did not. Raises UnknownRecord."""
        counted = _T.success_count if worked else _T.failure_count
        change = pattern_solutions.update().where(_T.id == solution_id).values({counted: counted + 1})
        self._change(change, "solution", solution_id)
        return self.get(solution_id)


def _rank(solution: Solution) -> tuple[float, int, int, float, int]:
    worked, failed = solution.success_count, solution.failure_count
    return (-wilson_lower_bound(worked, failed), -worked, failed, -solution.created_at.timestamp(), solution.id)


def _solution(row: RowMapping) -> Solution:
    return Solution(
        id=row["id"],
        pattern_id=row["pattern_id"],
        description=row["description"],
        success_count=row["success_count"],
        failure_count=row["failure_count"],
        added_by=row["added_by"],
        created_at=row["created_at"],
    )
