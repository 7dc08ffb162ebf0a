"""Vectors of variants, one space a model.

``embeddings`` holds every vector as float32. The sqlite-vec table of a model is derived from it and can be rebuilt at
any time; a driver without sqlite-vec leaves it stale, and the next one with it rebuilds it. Both only propose
candidates: the cosines returned are computed from the stored rows, so they are the same either way.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Integer, RowMapping, Text, cast, delete, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository, Scope
from crash_knowledge.store.schema import embeddings, pattern_variants, vector_indexes
from crash_knowledge.store.vec0 import LARGEST_K, Vec0Index
from crash_knowledge.store.vector_search import Matrix, Vector, checked, cosines, pack, unpack

_OWNER = "variant"
_SPARE_CANDIDATES = 16

_E = embeddings.c
_I = vector_indexes.c


class Vectors(Repository):
    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._changed: set[str] = set()

    def put(self, variant_id: int, model_id: str, content_hash: str, vector: NDArray[np.floating]) -> None:
        """Store the variant's vector for a model, in place of an earlier one.

        Raises ValueError when the vector is zero, not finite, or not of the model's dimensions.
        """
        row = checked(vector)
        stale = self._next_revision(model_id, row.size)
        insert = dialect.insert(self._connection, embeddings).values(
            owner_type=_OWNER,
            owner_id=str(variant_id),
            model=model_id,
            dim=row.size,
            content_hash=content_hash,
            vector=pack(row),
        )
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["owner_type", "owner_id", "model"],
                set_={name: insert.excluded[name] for name in ("dim", "content_hash", "vector")},
            )
        )
        if self._scope.vector_search.indexed:
            if stale:
                self.rebuild(model_id)
            else:
                Vec0Index(self._connection, model_id).put(variant_id, pack(row))

    def nearest(self, model_id: str, vector: NDArray[np.floating], k: int) -> list[tuple[int, float]]:
        """The ``k`` variants nearest to ``vector`` in the model's space: (variant id, cosine), nearest first."""
        query = checked(vector)
        index = self._index_row(model_id)
        if index is None or k < 1:
            return []
        if query.size != index["dim"]:
            raise ValueError(f"vectors of {model_id} have {index['dim']} dimensions, not {query.size}")
        wanted = k + _SPARE_CANDIDATES
        if self._scope.vector_search.indexed and not index["is_stale"] and wanted <= LARGEST_K:
            candidates = Vec0Index(self._connection, model_id).nearest(pack(query), wanted)
        else:
            candidates = self._matrix(index).nearest(query, wanted)
        return self._ranked(model_id, query, candidates)[:k]

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
            stale = self._next_revision(model_id, index["dim"])
            for some in dialect.chunks(gone):
                names = [str(one) for one in some]
                chosen = (_E.owner_type == _OWNER, _E.model == model_id, _E.owner_id.in_(names))
                self._connection.execute(delete(embeddings).where(*chosen))
            if self._scope.vector_search.indexed and not stale:
                for one in gone:
                    Vec0Index(self._connection, model_id).remove(one)

    def rebuild(self, model_id: str) -> None:
        """Make the derived index of a model anew from its vectors. Without sqlite-vec there is nothing to make."""
        index = self._index_row(model_id)
        if index is None or not self._scope.vector_search.indexed:
            return
        Vec0Index(self._connection, model_id).rebuild(index["dim"], _OWNER)
        self._connection.execute(vector_indexes.update().where(_I.model == model_id).values(is_stale=False))

    def has_stale(self) -> bool:
        """Whether a driver without sqlite-vec left an index behind."""
        return bool(self._rows(select(_I.model).where(_I.is_stale).limit(1)))

    def rebuild_stale(self) -> None:
        """Rebuild every index that a driver without sqlite-vec left behind."""
        stale = self._connection.execute(select(_I.model).where(_I.is_stale).order_by(_I.model)).scalars().all()
        for model_id in stale:
            self.rebuild(model_id)

    def _index_row(self, model_id: str) -> RowMapping | None:
        rows = self._rows(select(vector_indexes).where(_I.model == model_id))
        return rows[0] if rows else None

    def _next_revision(self, model_id: str, dim: int) -> bool:
        """Note that the model's vectors change; says whether its derived index cannot be kept in step."""
        indexed = self._scope.vector_search.indexed
        insert = dialect.insert(self._connection, vector_indexes).values(
            model=model_id, dim=dim, revision=1, is_stale=True
        )
        self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=["model"],
                set_={"revision": _I.revision + 1, "is_stale": _I.is_stale if indexed else True},
            )
        )
        index = self._index_row(model_id)
        if index is None or index["dim"] != dim:
            raise ValueError(f"vectors of {model_id} have {index and index['dim']} dimensions, not {dim}")
        self._changed.add(model_id)
        return bool(index["is_stale"])

    def _matrix(self, index: RowMapping) -> Matrix:
        model_id, revision = index["model"], index["revision"]

        def load() -> Matrix:
            rows = self._connection.execute(
                select(cast(_E.owner_id, Integer), _E.vector).where(_E.owner_type == _OWNER, _E.model == model_id)
            ).all()
            return Matrix.of(revision, [row[0] for row in rows], unpack([row[1] for row in rows], index["dim"]))

        return self._scope.vector_search.matrix(model_id, revision, load, keep=model_id not in self._changed)

    def _ranked(self, model_id: str, query: Vector, variant_ids: list[int]) -> list[tuple[int, float]]:
        found: list[tuple[int, float]] = []
        for some in dialect.chunks(sorted(variant_ids)):
            rows = self._connection.execute(
                select(cast(_E.owner_id, Integer), _E.vector).where(
                    _E.owner_type == _OWNER, _E.model == model_id, _E.owner_id.in_([str(one) for one in some])
                )
            ).all()
            scores = cosines(unpack([row[1] for row in rows], query.size), query)
            found.extend((row[0], float(score)) for row, score in zip(rows, scores, strict=True))
        return sorted(found, key=lambda one: (-one[1], one[0]))
