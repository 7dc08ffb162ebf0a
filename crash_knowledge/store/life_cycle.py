"""The life of patterns: steps from status to status, versions with a fix, mutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, RowMapping, func, select

from crash_knowledge.store.counts import recount_fixes
from crash_knowledge.store.records import PatternStatus
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import crash_patterns, error_events, pattern_fixes, pattern_mutes, pattern_steps

StepKind = Literal["resolve", "withdraw", "regress", "mute", "wake", "reopen"]

_STEP = pattern_steps.c
_FIX = pattern_fixes.c
_MUTE = pattern_mutes.c


@dataclass(frozen=True, slots=True)
class PatternStep:
    """A step in the life of a pattern. ``version``: that it was resolved in, or seen again in, where one is known.

    ``event_id``: the failure that made it, ``taken_by`` None when the program took it by itself. ``undone_by``,
    ``undone_at``: None while it stands.
    """

    id: int
    pattern_id: int
    kind: StepKind
    status_before: PatternStatus
    status_after: PatternStatus
    version: str | None
    event_id: str | None
    why: str | None
    taken_by: str | None
    taken_at: datetime
    undone_by: str | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class PatternFix:
    """A version that has a fix of the pattern. ``release_line``: ``2024r1``, None for a version of another form.

    ``withdrawn_step_id``: the step that took it back, None while it stands.
    """

    id: int
    pattern_id: int
    release_line: str | None
    version: str
    solution_id: int | None
    fixed_by: str
    fixed_at: datetime
    why: str | None
    step_id: int | None
    withdrawn_step_id: int | None


@dataclass(frozen=True, slots=True)
class MuteEnd:
    """What ends a mute; one of these is set.

    ``at``: a time; ``count``: further dumps; ``version``: a dump of it or a later one; ``escalation_factor``: more
    crashes within a week than this many times ``usual_per_week``, that of the weeks before.
    """

    at: datetime | None = None
    count: int | None = None
    version: str | None = None
    escalation_factor: float | None = None
    usual_per_week: float | None = None


@dataclass(frozen=True, slots=True)
class PatternMute:
    """A pattern that nobody wants to hear of until ``end``. ``seen_count``: dumps that came since.

    ``ended_step_id``: the step that ended it, None while it lasts.
    """

    id: int
    pattern_id: int
    end: MuteEnd
    seen_count: int
    muted_by: str
    muted_at: datetime
    why: str | None
    step_id: int | None
    ended_step_id: int | None


class LifeCycle(Repository):
    def add_step(
        self,
        pattern_id: int,
        kind: StepKind,
        before: PatternStatus,
        after: PatternStatus,
        *,
        by: str | None,
        at: datetime,
        why: str | None = None,
        version: str | None = None,
        event_id: str | None = None,
    ) -> PatternStep:
        """Note a step; the status itself is set by the repository of patterns."""
        step_id = self._insert(
            pattern_steps,
            pattern_id=pattern_id,
            kind=kind,
            status_before=before,
            status_after=after,
            version=version,
            event_id=event_id,
            why=why,
            taken_by=by,
            taken_at=at,
        )
        return self.step(step_id)

    def step(self, step_id: int) -> PatternStep:
        """Raises UnknownRecord."""
        return _step(only_row(self._rows(select(pattern_steps).where(_STEP.id == step_id)), "step", step_id))

    def steps(self, pattern_id: int) -> tuple[PatternStep, ...]:
        """The steps of a pattern, latest first, those undone too."""
        query = select(pattern_steps).where(_STEP.pattern_id == pattern_id).order_by(_STEP.id.desc())
        return tuple(_step(row) for row in self._rows(query))

    def latest_step(self, pattern_id: int, kind: StepKind | None = None) -> PatternStep | None:
        """The latest step (of a kind) that stands."""
        query = select(pattern_steps).where(_STEP.pattern_id == pattern_id, _STEP.undone_at.is_(None))
        if kind is not None:
            query = query.where(_STEP.kind == kind)
        rows = self._rows(query.order_by(_STEP.id.desc()).limit(1))
        return _step(rows[0]) if rows else None

    def undo(self, step_id: int, by: str, at: datetime) -> PatternStep:
        """Mark a step as undone: its fix and its mute go, those that it took back or ended stand again.

        The status is not touched.
        """
        changed = self._fixes_where((_FIX.step_id == step_id) | (_FIX.withdrawn_step_id == step_id))
        self._change(
            pattern_steps.update().where(_STEP.id == step_id).values(undone_by=by, undone_at=at), "step", step_id
        )
        again = pattern_fixes.update().where(_FIX.withdrawn_step_id == step_id)
        self._connection.execute(again.values(withdrawn_step_id=None))
        self._connection.execute(
            pattern_fixes.update().where(_FIX.step_id == step_id).values(withdrawn_step_id=step_id)
        )
        lasting = pattern_mutes.update().where(_MUTE.ended_step_id == step_id)
        self._connection.execute(lasting.values(ended_step_id=None))
        self._connection.execute(pattern_mutes.update().where(_MUTE.step_id == step_id).values(ended_step_id=step_id))
        recount_fixes(self._connection, {fix.pattern_id for fix in changed})
        return self.step(step_id)

    def add_fix(
        self,
        step: PatternStep,
        version: str,
        release_line: str | None,
        solution_id: int | None,
        by: str,
        at: datetime,
        why: str | None,
    ) -> PatternFix:
        """Record that a version has a fix of the step's pattern."""
        fix_id = self._insert(
            pattern_fixes,
            pattern_id=step.pattern_id,
            release_line=release_line,
            version=version,
            solution_id=solution_id,
            fixed_by=by,
            fixed_at=at,
            why=why,
            step_id=step.id,
        )
        recount_fixes(self._connection, [step.pattern_id])
        return self.fix(fix_id)

    def fix(self, fix_id: int) -> PatternFix:
        """Raises UnknownRecord."""
        return _fix(only_row(self._rows(select(pattern_fixes).where(_FIX.id == fix_id)), "fix", fix_id))

    def fixes(self, pattern_id: int) -> tuple[PatternFix, ...]:
        """The fixes of a pattern that stand, the first recorded first."""
        return self._fixes_where((_FIX.pattern_id == pattern_id) & _FIX.withdrawn_step_id.is_(None))

    def withdraw_fixes(self, fixes: Iterable[PatternFix], step: PatternStep) -> None:
        """Let fixes stand no more, because of a step."""
        gone = list(fixes)
        change = pattern_fixes.update().where(_FIX.id.in_([fix.id for fix in gone]))
        self._connection.execute(change.values(withdrawn_step_id=step.id))
        recount_fixes(self._connection, {fix.pattern_id for fix in gone})

    def add_mute(self, step: PatternStep, end: MuteEnd, by: str, at: datetime, why: str | None) -> PatternMute:
        """Mute the step's pattern; the status is set by the repository of patterns."""
        mute_id = self._insert(
            pattern_mutes,
            pattern_id=step.pattern_id,
            until_at=end.at,
            until_count=end.count,
            until_version=end.version,
            escalation_factor=end.escalation_factor,
            usual_per_week=end.usual_per_week,
            muted_by=by,
            muted_at=at,
            why=why,
            step_id=step.id,
        )
        return _mute(only_row(self._rows(select(pattern_mutes).where(_MUTE.id == mute_id)), "mute", mute_id))

    def mute(self, pattern_id: int) -> PatternMute | None:
        """The mute of a pattern that lasts."""
        query = select(pattern_mutes).where(_MUTE.pattern_id == pattern_id, _MUTE.ended_step_id.is_(None))
        rows = self._rows(query.order_by(_MUTE.id.desc()).limit(1))
        return _mute(rows[0]) if rows else None

    def count_seen(self, mute_id: int) -> None:
        """One more dump came while the pattern was muted."""
        change = pattern_mutes.update().where(_MUTE.id == mute_id).values(seen_count=_MUTE.seen_count + 1)
        self._change(change, "mute", mute_id)

    def end_mute(self, mute_id: int, step: PatternStep) -> None:
        self._change(pattern_mutes.update().where(_MUTE.id == mute_id).values(ended_step_id=step.id), "mute", mute_id)

    def due_mutes(self, now: datetime) -> tuple[PatternMute, ...]:
        """Mutes whose time has come, of patterns that are muted still."""
        query = (
            select(pattern_mutes)
            .join(crash_patterns, crash_patterns.c.id == _MUTE.pattern_id)
            .where(crash_patterns.c.status == "muted", _MUTE.ended_step_id.is_(None), _MUTE.until_at <= now)
        )
        return tuple(_mute(row) for row in self._rows(query.order_by(_MUTE.id)))

    def crashes_between(self, pattern_id: int, after: datetime, until: datetime) -> int:
        """How many failures of a pattern happened after one time and not after another."""
        event = error_events.c
        within = (event.pattern_id == pattern_id, event.occurred_at > after, event.occurred_at <= until)
        return self._count(select(func.count()).select_from(error_events).where(*within))

    def _fixes_where(self, chosen: ColumnElement[bool]) -> tuple[PatternFix, ...]:
        query = select(pattern_fixes).where(chosen).order_by(_FIX.fixed_at, _FIX.id)
        return tuple(_fix(row) for row in self._rows(query))


def _step(row: RowMapping) -> PatternStep:
    return PatternStep(**{name: row[name] for name in PatternStep.__slots__})


def _fix(row: RowMapping) -> PatternFix:
    return PatternFix(**{name: row[name] for name in PatternFix.__slots__})


def _mute(row: RowMapping) -> PatternMute:
    return PatternMute(
        id=row["id"],
        pattern_id=row["pattern_id"],
        end=MuteEnd(
            at=row["until_at"],
            count=row["until_count"],
            version=row["until_version"],
            escalation_factor=row["escalation_factor"],
            usual_per_week=row["usual_per_week"],
        ),
        seen_count=row["seen_count"],
        muted_by=row["muted_by"],
        muted_at=row["muted_at"],
        why=row["why"],
        step_id=row["step_id"],
        ended_step_id=row["ended_step_id"],
    )
