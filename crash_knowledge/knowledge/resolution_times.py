"""How long resolving takes: median and 90 % point, with intervals that assume nothing about the distribution."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.special import bdtr  # type: ignore[import-untyped]

from crash_knowledge.store.resolutions import ResolvedChain

CONFIDENCE = 0.95

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantile in minutes. ``low``, ``high``: its 95 % interval; None where too few chains bound it."""

    minutes: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class ResolutionTime:
    """Time from failure to resolution, over ``count`` resolved chains whose time is known.

    ``name``: of the pattern or month, ``all`` for all. ``without_time``: resolved, but nobody knows how long it took.
    ``unresolved``: still open or up for review, hence in no figure: the true times are longer than those seen.
    ``median``, ``ninetieth``: None when ``count`` is 0.
    """

    name: str
    pattern_id: int | None
    count: int
    without_time: int
    unresolved: int
    median: Estimate | None
    ninetieth: Estimate | None


def quantile(minutes: Iterable[float], share: float) -> Estimate | None:
    """The quantile with its order-statistic interval; None of nothing.

    The interval goes from the l-th to the u-th smallest value, l and u from the binomial distribution of how many
    values lie below the quantile (Hahn and Meeker, Statistical Intervals, 1991, section 5.2).
    """
    ordered = np.sort(np.fromiter(minutes, dtype=np.float64))
    n = len(ordered)
    if not n:
        return None
    outside = (1 - CONFIDENCE) / 2
    at_most = bdtr(np.arange(n + 1), n, share)
    lower, upper = int(np.searchsorted(at_most, outside)), int(np.searchsorted(at_most, 1 - outside)) + 1
    return Estimate(
        minutes=float(np.quantile(ordered, share)),
        low=float(ordered[lower - 1]) if lower >= 1 else None,
        high=float(ordered[upper - 1]) if upper <= n else None,
    )


def overall(chains: Iterable[ResolvedChain], unresolved: dict[int | None, int]) -> ResolutionTime:
    """Over all chains. ``unresolved``: pattern id -> unresolved chains."""
    return _time("all", None, list(chains), sum(unresolved.values()))


def by_pattern(chains: Iterable[ResolvedChain], unresolved: dict[int | None, int]) -> tuple[ResolutionTime, ...]:
    """One for each pattern that has a resolved chain, the one with the most first, then by id."""
    groups = _grouped(chains, lambda chain: chain.pattern_id)
    times = [
        _time(some[0].pattern_name or "", pattern_id, some, unresolved.get(pattern_id, 0))
        for pattern_id, some in groups.items()
        if pattern_id is not None
    ]
    return tuple(sorted(times, key=lambda time: (-time.count - time.without_time, time.pattern_id or 0)))


def by_month(chains: Iterable[ResolvedChain]) -> tuple[ResolutionTime, ...]:
    """One for each month (UTC, ``2026-03``) in which a chain was resolved, oldest first."""
    groups = _grouped(chains, lambda chain: f"{chain.resolved_at:%Y-%m}")
    return tuple(_time(month, None, groups[month], 0) for month in sorted(groups))


def _time(name: str, pattern_id: int | None, chains: list[ResolvedChain], unresolved: int) -> ResolutionTime:
    known = [chain.minutes for chain in chains if chain.minutes is not None]
    return ResolutionTime(
        name=name,
        pattern_id=pattern_id,
        count=len(known),
        without_time=len(chains) - len(known),
        unresolved=unresolved,
        median=quantile(known, 0.5),
        ninetieth=quantile(known, 0.9),
    )


def _grouped(chains: Iterable[ResolvedChain], key: Callable[[ResolvedChain], K]) -> dict[K, list[ResolvedChain]]:
    groups: defaultdict[K, list[ResolvedChain]] = defaultdict(list)
    for chain in chains:
        groups[key(chain)].append(chain)
    return groups
