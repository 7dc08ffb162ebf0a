"""Re-keying: giving stored crashes the fingerprint that newer rules make of them. Crashes never leave their pattern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import zstandard
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, or_, select

from crash_knowledge.store import dialect
from crash_knowledge.store.counts import recount_variants
from crash_knowledge.store.postings import Postings
from crash_knowledge.store.records import NewVariant
from crash_knowledge.store.repository import Repository, Scope
from crash_knowledge.store.schema import (
    crash_instances,
    crash_patterns,
    embeddings,
    error_events,
    pattern_variants,
    raw_dumps,
)
from crash_knowledge.store.variants import Variants
from crash_knowledge.store.vector_search import unpack
from crash_knowledge.store.vectors import Vectors

_EVENT = error_events.c
_VARIANT = pattern_variants.c
_PATTERN = crash_patterns.c
_INSTANCE = crash_instances.c


@dataclass(frozen=True, slots=True)
class StaleCrash:
    """A crash whose variant was made by other rules. ``text``: its redacted dump; ``semantic_text``: the variant's."""

    crash_id: int
    variant_id: int
    text: str
    semantic_text: str

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the order of re-keying: variant by variant."""
        return self.variant_id, self.crash_id


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What newer rules make of a crash. ``terms``: to find the variant by; ``text_hash``: of its semantic text.

    ``vector``: of its text by the model ``model_id``; None when the text stayed the same, or none can be made now.
    """

    variant: NewVariant
    terms: frozenset[str]
    text_hash: str
    vector: NDArray[np.floating] | None = None
    model_id: str | None = None


