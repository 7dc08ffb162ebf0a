"""Vectors as NumPy sees them: checked, packed into BLOBs, and searched by brute force."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


def checked(vector: NDArray[np.floating]) -> Vector:
    """``vector`` as a contiguous float32 row. Raises ValueError for other shapes, zero length and non-finite values."""
    row = np.ascontiguousarray(vector, dtype=np.float32)
    if row.ndim != 1 or row.size == 0:
        raise ValueError(f"a vector must be one row of numbers, not of shape {row.shape}")
    if not np.isfinite(row).all() or not row.any():
        raise ValueError("a vector must be finite and not zero")
    return row


def pack(vector: Vector) -> bytes:
    return vector.astype("<f4").tobytes()


def unpack(blobs: list[bytes], dim: int) -> Vector:
    """Rows of shape (n, dim) from their BLOBs."""
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dim)


def cosines(rows: Vector, query: Vector) -> NDArray[np.float64]:
    """Cosine of each row with ``query``, in double precision."""
    exact, wanted = rows.astype(np.float64), query.astype(np.float64)
    return np.asarray(exact @ wanted / (np.linalg.norm(exact, axis=1) * np.linalg.norm(wanted)))


@dataclass(frozen=True)
class Matrix:
    """All vectors of one model at one revision: ``ids`` (n,), ``rows`` (n, dim) of length 1."""

    revision: int
    ids: NDArray[np.int64]
    rows: Vector

    @classmethod
    def of(cls, revision: int, ids: list[int], rows: Vector) -> Matrix:
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return cls(revision, np.asarray(ids, dtype=np.int64), (rows / lengths).astype(np.float32))

    def nearest(self, query: Vector, k: int) -> list[int]:
        """Ids of the ``k`` rows nearest to ``query``, in no particular order."""
        if k >= len(self.ids):
            return [int(one) for one in self.ids]
        scores = self.rows @ query
        return [int(one) for one in self.ids[np.argpartition(scores, -k)[-k:]]]


class VectorSearch:
    """How this store searches vectors; shared by all its operations.

    ``indexed``: connections carry sqlite-vec. The matrices read for NumPy are kept while their revision lasts.
    """

    def __init__(self, indexed: bool) -> None:
        self.indexed = indexed
        self._kept: dict[str, Matrix] = {}
        self._lock = threading.Lock()

    def matrix(self, model: str, revision: int, load: Callable[[], Matrix], keep: bool) -> Matrix:
        """The vectors of ``model`` at ``revision``; ``keep`` only what is committed."""
        with self._lock:
            kept = self._kept.get(model)
        if kept is not None and kept.revision == revision:
            return kept
        loaded = load()
        if keep:
            with self._lock:
                self._kept[model] = loaded
        return loaded
