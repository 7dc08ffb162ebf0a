"""What people corrected of the grouping: moves, merges and splits with what they changed, and pairs kept apart."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint

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

CORRECTION_KINDS = ("move", "merge", "split", "same", "never_merge", "allow_merge")

pattern_corrections = Table(
    "pattern_corrections",
    metadata,
    number_id(),
    required_text("kind"),
    required_text("sentence"),
    required_text("corrected_by"),
    instant("corrected_at"),
    text("undone_by"),
    optional_instant("undone_at"),
    Column("changes", PlainJson, nullable=False),
    demo_mark(),
    one_of("kind", CORRECTION_KINDS),
    CheckConstraint("(undone_by IS NULL) = (undone_at IS NULL)", name="undone_by_someone"),
    Index("ix_pattern_corrections_corrected_at", "corrected_at", "id"),
    sqlite_autoincrement=True,
)

correction_patterns = Table(
    "correction_patterns",
    metadata,
    refers_to("correction_id", "pattern_corrections.id", primary_key=True, on_delete="CASCADE"),
    refers_to("pattern_id", "crash_patterns.id", primary_key=True, on_delete="CASCADE"),
    Index("ix_correction_patterns_pattern_id", "pattern_id"),
    sqlite_with_rowid=False,
)

pattern_separations = Table(
    "pattern_separations",
    metadata,
    number_id(),
    refers_to("first_pattern_id", "crash_patterns.id", on_delete="CASCADE", nullable=False),
    refers_to("second_pattern_id", "crash_patterns.id", on_delete="CASCADE", nullable=False),
    required_text("decided_by"),
    instant("decided_at"),
    demo_mark(),
    CheckConstraint("first_pattern_id < second_pattern_id", name="lower_first"),
    UniqueConstraint("first_pattern_id", "second_pattern_id"),
    Index("ix_pattern_separations_second_pattern_id", "second_pattern_id"),
    sqlite_autoincrement=True,
)
