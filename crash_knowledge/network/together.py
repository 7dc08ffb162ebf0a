"""co_occurs and causes: the coincidences of patterns as relations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from crash_knowledge.network.coincidence import Coincidences, coincidences
from crash_knowledge.network.direction import Directions, directions
from crash_knowledge.network.evidence import Together, to_plain
from crash_knowledge.network.meetings import MeetingFinder
from crash_knowledge.network.occurrences import Floats, Occurrences
from crash_knowledge.store.relations import NewRelation

_LEAST_CONFIDENCE = 0.01
_LOWER_BOUND = 0.05


def together(
    occurrences: Occurrences,
    customers: Sequence[str],
    of_pattern: int | None = None,
    known: int = 0,
    tested: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[NewRelation, ...]:
    """Relations of patterns that come together; the arguments are those of ``coincidences``.

    ``customers``: their names, by number. ``of_pattern``: a pattern's id; confidence is the share of the meetings that
    chance does not explain, at the lower 5 % bound of their number; for ``causes`` times how sure the order is.
    """
    if not len(occurrences.at):
        return ()
    place = None if of_pattern is None else _place(occurrences, of_pattern)
    if of_pattern is not None and place is None:
        return ()
    found = coincidences(occurrences, place, known, tested, progress)
    ordered = directions(found)
    shares = unexplained(found.counts.site_days, found.counts.expected)
    finder = MeetingFinder(occurrences)
    return tuple(
        _relation(occurrences, customers, finder, found, ordered, one, shares[one]) for one in range(len(found.pairs))
    )


def unexplained(met: Floats, expected: Floats) -> Floats:
    """The share of the meetings beyond chance, at the lower 5 % bound of a Poisson count (Garwood 1936)."""
    from scipy.special import gammaincinv  # type: ignore[import-untyped]

    lower = gammaincinv(np.maximum(met, 1e-9), _LOWER_BOUND)
    shares: Floats = np.clip(1.0 - expected / np.maximum(lower, 1e-9), _LEAST_CONFIDENCE, 1.0)
    return shares


def _relation(
    occurrences: Occurrences,
    customers: Sequence[str],
    finder: MeetingFinder,
    found: Coincidences,
    ordered: Directions,
    one: int,
    share: float,
) -> NewRelation:
    first, second = int(found.pairs.first[one]), int(found.pairs.second[one])
    first_id, second_id = int(occurrences.pattern_ids[first]), int(occurrences.pattern_ids[second])
    directed = bool(ordered.leads[one] or ordered.follows[one])
    backward = bool(ordered.follows[one]) if directed else second_id < first_id
    window, counts = int(found.window[one]), found.counts
    met = finder.meetings(first, second, window)
    evidence = Together(
        window_minutes=window // 60,
        counted="target" if backward else "source",
        occasions=int(counts.occasions[one]),
        together=int(counts.together[one]),
        later=int(counts.after[one]),
        earlier=int(counts.before[one]),
        by_chance=round(float(counts.expected[one]), 4),
        site_days=int(counts.site_days[one]),
        customers=tuple(customers[number] for number in met.customers),
        apart_minutes=round(met.apart_seconds / 60, 1),
        q_value=float(found.q_value[one]),
        order_p_value=float(ordered.p_value[one]),
    )
    sure = 1.0 - float(ordered.p_value[one]) if directed else 1.0
    return NewRelation(
        source_id=second_id if backward else first_id,
        target_id=first_id if backward else second_id,
        kind="causes" if directed else "co_occurs",
        confidence=max(share * sure, _LEAST_CONFIDENCE),
        evidence=to_plain(evidence),
        first_evidence_at=datetime.fromtimestamp(met.first_at, UTC),
        last_evidence_at=datetime.fromtimestamp(met.last_at, UTC),
    )


def _place(occurrences: Occurrences, pattern_id: int) -> int | None:
    place = int(np.searchsorted(occurrences.pattern_ids, pattern_id))
    there = place < occurrences.pattern_count and int(occurrences.pattern_ids[place]) == pattern_id
    return place if there else None
