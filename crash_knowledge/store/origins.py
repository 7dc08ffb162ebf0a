"""Where rows come from: demo knowledge is marked, and can be removed again without touching the rest."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, false, or_, select

from crash_knowledge.store import dialect
from crash_knowledge.store.counts import recount, recount_reviews
from crash_knowledge.store.event_vectors import EventVectors
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.rules import Rules
from crash_knowledge.store.schema import (
    ai_calls,
    ai_prompts,
    alert_rules,
    alerts,
    audit_log,
    causal_chains,
    comments,
    crash_patterns,
    crash_relationships,
    error_events,
    fix_attempts,
    pattern_assignees,
    pattern_corrections,
    pattern_evolution,
    pattern_fixes,
    pattern_mutes,
    pattern_separations,
    pattern_solutions,
    pattern_steps,
    pattern_tags,
    pattern_variants,
    script_runs,
    sessions,
    ticket_links,
    validations,
)
from crash_knowledge.store.variants import Variants

_PATTERN = crash_patterns.c


class Origins(Repository):
    def mark_demo(self) -> None:
        """From here on, every row this unit adds is demo knowledge."""
        self._scope.writes_demo = True

    def has_demo(self) -> bool:
        """Whether demo failures or patterns are there."""
        tables = (error_events, crash_patterns)
        return any(self._rows(select(table.c.is_demo).where(table.c.is_demo).limit(1)) for table in tables)

    def remove_demo(self) -> None:
        """Remove all demo rows, and only those.

        What hangs on a demo crash (its reviews, its fix attempts) goes with it. A demo pattern that holds a real crash,
        solution or merged pattern stays and is real from then on. Counters follow the rows that remain.
        """
        touched = self._patterns_with_demo()
        self._remove_statements()
        self._remove_failures()
        self._remove_variants()
        self._remove_patterns()
        Rules(self._scope).forget_unused()
        for table in (alerts, alert_rules):
            self._connection.execute(table.delete().where(table.c.is_demo))
        self._remove_unused(sessions, [ai_calls.c.session_id, script_runs.c.session_id, error_events.c.session_id])
        self._remove_unused(ai_prompts, [ai_calls.c.prompt_type])
        recount(self._connection, touched)
        recount_reviews(self._connection, touched)

    def _patterns_with_demo(self) -> set[int]:
        """Patterns whose counters a removal may change."""
        touched: set[int] = set()
        for table in (error_events, validations, pattern_evolution, pattern_steps, pattern_fixes):
            marked = select(table.c.pattern_id).where(table.c.is_demo, table.c.pattern_id.is_not(None)).distinct()
            touched.update(self._connection.execute(marked).scalars())
        return touched

    def _remove_statements(self) -> None:
        demo_fixes = select(fix_attempts.c.id).where(fix_attempts.c.is_demo)
        self._connection.execute(
            causal_chains.update()
            .where(causal_chains.c.successful_fix_id.in_(demo_fixes))
            .values(
                status="open",
                successful_fix_id=None,
                resolution_time_minutes=None,
                resolution_time_source=None,
                resolved_at=None,
            )
        )
        self._remove_life_steps()
        for table in (
            audit_log,
            comments,
            ticket_links,
            fix_attempts,
            validations,
            pattern_evolution,
            crash_relationships,
            pattern_solutions,
            pattern_separations,
            pattern_corrections,
            pattern_tags,
            pattern_assignees,
        ):
            self._connection.execute(table.delete().where(table.c.is_demo))

    def _remove_life_steps(self) -> None:
        """A pattern that only demo knowledge had muted is muted no more."""
        lasting = select(pattern_mutes.c.pattern_id).where(
            pattern_mutes.c.is_demo, pattern_mutes.c.ended_step_id.is_(None)
        )
        awake = crash_patterns.update().where(_PATTERN.id.in_(lasting), _PATTERN.status == "muted")
        self._connection.execute(awake.values(status="ongoing"))
        for table in (pattern_fixes, pattern_mutes, pattern_steps):
            self._connection.execute(table.delete().where(table.c.is_demo))

    def _remove_failures(self) -> None:
        for table in (ai_calls, script_runs, error_events):
            self._connection.execute(table.delete().where(table.c.is_demo))
        EventVectors(self._scope).remove_orphans()

    def _remove_variants(self) -> None:
        in_use = select(error_events.c.id).where(error_events.c.variant_id == pattern_variants.c.id).exists()
        marked = select(pattern_variants.c.id).where(pattern_variants.c.is_demo)
        Variants(self._scope).remove(self._connection.execute(marked.where(~in_use)).scalars().all())
        self._connection.execute(pattern_variants.update().where(pattern_variants.c.is_demo).values(is_demo=false()))

    def _remove_patterns(self) -> None:
        merged = crash_patterns.alias("merged")
        real_merged = select(merged.c.id).where(merged.c.merged_into_id == _PATTERN.id, ~merged.c.is_demo).exists()
        holds_real = or_(
            *(
                _holds(table.c.pattern_id == _PATTERN.id)
                for table in (error_events, pattern_solutions, pattern_variants, pattern_fixes)
            ),
            real_merged,
        )
        keep = crash_patterns.update().where(_PATTERN.is_demo, holds_real).values(is_demo=false())
        while self._connection.execute(keep).rowcount:
            pass
        self._connection.execute(crash_patterns.delete().where(_PATTERN.is_demo))

    def _remove_unused(self, table: Table, users: list[ColumnElement[str]]) -> None:
        key = next(iter(table.primary_key.columns))
        marked = select(key).where(table.c.is_demo)
        for user in users:
            marked = marked.where(~select(user).where(user == key).exists())
        unused = list(self._connection.execute(marked).scalars())
        for some in dialect.chunks(unused):
            self._connection.execute(table.delete().where(key.in_(some)))
        self._connection.execute(table.update().where(table.c.is_demo).values(is_demo=false()))


def _holds(of_pattern: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(1).where(of_pattern).correlate(crash_patterns).exists()
