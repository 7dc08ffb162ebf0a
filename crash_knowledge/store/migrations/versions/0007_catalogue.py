"""Tags, assignees, saved searches, and the search of crashes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OF_EVENT = "SELECT id FROM crash_instances WHERE error_event_id ="
CHANGES = {
    "crash_stored": ("INSERT ON crash_instances", "VALUES (NEW.id)"),
    "crash_removed": ("DELETE ON crash_instances", "VALUES (OLD.id)"),
    "crash_changed": (
        "UPDATE OF pattern_id, variant_id, customer, service_version, severity, occurred_at ON error_events",
        f"{OF_EVENT} NEW.id",
    ),
    "fact_stored": ("INSERT ON event_facts WHEN NEW.name = 'kind_of_cause'", f"{OF_EVENT} NEW.event_id"),
    "fact_removed": ("DELETE ON event_facts WHEN OLD.name = 'kind_of_cause'", f"{OF_EVENT} OLD.event_id"),
}


def upgrade() -> None:
    _tags()
    _assignees()
    _searches()
    _words_and_changes()


def _tags() -> None:
    op.create_table(
        "pattern_tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("tagged_by", sa.Text(), nullable=False),
        sa.Column("tagged_at", sa.DateTime(timezone=True), nullable=False),
        _demo_mark(),
        sa.CheckConstraint("length(tag) BETWEEN 1 AND 40", name=op.f("ck_pattern_tags_tag_length")),
        _of_pattern("pattern_tags"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_tags")),
        sa.UniqueConstraint("pattern_id", "tag", name=op.f("uq_pattern_tags_pattern_id_tag")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pattern_tags_tag", "pattern_tags", ["tag"], unique=False)


def _assignees() -> None:
    op.create_table(
        "pattern_assignees",
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        _demo_mark(),
        sa.CheckConstraint("length(assignee) > 0", name=op.f("ck_pattern_assignees_assignee_named")),
        _of_pattern("pattern_assignees"),
        sa.PrimaryKeyConstraint("pattern_id", name=op.f("pk_pattern_assignees")),
    )


def _searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_searches_owner_name")),
        sqlite_autoincrement=True,
    )


def _words_and_changes() -> None:
    op.create_table(
        "search_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_words")),
        sa.UniqueConstraint("word", "parts", name=op.f("uq_search_words_word_parts")),
    )
    op.create_table(
        "catalogue_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crash_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_changes")),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, (when, crash) in CHANGES.items():
        op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN INSERT INTO catalogue_changes (crash_id) {crash}; END")
    op.execute(
        "CREATE TRIGGER catalogue_changes_trimmed AFTER INSERT ON catalogue_changes "
        "BEGIN DELETE FROM catalogue_changes WHERE id <= NEW.id - 10000; END"
    )


def _demo_mark() -> sa.Column[bool]:
    return sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False)


def _of_pattern(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_pattern_id")
    return sa.ForeignKeyConstraint(["pattern_id"], ["crash_patterns.id"], name=name, ondelete="CASCADE")
