"""The methods that the product is measured against, each scoring a report against every distinct earlier stack.

They read the same normalised frames as the product (``seed``: the frames as printed). A group's score is that of its
best member; of groups with equal scores the one seen last stands first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.protocol import Answer, Report
from crash_knowledge.matching.batch import Batch
from crash_knowledge.matching.cosine import cosines, idf_weights
from crash_knowledge.matching.fast import fast_scores, rarity

TRACESIM_ALPHA = 0.8
TRACESIM_BETA = 1.0
TRACESIM_GAMMA = 2.0
TRACESIM_FRAMES = 250
"""TraceSim's time is quadratic: only so many frames, from the top, are compared."""

LONGEST_GRAM = 3
SEED_STRUCTURAL_SCORE = 0.5
"""Of a hit on the structural key only; an exact hit scores 1."""

Scorer = Callable[[int, Sequence[int]], np.ndarray]
"""Scores the report with the first number against those with the other numbers, all earlier."""


def answers(reports: Sequence[Report], begin: int, scorer: Scorer) -> Iterator[Answer]:
    """Ask the scorer about each report from number ``begin`` on."""
    members: list[int] = []
    groups: list[str] = []
    last_seen: dict[str, int] = {}
    known: set[tuple[str, str]] = set()
    for place, report in enumerate(reports):
        if place >= begin:
            started = time.perf_counter()
            best = _best_by_group(groups, scorer(place, members))
            ranked = sorted(best.items(), key=lambda item: (-item[1], -last_seen[item[0]]))
            elapsed = (time.perf_counter() - started) * 1000
            yield Answer(report.group, report.group in last_seen, tuple(ranked), elapsed)
        last_seen[report.group] = place
        if (report.group, report.fingerprint.exact) not in known:
            known.add((report.group, report.fingerprint.exact))
            members.append(place)
            groups.append(report.group)


def seed_scorer(reports: Sequence[Report]) -> Scorer:
    """The literal keys of the first design: equal cause and first 3 raw frames; else equal method names of these."""

    def score(place: int, members: Sequence[int]) -> np.ndarray:
        query = reports[place].fingerprint
        known = [reports[one].fingerprint for one in members]
        exact = np.array([query.seed_exact == one.seed_exact for one in known], dtype=float)
        structural = np.array([query.seed_structural == one.seed_structural for one in known], dtype=float)
        hits: np.ndarray = np.maximum(exact, SEED_STRUCTURAL_SCORE * structural)
        return hits

    return score


def prefix_scorer(reports: Sequence[Report]) -> Scorer:
    """The share of the longer stack that is an equal beginning."""
    stacks = _encoded(reports)

    def score(place: int, members: Sequence[int]) -> np.ndarray:
        return np.array([_prefix_share(stacks[place], stacks[one]) for one in members])

    return score


def fast_scorer(reports: Sequence[Report]) -> Scorer:
    """FaST (Rodrigues et al., MSR 2022), the product's own implementation on the frames alone."""
    stacks = _encoded(reports)
    frequency = _Frequency(stacks)

    def score(place: int, members: Sequence[int]) -> np.ndarray:
        shares = frequency.of(members) / len(members)
        return fast_scores(stacks[place], Batch.of([stacks[one] for one in members]), rarity(shares))

    return score


def tfidf_scorer(reports: Sequence[Report]) -> Scorer:
    """Cosine of tf-idf vectors over runs of 1 to 3 frames and the cause."""
    ids: dict[tuple[str, ...], int] = {}
    rows = [np.unique(_grams(report, ids), return_counts=True) for report in reports]
    frequency = _Frequency([row[0] for row in rows])

    def score(place: int, members: Sequence[int]) -> np.ndarray:
        idf = idf_weights(frequency.of(members), len(members))
        batch = Batch.of([rows[one][0] for one in members])
        counts = np.concatenate([rows[one][1] for one in members])
        grams, own = rows[place]
        return cosines(grams, np.sqrt(own) * idf[grams], batch, np.sqrt(counts) * idf[batch.values])

    return score


