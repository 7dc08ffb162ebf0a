"""Variants: the distinct stacks within a pattern. Keys, terms and vectors hang on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import RowMapping, case, func, literal, select

from crash_knowledge.store import dialect
from crash_knowledge.store.postings import Postings
from crash_knowledge.store.records import NewVariant, Variant
from crash_knowledge.store.repository import Query, Repository, only_row
from crash_knowledge.store.schema import error_events, pattern_variants
from crash_knowledge.store.text_search import TextSearch
from crash_knowledge.store.types import UtcDateTime
from crash_knowledge.store.vectors import Vectors

_T = pattern_variants.c


class Variants(Repository):
    def add(self, pattern_id: int, new: NewVariant, seen_at: datetime) -> Variant:
        """Store a variant with its first occurrence; one the pattern has already gets one occurrence more."""
        seen = literal(seen_at, UtcDateTime)
        insert = dialect.insert(self._connection, pattern_variants).values(
            self._marked(
                pattern_variants,
                {
                    "pattern_id": pattern_id,
                    "exact": new.exact,
                    "structural": new.structural,
                    "seed_exact": new.seed_exact,
                    "seed_structural": new.seed_structural,
                    "fingerprint_version": new.fingerprint_version,
                    "cause": new.cause,
                    "frames": new.frames,
                    "in_app": new.in_app,
                    "semantic_text": new.semantic_text,
                    "occurrence_count": 1,
                    "first_seen": seen_at,
                    "last_seen": seen_at,
                },
            )
        )
        count_again = insert.on_conflict_do_update(
            index_elements=["pattern_id", "fingerprint_version", "exact"],
            set_={
                "occurrence_count": _T.occurrence_count + 1,
                "first_seen": case((_T.first_seen > seen, seen), else_=_T.first_seen),
                "last_seen": case((_T.last_seen < seen, seen), else_=_T.last_seen),
            },
        )
        self._connection.execute(count_again)
        same = (_T.pattern_id == pattern_id, _T.fingerprint_version == new.fingerprint_version, _T.exact == new.exact)
        variant = _variant(only_row(self._rows(select(pattern_variants).where(*same)), "variant", new.exact))
        TextSearch(self._scope).add(variant.id, variant.cause, variant.frames)
        return variant

    def get_many(self, variant_ids: Iterable[int]) -> dict[int, Variant]:
        """The variants of those ids that exist."""
        found: dict[int, Variant] = {}
        for some in dialect.chunks(sorted(set(variant_ids))):
            for row in self._rows(select(pattern_variants).where(_T.id.in_(some))):
                found[row["id"]] = _variant(row)
        return found

    def with_exact(self, keys: Iterable[str]) -> tuple[Variant, ...]:
        """Variants with one of those exact keys, of any pattern and any rules; last seen first.

        A key is made of what the rules left of a crash, so equal keys of different rules are equal crashes.
        """
        return self._found(select(pattern_variants).where(_T.exact.in_(sorted(set(keys)))))

    def with_structural(self, keys: Iterable[str], limit: int = 50) -> tuple[Variant, ...]:
        """Variants with one of those structural keys, of any pattern and any rules; last seen first."""
        return self._found(select(pattern_variants).where(_T.structural.in_(sorted(set(keys)))).limit(limit))

    def of_pattern(self, pattern_id: int, limit: int = 50) -> tuple[Variant, ...]:
        """Variants of a pattern, last seen first."""
        return self._found(select(pattern_variants).where(_T.pattern_id == pattern_id).limit(limit))

    def remove(self, variant_ids: Iterable[int]) -> None:
        """Drop variants with their words, terms and vectors. They must not be the variant of any event."""
        gone = sorted(set(variant_ids))
        TextSearch(self._scope).remove(gone)
        Postings(self._scope).remove(gone)
        Vectors(self._scope).remove(gone)
        for some in dialect.chunks(gone):
            self._connection.execute(pattern_variants.delete().where(_T.id.in_(some)))

    def remove_unused(self, pattern_id: int) -> None:
        """Drop the variants of a pattern that are no event's any more."""
        in_use = select(error_events.c.id).where(error_events.c.variant_id == _T.id).exists()
        unused = select(_T.id).where(_T.pattern_id == pattern_id, ~in_use)
        self.remove(self._connection.execute(unused).scalars().all())

    def count(self) -> int:
        return self._count(select(func.count()).select_from(pattern_variants))

    def _found(self, query: Query) -> tuple[Variant, ...]:
        return tuple(_variant(row) for row in self._rows(query.order_by(_T.last_seen.desc(), _T.id.desc())))


def _variant(row: RowMapping) -> Variant:
    return Variant(
        id=row["id"],
        pattern_id=row["pattern_id"],
        exact=row["exact"],
        structural=row["structural"],
        fingerprint_version=row["fingerprint_version"],
        cause=row["cause"],
        frames=tuple(row["frames"]),
        in_app=tuple(row["in_app"]),
        semantic_text=row["semantic_text"],
        occurrence_count=row["occurrence_count"],
        last_seen=row["last_seen"],
    )
