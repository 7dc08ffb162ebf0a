"""Vectors searched in memory: whole rows up to a size, beyond it the signs of their components.

Both propose candidates; their cosines are computed from the stored rows afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.store.vector_search import Vector

Ids = NDArray[np.int64]
Words = NDArray[np.uint64]

RESCORED, RESCORED_SHARE = 1_000, 1 / 500
"""So many candidates by sign bits, of very many rows that share, hold the nearest: see ``benchmarks/vectors.py``."""
_WORD_BYTES = 8


@dataclass(frozen=True)
class Matrix:
    """Every row: ``ids`` (n,), ``rows`` (n, dim) of length 1."""

    revision: int
    ids: Ids
    rows: Vector

    @classmethod
    def of(cls, revision: int, ids: list[int], rows: Vector) -> Matrix:
        return cls(revision, np.asarray(ids, dtype=np.int64), _unit(rows))

    def extended(self, revision: int, ids: list[int], rows: Vector) -> Matrix:
        """The same with more rows."""
        return Matrix(revision, np.append(self.ids, ids), np.concatenate((self.rows, _unit(rows))))

    def nearest(self, query: Vector, k: int) -> list[int]:
        """Ids of the ``k`` rows nearest to ``query``, in no particular order."""
        return _largest(self.ids, self.rows @ query, k)


@dataclass(frozen=True)
class SignBits:
    """One bit a component: whether it is above the mean of that component.

    ``ids`` (n,), ``mean`` (dim,) of the rows of length 1 that it was made of, ``bits`` (words of 64 bits, n): 48 bytes
    a row of 384 components.
    """

    revision: int
    ids: Ids
    mean: Vector
    bits: Words

    @classmethod
    def of(cls, revision: int, ids: list[int], rows: Vector) -> SignBits:
        mean = _unit(rows).mean(axis=0)
        return cls(revision, np.asarray(ids, dtype=np.int64), mean, _bits(rows, mean))

    def extended(self, revision: int, ids: list[int], rows: Vector) -> SignBits:
        """The same with more rows; the mean stays."""
        bits = np.concatenate((self.bits, _bits(rows, self.mean)), axis=1)
        return SignBits(revision, np.append(self.ids, ids), self.mean, bits)

    def nearest(self, query: Vector, k: int) -> list[int]:
        """Ids of ``k`` rows or more that agree with ``query`` in most signs, in no particular order."""
        asked = _bits(query[None, :], self.mean)
        differing = np.zeros(len(self.ids), dtype=np.uint16)
        for word, asked_word in zip(self.bits, asked, strict=True):
            differing += np.bitwise_count(word ^ asked_word)
        rescored = max(k, RESCORED, int(len(self.ids) * RESCORED_SHARE))
        return _largest(self.ids, -differing.astype(np.int32), rescored)


def _unit(rows: Vector) -> Vector:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / lengths, dtype=np.float32)


def _bits(rows: Vector, mean: Vector) -> Words:
    packed = np.packbits(_unit(rows) > mean, axis=1)
    padded = np.pad(packed, ((0, 0), (0, -packed.shape[1] % _WORD_BYTES)))
    return np.ascontiguousarray(padded.view(np.uint64).T)


def _largest(ids: Ids, scores: NDArray[np.floating] | NDArray[np.integer], k: int) -> list[int]:
    if k >= len(ids):
        return [int(one) for one in ids]
    return [int(one) for one in ids[np.argpartition(scores, -k)[-k:]]]
