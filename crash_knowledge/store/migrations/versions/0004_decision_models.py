"""Versions of the decision's weights."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "decision_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weights_id", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("content", JSON, nullable=False),
        sa.Column("base_hash", sa.Text(), nullable=False),
        sa.Column("features_hash", sa.Text(), nullable=False),
        sa.Column("judged_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("right_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shipped', 'recalibrated', 'refitted')", name=op.f("ck_decision_models_kind_words")
        ),
        sa.CheckConstraint("judged_count >= 0 AND right_count >= 0", name=op.f("ck_decision_models_not_negative")),
        sa.ForeignKeyConstraint(["weights_id"], ["decision_models.id"], name=op.f("fk_decision_models_weights_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["decision_models.id"], name=op.f("fk_decision_models_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_models")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_decision_models_is_active",
        "decision_models",
        ["is_active"],
        unique=True,
        sqlite_where=sa.text("is_active"),
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "decision_model_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "action IN ('shipped', 'recalibrate', 'refit', 'rollback')",
            name=op.f("ck_decision_model_steps_action_words"),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["decision_models.id"], name=op.f("fk_decision_model_steps_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_model_steps")),
        sqlite_autoincrement=True,
    )