def minilm_scorer(vectors: np.ndarray) -> Scorer:
    """Cosine of the embeddings of the product's semantic text."""
    return lambda place, members: vectors[list(members)] @ vectors[place]


def tracesim_scorer(reports: Sequence[Report]) -> Scorer:
    """TraceSim (Vasiliev et al., MaLTeSQuE 2020): weighted edit distance, normalised.

    A frame weighs ``position^-alpha * sigmoid(beta * (idf - gamma))``; replacing costs as much as removing and adding,
    so the similarity is the heaviest common subsequence's share of all weights.
    """
    stacks = [stack[:TRACESIM_FRAMES] for stack in _encoded(reports)]
    frequency = _Frequency(stacks)

    def score(place: int, members: Sequence[int]) -> np.ndarray:
        idf = np.log((len(members) + 1) / (frequency.of(members) + 0.5))
        rare = 1.0 / (1.0 + np.exp(-TRACESIM_BETA * (idf - TRACESIM_GAMMA)))
        return _common_weight(stacks[place], [stacks[one] for one in members], rare)

    return score


class _Frequency:
    """In how many of the members each id occurs; members only ever grow."""

    def __init__(self, stacks: Sequence[np.ndarray]) -> None:
        self._distinct = [np.unique(stack) for stack in stacks]
        self._counts = np.zeros(max((int(stack.max(initial=0)) for stack in stacks), default=0) + 1)
        self._counted = 0

    def of(self, members: Sequence[int]) -> np.ndarray:
        for one in members[self._counted :]:
            self._counts[self._distinct[one]] += 1
        self._counted = len(members)
        return self._counts


def _best_by_group(groups: Sequence[str], scores: np.ndarray) -> dict[str, float]:
    best: dict[str, float] = {}
    for group, score in zip(groups, scores, strict=True):
        best[group] = max(best.get(group, -np.inf), float(score))
    return best


def _encoded(reports: Sequence[Report]) -> list[np.ndarray]:
    ids: dict[str, int] = {}
    stacks = [[ids.setdefault(frame.method, len(ids)) for frame in report.fingerprint.frames] for report in reports]
    return [np.array(stack, dtype=np.int64) for stack in stacks]


def _grams(report: Report, ids: dict[tuple[str, ...], int]) -> np.ndarray:
    methods = [frame.method for frame in report.fingerprint.frames]
    runs: list[tuple[str, ...]] = [(f"cause {report.fingerprint.cause.lower()}",)]
    for size in range(1, LONGEST_GRAM + 1):
        runs += [tuple(methods[at : at + size]) for at in range(len(methods) - size + 1)]
    return np.array([ids.setdefault(run, len(ids)) for run in runs], dtype=np.int64)


def _prefix_share(one: np.ndarray, other: np.ndarray) -> float:
    length = min(len(one), len(other))
    differ = np.flatnonzero(one[:length] != other[:length])
    return (int(differ[0]) if len(differ) else length) / max(len(one), len(other), 1)


def _common_weight(query: np.ndarray, members: Sequence[np.ndarray], rare: np.ndarray) -> np.ndarray:
    """The weight of the heaviest common subsequence with each member, as a share of the weight of both stacks."""
    longest = max((len(member) for member in members), default=0)
    padded = np.full((len(members), longest), -1, dtype=np.int64)
    for row, member in enumerate(members):
        padded[row, : len(member)] = member
    places = np.arange(1, longest + 1) ** -TRACESIM_ALPHA
    weights = np.where(padded >= 0, places * rare[padded], 0.0)
    query_weights = np.arange(1, len(query) + 1) ** -TRACESIM_ALPHA * rare[query]
    heaviest = np.zeros((len(members), longest + 1))
    for frame, weight in zip(query, query_weights, strict=True):
        equal = padded == frame
        if equal.any():
            matched = np.where(equal, heaviest[:, :-1] + weights + weight, 0.0)
            heaviest[:, 1:] = np.maximum.accumulate(np.maximum(heaviest[:, 1:], matched), axis=1)
    total = weights.sum(axis=1) + query_weights.sum()
    shares: np.ndarray = np.divide(heaviest[:, -1], total, out=np.zeros(len(members)), where=total > 0)
    return shares
