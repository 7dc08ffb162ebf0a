"""What the matcher searches: the inverted index of terms, and the vectors."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table

from crash_knowledge.store.schema.base import (
    counter,
    flag,
    metadata,
    not_negative,
    number_id,
    one_of,
    refers_to,
    required_text,
    text,
)

terms = Table(
    "terms",
    metadata,
    number_id(),
    required_text("term", unique=True),
    counter("document_frequency"),
    not_negative("document_frequency"),
)

variant_terms = Table(
    "variant_terms",
    metadata,
    refers_to("term_id", "terms.id", primary_key=True, on_delete="CASCADE"),
    refers_to("variant_id", "pattern_variants.id", primary_key=True, on_delete="CASCADE"),
    Index("ix_variant_terms_variant_id", "variant_id"),
    sqlite_with_rowid=False,
)

embeddings = Table(
    "embeddings",
    metadata,
    text("owner_type", primary_key=True),
    text("owner_id", primary_key=True),
    text("model", primary_key=True),
    Column("dim", Integer, nullable=False),
    required_text("content_hash"),
    Column("vector", LargeBinary, nullable=False),
    one_of("owner_type", ("variant", "error_event")),
    CheckConstraint("dim > 0 AND length(vector) = 4 * dim", name="vector_length"),
    Index("ix_embeddings_model", "model", "owner_type", "owner_id"),
)

vector_indexes = Table(
    "vector_indexes",
    metadata,
    text("model", primary_key=True),
    Column("dim", Integer, nullable=False),
    counter("revision"),
    flag("is_stale"),
)
