"""Alembic's entry: runs the migrations on the connection, and in the transaction, that the store hands over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alembic import context

from crash_knowledge.store.schema import metadata, schema_migrations


def note_applied(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """Keep the record of what was applied when."""
    revision = step.up_revision
    ctx.connection.execute(
        schema_migrations.insert().values(
            version=int(revision.revision), name=revision.doc, applied_at=datetime.now(UTC)
        )
    )


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    on_version_apply=note_applied,
)
with context.begin_transaction():
    context.run_migrations()
