"""Many arrays of different length laid end to end, so that one NumPy operation scores them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crash_knowledge.matching.encoding import Floats, Ids


@dataclass(frozen=True, slots=True)
class Batch:
    """Values of all members end to end.

    ``owner[i]``: the member that value i belongs to; ``place[i]``: its place there, from 1; ``size``: how many members.
    """

    values: Ids
    owner: Ids
    place: Ids
    size: int

    @classmethod
    def of(cls, members: Sequence[Ids]) -> Batch:
        lengths = np.array([len(member) for member in members], dtype=np.int64)
        values = np.concatenate(members) if members else np.empty(0, dtype=np.int64)
        owner = np.repeat(np.arange(len(members)), lengths)
        begins = np.repeat(np.cumsum(lengths) - lengths, lengths)
        return cls(values, owner, np.arange(len(values)) - begins + 1, len(members))

    def sums(self, weights: Floats) -> Floats:
        """The sum of ``weights`` (one a value) for each member."""
        sums: Floats = np.bincount(self.owner, weights, self.size).astype(np.float64)
        return sums


def find_in(sorted_values: Ids, wanted: Ids) -> tuple[Ids, np.ndarray]:
    """Where each wanted value stands in ``sorted_values``, and whether it is there at all."""
    if not len(sorted_values):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    at = np.minimum(np.searchsorted(sorted_values, wanted), len(sorted_values) - 1)
    return at, sorted_values[at] == wanted
