"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

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


def upgrade() -> None:
    op.create_table(
        "ai_prompts",
        sa.Column("prompt_type", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("track_full_data", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("total_calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_failed_calls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("consecutive_failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error_code", sa.Text(), nullable=True),
        sa.Column("last_error_message", sa.Text(), nullable=True),
        sa.Column("last_error_traceback", sa.Text(), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total_cost_usd_micros", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("prompt_type", name=op.f("pk_ai_prompts")),
    )
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), server_default="1440", nullable=False),
        sa.Column("min_samples", sa.Integer(), server_default="10", nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("operator IN ('>', '>=', '<', '<=')", name=op.f("ck_alert_rules_operator_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_rules_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "crash_patterns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint_exact", sa.Text(), nullable=False),
        sa.Column("fingerprint_structural", sa.Text(), nullable=True),
        sa.Column("fingerprint_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("pattern_name", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("error_category", sa.Text(), nullable=True),
        sa.Column("cause_of_dump", sa.Text(), server_default="", nullable=False),
        sa.Column("stack_signature", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="new", nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("resolved_in_version", sa.Text(), nullable=True),
        sa.Column("occurrence_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confidence_score", sa.Float(), server_default="0.5", nullable=False),
        sa.Column("validation_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("false_positive_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("prevention_strategies", JSON, server_default="[]", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "(status = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_crash_patterns_merged_has_target")
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_crash_patterns_severity_words")
        ),
        sa.CheckConstraint(
            "source IN ('crash', 'ai_call', 'script_run', 'manual')", name=op.f("ck_crash_patterns_source_words")
        ),
        sa.CheckConstraint(
            "status IN ('new', 'ongoing', 'resolved', 'regressed', 'muted', 'merged')",
            name=op.f("ck_crash_patterns_status_words"),
        ),
        sa.CheckConstraint("confidence_score BETWEEN 0 AND 1", name=op.f("ck_crash_patterns_confidence_score_share")),
        sa.CheckConstraint(
            "occurrence_count >= 0 AND validation_count >= 0 AND false_positive_count >= 0",
            name=op.f("ck_crash_patterns_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["crash_patterns.id"], name=op.f("fk_crash_patterns_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crash_patterns")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_crash_patterns_exact",
        "crash_patterns",
        ["source", "fingerprint_version", "fingerprint_exact"],
        unique=False,
    )
    op.create_index("ix_crash_patterns_merged_into_id", "crash_patterns", ["merged_into_id"], unique=False)
    op.create_index("ix_crash_patterns_source_last_seen", "crash_patterns", ["source", "last_seen"], unique=False)
    op.create_table(
        "embeddings",
        sa.Column("owner_type", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("owner_type IN ('variant', 'error_event')", name=op.f("ck_embeddings_owner_type_words")),
        sa.CheckConstraint("dim > 0 AND length(vector) = 4 * dim", name=op.f("ck_embeddings_vector_length")),
        sa.PrimaryKeyConstraint("owner_type", "owner_id", "model", name=op.f("pk_embeddings")),
    )
    op.create_index("ix_embeddings_model", "embeddings", ["model", "owner_type", "owner_id"], unique=False)
    op.create_table(
        "schema_migrations",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_schema_migrations")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), server_default="api", nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("user_name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="in_progress", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("metadata", JSON, nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "origin IN ('api', 'import', 'script', 'ai', 'crash')", name=op.f("ck_sessions_origin_words")
        ),
        sa.CheckConstraint("status IN ('in_progress', 'resolved', 'abandoned')", name=op.f("ck_sessions_status_words")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("document_frequency", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("document_frequency >= 0", name=op.f("ck_terms_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("term", name=op.f("uq_terms_term")),
    )
    op.create_table(
        "vector_indexes",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_stale", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_vector_indexes")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["alert_rules.id"], name=op.f("fk_alerts_rule_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_rule_id", "alerts", ["rule_id", "fired_at"], unique=False)
    op.create_table(
        "crash_relationships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_pattern_id", sa.Integer(), nullable=False),
        sa.Column("target_pattern_id", sa.Integer(), nullable=False),
        sa.Column("relationship_type", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), server_default="0.5", nullable=False),
        sa.Column("link_origin", sa.Text(), server_default="inferred", nullable=False),
        sa.Column("evidence", JSON, nullable=True),
        sa.Column("first_evidence_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_evidence_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "link_origin IN ('observed', 'inferred', 'confirmed', 'rejected')",
            name=op.f("ck_crash_relationships_link_origin_words"),
        ),
        sa.CheckConstraint(
            "relationship_type IN ('causes', 'related_to', 'evolves_from', 'co_occurs', 'similar_fix')",
            name=op.f("ck_crash_relationships_relationship_type_words"),
        ),
        sa.CheckConstraint("confidence > 0 AND confidence <= 1", name=op.f("ck_crash_relationships_confidence_range")),
        sa.CheckConstraint("source_pattern_id <> target_pattern_id", name=op.f("ck_crash_relationships_not_itself")),
        sa.ForeignKeyConstraint(
            ["source_pattern_id"],
            ["crash_patterns.id"],
            name=op.f("fk_crash_relationships_source_pattern_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_pattern_id"],
            ["crash_patterns.id"],
            name=op.f("fk_crash_relationships_target_pattern_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crash_relationships")),
        sa.UniqueConstraint(
            "source_pattern_id",
            "target_pattern_id",
            "relationship_type",
            name=op.f("uq_crash_relationships_source_pattern_id_target_pattern_id_relationship_type"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_crash_relationships_target_pattern_id", "crash_relationships", ["target_pattern_id"], unique=False
    )
    op.create_table(
        "pattern_solutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_hash", sa.Text(), nullable=False),
        sa.Column("success_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("added_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("success_count >= 0 AND failure_count >= 0", name=op.f("ck_pattern_solutions_not_negative")),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["crash_patterns.id"], name=op.f("fk_pattern_solutions_pattern_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_solutions")),
        sa.UniqueConstraint(
            "pattern_id", "description_hash", name=op.f("uq_pattern_solutions_pattern_id_description_hash")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pattern_variants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.Column("structural", sa.Text(), nullable=False),
        sa.Column("seed_exact", sa.Text(), nullable=False),
        sa.Column("seed_structural", sa.Text(), nullable=False),
        sa.Column("fingerprint_version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("frames", JSON, nullable=False),
        sa.Column("in_app", JSON, nullable=False),
        sa.Column("semantic_text", sa.Text(), nullable=False),
        sa.Column("occurrence_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("term_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("occurrence_count >= 0 AND term_count >= 0", name=op.f("ck_pattern_variants_not_negative")),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["crash_patterns.id"], name=op.f("fk_pattern_variants_pattern_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_variants")),
        sa.UniqueConstraint(
            "pattern_id",
            "fingerprint_version",
            "exact",
            name=op.f("uq_pattern_variants_pattern_id_fingerprint_version_exact"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_pattern_variants_exact", "pattern_variants", ["exact", "fingerprint_version"], unique=False)
    op.create_index(
        "ix_pattern_variants_pattern_id_last_seen", "pattern_variants", ["pattern_id", "last_seen"], unique=False
    )
    op.create_index(
        "ix_pattern_variants_structural", "pattern_variants", ["structural", "fingerprint_version"], unique=False
    )
    op.create_index("ix_pattern_variants_term_count", "pattern_variants", ["term_count"], unique=False)
    op.create_table(
        "error_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("exception_type", sa.Text(), nullable=True),
        sa.Column("error_category", sa.Text(), nullable=True),
        sa.Column("stacktrace", sa.Text(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("context", JSON, server_default="{}", nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("pattern_id", sa.Integer(), nullable=True),
        sa.Column("variant_id", sa.Integer(), nullable=True),
        sa.Column("match_type", sa.Text(), nullable=True),
        sa.Column("match_confidence", sa.Float(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("service_site", sa.Text(), nullable=True),
        sa.Column("service_version", sa.Text(), nullable=True),
        sa.Column("release_line", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("id LIKE 'err-________'", name=op.f("ck_error_events_id_form")),
        sa.CheckConstraint(
            "match_type IN ('exact', 'structural', 'semantic', 'fuzzy', 'new', 'manual')",
            name=op.f("ck_error_events_match_type_words"),
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_error_events_severity_words")
        ),
        sa.CheckConstraint(
            "source IN ('crash', 'ai_call', 'script_run', 'manual')", name=op.f("ck_error_events_source_words")
        ),
        sa.CheckConstraint("match_confidence BETWEEN 0 AND 1", name=op.f("ck_error_events_match_confidence_share")),
        sa.ForeignKeyConstraint(["pattern_id"], ["crash_patterns.id"], name=op.f("fk_error_events_pattern_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_error_events_session_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["pattern_variants.id"], name=op.f("fk_error_events_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_events")),
    )
    op.create_index(
        "ix_error_events_is_demo",
        "error_events",
        ["is_demo"],
        unique=False,
        sqlite_where=sa.text("is_demo = 1"),
        postgresql_where=sa.text("is_demo"),
    )
    op.create_index("ix_error_events_occurred_at", "error_events", ["occurred_at", "id"], unique=False)
    op.create_index("ix_error_events_pattern_id", "error_events", ["pattern_id", "occurred_at"], unique=False)
    op.create_index("ix_error_events_session_id", "error_events", ["session_id", "occurred_at"], unique=False)
    op.create_index("ix_error_events_variant_id", "error_events", ["variant_id"], unique=False)
    op.create_table(
        "variant_terms",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_variant_terms_term_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["pattern_variants.id"], name=op.f("fk_variant_terms_variant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term_id", "variant_id", name=op.f("pk_variant_terms")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_variant_terms_variant_id", "variant_terms", ["variant_id"], unique=False)
    op.create_table(
        "ai_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_type", sa.Text(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("operation_name", sa.Text(), server_default="chat", nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("request_model", sa.Text(), nullable=False),
        sa.Column("response_model", sa.Text(), nullable=True),
        sa.Column("server_address", sa.Text(), nullable=True),
        sa.Column("response_id", sa.Text(), nullable=True),
        sa.Column("finish_reasons", JSON, nullable=True),
        sa.Column("input_tokens", sa.Integer(), nullable=True),
        sa.Column("output_tokens", sa.Integer(), nullable=True),
        sa.Column("cost_usd_micros", sa.BigInteger(), nullable=True),
        sa.Column("task_description", sa.Text(), nullable=True),
        sa.Column("user_name", sa.Text(), nullable=True),
        sa.Column("metadata", JSON, nullable=True),
        sa.Column("prompt", sa.Text(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="1", nullable=False),
        sa.Column("was_successful", sa.Boolean(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("provider_error_code", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("was_successful OR error_code IS NOT NULL", name=op.f("ck_ai_calls_failure_has_code")),
        sa.ForeignKeyConstraint(
            ["error_event_id"], ["error_events.id"], name=op.f("fk_ai_calls_error_event_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["prompt_type"], ["ai_prompts.prompt_type"], name=op.f("fk_ai_calls_prompt_type")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_ai_calls_session_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_calls")),
        sa.UniqueConstraint("error_event_id", name=op.f("uq_ai_calls_error_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ai_calls_prompt_type", "ai_calls", ["prompt_type", "started_at"], unique=False)
    op.create_index("ix_ai_calls_session_id", "ai_calls", ["session_id"], unique=False)
    op.create_index("ix_ai_calls_started_at", "ai_calls", ["started_at", "id"], unique=False)
    op.create_table(
        "pattern_evolution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change_type", sa.Text(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("learned_from_event_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "change_type IN ('created', 'new_solution', 'pattern_update', 'merge', 'split', 'validated', "
            "'invalidated', 'resolved', 'regressed', 'muted')",
            name=op.f("ck_pattern_evolution_change_type_words"),
        ),
        sa.ForeignKeyConstraint(
            ["learned_from_event_id"],
            ["error_events.id"],
            name=op.f("fk_pattern_evolution_learned_from_event_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["crash_patterns.id"], name=op.f("fk_pattern_evolution_pattern_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_evolution")),
        sa.UniqueConstraint("pattern_id", "version", name=op.f("uq_pattern_evolution_pattern_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_pattern_evolution_learned_from_event_id", "pattern_evolution", ["learned_from_event_id"], unique=False
    )
    op.create_table(
        "validations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=True),
        sa.Column("pattern_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("shown_level", sa.Text(), nullable=True),
        sa.Column("shown_confidence", sa.Float(), nullable=True),
        sa.Column("quality_rating", sa.Integer(), nullable=True),
        sa.Column("validated_by", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "subject IN ('analysis', 'pattern_match', 'solution', 'relationship')",
            name=op.f("ck_validations_subject_words"),
        ),
        sa.CheckConstraint("verdict IN ('confirmed', 'rejected', 'unsure')", name=op.f("ck_validations_verdict_words")),
        sa.CheckConstraint(
            "error_event_id IS NOT NULL OR pattern_id IS NOT NULL", name=op.f("ck_validations_about_something")
        ),
        sa.CheckConstraint("quality_rating BETWEEN 1 AND 5", name=op.f("ck_validations_quality_rating_range")),
        sa.ForeignKeyConstraint(
            ["error_event_id"], ["error_events.id"], name=op.f("fk_validations_error_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["crash_patterns.id"], name=op.f("fk_validations_pattern_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validations")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_validations_error_event_id", "validations", ["error_event_id", "created_at"], unique=False)
    op.create_index("ix_validations_pattern_id", "validations", ["pattern_id", "created_at"], unique=False)
    op.create_table(
        "crash_instances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.Text(), nullable=False),
        sa.Column("dump_index", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dump_hash", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), server_default="wcr", nullable=False),
        sa.Column("user_name", sa.Text(), nullable=True),
        sa.Column("computer", sa.Text(), nullable=True),
        sa.Column("database_version", sa.Text(), nullable=True),
        sa.Column("environment", JSON, server_default="{}", nullable=False),
        sa.Column("analysis", JSON, server_default="{}", nullable=False),
        sa.Column("expert_report", sa.Text(), nullable=True),
        sa.Column("ai_call_id", sa.Integer(), nullable=True),
        sa.Column("downtime_minutes", sa.Integer(), nullable=True),
        sa.Column("affected_features", JSON, server_default="[]", nullable=False),
        sa.CheckConstraint("dump_index >= 0 AND downtime_minutes >= 0", name=op.f("ck_crash_instances_not_negative")),
        sa.ForeignKeyConstraint(
            ["ai_call_id"], ["ai_calls.id"], name=op.f("fk_crash_instances_ai_call_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["error_event_id"], ["error_events.id"], name=op.f("fk_crash_instances_error_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crash_instances")),
        sa.UniqueConstraint("dump_hash", name=op.f("uq_crash_instances_dump_hash")),
        sa.UniqueConstraint("error_event_id", name=op.f("uq_crash_instances_error_event_id")),
        sa.UniqueConstraint("file_hash", "dump_index", name=op.f("uq_crash_instances_file_hash_dump_index")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_crash_instances_ai_call_id", "crash_instances", ["ai_call_id"], unique=False)
    op.create_table(
        "script_runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=True),
        sa.Column("previous_attempt_id", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("user_prompt", sa.Text(), nullable=True),
        sa.Column("ai_model", sa.Text(), nullable=True),
        sa.Column("ai_call_id", sa.Integer(), nullable=True),
        sa.Column("stdout", sa.Text(), nullable=True),
        sa.Column("stderr", sa.Text(), nullable=True),
        sa.Column("return_code", sa.Integer(), nullable=True),
        sa.Column("output_files", JSON, nullable=True),
        sa.Column("tags", JSON, nullable=True),
        sa.Column("execution_time_seconds", sa.Float(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "status IN ('running', 'success') OR error_event_id IS NOT NULL",
            name=op.f("ck_script_runs_failure_has_event"),
        ),
        sa.CheckConstraint(
            "status IN ('running', 'success', 'failed', 'timeout', 'killed')", name=op.f("ck_script_runs_status_words")
        ),
        sa.ForeignKeyConstraint(
            ["ai_call_id"], ["ai_calls.id"], name=op.f("fk_script_runs_ai_call_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["error_event_id"], ["error_events.id"], name=op.f("fk_script_runs_error_event_id")),
        sa.ForeignKeyConstraint(
            ["previous_attempt_id"],
            ["script_runs.id"],
            name=op.f("fk_script_runs_previous_attempt_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_script_runs_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_runs")),
        sa.UniqueConstraint("error_event_id", name=op.f("uq_script_runs_error_event_id")),
    )
    op.create_index("ix_script_runs_ai_call_id", "script_runs", ["ai_call_id"], unique=False)
    op.create_index("ix_script_runs_previous_attempt_id", "script_runs", ["previous_attempt_id"], unique=False)
    op.create_index("ix_script_runs_session_id", "script_runs", ["session_id", "started_at"], unique=False)
    op.create_index("ix_script_runs_started_at", "script_runs", ["started_at", "id"], unique=False)
    op.create_table(
        "fix_attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=False),
        sa.Column("action_taken", sa.Text(), nullable=False),
        sa.Column("code_changes", sa.Text(), nullable=True),
        sa.Column("successful", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("link_origin", sa.Text(), server_default="observed", nullable=False),
        sa.Column("evidence", sa.Float(), nullable=True),
        sa.Column("script_run_id", sa.Text(), nullable=True),
        sa.Column("solution_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("id LIKE 'fix-________'", name=op.f("ck_fix_attempts_id_form")),
        sa.CheckConstraint(
            "link_origin IN ('observed', 'inferred', 'confirmed')", name=op.f("ck_fix_attempts_link_origin_words")
        ),
        sa.CheckConstraint(
            "outcome IN ('unknown', 'succeeded', 'same_error', 'different_error')",
            name=op.f("ck_fix_attempts_outcome_words"),
        ),
        sa.CheckConstraint("evidence > 0 AND evidence <= 1", name=op.f("ck_fix_attempts_evidence_range")),
        sa.ForeignKeyConstraint(
            ["error_event_id"], ["error_events.id"], name=op.f("fk_fix_attempts_error_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["script_run_id"], ["script_runs.id"], name=op.f("fk_fix_attempts_script_run_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_fix_attempts_session_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["pattern_solutions.id"], name=op.f("fk_fix_attempts_solution_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix_attempts")),
    )
    op.create_index("ix_fix_attempts_error_event_id", "fix_attempts", ["error_event_id", "attempted_at"], unique=False)
    op.create_index("ix_fix_attempts_script_run_id", "fix_attempts", ["script_run_id"], unique=False)
    op.create_index("ix_fix_attempts_session_id", "fix_attempts", ["session_id"], unique=False)
    op.create_index("ix_fix_attempts_solution_id", "fix_attempts", ["solution_id"], unique=False)
    op.create_table(
        "raw_dumps",
        sa.Column("dump_hash", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("text_bytes", sa.Integer(), nullable=False),
        sa.Column("stored_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dump_hash"], ["crash_instances.dump_hash"], name=op.f("fk_raw_dumps_dump_hash"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dump_hash", name=op.f("pk_raw_dumps")),
    )
    op.create_table(
        "causal_chains",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("error_event_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("successful_fix_id", sa.Text(), nullable=True),
        sa.Column("resolution_time_minutes", sa.Float(), nullable=True),
        sa.Column("resolution_time_source", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'resolved') = (successful_fix_id IS NOT NULL)", name=op.f("ck_causal_chains_resolved_has_fix")
        ),
        sa.CheckConstraint("id LIKE 'chain-________'", name=op.f("ck_causal_chains_id_form")),
        sa.CheckConstraint(
            "resolution_time_source IN ('computed', 'reported')",
            name=op.f("ck_causal_chains_resolution_time_source_words"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'resolved', 'needs_review', 'abandoned')", name=op.f("ck_causal_chains_status_words")
        ),
        sa.CheckConstraint("resolution_time_minutes >= 0", name=op.f("ck_causal_chains_not_negative")),
        sa.ForeignKeyConstraint(
            ["error_event_id"], ["error_events.id"], name=op.f("fk_causal_chains_error_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["successful_fix_id"], ["fix_attempts.id"], name=op.f("fk_causal_chains_successful_fix_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_causal_chains")),
        sa.UniqueConstraint("error_event_id", name=op.f("uq_causal_chains_error_event_id")),
    )
    op.create_index("ix_causal_chains_status", "causal_chains", ["status", "created_at"], unique=False)
    op.create_index("ix_causal_chains_successful_fix_id", "causal_chains", ["successful_fix_id"], unique=False)
    op.execute(FAILURES_VIEW)
