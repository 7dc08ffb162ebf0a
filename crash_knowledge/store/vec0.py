"""The derived vector index of one model: a sqlite-vec table, searched exactly by cosine distance."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    and_,
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


class Vec0Index:
    """Rows (variant id, float32 vector). Only for connections that carry sqlite-vec."""

    def __init__(self, connection: Connection, model_id: str) -> None:
        self._connection = connection
        self._model_id = model_id
        self._name = f"vec_{sha256(model_id.encode()).hexdigest()[:16]}"
        self._table = table(self._name, column("variant_id", Integer), column("embedding", LargeBinary))

    def rebuild(self, dim: int, owner_type: str) -> None:
        """Make the index anew from the stored vectors."""
        self._connection.execute(text(f"DROP TABLE IF EXISTS {self._name}"))
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

    def put(self, variant_id: int, packed: bytes) -> None:
        """Store a vector in place of an earlier one; vec0 has no INSERT OR REPLACE."""
        self.remove(variant_id)
        self._connection.execute(insert(self._table).values(variant_id=variant_id, embedding=packed))

    def remove(self, variant_id: int) -> None:
        self._connection.execute(delete(self._table).where(self._table.c.variant_id == variant_id))

    def nearest(self, packed: bytes, k: int) -> list[int]:
        """Ids of the ``k`` nearest vectors, k at most LARGEST_K."""
        matches = self._table.c.embedding.op("MATCH")(literal(packed, LargeBinary))
        query = select(self._table.c.variant_id).where(and_(matches, column("k") == k))
        return [int(one) for one in self._connection.execute(query).scalars()]

    def ids(self) -> set[int]:
        """The variants that are in the index."""
        return set(self._connection.execute(select(self._table.c.variant_id)).scalars())
