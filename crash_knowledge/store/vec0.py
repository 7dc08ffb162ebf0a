"""The derived vector index of one model: a sqlite-vec table, searched exactly by cosine distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    and_,
    bindparam,
    cast,
    column,
    delete,
    insert,
    literal,
    select,
    table,
    text,
)

from crash_knowledge.store.schema import embeddings

LARGEST_K = 4096
LARGEST_SIZE = 20_000
"""Beyond so many vectors the index is given up: a search over sign bits in memory takes a fraction of the time."""


class Vec0Index:
    """Rows (variant id, float32 vector). Only for connections that carry sqlite-vec."""

    def __init__(self, connection: Connection, model_id: str) -> None:
        self._connection = connection
        self._model_id = model_id
        self._name = f"vec_{sha256(model_id.encode()).hexdigest()[:16]}"
        self._table = table(self._name, column("variant_id", Integer), column("embedding", LargeBinary))

    def drop(self) -> None:
        self._connection.execute(text(f"DROP TABLE IF EXISTS {self._name}"))

    def rebuild(self, dim: int, owner_type: str) -> None:
        """Make the index anew from the stored vectors."""
        self.drop()
        self._connection.execute(
            text(
                f"CREATE VIRTUAL TABLE {self._name} USING vec0("
                f"variant_id INTEGER PRIMARY KEY, embedding FLOAT[{int(dim)}] distance_metric=cosine)"
            )
        )
        stored = select(cast(embeddings.c.owner_id, Integer), embeddings.c.vector).where(
            embeddings.c.owner_type == owner_type, embeddings.c.model == self._model_id
        )
        self._connection.execute(insert(self._table).from_select(["variant_id", "embedding"], stored))

    def put(self, packed: Mapping[int, bytes]) -> None:
        """Store vectors by variant, in place of earlier ones; vec0 has no INSERT OR REPLACE."""
        self.remove(packed)
        rows = [{"variant_id": variant_id, "embedding": blob} for variant_id, blob in packed.items()]
        if rows:
            self._connection.execute(insert(self._table), rows)

    def remove(self, variant_ids: Iterable[int]) -> None:
        gone = [{"gone": variant_id} for variant_id in variant_ids]
        if gone:
            self._connection.execute(delete(self._table).where(self._table.c.variant_id == bindparam("gone")), gone)

    def nearest(self, packed: bytes, k: int) -> list[int]:
        """Ids of the ``k`` nearest vectors, k at most LARGEST_K."""
        matches = self._table.c.embedding.op("MATCH")(literal(packed, LargeBinary))
        query = select(self._table.c.variant_id).where(and_(matches, column("k") == k))
        return [int(one) for one in self._connection.execute(query).scalars()]

    def ids(self) -> set[int]:
        """The variants that are in the index."""
        return set(self._connection.execute(select(self._table.c.variant_id)).scalars())


def is_outgrown(connection: Connection, model_id: str, owner_type: str, revision: int) -> bool:
    """Whether a model has more vectors than this index is kept for; counts no further than that.

    ``revision``: that of the model's vectors; it is never less than their number.
    """
    if revision <= LARGEST_SIZE:
        return False
    chosen = (embeddings.c.owner_type == owner_type, embeddings.c.model == model_id)
    beyond = select(embeddings.c.owner_id).where(*chosen).offset(LARGEST_SIZE).limit(1)
    return connection.execute(beyond).first() is not None
