"""Vectors of variants, one space a model.

``embeddings`` holds every vector as float32. What searches them is derived from it: up to ``LARGEST_SIZE`` vectors a
sqlite-vec table, or a matrix in memory (without sqlite-vec, and where a process searches often); beyond it sign bits in
memory. A driver without sqlite-vec leaves the table stale, and the next one with it rebuilds it. All of them only
propose candidates: the cosines returned are computed from the stored rows, so they are the same either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, Row, RowMapping, Text, and_, cast, delete, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository, Scope
from crash_knowledge.store.schema import embeddings, pattern_variants, vector_indexes
from crash_knowledge.store.vec0 import LARGEST_K, Vec0Index, is_outgrown
from crash_knowledge.store.vector_memory import Matrix, SignBits
from crash_knowledge.store.vector_search import Kept, MemoryIndex, Vector, checked, cosines, most_alike, pack, unpack

_OWNER = "variant"
_SPARE_CANDIDATES = 16
_READ_AT_ONCE = 20_000

_E = embeddings.c
_I = vector_indexes.c


@dataclass(frozen=True, slots=True)
class NewVector:
    """A variant's vector; ``content_hash``: SHA-256 of the text that was embedded."""

    variant_id: int
    content_hash: str
    vector: NDArray[np.floating]


