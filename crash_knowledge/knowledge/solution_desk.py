"""Solutions in the hands of people: added, changed, verified, withdrawn; each change is in the pattern's evolution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from crash_knowledge.errors import SolutionRefused
from crash_knowledge.knowledge.links import link_problem
from crash_knowledge.knowledge.review import LONGEST_NAME, LONGEST_TEXT
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.records import Solution, SolutionOrigin


class SolutionDesk:
    """Every operation is one transaction. All raise SolutionRefused, UnknownRecord, StoreError.

    ``redact`` takes secrets and names out of what people write.
    """

    def __init__(self, store: Store, redact: Callable[[str], str]) -> None:
        self._store = store
        self._redact = redact

    def add(
        self,
        pattern_id: int,
        description: str,
        by: str,
        now: datetime,
        *,
        steps: str = "",
        link: str = "",
        origin: SolutionOrigin = "person",
    ) -> Solution:
        """A new proposal; what an AI wrote is proposed at a crash only once a person has verified it."""
        text, steps_text, link_text = self._texts(description, steps, link)
        with self._store.transaction() as unit:
            pattern = unit.patterns.current(pattern_id)
            _mark(unit, pattern.id)
            known = {solution.id for solution in unit.solutions.of_pattern(pattern.id)}
            solution = unit.solutions.add(
                pattern.id, text, _named(by), now, steps=steps_text, link=link_text, origin=origin
            )
            if solution.id not in known:
                told = {"description": text, "origin": origin}
                unit.evolution.add(pattern.id, "new_solution", told, None, _named(by), now)
            return solution

    def edit(
        self, solution_id: int, description: str, by: str, now: datetime, steps: str = "", link: str = ""
    ) -> Solution:
        """Change what a solution says; outcomes stay. Refused when the pattern has another of that text."""
        text, steps_text, link_text = self._texts(description, steps, link)
        with self._store.transaction() as unit:
            before = unit.solutions.get(solution_id)
            same = unit.solutions.of_text(before.pattern_id, text)
            if same is not None and same.id != before.id:
                raise SolutionRefused(f"The pattern has a solution of that text already: solution {same.id}.")
            _mark(unit, before.pattern_id)
            after = unit.solutions.edit(solution_id, text, steps_text, link_text)
            changes = {
                name: {"before": getattr(before, name), "after": getattr(after, name)}
                for name in ("description", "steps", "link")
                if getattr(before, name) != getattr(after, name)
            }
            if changes:
                self._note(unit, after, changes, by, now)
            return after

    def verify(self, solution_id: int, by: str, now: datetime) -> Solution:
        """A person stands behind what an AI wrote."""
        with self._store.transaction() as unit:
            before = unit.solutions.get(solution_id)
            if before.is_verified:
                raise SolutionRefused(f"A person stands behind solution {solution_id} already.")
            _mark(unit, before.pattern_id)
            after = unit.solutions.verify(solution_id, _named(by), now)
            self._note(unit, after, {"verified_by": {"before": None, "after": after.verified_by}}, by, now)
            return after

    def withdraw(self, solution_id: int, by: str, now: datetime) -> Solution:
        """It is not proposed any more; what was counted stays."""
        with self._store.transaction() as unit:
            before = unit.solutions.get(solution_id)
            if before.withdrawn_at is not None:
                raise SolutionRefused(f"Solution {solution_id} was withdrawn already, by {before.withdrawn_by}.")
            _mark(unit, before.pattern_id)
            after = unit.solutions.withdraw(solution_id, _named(by), now)
            self._note(unit, after, {"withdrawn": {"before": False, "after": True}}, by, now)
            return after

    def bring_back(self, solution_id: int, by: str, now: datetime) -> Solution:
        """A withdrawn solution is proposed again."""
        with self._store.transaction() as unit:
            if unit.solutions.get(solution_id).withdrawn_at is None:
                raise SolutionRefused(f"Solution {solution_id} is not withdrawn.")
            after = unit.solutions.bring_back(solution_id)
            _mark(unit, after.pattern_id)
            self._note(unit, after, {"withdrawn": {"before": True, "after": False}}, _named(by), now)
            return after

    def _note(self, unit: Unit, solution: Solution, changes: Mapping[str, object], by: str, now: datetime) -> None:
        told = {"solution": solution.id, "description_of_solution": solution.description, **changes}
        unit.evolution.add(solution.pattern_id, "pattern_update", told, None, _named(by), now)

    def _texts(self, description: str, steps: str, link: str) -> tuple[str, str | None, str | None]:
        """The texts without secrets; None for steps and link that are empty."""
        text, steps_text, link_text = self._redact(description.strip()), self._redact(steps.strip()), link.strip()
        if not text:
            raise SolutionRefused("Describe the solution.")
        if max(len(text), len(steps_text)) > LONGEST_TEXT:
            raise SolutionRefused(f"This text is longer than {LONGEST_TEXT:,} characters.")
        problem = link_problem(link_text)
        if problem is not None:
            raise SolutionRefused(problem)
        return text, steps_text or None, link_text or None


def _named(by: str) -> str:
    name = by.strip()
    if not name:
        raise SolutionRefused("Your name is missing: a change of a solution needs to say who made it.")
    if len(name) > LONGEST_NAME:
        raise SolutionRefused(f"The name is longer than {LONGEST_NAME} characters.")
    return name


def _mark(unit: Unit, pattern_id: int) -> None:
    """What is said of demo knowledge alone is demo knowledge."""
    if unit.corrections.are_demo([pattern_id]):
        unit.origins.mark_demo()
