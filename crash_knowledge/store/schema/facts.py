"""What diagnosis established of each failure, one row a fact."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table

from crash_knowledge.store.schema.base import metadata, refers_to, text

LONGEST_VALUE = 300

event_facts = Table(
    "event_facts",
    metadata,
    refers_to("event_id", "error_events.id", on_delete="CASCADE", primary_key=True),
    text("name", primary_key=True),
    text("value", primary_key=True),
    CheckConstraint(f"length(value) BETWEEN 1 AND {LONGEST_VALUE}", name="value_length"),
    Index("ix_event_facts_name_value", "name", "value"),
    sqlite_with_rowid=False,
)
