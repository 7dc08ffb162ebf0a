"""Comments, tickets, and the log of changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _comments()
    _tickets()
    _log()


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=True),
        sa.Column("pattern_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        _demo_mark(),
        _one_subject("comments"),
        sa.CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name=op.f("ck_comments_removed_by_someone")),
        *_subjects("comments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sqlite_autoincrement=True,
    )
    _index_subjects("comments")


def _tickets() -> None:
    op.create_table(
        "ticket_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=True),
        sa.Column("pattern_id", sa.Integer(), nullable=True),
        sa.Column("ticket_key", sa.Text(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        _demo_mark(),
        _one_subject("ticket_links"),
        *_subjects("ticket_links"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_links")),
        sqlite_autoincrement=True,
    )
    _index_subjects("ticket_links")
    op.create_index("ix_ticket_links_ticket_key", "ticket_links", ["ticket_key"], unique=False)


def _log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", JSON, server_default="{}", nullable=False),
        sa.Column("evolution_id", sa.Integer(), nullable=True),
        _demo_mark(),
        sa.CheckConstraint("subject IN ('pattern', 'crash', 'chain')", name=op.f("ck_audit_log_subject_words")),
        sa.ForeignKeyConstraint(
            ["evolution_id"],
            ["pattern_evolution.id"],
            name=op.f("fk_audit_log_evolution_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_done_at", "audit_log", ["done_at", "id"], unique=False)
    op.create_index("ix_audit_log_done_by", "audit_log", ["done_by", "id"], unique=False)
    op.create_index("ix_audit_log_subject", "audit_log", ["subject", "subject_id", "id"], unique=False)
    op.create_index("ix_audit_log_evolution_id", "audit_log", ["evolution_id"], unique=False)


def _demo_mark() -> sa.Column[bool]:
    return sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False)


def _one_subject(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("(error_event_id IS NULL) <> (pattern_id IS NULL)", name=op.f(f"ck_{table}_one_subject"))


def _subjects(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(
            ["error_event_id"], ["error_events.id"], name=op.f(f"fk_{table}_error_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["crash_patterns.id"], name=op.f(f"fk_{table}_pattern_id"), ondelete="CASCADE"
        ),
    )


def _index_subjects(table: str) -> None:
    for column in ("error_event_id", "pattern_id"):
        op.create_index(f"ix_{table}_{column}", table, [column, "id"], unique=False)
