"""What fingerprints were made by: the sets of rules in use, and the customer tags that dumps taught."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from crash_knowledge.store.schema.base import instant, metadata, text
from crash_knowledge.store.types import PlainJson

fingerprint_rules = Table(
    "fingerprint_rules",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", PlainJson, nullable=False),
    instant("recorded_at"),
)

customer_tags = Table(
    "customer_tags",
    metadata,
    text("tag", primary_key=True),
    instant("learnt_at"),
)
