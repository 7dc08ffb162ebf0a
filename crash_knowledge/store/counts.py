"""What the counters of patterns and variants must be, according to the rows they count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, ScalarSelect, Table, case, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.schema import (
    crash_patterns,
    error_events,
    pattern_evolution,
    pattern_fixes,
    pattern_variants,
    validations,
    variant_terms,
)


def pattern_counts() -> dict[str, ScalarSelect[Any]]:
    """Column of ``crash_patterns`` -> the subquery that computes it."""
    return {
        "occurrence_count": _events_of(error_events.c.pattern_id == crash_patterns.c.id, func.count()),
        "version": select(func.coalesce(func.max(pattern_evolution.c.version), 1))
        .where(pattern_evolution.c.pattern_id == crash_patterns.c.id)
        .correlate(crash_patterns)
        .scalar_subquery(),
    }


def variant_counts() -> dict[str, ScalarSelect[Any]]:
    """Column of ``pattern_variants`` -> the subquery that computes it."""
    return {
        "occurrence_count": _events_of(error_events.c.variant_id == pattern_variants.c.id, func.count()),
        "term_count": select(func.count())
        .select_from(variant_terms)
        .where(variant_terms.c.variant_id == pattern_variants.c.id)
        .correlate(pattern_variants)
        .scalar_subquery(),
    }


def recount(connection: Connection, pattern_ids: Iterable[int]) -> None:
    """Set counters and times of patterns and their variants to what the rows say.

    Times stay as they are where no event is left.
    """
    pattern_ids = set(pattern_ids)
    for some in dialect.chunks(sorted(pattern_ids)):
        of_pattern = error_events.c.pattern_id == crash_patterns.c.id
        connection.execute(
            crash_patterns.update()
            .where(crash_patterns.c.id.in_(some))
            .values(pattern_counts() | _times(of_pattern, crash_patterns))
        )
    recount_fixes(connection, pattern_ids)
    recount_variants(connection, pattern_ids)


def recount_fixes(connection: Connection, pattern_ids: Iterable[int]) -> None:
    """Set the version that patterns were resolved in last to what their fixes say."""
    for some in dialect.chunks(sorted(set(pattern_ids))):
        chosen = crash_patterns.update().where(crash_patterns.c.id.in_(some))
        connection.execute(chosen.values(resolved_in_version=latest_fix()))


def latest_fix() -> ScalarSelect[str]:
    """The version of the fix of a pattern that was recorded last, of those that stand."""
    return (
        select(pattern_fixes.c.version)
        .where(pattern_fixes.c.pattern_id == crash_patterns.c.id, pattern_fixes.c.withdrawn_step_id.is_(None))
        .order_by(pattern_fixes.c.fixed_at.desc(), pattern_fixes.c.id.desc())
        .limit(1)
        .correlate(crash_patterns)
        .scalar_subquery()
    )


def recount_variants(connection: Connection, pattern_ids: Iterable[int]) -> None:
    """Set counters and times of the variants of patterns to what the rows say. Times without an event stay."""
    for some in dialect.chunks(sorted(set(pattern_ids))):
        of_variant = error_events.c.variant_id == pattern_variants.c.id
        connection.execute(
            pattern_variants.update()
            .where(pattern_variants.c.pattern_id.in_(some))
            .values(variant_counts() | _times(of_variant, pattern_variants))
        )


def recount_reviews(connection: Connection, pattern_ids: Iterable[int]) -> None:
    """Set review counters and confidence of patterns to what the stored reviews of their matches say."""
    right, wrong = _reviews_with("confirmed"), _reviews_with("rejected")
    confidence = (1.0 + right) / (2.0 + right + wrong)
    change = crash_patterns.update().values(
        validation_count=right, false_positive_count=wrong, confidence_score=confidence
    )
    for some in dialect.chunks(sorted(set(pattern_ids))):
        connection.execute(change.where(crash_patterns.c.id.in_(some)))


def _times(of_row: ColumnElement[bool], table: Table) -> dict[str, Any]:
    first, last = (_events_of(of_row, pick(error_events.c.occurred_at)) for pick in (func.min, func.max))
    return {
        "first_seen": func.coalesce(first, table.c.first_seen),
        "last_seen": func.coalesce(last, table.c.last_seen),
    }


def _reviews_with(verdict: str) -> ScalarSelect[Any]:
    return (
        select(func.count(case((validations.c.verdict == verdict, 1))))
        .where(validations.c.pattern_id == crash_patterns.c.id, validations.c.subject == "pattern_match")
        .correlate(crash_patterns)
        .scalar_subquery()
    )


def _events_of(of_row: ColumnElement[bool], figure: ColumnElement[Any] | Label[Any]) -> ScalarSelect[Any]:
    return (
        select(figure)
        .select_from(error_events)
        .where(of_row)
        .correlate(crash_patterns, pattern_variants)
        .scalar_subquery()
    )
