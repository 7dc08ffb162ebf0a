"""FaST: similarity of two stacks in linear time (Rodrigues et al., "FaST: a linear time stack trace alignment heuristic
for crash report deduplication", MSR 2022).

The i-th occurrence of a frame in one stack is aligned with its i-th occurrence in the other::

    weight(frame) = position^-ALPHA * exp(-BETA * 100 * df / N)
    score = [sum over aligned (w1 + w2) * exp(-GAMMA * |position1 - position2|) - sum over unaligned w] / sum of all w

``df``: in how many known stacks the frame occurs, of ``N``. The score lies in -1..1; 1 for equal stacks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crash_knowledge.matching.batch import Batch, find_in
from crash_knowledge.matching.encoding import Floats, Ids

ALPHA = 1.0
BETA = 0.1
GAMMA = 0.05

_OCCURRENCES = 1 << 16


@dataclass(frozen=True, slots=True)
class Pair:
    """Two frames aligned, or one without a partner. Positions are from 0; ``share``: of the sum of all weights."""

    here: int | None
    there: int | None
    share: float


def rarity(document_share: Floats) -> Floats:
    """``exp(-BETA * 100 * df / N)`` of each id, from its df / N."""
    weights: Floats = np.exp(-BETA * 100.0 * document_share)
    return weights


def fast_scores(query: Ids, stacks: Batch, rarities: Floats) -> Floats:
    """The score of ``query`` with each stack; 0 where both are empty. ``rarities``: weight factor of each id."""
    positions = np.arange(1, len(query) + 1)
    query_weights = positions**-ALPHA * rarities[query]
    keys = _occurrence_keys(query, np.zeros(len(query), dtype=np.int64))
    order = np.argsort(keys)
    stack_weights = stacks.place**-ALPHA * rarities[stacks.values]
    at, found = find_in(keys[order], _occurrence_keys(stacks.values, stacks.owner))
    partner = order[at[found]]
    owner = stacks.owner[found]
    both = stack_weights[found] + query_weights[partner]
    moved = np.exp(-GAMMA * np.abs(stacks.place[found] - positions[partner]))
    aligned = np.bincount(owner, both * moved, stacks.size)
    unaligned = stacks.sums(stack_weights) + query_weights.sum() - np.bincount(owner, both, stacks.size)
    total = stacks.sums(stack_weights) + query_weights.sum()
    scores: Floats = np.divide(aligned - unaligned, total, out=np.zeros(stacks.size), where=total > 0)
    return scores


def align(query: Ids, other: Ids, rarities: Floats) -> tuple[Pair, ...]:
    """The alignment behind the score of two stacks: in the order of ``query``, then what is only in ``other``."""
    weights = [np.arange(1, len(ids) + 1) ** -ALPHA * rarities[ids] for ids in (query, other)]
    total = float(weights[0].sum() + weights[1].sum()) or 1.0
    zeros = [np.zeros(len(ids), dtype=np.int64) for ids in (query, other)]
    partners = {int(key): place for place, key in enumerate(_occurrence_keys(other, zeros[1]))}
    pairs: list[Pair] = []
    for here, key in enumerate(_occurrence_keys(query, zeros[0])):
        there = partners.pop(int(key), None)
        if there is None:
            pairs.append(Pair(here, None, float(weights[0][here]) / total))
        else:
            near = float(np.exp(-GAMMA * abs(here - there)))
            pairs.append(Pair(here, there, float(weights[0][here] + weights[1][there]) * near / total))
    left = sorted(partners.values())
    return (*pairs, *(Pair(None, there, float(weights[1][there]) / total) for there in left))


def _occurrence_keys(ids: Ids, owner: Ids) -> Ids:
    """A number for each value that is equal for the i-th occurrences of the same id, each owner counted apart."""
    order = np.lexsort((ids, owner))
    sorted_ids, sorted_owner = ids[order], owner[order]
    begins = np.ones(len(ids), dtype=bool)
    begins[1:] = (sorted_ids[1:] != sorted_ids[:-1]) | (sorted_owner[1:] != sorted_owner[:-1])
    places = np.arange(len(ids))
    occurrence = np.empty(len(ids), dtype=np.int64)
    occurrence[order] = places - np.maximum.accumulate(np.where(begins, places, 0))
    keys: Ids = ids * _OCCURRENCES + occurrence
    return keys
