"""The life of a pattern: its steps from status to status, the versions with a fix, and mutes with their ends."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Float, Index, Integer, Table

from crash_knowledge.store.schema.base import (
    counter,
    demo_mark,
    instant,
    metadata,
    not_negative,
    number_id,
    one_of,
    optional_instant,
    refers_to,
    required_text,
    text,
)

STEP_KINDS = ("resolve", "withdraw", "regress", "mute", "wake", "reopen")

pattern_steps = Table(
    "pattern_steps",
    metadata,
    number_id(),
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE", nullable=False),
    required_text("kind"),
    required_text("status_before"),
    required_text("status_after"),
    text("version"),
    refers_to("event_id", "error_events.id", on_delete="SET NULL"),
    text("why"),
    text("taken_by"),
    instant("taken_at"),
    text("undone_by"),
    optional_instant("undone_at"),
    demo_mark(),
    one_of("kind", STEP_KINDS),
    CheckConstraint("(undone_by IS NULL) = (undone_at IS NULL)", name="undone_by_someone"),
    Index("ix_pattern_steps_pattern_id", "pattern_id", "id"),
    Index("ix_pattern_steps_event_id", "event_id"),
    sqlite_autoincrement=True,
)

pattern_fixes = Table(
    "pattern_fixes",
    metadata,
    number_id(),
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE", nullable=False),
    text("release_line"),
    required_text("version"),
    refers_to("solution_id", "pattern_solutions.id", on_delete="SET NULL"),
    required_text("fixed_by"),
    instant("fixed_at"),
    text("why"),
    refers_to("step_id", "pattern_steps.id", on_delete="SET NULL"),
    refers_to("withdrawn_step_id", "pattern_steps.id", on_delete="SET NULL"),
    demo_mark(),
    Index("ix_pattern_fixes_pattern_id", "pattern_id", "id"),
    Index("ix_pattern_fixes_solution_id", "solution_id"),
    Index("ix_pattern_fixes_step_id", "step_id"),
    Index("ix_pattern_fixes_withdrawn_step_id", "withdrawn_step_id"),
    sqlite_autoincrement=True,
)

pattern_mutes = Table(
    "pattern_mutes",
    metadata,
    number_id(),
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE", nullable=False),
    optional_instant("until_at"),
    Column("until_count", Integer),
    text("until_version"),
    Column("escalation_factor", Float),
    Column("usual_per_week", Float),
    counter("seen_count"),
    required_text("muted_by"),
    instant("muted_at"),
    text("why"),
    refers_to("step_id", "pattern_steps.id", on_delete="SET NULL"),
    refers_to("ended_step_id", "pattern_steps.id", on_delete="SET NULL"),
    demo_mark(),
    not_negative("seen_count", "usual_per_week"),
    CheckConstraint("until_count > 0", name="until_count_positive"),
    CheckConstraint("escalation_factor > 1", name="escalation_factor_above_one"),
    CheckConstraint(
        "CASE WHEN until_at IS NULL THEN 0 ELSE 1 END + CASE WHEN until_count IS NULL THEN 0 ELSE 1 END"
        " + CASE WHEN until_version IS NULL THEN 0 ELSE 1 END"
        " + CASE WHEN escalation_factor IS NULL THEN 0 ELSE 1 END = 1",
        name="one_end",
    ),
    Index("ix_pattern_mutes_pattern_id", "pattern_id", "id"),
    Index("ix_pattern_mutes_until_at", "until_at"),
    Index("ix_pattern_mutes_step_id", "step_id"),
    Index("ix_pattern_mutes_ended_step_id", "ended_step_id"),
    sqlite_autoincrement=True,
)
