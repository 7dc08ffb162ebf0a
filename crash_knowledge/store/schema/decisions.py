"""The versions of the decision's weights that this installation's reviews made, and the steps between them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, text

from crash_knowledge.store.schema.base import (
    counter,
    flag,
    instant,
    metadata,
    not_negative,
    number_id,
    one_of,
    refers_to,
    required_text,
)
from crash_knowledge.store.types import PlainJson

MODEL_KINDS = ("shipped", "recalibrated", "refitted")
MODEL_ACTIONS = ("shipped", "recalibrate", "refit", "rollback")

decision_models = Table(
    "decision_models",
    metadata,
    number_id(),
    required_text("kind"),
    refers_to("weights_id", "decision_models.id"),
    refers_to("previous_id", "decision_models.id"),
    Column("content", PlainJson, nullable=False),
    required_text("base_hash"),
    required_text("features_hash"),
    counter("judged_count"),
    counter("right_count"),
    Column("figures", PlainJson, nullable=False),
    instant("created_at"),
    required_text("created_by"),
    flag("is_active"),
    one_of("kind", MODEL_KINDS),
    not_negative("judged_count", "right_count"),
    Index(
        "ix_decision_models_is_active",
        "is_active",
        unique=True,
        sqlite_where=text("is_active"),
        postgresql_where=text("is_active"),
    ),
    sqlite_autoincrement=True,
)

decision_model_steps = Table(
    "decision_model_steps",
    metadata,
    number_id(),
    required_text("action"),
    refers_to("model_id", "decision_models.id", nullable=False),
    instant("taken_at"),
    required_text("taken_by"),
    one_of("action", MODEL_ACTIONS),
    sqlite_autoincrement=True,
)
