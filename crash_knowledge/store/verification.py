"""Verification: every stored figure against the rows it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, ScalarSelect, Table, Text, cast, func, or_, select

from crash_knowledge.store.counts import latest_fix, pattern_counts, variant_counts
from crash_knowledge.store.records import Drift
from crash_knowledge.store.schema import (
    audit_log,
    causal_chains,
    comments,
    crash_instances,
    crash_patterns,
    crash_relationships,
    embeddings,
    error_events,
    event_facts,
    fix_attempts,
    pattern_evolution,
    pattern_fixes,
    pattern_mutes,
    pattern_separations,
    pattern_solutions,
    pattern_tags,
    pattern_variants,
    terms,
    ticket_links,
    variant_terms,
    vector_indexes,
)
from crash_knowledge.store.schema.patterns import SOLUTION_ORIGINS, SYMMETRIC_RELATIONSHIPS
from crash_knowledge.store.tags import tidy_tag
from crash_knowledge.store.text_search import Fts5Index, unknown_words
from crash_knowledge.store.vec0 import Vec0Index, is_outgrown

_ROUNDING = 1e-9

Check = Callable[[Connection], Iterator[Drift]]

_HELD_BY_LIVING_PATTERNS = (
    error_events,
    pattern_variants,
    crash_relationships,
    pattern_separations,
    pattern_fixes,
    comments,
    ticket_links,
)


def verify(connection: Connection, *, indexed: bool) -> tuple[Drift, ...]:
    """All drift found; empty when everything agrees. ``indexed``: the connection carries sqlite-vec."""
    checks: list[Check] = [
        _integrity,
        _foreign_keys,
        _pattern_counters,
        _variant_counters,
        _confidence,
        _seen_order,
        _variants_of_other_patterns,
        _held_by_merged_patterns,
        _merged_in_a_circle,
        _solution_bounds,
        _events_without_chain,
        _crashes_without_instance,
        _term_frequencies,
        _orphaned_vectors,
        _orphaned_event_vectors,
        _fixes_of_other_chains,
        _facts_of_unknown_rules,
        _text_index,
        _words_of_search,
        _tags_of_nothing,
        _resolved_in_version,
        _fixes_by_solutions_of_others,
        _mutes_of_patterns_not_muted,
        _solutions_of_unknown_origin,
        _relations_in_the_wrong_order,
        _log_of_other_changes,
    ]
    if indexed:
        checks.append(_vector_indexes)
    return tuple(drift for check in checks for drift in check(connection))


def _integrity(connection: Connection) -> Iterator[Drift]:
    if connection.dialect.name != "sqlite":
        return
    for row in connection.exec_driver_sql("PRAGMA quick_check"):
        if row[0] != "ok":
            yield Drift("database file", row[0], "ok")


def _foreign_keys(connection: Connection) -> Iterator[Drift]:
    if connection.dialect.name != "sqlite":
        return
    for table, row_id, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Drift(f"{table} row {row_id}", f"refers to {parent}", "no such row")


def _pattern_counters(connection: Connection) -> Iterator[Drift]:
    return _compared(connection, crash_patterns, pattern_counts())


def _variant_counters(connection: Connection) -> Iterator[Drift]:
    return _compared(connection, pattern_variants, variant_counts())


def _term_frequencies(connection: Connection) -> Iterator[Drift]:
    frequency = (
        select(func.count())
        .select_from(variant_terms)
        .where(variant_terms.c.term_id == terms.c.id)
        .correlate(terms)
        .scalar_subquery()
    )
    return _compared(connection, terms, {"document_frequency": frequency})


def _compared(connection: Connection, table: Table, computed: dict[str, ScalarSelect[int]]) -> Iterator[Drift]:
    for name, actual in computed.items():
        stored = table.c[name]
        query = select(table.c.id, stored, actual).where(stored != actual).order_by(table.c.id)
        for row_id, was, is_now in connection.execute(query):
            yield Drift(f"{table.name} {row_id} {name}", was, is_now)


def _confidence(connection: Connection) -> Iterator[Drift]:
    patterns = crash_patterns.c
    right, wrong = patterns.validation_count, patterns.false_positive_count
    mean = (1.0 + right) / (2.0 + right + wrong)
    query = select(patterns.id, patterns.confidence_score, mean).where(
        func.abs(patterns.confidence_score - mean) > _ROUNDING
    )
    for row_id, was, is_now in connection.execute(query.order_by(patterns.id)):
        yield Drift(f"crash_patterns {row_id} confidence_score", was, is_now)


def _seen_order(connection: Connection) -> Iterator[Drift]:
    for table in (crash_patterns, pattern_variants):
        query = select(table.c.id, table.c.first_seen, table.c.last_seen).where(table.c.first_seen > table.c.last_seen)
        for row_id, first, last in connection.execute(query.order_by(table.c.id)):
            yield Drift(f"{table.name} {row_id} first_seen", first, f"not after {last}")


def _variants_of_other_patterns(connection: Connection) -> Iterator[Drift]:
    query = (
        select(error_events.c.id, error_events.c.pattern_id, pattern_variants.c.pattern_id)
        .join(pattern_variants, pattern_variants.c.id == error_events.c.variant_id)
        .where(error_events.c.pattern_id.is_distinct_from(pattern_variants.c.pattern_id))
    )
    for row_id, was, is_now in connection.execute(query.order_by(error_events.c.id)):
        yield Drift(f"error_events {row_id} pattern_id", was, is_now)


def _held_by_merged_patterns(connection: Connection) -> Iterator[Drift]:
    """What hangs on a pattern goes to the one that it is merged into."""
    merged = select(crash_patterns.c.id).where(crash_patterns.c.merged_into_id.is_not(None))
    for table in _HELD_BY_LIVING_PATTERNS:
        for column in table.c:
            if column.references(crash_patterns.c.id):
                held = select(table.c.id, column).where(column.in_(merged)).order_by(table.c.id)
                for row_id, pattern_id in connection.execute(held):
                    yield Drift(f"{table.name} {row_id} {column.name}", pattern_id, "a pattern that is not merged")


def _merged_in_a_circle(connection: Connection) -> Iterator[Drift]:
    merged = crash_patterns.c.merged_into_id
    heirs = {
        row[0]: row[1]
        for row in connection.execute(select(crash_patterns.c.id, merged).where(merged.is_not(None))).all()
    }
    for pattern_id in sorted(heirs):
        passed, heir = {pattern_id}, heirs[pattern_id]
        while heir in heirs and heir not in passed:
            passed.add(heir)
            heir = heirs[heir]
        if heir in passed:
            yield Drift(f"crash_patterns {pattern_id} merged_into_id", heirs[pattern_id], "no circle")


def _solution_bounds(connection: Connection) -> Iterator[Drift]:
    """A solution has worked at least as often as attempts with it did."""
    worked = (
        select(func.count())
        .select_from(fix_attempts)
        .where(fix_attempts.c.solution_id == pattern_solutions.c.id, fix_attempts.c.successful)
        .correlate(pattern_solutions)
        .scalar_subquery()
    )
    stored = pattern_solutions.c.success_count
    query = select(pattern_solutions.c.id, stored, worked).where(stored < worked).order_by(pattern_solutions.c.id)
    for row_id, was, at_least in connection.execute(query):
        yield Drift(f"pattern_solutions {row_id} success_count", was, f"at least {at_least}")


def _events_without_chain(connection: Connection) -> Iterator[Drift]:
    has_chain = select(causal_chains.c.id).where(causal_chains.c.error_event_id == error_events.c.id).exists()
    for row_id in connection.execute(select(error_events.c.id).where(~has_chain)).scalars():
        yield Drift(f"error_events {row_id} causal chain", None, "one chain")


def _crashes_without_instance(connection: Connection) -> Iterator[Drift]:
    has_details = select(crash_instances.c.id).where(crash_instances.c.error_event_id == error_events.c.id).exists()
    query = select(error_events.c.id).where(error_events.c.source == "crash", ~has_details)
    for row_id in connection.execute(query).scalars():
        yield Drift(f"error_events {row_id} crash instance", None, "one instance")


def _orphaned_vectors(connection: Connection) -> Iterator[Drift]:
    known = {str(one) for one in connection.execute(select(pattern_variants.c.id)).scalars()}
    vectors = select(embeddings.c.model, embeddings.c.owner_id).where(embeddings.c.owner_type == "variant")
    for model, owner_id in connection.execute(vectors):
        if owner_id not in known:
            yield Drift(f"embeddings variant {owner_id} of {model}", "a vector", "no such variant")


def _facts_of_unknown_rules(connection: Connection) -> Iterator[Drift]:
    """A crash that has facts says which rules established them."""
    has_facts = select(event_facts.c.name).where(event_facts.c.event_id == crash_instances.c.error_event_id).exists()
    query = select(crash_instances.c.id).where(crash_instances.c.facts_revision.is_(None), has_facts)
    for row_id in connection.execute(query.order_by(crash_instances.c.id)).scalars():
        yield Drift(f"crash_instances {row_id} facts_revision", None, "the rules of its facts")


def _text_index(connection: Connection) -> Iterator[Drift]:
    """Every variant is in the full-text index, and nothing else."""
    indexed = set(Fts5Index(connection).ids())
    stored = set(connection.execute(select(pattern_variants.c.id)).scalars())
    for variant_id in sorted(indexed ^ stored):
        is_there = variant_id in indexed
        yield Drift(
            f"text index {variant_id}", "words" if is_there else None, "no such variant" if is_there else "words"
        )


def _words_of_search(connection: Connection) -> Iterator[Drift]:
    """The dictionary of the search holds the words of the variants (of the newest, for there may be very many)."""
    for word in unknown_words(connection):
        yield Drift(f"search_words {word}", None, "a word of a variant")


def _tags_of_nothing(connection: Connection) -> Iterator[Drift]:
    """Tags are written one way only, so that a facet does not show one tag twice."""
    query = select(pattern_tags.c.id, pattern_tags.c.tag).order_by(pattern_tags.c.id)
    for row_id, tag in connection.execute(query):
        if tag != tidy_tag(tag):
            yield Drift(f"pattern_tags {row_id} tag", tag, tidy_tag(tag))


def _orphaned_event_vectors(connection: Connection) -> Iterator[Drift]:
    is_there = select(error_events.c.id).where(error_events.c.id == embeddings.c.owner_id).exists()
    vectors = select(embeddings.c.model, embeddings.c.owner_id).where(embeddings.c.owner_type == "error_event")
    for model, owner_id in connection.execute(vectors.where(~is_there).order_by(embeddings.c.owner_id)):
        yield Drift(f"embeddings error_event {owner_id} of {model}", "a vector", "no such failure")


def _fixes_of_other_chains(connection: Connection) -> Iterator[Drift]:
    """A chain is resolved by an attempt of its own that worked."""
    query = (
        select(causal_chains.c.id, causal_chains.c.successful_fix_id)
        .join(fix_attempts, fix_attempts.c.id == causal_chains.c.successful_fix_id)
        .where(or_(fix_attempts.c.error_event_id != causal_chains.c.error_event_id, ~fix_attempts.c.successful))
    )
    for row_id, fix_id in connection.execute(query.order_by(causal_chains.c.id)):
        yield Drift(f"causal_chains {row_id} successful_fix_id", fix_id, "an attempt of this chain that worked")


def _resolved_in_version(connection: Connection) -> Iterator[Drift]:
    """A pattern names the version of the last of its fixes that stand."""
    stored, actual = crash_patterns.c.resolved_in_version, latest_fix()
    query = select(crash_patterns.c.id, stored, actual).where(stored.is_distinct_from(actual))
    for row_id, was, is_now in connection.execute(query.order_by(crash_patterns.c.id)):
        yield Drift(f"crash_patterns {row_id} resolved_in_version", was, is_now)


def _fixes_by_solutions_of_others(connection: Connection) -> Iterator[Drift]:
    query = (
        select(pattern_fixes.c.id, pattern_fixes.c.pattern_id, pattern_solutions.c.pattern_id)
        .join(pattern_solutions, pattern_solutions.c.id == pattern_fixes.c.solution_id)
        .where(pattern_fixes.c.pattern_id != pattern_solutions.c.pattern_id)
    )
    for row_id, was, is_now in connection.execute(query.order_by(pattern_fixes.c.id)):
        yield Drift(f"pattern_fixes {row_id} pattern of its solution", was, is_now)


def _mutes_of_patterns_not_muted(connection: Connection) -> Iterator[Drift]:
    """A mute that lasts is of a muted pattern, or of one that was merged while it was."""
    query = (
        select(pattern_mutes.c.id, crash_patterns.c.status)
        .join(crash_patterns, crash_patterns.c.id == pattern_mutes.c.pattern_id)
        .where(pattern_mutes.c.ended_step_id.is_(None), crash_patterns.c.status.not_in(("muted", "merged")))
    )
    for row_id, status in connection.execute(query.order_by(pattern_mutes.c.id)):
        yield Drift(f"pattern_mutes {row_id} status of its pattern", status, "muted")


def _solutions_of_unknown_origin(connection: Connection) -> Iterator[Drift]:
    origin = pattern_solutions.c.origin
    query = select(pattern_solutions.c.id, origin).where(origin.not_in(SOLUTION_ORIGINS))
    for row_id, was in connection.execute(query.order_by(pattern_solutions.c.id)):
        yield Drift(f"pattern_solutions {row_id} origin", was, " or ".join(SOLUTION_ORIGINS))


def _log_of_other_changes(connection: Connection) -> Iterator[Drift]:
    """An entry of the log that refers to an evolution entry is of the same pattern."""
    query = (
        select(audit_log.c.id, audit_log.c.subject_id, pattern_evolution.c.pattern_id)
        .join(pattern_evolution, pattern_evolution.c.id == audit_log.c.evolution_id)
        .where(audit_log.c.subject_id != cast(pattern_evolution.c.pattern_id, Text))
    )
    for row_id, was, is_now in connection.execute(query.order_by(audit_log.c.id)):
        yield Drift(f"audit_log {row_id} subject_id", was, str(is_now))


def _relations_in_the_wrong_order(connection: Connection) -> Iterator[Drift]:
    """A relation without a direction is one row, the lower pattern first."""
    source, target = crash_relationships.c.source_pattern_id, crash_relationships.c.target_pattern_id
    kind = crash_relationships.c.relationship_type
    query = select(crash_relationships.c.id, source, target).where(kind.in_(SYMMETRIC_RELATIONSHIPS), source > target)
    for row_id, one, other in connection.execute(query.order_by(crash_relationships.c.id)):
        yield Drift(f"crash_relationships {row_id} source_pattern_id", one, other)


def _vector_indexes(connection: Connection) -> Iterator[Drift]:
    columns = (vector_indexes.c.model, vector_indexes.c.is_stale, vector_indexes.c.revision)
    for model, is_stale, revision in connection.execute(select(*columns)).all():
        if is_stale:
            if not is_outgrown(connection, model, "variant", revision):
                yield Drift(f"vector index of {model}", "stale", "rebuilt")
            continue
        stored = select(embeddings.c.owner_id).where(embeddings.c.owner_type == "variant", embeddings.c.model == model)
        wanted = {int(one) for one in connection.execute(stored).scalars()}
        indexed = Vec0Index(connection, model).ids()
        if indexed != wanted:
            yield Drift(f"vector index of {model}", f"{len(indexed)} vectors", f"{len(wanted)} vectors")
