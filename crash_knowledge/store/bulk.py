"""Many patterns at once: for imports, and for stores of measured size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table

from crash_knowledge.store.postings import Postings
from crash_knowledge.store.records import NewPattern, NewVariant
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import crash_patterns, pattern_variants
from crash_knowledge.store.text_search import TextSearch
from crash_knowledge.store.vectors import NewVector, Vectors
from crash_knowledge.store.words import entries_of


@dataclass(frozen=True, slots=True)
class NewKnowledge:
    """A pattern with its first stack.

    ``terms``: what the stack is found by. ``occurrences``: how often it was seen, all at the pattern's ``seen_at``; the
    caller stores these crashes in the same transaction. ``vector``: of the variant's semantic text, None without one.
    """

    pattern: NewPattern
    variant: NewVariant
    terms: frozenset[str]
    occurrences: int = 0
    vector: NDArray[np.floating] | None = None
    text_hash: str = ""


class Bulk(Repository):
    def add(self, known: Sequence[NewKnowledge], model_id: str) -> tuple[int, ...]:
        """Store new patterns, each with its variant, its terms and its vector by the model; gives the patterns' ids.

        A few thousand at a time serve best. Raises ValueError for a vector that cannot be compared.
        """
        pattern_ids = self._insert_all(crash_patterns, (_pattern_row(one) for one in known))
        owned = zip(pattern_ids, known, strict=True)
        variant_ids = self._insert_all(pattern_variants, (_variant_row(owner, one) for owner, one in owned))
        found = list(zip(variant_ids, known, strict=True))
        Postings(self._scope).add_many({variant_id: one.terms for variant_id, one in found})
        TextSearch(self._scope).add_many(
            {at: entries_of((one.variant.cause, *one.variant.frames)) for at, one in found}
        )
        vectors = [NewVector(at, one.text_hash, one.vector) for at, one in found if one.vector is not None]
        Vectors(self._scope).put_many(model_id, vectors)
        return pattern_ids

    def _insert_all(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
        """The ids of the rows inserted, in their order."""
        marked = [self._marked(table, row) for row in rows]
        if not marked:
            return ()
        insert = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        return tuple(self._connection.execute(insert, marked).scalars())


def _pattern_row(one: NewKnowledge) -> dict[str, Any]:
    new = one.pattern
    return {
        "source": new.source,
        "fingerprint_exact": new.fingerprint_exact,
        "fingerprint_structural": new.fingerprint_structural,
        "fingerprint_version": new.fingerprint_version,
        "pattern_name": new.pattern_name,
        "error_type": new.error_type,
        "error_category": new.error_category,
        "cause_of_dump": new.cause_of_dump,
        "stack_signature": new.stack_signature,
        "status": "ongoing" if one.occurrences > 1 else "new",
        "occurrence_count": one.occurrences,
        "first_seen": new.seen_at,
        "last_seen": new.seen_at,
    }


def _variant_row(pattern_id: int, one: NewKnowledge) -> dict[str, Any]:
    new = one.variant
    return {
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
        "occurrence_count": one.occurrences,
        "first_seen": one.pattern.seen_at,
        "last_seen": one.pattern.seen_at,
    }
