"""Fingerprint rules and customer tags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

TAGS_OF_STORED_CRASHES = """
INSERT INTO customer_tags (tag, learnt_at)
SELECT customer, MIN(recorded_at) FROM error_events
WHERE source = 'crash' AND NOT is_demo AND customer IS NOT NULL AND customer <> '' GROUP BY customer
"""


def upgrade() -> None:
    op.create_table(
        "fingerprint_rules",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_fingerprint_rules")),
    )
    op.create_table(
        "customer_tags",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_customer_tags")),
    )
    op.create_index("ix_pattern_variants_fingerprint_version", "pattern_variants", ["fingerprint_version"])
    op.execute(TAGS_OF_STORED_CRASHES)
