"""What people say of crashes and patterns: comments and tickets; and the log of who changed what."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table

from crash_knowledge.store.schema.base import (
    demo_mark,
    instant,
    metadata,
    number_id,
    one_of,
    optional_instant,
    refers_to,
    required_text,
    text,
)
from crash_knowledge.store.types import PlainJson

AUDIT_SUBJECTS = ("pattern", "crash", "chain")

_ONE_SUBJECT = "(error_event_id IS NULL) <> (pattern_id IS NULL)"

comments = Table(
    "comments",
    metadata,
    number_id(),
    refers_to("error_event_id", "error_events.id", on_delete="CASCADE"),
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE"),
    required_text("body"),
    required_text("written_by"),
    instant("written_at"),
    text("removed_by"),
    optional_instant("removed_at"),
    demo_mark(),
    CheckConstraint(_ONE_SUBJECT, name="one_subject"),
    CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name="removed_by_someone"),
    Index("ix_comments_error_event_id", "error_event_id", "id"),
    Index("ix_comments_pattern_id", "pattern_id", "id"),
    sqlite_autoincrement=True,
)

ticket_links = Table(
    "ticket_links",
    metadata,
    number_id(),
    refers_to("error_event_id", "error_events.id", on_delete="CASCADE"),
    refers_to("pattern_id", "crash_patterns.id", on_delete="CASCADE"),
    required_text("ticket_key"),
    required_text("linked_by"),
    instant("linked_at"),
    demo_mark(),
    CheckConstraint(_ONE_SUBJECT, name="one_subject"),
    Index("ix_ticket_links_error_event_id", "error_event_id", "id"),
    Index("ix_ticket_links_pattern_id", "pattern_id", "id"),
    Index("ix_ticket_links_ticket_key", "ticket_key"),
    sqlite_autoincrement=True,
)

audit_log = Table(
    "audit_log",
    metadata,
    number_id(),
    required_text("action"),
    required_text("subject"),
    required_text("subject_id"),
    text("done_by"),
    instant("done_at"),
    Column("changes", PlainJson, nullable=False, server_default="{}"),
    refers_to("evolution_id", "pattern_evolution.id", on_delete="SET NULL"),
    demo_mark(),
    one_of("subject", AUDIT_SUBJECTS),
    Index("ix_audit_log_done_at", "done_at", "id"),
    Index("ix_audit_log_done_by", "done_by", "id"),
    Index("ix_audit_log_subject", "subject", "subject_id", "id"),
    Index("ix_audit_log_evolution_id", "evolution_id"),
    sqlite_autoincrement=True,
)
