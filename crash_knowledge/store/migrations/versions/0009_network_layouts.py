"""Layouts of the pattern network."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "network_layouts",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_network_layouts")),
    )
    op.create_index("ix_network_layouts_made_at", "network_layouts", ["made_at"], unique=False)
