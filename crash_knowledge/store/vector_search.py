"""Vectors as NumPy sees them: checked, packed into BLOBs, and the searches that are kept in memory."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Protocol, Self, TypeVar

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


def most_alike(rows: Vector, query: Vector, k: int) -> NDArray[np.intp]:
    """Places of the ``k`` rows with the greatest cosine, in single precision and in no particular order."""
    if k >= len(rows):
        return np.arange(len(rows))
    scores = rows @ query / np.linalg.norm(rows, axis=1)
    return np.argpartition(scores, -k)[-k:]


RARE_SEARCHES = 10
"""A process that searches no oftener, like one call of the command line, leaves the vectors in the database."""


class MemoryIndex(Protocol):
    """All vectors of one model at one revision, as far as a search needs them. ``ids``: shape (n,)."""

    @property
    def revision(self) -> int: ...

    @property
    def ids(self) -> NDArray[np.int64]: ...

    @classmethod
    def of(cls, revision: int, ids: list[int], rows: Vector) -> Self: ...

    def extended(self, revision: int, ids: list[int], rows: Vector) -> Self: ...

    def nearest(self, query: Vector, k: int) -> list[int]: ...


Kept = TypeVar("Kept", bound=MemoryIndex)


class VectorSearch:
    """How this store searches vectors; shared by all its operations.

    ``indexed``: connections carry sqlite-vec. What is kept in memory is derived from the stored vectors.
    """

    def __init__(self, indexed: bool) -> None:
        self.indexed = indexed
        self._kept: dict[str, MemoryIndex] = {}
        self._searches: Counter[str] = Counter()
        self._lock = threading.Lock()

    def is_frequent(self, model: str) -> bool:
        """Whether this process searches the model's vectors so often that reading them all into memory pays."""
        with self._lock:
            self._searches[model] += 1
            return self._searches[model] > RARE_SEARCHES

    def kept(self, kind: type[Kept], model: str) -> Kept | None:
        """The index of that kind that was kept last, of whatever revision."""
        with self._lock:
            kept = self._kept.get(model)
        return kept if isinstance(kept, kind) else None

    def index(
        self, kind: type[Kept], model: str, revision: int, load: Callable[[Kept | None], Kept], keep: bool
    ) -> Kept:
        """The index of ``model`` at ``revision``; ``load`` makes it, of the kept one where there is one.

        ``keep`` only what is committed.
        """
        known = self.kept(kind, model)
        if known is not None and known.revision == revision:
            return known
        loaded = load(known)
        if keep:
            with self._lock:
                self._kept[model] = loaded
        return loaded
