"""What the catalogue keeps: tags, who looks after a pattern, saved searches, the words of stacks, and what changed.

``catalogue_changes`` is written by triggers, so that every way of storing, moving and removing crashes is noted; of its
rows the newest ``CHANGES_KEPT`` stay.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Connection, Index, Integer, MetaData, Table, UniqueConstraint, event

from crash_knowledge.store.schema.base import (
    demo_mark,
    instant,
    metadata,
    number_id,
    refers_to,
    required_text,
)

LONGEST_TAG = 40
CHANGES_KEPT = 10_000

pattern_tags = Table(
    "pattern_tags",
    metadata,
    number_id(),
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE", nullable=False),
    required_text("tag"),
    required_text("tagged_by"),
    instant("tagged_at"),
    demo_mark(),
    CheckConstraint(f"length(tag) BETWEEN 1 AND {LONGEST_TAG}", name="tag_length"),
    UniqueConstraint("pattern_id", "tag"),
    Index("ix_pattern_tags_tag", "tag"),
    sqlite_autoincrement=True,
)

pattern_assignees = Table(
    "pattern_assignees",
    metadata,
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE", primary_key=True),
    required_text("assignee"),
    required_text("assigned_by"),
    instant("assigned_at"),
    demo_mark(),
    CheckConstraint("length(assignee) > 0", name="assignee_named"),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    number_id(),
    required_text("name"),
    required_text("query"),
    required_text("owner"),
    instant("saved_at"),
    UniqueConstraint("owner", "name"),
    sqlite_autoincrement=True,
)

search_words = Table(
    "search_words",
    metadata,
    number_id(),
    required_text("word"),
    required_text("parts"),
    UniqueConstraint("word", "parts"),
)

catalogue_changes = Table(
    "catalogue_changes",
    metadata,
    number_id(),
    Column("crash_id", Integer, nullable=False),
    sqlite_autoincrement=True,
)

_OF_EVENT = "SELECT id FROM crash_instances WHERE error_event_id ="
_CHANGES = {
    "crash_stored": ("INSERT ON crash_instances", "VALUES (NEW.id)"),
    "crash_removed": ("DELETE ON crash_instances", "VALUES (OLD.id)"),
    "crash_changed": (
        "UPDATE OF pattern_id, variant_id, customer, service_version, severity, occurred_at ON error_events",
        f"{_OF_EVENT} NEW.id",
    ),
    "fact_stored": ("INSERT ON event_facts WHEN NEW.name = 'kind_of_cause'", f"{_OF_EVENT} NEW.event_id"),
    "fact_removed": ("DELETE ON event_facts WHEN OLD.name = 'kind_of_cause'", f"{_OF_EVENT} OLD.event_id"),
}


def sqlite_triggers() -> list[str]:
    """The statements that make SQLite note which crash the catalogue must look at again."""
    noting = [
        f"CREATE TRIGGER {name} AFTER {when} BEGIN INSERT INTO catalogue_changes (crash_id) {crash}; END"
        for name, (when, crash) in _CHANGES.items()
    ]
    trim = f"DELETE FROM catalogue_changes WHERE id <= NEW.id - {CHANGES_KEPT}"  # noqa: S608
    trimming = f"CREATE TRIGGER catalogue_changes_trimmed AFTER INSERT ON catalogue_changes BEGIN {trim}; END"
    return [*noting, trimming]


@event.listens_for(metadata, "after_create")
def _create_triggers(_metadata: MetaData, connection: Connection, **_options: Any) -> None:
    if connection.dialect.name == "sqlite":
        for statement in sqlite_triggers():
            connection.exec_driver_sql(statement)