class Vectors(Repository):
    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._changed: set[str] = set()

    def put(self, variant_id: int, model_id: str, content_hash: str, vector: NDArray[np.floating]) -> None:
        """Store the variant's vector for a model, in place of an earlier one.

        Raises ValueError when the vector is zero, not finite, or not of the model's dimensions.
        """
        self.put_many(model_id, [NewVector(variant_id, content_hash, vector)])

    def put_many(self, model_id: str, vectors: Sequence[NewVector]) -> None:
        """Store vectors of different variants for a model, in place of earlier ones. Raises ValueError as ``put``."""
        rows = [checked(one.vector) for one in vectors]
        for dim in sorted({row.size for row in rows}):
            index = self._note_changes(model_id, dim, len(rows))
        if not rows:
            return
        insert = dialect.insert(self._connection, embeddings)
        replacing = insert.on_conflict_do_update(
            index_elements=["owner_type", "owner_id", "model"],
            set_={name: insert.excluded[name] for name in ("dim", "content_hash", "vector")},
        )
        packed = {one.variant_id: pack(row) for one, row in zip(vectors, rows, strict=True)}
        stored = [
            {
                "owner_type": _OWNER,
                "owner_id": str(one.variant_id),
                "model": model_id,
                "dim": row.size,
                "content_hash": one.content_hash,
                "vector": packed[one.variant_id],
            }
            for one, row in zip(vectors, rows, strict=True)
        ]
        self._connection.execute(replacing, stored)
        self._keep_in_step(index, lambda table: table.put(packed))

    def nearest(self, model_id: str, vector: NDArray[np.floating], k: int) -> list[tuple[int, float]]:
        """The ``k`` variants nearest to ``vector`` in the model's space: (variant id, cosine), nearest first."""
        query = checked(vector)
        index = self._index_row(model_id)
        if index is None or k < 1:
            return []
        if query.size != index["dim"]:
            raise ValueError(f"vectors of {model_id} have {index['dim']} dimensions, not {query.size}")
        return self._ranked(model_id, query, self._candidates(index, query, k + _SPARE_CANDIDATES), k)

    def missing(self, model_id: str, limit: int) -> list[tuple[int, str]]:
        """Variants without a vector of the model: (variant id, semantic text), oldest first."""
        has_vector = (
            select(_E.owner_id)
            .where(_E.owner_type == _OWNER, _E.model == model_id, _E.owner_id == cast(pattern_variants.c.id, Text))
            .exists()
        )
        query = (
            select(pattern_variants.c.id, pattern_variants.c.semantic_text)
            .where(~has_vector)
            .order_by(pattern_variants.c.id)
            .limit(limit)
        )
        return [(row["id"], row["semantic_text"]) for row in self._rows(query)]

    def count(self, model_id: str) -> int:
        query = select(func.count()).select_from(embeddings)
        return self._count(query.where(_E.owner_type == _OWNER, _E.model == model_id))

    def models(self) -> tuple[str, ...]:
        """The models that have vectors here, by name."""
        return tuple(self._connection.execute(select(_I.model).order_by(_I.model)).scalars())

    def remove(self, variant_ids: Iterable[int]) -> None:
        """Drop the vectors of variants, of every model."""
        gone = sorted(set(variant_ids))
        for model_id in self.models():
            index = self._index_row(model_id)
            if index is None:
                continue
            changed = self._note_changes(model_id, index["dim"], 1)
            for some in dialect.chunks(gone):
                names = [str(one) for one in some]
                chosen = (_E.owner_type == _OWNER, _E.model == model_id, _E.owner_id.in_(names))
                self._connection.execute(delete(embeddings).where(*chosen))
            self._keep_in_step(changed, lambda table: table.remove(gone))

    def rebuild(self, model_id: str) -> None:
        """Make the sqlite-vec table of a model anew from its vectors, or drop it when there are too many for it.

        Without sqlite-vec there is nothing to make.
        """
        index = self._index_row(model_id)
        if index is None or not self._scope.vector_search.indexed:
            return
        table, outgrown = Vec0Index(self._connection, model_id), self._is_outgrown(index)
        if outgrown:
            table.drop()
        else:
            table.rebuild(index["dim"], _OWNER)
        self._connection.execute(vector_indexes.update().where(_I.model == model_id).values(is_stale=outgrown))

    def has_stale(self) -> bool:
        """Whether a driver without sqlite-vec left an index behind."""
        return bool(self._left_behind())

    def rebuild_stale(self) -> None:
        """Rebuild every index that a driver without sqlite-vec left behind."""
        for model_id in self._left_behind():
            self.rebuild(model_id)

    def _left_behind(self) -> list[str]:
        stale = self._rows(select(vector_indexes).where(_I.is_stale).order_by(_I.model))
        return [index["model"] for index in stale if not self._is_outgrown(index)]

    def _is_outgrown(self, index: RowMapping) -> bool:
        return is_outgrown(self._connection, index["model"], _OWNER, index["revision"])

    def _index_row(self, model_id: str) -> RowMapping | None:
        rows = self._rows(select(vector_indexes).where(_I.model == model_id))
        return rows[0] if rows else None

    def _note_changes(self, model_id: str, dim: int, changes: int) -> RowMapping:
        """Count the changes to the model's vectors in its revision; without sqlite-vec its table becomes stale."""
        insert = dialect.insert(self._connection, vector_indexes).values(
            model=model_id, dim=dim, revision=changes, is_stale=True
        )
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["model"],
                set_={
                    "revision": _I.revision + changes,
                    "is_stale": _I.is_stale if self._scope.vector_search.indexed else True,
                },
            )
        )
        index = self._index_row(model_id)
        if index is None or index["dim"] != dim:
            raise ValueError(f"vectors of {model_id} have {index and index['dim']} dimensions, not {dim}")
        self._changed.add(model_id)
        return index

    def _keep_in_step(self, index: RowMapping, change: Callable[[Vec0Index], None]) -> None:
        if not self._scope.vector_search.indexed:
            return
        if index["is_stale"] or self._is_outgrown(index):
            self.rebuild(index["model"])
        else:
            change(Vec0Index(self._connection, index["model"]))

    def _candidates(self, index: RowMapping, query: Vector, wanted: int) -> list[int]:
        """At least ``wanted`` variants, as far as there are so many, that hold the nearest to ``query``."""
        search = self._scope.vector_search
        kept = search.kept(SignBits, index["model"])
        if (kept is not None and kept.revision == index["revision"]) or self._is_outgrown(index):
            return self._in_memory(SignBits, index).nearest(query, wanted)
        has_table = search.indexed and not index["is_stale"] and wanted <= LARGEST_K
        if has_table and not search.is_frequent(index["model"]):
            return Vec0Index(self._connection, index["model"]).nearest(pack(query), wanted)
        return self._in_memory(Matrix, index).nearest(query, wanted)

    def _in_memory(self, kind: type[Kept], index: RowMapping) -> Kept:
        def load(kept: Kept | None) -> Kept:
            fresh = self._added_since(kept, index) if kept is not None else None
            return kept.extended(*fresh) if kept is not None and fresh is not None else self._read(kind, index)

        model_id, revision = index["model"], index["revision"]
        search = self._scope.vector_search
        return search.index(kind, model_id, revision, load, keep=model_id not in self._changed)

    def _read(self, kind: type[Kept], index: RowMapping) -> Kept:
        """All vectors of a model, some at a time."""
        query = select(cast(_E.owner_id, Integer), _E.vector).where(_E.owner_type == _OWNER, _E.model == index["model"])
        made = None
        for some in self._connection.execute(query).partitions(_READ_AT_ONCE):
            ids, rows = _ids_and_rows(some, index["dim"])
            made = made.extended(index["revision"], ids, rows) if made else kind.of(index["revision"], ids, rows)
        return made or kind.of(index["revision"], [], np.empty((0, index["dim"]), dtype=np.float32))

    def _added_since(self, kept: MemoryIndex, index: RowMapping) -> tuple[int, list[int], Vector] | None:
        """Revision, ids and rows of the variants that are new since ``kept``; None when anything else changed.

        Every change counts in the revision, and later variants have greater ids: when there are as many later ones with
        a vector as changes, these are the changes.
        """
        changes = index["revision"] - kept.revision
        if changes < 1 or not len(kept.ids):
            return None
        owns = (_E.owner_type == _OWNER, _E.model == index["model"], _E.owner_id == cast(pattern_variants.c.id, Text))
        later = (
            select(pattern_variants.c.id, _E.vector)
            .join(embeddings, and_(*owns))
            .where(pattern_variants.c.id > int(kept.ids.max()))
            .order_by(pattern_variants.c.id)
        )
        found = self._connection.execute(later.limit(changes + 1)).all()
        return (index["revision"], *_ids_and_rows(found, index["dim"])) if len(found) == changes else None

    def _ranked(self, model_id: str, query: Vector, variant_ids: list[int], k: int) -> list[tuple[int, float]]:
        """The ``k`` nearest of these variants, with their cosines."""
        names = dialect.is_one_of(self._connection, _E.owner_id, [str(one) for one in variant_ids])
        stored = select(cast(_E.owner_id, Integer), _E.vector)
        chosen = stored.where(_E.owner_type == _OWNER, _E.model == model_id, names)
        ids, rows = _ids_and_rows(self._connection.execute(chosen).all(), query.size)
        best = most_alike(rows, query, k + _SPARE_CANDIDATES)
        scores = cosines(rows[best], query)
        found = [(ids[place], float(score)) for place, score in zip(best, scores, strict=True)]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:k]


def _ids_and_rows(found: Sequence[Row[Any, Any]], dim: int) -> tuple[list[int], Vector]:
    return [row[0] for row in found], unpack([row[1] for row in found], dim)
