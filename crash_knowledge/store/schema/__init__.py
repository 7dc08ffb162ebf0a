"""All tables and the view ``failures``. What changes here needs a migration; a test compares the two."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event, text

from crash_knowledge.store.schema.base import metadata
from crash_knowledge.store.schema.catalogue import (
    catalogue_changes,
    pattern_assignees,
    pattern_tags,
    saved_searches,
    search_words,
)
from crash_knowledge.store.schema.conversation import audit_log, comments, ticket_links
from crash_knowledge.store.schema.corrections import correction_patterns, pattern_corrections, pattern_separations
from crash_knowledge.store.schema.decisions import decision_model_steps, decision_models
from crash_knowledge.store.schema.facts import event_facts
from crash_knowledge.store.schema.failures import (
    causal_chains,
    crash_instances,
    error_events,
    fix_attempts,
    raw_dumps,
    sessions,
)
from crash_knowledge.store.schema.life_cycle import pattern_fixes, pattern_mutes, pattern_steps
from crash_knowledge.store.schema.network import network_layouts
from crash_knowledge.store.schema.operations import (
    ai_calls,
    ai_prompts,
    alert_rules,
    alerts,
    schema_migrations,
    script_runs,
)
from crash_knowledge.store.schema.patterns import (
    crash_patterns,
    crash_relationships,
    pattern_evolution,
    pattern_solutions,
    pattern_variants,
    validations,
)
from crash_knowledge.store.schema.rules import customer_tags, fingerprint_rules
from crash_knowledge.store.schema.search import embeddings, terms, variant_terms, vector_indexes

FAILURES_VIEW = """
CREATE VIEW failures AS
SELECT e.id AS error_id, c.id AS chain_id, e.source, e.occurred_at, e.error_type, e.exception_type, e.error_category,
       e.error_message, e.severity, e.session_id, e.pattern_id, p.pattern_name, c.status AS chain_status,
       c.successful_fix_id, c.resolution_time_minutes,
       (SELECT COUNT(*) FROM fix_attempts f WHERE f.error_event_id = e.id) AS fix_attempt_count
FROM error_events e
JOIN causal_chains c ON c.error_event_id = e.id
LEFT JOIN crash_patterns p ON p.id = e.pattern_id
"""


@event.listens_for(metadata, "after_create")
def _create_view(_metadata: MetaData, connection: Connection, **_options: Any) -> None:
    connection.execute(text(FAILURES_VIEW))


__all__ = [
    "FAILURES_VIEW",
    "ai_calls",
    "ai_prompts",
    "alert_rules",
    "alerts",
    "audit_log",
    "catalogue_changes",
    "causal_chains",
    "comments",
    "correction_patterns",
    "crash_instances",
    "crash_patterns",
    "crash_relationships",
    "customer_tags",
    "decision_model_steps",
    "decision_models",
    "embeddings",
    "error_events",
    "event_facts",
    "fingerprint_rules",
    "fix_attempts",
    "metadata",
    "network_layouts",
    "pattern_assignees",
    "pattern_corrections",
    "pattern_evolution",
    "pattern_fixes",
    "pattern_mutes",
    "pattern_separations",
    "pattern_solutions",
    "pattern_steps",
    "pattern_tags",
    "pattern_variants",
    "raw_dumps",
    "saved_searches",
    "schema_migrations",
    "script_runs",
    "search_words",
    "sessions",
    "terms",
    "ticket_links",
    "validations",
    "variant_terms",
    "vector_indexes",
]
