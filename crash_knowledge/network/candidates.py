"""Pairs of patterns worth testing, by a sparse join of what happens at the same customer within hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from crash_knowledge.network.occurrences import Floats, Ids, Occurrences

HOPELESS = 1e-4
"""A pair is left out where even a null without busy days, which flatters it, gives a greater tail probability."""

_PAIRS_AT_ONCE = 4_000_000
_ROWS_AT_ONCE = 200_000


def candidate_pairs(
    occurrences: Occurrences, windows: Sequence[int], least: int, of_pattern: int | None = None
) -> tuple[Ids, Ids]:
    """Places of the patterns of each pair that met at least so often (``of_pattern``: only pairs with this one)."""
    codes, met = _meetings(occurrences, windows, of_pattern)
    enough = met[:, -1] >= least
    codes, met = codes[enough], met[enough]
    first, second = codes // occurrences.pattern_count, codes % occurrences.pattern_count
    shares = _shares(occurrences, first, second)
    hopeful = np.zeros(len(codes), dtype=bool)
    for place, window in enumerate(windows):
        hopeful |= _tail(met[:, place], shares * 2 * window) <= HOPELESS
    return first[hopeful], second[hopeful]


def runs_by_pattern(occurrences: Occurrences) -> tuple[Ids, Ids]:
    """Runs ordered by pattern, and where those of each pattern begin (one more at the end)."""
    order = np.argsort(occurrences.run_pattern, kind="stable")
    counts = np.bincount(occurrences.run_pattern, minlength=occurrences.pattern_count)
    return order, np.append(0, np.cumsum(counts))


def meetings(group: Ids, pattern: Ids, at: Ids, within: int) -> Iterator[tuple[Ids, Ids, Ids]]:
    """Every two occurrences of different patterns in one group at most ``within`` seconds apart, some at a time: the
    pattern of the earlier one, that of the later one, the seconds between."""
    order = np.lexsort((at, group))
    group, at, pattern = group[order], at[order], pattern[order]
    here = np.arange(len(order))
    for step in range(1, len(order)):
        here = here[here + step < len(order)]
        there = here + step
        here = here[(group[there] == group[here]) & (at[there] - at[here] <= within)]
        if not len(here):
            return
        there = here + step
        differ = pattern[here] != pattern[there]
        yield pattern[here][differ], pattern[there][differ], (at[there] - at[here])[differ]


def tally(coded: Iterable[tuple[Ids, Ids]], windows: Sequence[int]) -> tuple[Ids, Ids]:
    """Distinct codes, ascending, and (codes, windows) how often each comes with a number up to each window."""
    codes, counts = np.empty(0, dtype=np.int64), np.empty((0, len(windows)), dtype=np.int64)
    waiting: list[tuple[Ids, Ids]] = []
    for one in coded:
        waiting.append(one)
        if sum(len(code) for code, _ in waiting) > _PAIRS_AT_ONCE:
            codes, counts = _added(codes, counts, waiting, windows)
            waiting = []
    return _added(codes, counts, waiting, windows) if waiting else (codes, counts)


def _meetings(occurrences: Occurrences, windows: Sequence[int], of_pattern: int | None) -> tuple[Ids, Ids]:
    """Each pair of patterns (smaller place * patterns + greater) that met, and how often in each window."""

    def coded() -> Iterator[tuple[Ids, Ids]]:
        found = meetings(occurrences.customer, occurrences.pattern, occurrences.at, windows[-1])
        for one, other, apart in found:
            code = np.minimum(one, other) * occurrences.pattern_count + np.maximum(one, other)
            if of_pattern is None:
                yield code, apart
            else:
                wanted = (one == of_pattern) | (other == of_pattern)
                yield code[wanted], apart[wanted]

    return tally(coded(), windows)


def _added(codes: Ids, counts: Ids, waiting: Sequence[tuple[Ids, Ids]], windows: Sequence[int]) -> tuple[Ids, Ids]:
    code = np.concatenate([one for one, _ in waiting])
    number = np.concatenate([one for _, one in waiting])
    fresh, place = np.unique(code, return_inverse=True)
    added = np.stack([np.bincount(place[number <= window], minlength=len(fresh)) for window in windows], axis=1)
    united, place = np.unique(np.concatenate((codes, fresh)), return_inverse=True)
    total = np.zeros((len(united), len(windows)), dtype=np.int64)
    total[place[: len(codes)]] += counts
    total[place[len(codes) :]] += added
    return united, total


def _shares(occurrences: Occurrences, first: Ids, second: Ids) -> Floats:
    """Meetings a second of window that steady rates would bring: the sum over customers of n1 * n2 / time."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    begin, end = occurrences.customer_times()
    seconds = np.maximum(end - begin, 1)
    place = (occurrences.run_pattern, occurrences.run_customer)
    counts = np.diff(occurrences.run_begin).astype(float)
    shape = (occurrences.pattern_count, occurrences.customer_count)
    often = csr_array((counts, place), shape=shape)
    rate = csr_array((counts / seconds[occurrences.run_customer], place), shape=shape)
    shares = [np.empty(0)]
    for begins in range(0, len(first), _ROWS_AT_ONCE):
        some = slice(begins, begins + _ROWS_AT_ONCE)
        shares.append(np.asarray(often[first[some]].multiply(rate[second[some]]).sum(axis=1)).ravel())
    return np.concatenate(shares)


def _tail(met: Ids, expected: Floats) -> Floats:
    from scipy.special import gammainc  # type: ignore[import-untyped]

    tails: Floats = gammainc(np.maximum(met, 1e-9), expected)
    return np.where(met > 0, tails, 1.0)
