"""Corrections of the grouping."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "pattern_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("corrected_by", sa.Text(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('move', 'merge', 'split', 'same', 'never_merge', 'allow_merge')",
            name=op.f("ck_pattern_corrections_kind_words"),
        ),
        sa.CheckConstraint(
            "(undone_by IS NULL) = (undone_at IS NULL)", name=op.f("ck_pattern_corrections_undone_by_someone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_corrections")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pattern_corrections_corrected_at", "pattern_corrections", ["corrected_at", "id"], unique=False)
    op.create_table(
        "correction_patterns",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"],
            ["pattern_corrections.id"],
            name=op.f("fk_correction_patterns_correction_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["crash_patterns.id"], name=op.f("fk_correction_patterns_pattern_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("correction_id", "pattern_id", name=op.f("pk_correction_patterns")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_correction_patterns_pattern_id", "correction_patterns", ["pattern_id"], unique=False)
    op.create_table(
        "pattern_separations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_pattern_id", sa.Integer(), nullable=False),
        sa.Column("second_pattern_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("first_pattern_id < second_pattern_id", name=op.f("ck_pattern_separations_lower_first")),
        sa.ForeignKeyConstraint(
            ["first_pattern_id"],
            ["crash_patterns.id"],
            name=op.f("fk_pattern_separations_first_pattern_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_pattern_id"],
            ["crash_patterns.id"],
            name=op.f("fk_pattern_separations_second_pattern_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_separations")),
        sa.UniqueConstraint(
            "first_pattern_id",
            "second_pattern_id",
            name=op.f("uq_pattern_separations_first_pattern_id_second_pattern_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_pattern_separations_second_pattern_id", "pattern_separations", ["second_pattern_id"], unique=False
    )
