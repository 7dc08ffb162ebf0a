"""The life of patterns: steps from status to status, with who took them, when and why, and undoing the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.errors import LifeStepRefused
from crash_knowledge.knowledge import life_steps
from crash_knowledge.knowledge.review import LONGEST_NAME, LONGEST_TEXT
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.life_cycle import MuteEnd, PatternFix, PatternMute, PatternStep
from crash_knowledge.store.records import Pattern


@dataclass(frozen=True, slots=True)
class Life:
    """The life of one pattern: fixes that stand, the mute that lasts, its steps (latest first, those undone too).

    ``undoable``: the step that undo_step would take back, None when there is none.
    """

    pattern: Pattern
    fixes: tuple[PatternFix, ...]
    mute: PatternMute | None
    steps: tuple[PatternStep, ...]
    undoable: PatternStep | None


class PatternLifeCycle:
    """Takes steps in the life of patterns, each in one transaction, and undoes them, the latest first.

    A pattern may be named by the id of one that was merged: its heir is meant. ``why`` is free text. All raise
    LifeStepRefused, with a sentence for the person, when nothing can be done; UnknownRecord; StoreError.
    """

    def __init__(self, store: Store, redact: Callable[[str], str] = str) -> None:
        """``redact`` takes secrets and names out of what people write; without it texts are kept as they are."""
        self._store = store
        self._redact = redact

    def of_pattern(self, pattern_id: int) -> Life:
        with self._store.reading() as unit:
            return _life(unit, unit.patterns.current(pattern_id))

    def resolve(
        self,
        pattern_id: int,
        version: str,
        by: str,
        now: datetime,
        solution_id: int | None = None,
        why: str = "",
    ) -> Life:
        """Record that a version has the fix, for its release line; ``solution_id``: the solution that it is."""
        return self._step(
            pattern_id,
            by,
            why,
            lambda unit, pattern, who, said: life_steps.resolve(
                unit, pattern, version, by=who, now=now, solution_id=solution_id, why=said
            ),
        )

    def reopen(self, pattern_id: int, by: str, now: datetime, why: str = "") -> Life:
        """End a mute; or say that the pattern is not fixed, which takes its recorded fixes back."""
        return self._step(
            pattern_id,
            by,
            why,
            lambda unit, pattern, who, said: life_steps.reopen(unit, pattern, by=who, now=now, why=said),
        )

    def withdraw_fix(self, pattern_id: int, fix_id: int, by: str, now: datetime, why: str = "") -> Life:
        """Take back that one version has the fix."""
        return self._step(
            pattern_id,
            by,
            why,
            lambda unit, pattern, who, said: life_steps.withdraw_fix(unit, pattern, fix_id, by=who, now=now, why=said),
        )

    def mute(self, pattern_id: int, end: MuteEnd, by: str, now: datetime, why: str = "") -> Life:
        """Mute the pattern until ``end``; of that, the usual rate is filled in."""
        return self._step(
            pattern_id,
            by,
            why,
            lambda unit, pattern, who, said: life_steps.mute(unit, pattern, end, by=who, now=now, why=said),
        )

    def undo_step(self, pattern_id: int, by: str, now: datetime) -> Life:
        """Take back the latest step that stands: the status is as before, and so are fixes and mute."""
        return self._step(pattern_id, by, "", lambda unit, pattern, who, _: _undo(unit, pattern, who, now))

    def wake_due(self, now: datetime) -> tuple[int, ...]:
        """End every mute whose time has come; returns the ids of the patterns."""
        with self._store.transaction() as unit:
            return life_steps.wake_due(unit, now)

    def _step(
        self,
        pattern_id: int,
        by: str,
        why: str,
        take: Callable[[Unit, Pattern, str, str | None], PatternStep],
    ) -> Life:
        with self._store.transaction() as unit:
            pattern = unit.patterns.current(pattern_id)
            if unit.corrections.are_demo([pattern.id]):
                unit.origins.mark_demo()
            take(unit, pattern, *_said(by, self._redact(why)))
            return _life(unit, unit.patterns.get(pattern.id))


def _life(unit: Unit, pattern: Pattern) -> Life:
    steps = unit.life_cycle.steps(pattern.id)
    latest = next((step for step in steps if step.undone_at is None), None)
    return Life(
        pattern=pattern,
        fixes=unit.life_cycle.fixes(pattern.id),
        mute=unit.life_cycle.mute(pattern.id),
        steps=steps,
        undoable=latest if latest is not None and latest.status_after == pattern.status else None,
    )


def _undo(unit: Unit, pattern: Pattern, by: str, now: datetime) -> PatternStep:
    latest = unit.life_cycle.latest_step(pattern.id)
    if latest is None:
        raise LifeStepRefused(f"No step in the life of “{pattern.pattern_name}” can be undone: none was taken.")
    if latest.status_after != pattern.status:
        raise LifeStepRefused(
            f"The last step made “{pattern.pattern_name}” {latest.status_after}, but it is {pattern.status} now: "
            "merging or undoing a merge changed it since. Take a new step instead."
        )
    before = [fix.version for fix in unit.life_cycle.fixes(pattern.id)]
    undone = unit.life_cycle.undo(latest.id, by, now)
    status = latest.status_before
    if status == "new" and pattern.occurrence_count > 1:
        status = "ongoing"
    unit.patterns.set_status(pattern.id, status)
    after = [fix.version for fix in unit.life_cycle.fixes(pattern.id)]
    changes: dict[str, object] = {"undone": latest.kind, "status": {"before": pattern.status, "after": status}}
    if before != after:
        changes["fixed_in"] = {"before": before, "after": after}
    unit.evolution.add(pattern.id, "pattern_update", changes, None, by, now)
    return undone


def _said(by: str, why: str) -> tuple[str, str | None]:
    """Name and reason without blanks around them; None for no reason."""
    name, reason = by.strip(), why.strip()
    if not name:
        raise LifeStepRefused("Your name is missing: a step needs to say who took it.")
    if len(name) > LONGEST_NAME:
        raise LifeStepRefused(f"The name is longer than {LONGEST_NAME} characters.")
    if len(reason) > LONGEST_TEXT:
        raise LifeStepRefused(f"The reason is longer than {LONGEST_TEXT:,} characters.")
    return name, reason or None
