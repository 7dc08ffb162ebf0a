"""Facts of events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_facts",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("length(value) BETWEEN 1 AND 300", name=op.f("ck_event_facts_value_length")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["error_events.id"], name=op.f("fk_event_facts_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "name", "value", name=op.f("pk_event_facts")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_facts_name_value", "event_facts", ["name", "value"], unique=False)
    op.add_column("crash_instances", sa.Column("facts_revision", sa.Text(), nullable=True))