class Rekeying(Repository):
    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._targets: dict[tuple[int, int, str], int] = {}

    def stale(self, version: int, after: tuple[int, int], limit: int) -> tuple[StaleCrash, ...]:
        """Crashes keyed by other rules than ``version`` whose text is kept, in order, behind the place ``after``."""
        query = (
            select(_INSTANCE.id, _EVENT.variant_id, raw_dumps.c.content, _VARIANT.semantic_text)
            .join(error_events, _EVENT.id == _INSTANCE.error_event_id)
            .join(pattern_variants, _VARIANT.id == _EVENT.variant_id)
            .join(raw_dumps, raw_dumps.c.dump_hash == _INSTANCE.dump_hash)
            .where(_VARIANT.fingerprint_version != version, _VARIANT.id >= after[0])
            .where(or_(_VARIANT.id > after[0], _INSTANCE.id > after[1]))
            .order_by(_VARIANT.id, _INSTANCE.id)
            .limit(limit)
        )
        return tuple(
            StaleCrash(
                crash_id=row["id"],
                variant_id=row["variant_id"],
                text=zstandard.decompress(row["content"]).decode("utf-8", "surrogatepass"),
                semantic_text=row["semantic_text"],
            )
            for row in self._rows(query)
        )

    def rekey(self, crash: StaleCrash, new: NewKeys) -> bool:
        """Move a crash to the variant of its pattern with the new keys, which is made findable if it is new.

        Vectors of the same text come along. The variant that is left behind stays, perhaps empty, and
        counts are not touched: see ``settle``. False, and nothing changes, when the crash was moved or removed since it
        was read.
        """
        event = self._event(crash)
        if event is None:
            return False
        event_id, pattern_id, occurred_at, is_demo = event
        target = (pattern_id, new.variant.fingerprint_version, new.variant.exact)
        if target not in self._targets:
            scope = Scope(self._connection, self._scope.vector_search, is_demo)
            variant = Variants(scope).add(pattern_id, new.variant, occurred_at)
            if variant.occurrence_count == 1:
                self._make_findable(variant.id, new, crash.variant_id)
            self._targets[target] = variant.id
        moved = error_events.update().where(_EVENT.id == event_id)
        self._connection.execute(moved.values(variant_id=self._targets[target]))
        return True

    def settle(self, left: Iterable[int], version: int) -> None:
        """Finish a batch: drop variants that were left empty, count the others anew, renew the keys of their patterns.

        ``left``: the variants that crashes were moved out of.
        """
        touched = sorted(set(left))
        patterns: set[int] = set()
        for some in dialect.chunks(touched):
            patterns.update(
                self._connection.execute(select(_VARIANT.pattern_id).where(_VARIANT.id.in_(some))).scalars()
            )
        empty = [
            one
            for some in dialect.chunks(touched)
            for one in self._connection.execute(select(_VARIANT.id).where(_VARIANT.id.in_(some), ~_in_use())).scalars()
        ]
        Variants(self._scope).remove(empty)
        recount_variants(self._connection, patterns)
        self._renew_patterns(patterns, version)

    def crashes_by_version(self) -> dict[int, int]:
        """Version of the rules -> how many crashes are keyed by them."""
        query = (
            select(_VARIANT.fingerprint_version, func.count())
            .join(error_events, _EVENT.variant_id == _VARIANT.id)
            .join(crash_instances, _INSTANCE.error_event_id == _EVENT.id)
            .group_by(_VARIANT.fingerprint_version)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def without_text(self, version: int) -> int:
        """How many crashes are keyed by other rules than ``version`` and have no text to make keys of."""
        has_text = select(raw_dumps.c.dump_hash).where(raw_dumps.c.dump_hash == _INSTANCE.dump_hash).exists()
        query = (
            select(func.count())
            .select_from(crash_instances)
            .join(error_events, _EVENT.id == _INSTANCE.error_event_id)
            .join(pattern_variants, _VARIANT.id == _EVENT.variant_id)
            .where(_VARIANT.fingerprint_version != version, ~has_text)
        )
        return self._count(query)

    def _event(self, crash: StaleCrash) -> tuple[str, int, datetime, bool] | None:
        query = (
            select(_EVENT.id, _EVENT.pattern_id, _EVENT.occurred_at, _EVENT.is_demo)
            .join(crash_instances, _INSTANCE.error_event_id == _EVENT.id)
            .where(_INSTANCE.id == crash.crash_id, _EVENT.variant_id == crash.variant_id)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else (row[0], row[1], row[2], row[3])

    def _make_findable(self, variant_id: int, new: NewKeys, instead_of: int) -> None:
        """Terms and vectors of a new variant; vectors of the same text are those of the variant it stands for."""
        Postings(self._scope).add(variant_id, new.terms)
        vectors = Vectors(self._scope)
        same_text = (
            embeddings.c.owner_type == "variant",
            embeddings.c.owner_id == str(instead_of),
            embeddings.c.content_hash == new.text_hash,
        )
        for row in self._rows(select(embeddings.c.model, embeddings.c.dim, embeddings.c.vector).where(*same_text)):
            vectors.put(variant_id, row["model"], new.text_hash, unpack([row["vector"]], row["dim"])[0])
        if new.vector is not None and new.model_id is not None:
            vectors.put(variant_id, new.model_id, new.text_hash, new.vector)

    def _renew_patterns(self, pattern_ids: Iterable[int], version: int) -> None:
        """A pattern carries the keys of its oldest variant that the present rules made."""
        for some in dialect.chunks(sorted(pattern_ids)):
            renewed = (
                select(_VARIANT.pattern_id, func.min(_VARIANT.id).label("variant_id"))
                .join(crash_patterns, _PATTERN.id == _VARIANT.pattern_id)
                .where(_VARIANT.pattern_id.in_(some), _VARIANT.fingerprint_version == version)
                .where(_PATTERN.fingerprint_version != version)
                .group_by(_VARIANT.pattern_id)
                .subquery()
            )
            keys = select(renewed.c.pattern_id, _VARIANT.exact, _VARIANT.structural).join(
                renewed, renewed.c.variant_id == _VARIANT.id
            )
            for row in self._rows(keys):
                self._connection.execute(
                    crash_patterns.update()
                    .where(_PATTERN.id == row["pattern_id"])
                    .values(
                        fingerprint_exact=row["exact"],
                        fingerprint_structural=row["structural"],
                        fingerprint_version=version,
                    )
                )


def _in_use() -> ColumnElement[bool]:
    return select(_EVENT.id).where(_EVENT.variant_id == _VARIANT.id).correlate(pattern_variants).exists()
