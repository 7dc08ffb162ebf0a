"""Solutions: what fixed a pattern, and how often it worked."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import RowMapping, select

from crash_knowledge.store.ranking import wilson_lower_bound
from crash_knowledge.store.records import Solution, SolutionOrigin, SolutionUse
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import error_events, fix_attempts, pattern_solutions
from crash_knowledge.store.types import clean_text

_T = pattern_solutions.c


class Solutions(Repository):
    def add(
        self,
        pattern_id: int,
        description: str,
        added_by: str | None,
        at: datetime,
        *,
        steps: str | None = None,
        link: str | None = None,
        origin: SolutionOrigin = "person",
    ) -> Solution:
        """Store a solution without outcome; the pattern's solution of the same text is kept as it is.

        That one stands again when it was withdrawn, gets steps and link where it has none, and is verified when a
        person says what an AI had proposed.
        """
        is_new = self._insert_if_absent(
            pattern_solutions,
            pattern_id=pattern_id,
            description=description,
            description_hash=_text_hash(description),
            added_by=added_by,
            created_at=at,
            steps=steps,
            link=link,
            origin=origin,
        )
        same = (_T.pattern_id == pattern_id, _T.description_hash == _text_hash(description))
        rows = self._rows(select(pattern_solutions).where(*same))
        solution = _solution(only_row(rows, "solution of pattern", pattern_id))
        return solution if is_new else self._said_again(solution, added_by, at, steps, link, origin)

    def edit(self, solution_id: int, description: str, steps: str | None, link: str | None) -> Solution:
        """Change what a solution says; its outcomes stay. Raises UnknownRecord."""
        self._set(
            solution_id,
            description=description,
            description_hash=_text_hash(description),
            steps=steps,
            link=link,
        )
        return self.get(solution_id)

    def of_text(self, pattern_id: int, description: str) -> Solution | None:
        """The pattern's solution of that text, withdrawn or not."""
        same = (_T.pattern_id == pattern_id, _T.description_hash == _text_hash(description))
        rows = self._rows(select(pattern_solutions).where(*same))
        return _solution(rows[0]) if rows else None

    def verify(self, solution_id: int, by: str, at: datetime) -> Solution:
        """A person stands behind a solution. Raises UnknownRecord."""
        self._set(solution_id, verified_by=by, verified_at=at)
        return self.get(solution_id)

    def withdraw(self, solution_id: int, by: str, at: datetime) -> Solution:
        """A solution is not proposed any more; what was counted stays. Raises UnknownRecord."""
        self._set(solution_id, withdrawn_by=by, withdrawn_at=at)
        return self.get(solution_id)

    def bring_back(self, solution_id: int) -> Solution:
        """A withdrawn solution stands again. Raises UnknownRecord."""
        self._set(solution_id, withdrawn_by=None, withdrawn_at=None)
        return self.get(solution_id)

    def get(self, solution_id: int) -> Solution:
        """Raises UnknownRecord."""
        rows = self._rows(select(pattern_solutions).where(_T.id == solution_id))
        return _solution(only_row(rows, "solution", solution_id))

    def of_pattern(self, pattern_id: int) -> tuple[Solution, ...]:
        """Those that stand, best proven first: lower bound of the success rate, successes, fewest failures, newest."""
        of_pattern = select(pattern_solutions).where(_T.pattern_id == pattern_id)
        rows = self._rows(of_pattern.where(_T.withdrawn_at.is_(None)))
        return tuple(sorted((_solution(row) for row in rows), key=_rank))

    def verified_of_pattern(self, pattern_id: int) -> tuple[Solution, ...]:
        """Those that a person stands behind, best proven first."""
        return tuple(solution for solution in self.of_pattern(pattern_id) if solution.is_verified)

    def withdrawn_of_pattern(self, pattern_id: int) -> tuple[Solution, ...]:
        """Those that were withdrawn, the last one first."""
        gone = select(pattern_solutions).where(_T.pattern_id == pattern_id, _T.withdrawn_at.is_not(None))
        return tuple(_solution(row) for row in self._rows(gone.order_by(_T.withdrawn_at.desc(), _T.id)))

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

    def _said_again(
        self,
        known: Solution,
        by: str | None,
        at: datetime,
        steps: str | None,
        link: str | None,
        origin: SolutionOrigin,
    ) -> Solution:
        values: dict[str, object] = {}
        if known.withdrawn_at is not None:
            values |= {"withdrawn_by": None, "withdrawn_at": None}
        if steps and not known.steps:
            values["steps"] = steps
        if link and not known.link:
            values["link"] = link
        if origin == "person" and by is not None and not known.is_verified:
            values |= {"verified_by": by, "verified_at": at}
        if not values:
            return known
        self._set(known.id, **values)
        return self.get(known.id)

    def _set(self, solution_id: int, **values: object) -> None:
        change = pattern_solutions.update().where(_T.id == solution_id).values(values)
        self._change(change, "solution", solution_id)


def _text_hash(description: str) -> str:
    return sha256(clean_text(description).encode()).hexdigest()


def _rank(solution: Solution) -> tuple[float, int, int, float, int]:
    worked, failed = solution.success_count, solution.failure_count
    return (-wilson_lower_bound(worked, failed), -worked, failed, -solution.created_at.timestamp(), solution.id)


def _solution(row: RowMapping) -> Solution:
    return Solution(**{name: row[name] for name in Solution.__slots__})
