"""Where patterns are drawn in the network, kept for each state of it: computed once, shown often."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from crash_knowledge.store.schema.base import instant, metadata, text
from crash_knowledge.store.types import PlainJson

network_layouts = Table(
    "network_layouts",
    metadata,
    text("revision", primary_key=True),
    Column("places", PlainJson, nullable=False),
    instant("made_at"),
    Index("ix_network_layouts_made_at", "made_at"),
)
