"""Life cycle of patterns, and more of solutions."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NOT_RECORDED = "not recorded"
LINE = re.compile(r"\d+r\d+", re.ASCII)


def upgrade() -> None:
    _steps()
    _fixes()
    _mutes()
    _solutions()
    _fixes_known_so_far()


def _steps() -> None:
    op.create_table(
        "pattern_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=False),
        sa.Column("status_after", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('resolve', 'withdraw', 'regress', 'mute', 'wake', 'reopen')",
            name=op.f("ck_pattern_steps_kind_words"),
        ),
        sa.CheckConstraint(
            "(undone_by IS NULL) = (undone_at IS NULL)", name=op.f("ck_pattern_steps_undone_by_someone")
        ),
        _reference("pattern_steps", "pattern_id", "crash_patterns.id", "CASCADE"),
        _reference("pattern_steps", "event_id", "error_events.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_steps")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pattern_steps_pattern_id", "pattern_steps", ["pattern_id", "id"], unique=False)
    op.create_index("ix_pattern_steps_event_id", "pattern_steps", ["event_id"], unique=False)


def _fixes() -> None:
    op.create_table(
        "pattern_fixes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("release_line", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("solution_id", sa.Integer(), nullable=True),
        sa.Column("fixed_by", sa.Text(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_step_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        _reference("pattern_fixes", "pattern_id", "crash_patterns.id", "CASCADE"),
        _reference("pattern_fixes", "solution_id", "pattern_solutions.id", "SET NULL"),
        _reference("pattern_fixes", "step_id", "pattern_steps.id", "SET NULL"),
        _reference("pattern_fixes", "withdrawn_step_id", "pattern_steps.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_fixes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pattern_fixes_pattern_id", "pattern_fixes", ["pattern_id", "id"], unique=False)
    for column in ("solution_id", "step_id", "withdrawn_step_id"):
        op.create_index(f"ix_pattern_fixes_{column}", "pattern_fixes", [column], unique=False)


def _mutes() -> None:
    op.create_table(
        "pattern_mutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_count", sa.Integer(), nullable=True),
        sa.Column("until_version", sa.Text(), nullable=True),
        sa.Column("escalation_factor", sa.Float(), nullable=True),
        sa.Column("usual_per_week", sa.Float(), nullable=True),
        sa.Column("seen_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("muted_by", sa.Text(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("ended_step_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("seen_count >= 0 AND usual_per_week >= 0", name=op.f("ck_pattern_mutes_not_negative")),
        sa.CheckConstraint("until_count > 0", name=op.f("ck_pattern_mutes_until_count_positive")),
        sa.CheckConstraint("escalation_factor > 1", name=op.f("ck_pattern_mutes_escalation_factor_above_one")),
        sa.CheckConstraint(
            "CASE WHEN until_at IS NULL THEN 0 ELSE 1 END + CASE WHEN until_count IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN until_version IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN escalation_factor IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_pattern_mutes_one_end"),
        ),
        _reference("pattern_mutes", "pattern_id", "crash_patterns.id", "CASCADE"),
        _reference("pattern_mutes", "step_id", "pattern_steps.id", "SET NULL"),
        _reference("pattern_mutes", "ended_step_id", "pattern_steps.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_mutes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pattern_mutes_pattern_id", "pattern_mutes", ["pattern_id", "id"], unique=False)
    for column in ("until_at", "step_id", "ended_step_id"):
        op.create_index(f"ix_pattern_mutes_{column}", "pattern_mutes", [column], unique=False)


def _solutions() -> None:
    for column in (
        sa.Column("steps", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), server_default="person", nullable=False),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("pattern_solutions", column)


def _fixes_known_so_far() -> None:
    """Before this version a pattern kept only the version that it was last resolved in."""
    patterns = sa.table(
        "crash_patterns",
        *(sa.column(name) for name in ("id", "resolved_in_version", "is_demo")),
        sa.column("last_seen", sa.DateTime(timezone=True)),
    )
    fixes = sa.table(
        "pattern_fixes",
        *(sa.column(name) for name in ("pattern_id", "release_line", "version", "fixed_by", "is_demo")),
        sa.column("fixed_at", sa.DateTime(timezone=True)),
    )
    resolved = sa.select(patterns).where(patterns.c.resolved_in_version.is_not(None)).order_by(patterns.c.id)
    for row in op.get_bind().execute(resolved).mappings().all():
        line = LINE.match(row["resolved_in_version"])
        op.get_bind().execute(
            fixes.insert().values(
                pattern_id=row["id"],
                release_line=line[0] if line else None,
                version=row["resolved_in_version"],
                fixed_by=NOT_RECORDED,
                fixed_at=row["last_seen"],
                is_demo=row["is_demo"],
            )
        )


def _reference(table: str, column: str, target: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete)
