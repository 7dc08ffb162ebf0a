"""The meetings behind a coincidence: where, when, how far apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crash_knowledge.network.occurrences import Ids, Occurrences


@dataclass(frozen=True, slots=True)
class Meetings:
    """``customers``: numbers. ``first_at``, ``last_at``: seconds since 1970. ``apart_seconds``: median."""

    customers: tuple[int, ...]
    first_at: int
    last_at: int
    apart_seconds: float


class MeetingFinder:
    """Finds the meetings of two patterns (places) among occurrences."""

    def __init__(self, occurrences: Occurrences) -> None:
        self._of = occurrences
        order = np.argsort(occurrences.run_pattern, kind="stable")
        self._runs = order
        self._begins = np.searchsorted(occurrences.run_pattern[order], np.arange(occurrences.pattern_count + 1))

    def moments(self, pattern: int) -> dict[int, Ids]:
        """The occurrences of a pattern: customer -> seconds, ascending."""
        runs = self._runs[self._begins[pattern] : self._begins[pattern + 1]]
        begins = self._of.run_begin
        return {int(self._of.run_customer[run]): self._of.at[begins[run] : begins[run + 1]] for run in runs}

    def meetings(self, first: int, second: int, window: int) -> Meetings:
        """The occurrences of the first that have one of the second within ``window`` seconds; there must be some."""
        others = self.moments(second)
        met: dict[int, tuple[Ids, Ids]] = {}
        for customer, at in self.moments(first).items():
            if customer in others:
                apart = _nearest(at, others[customer])
                within = apart <= window
                if within.any():
                    met[customer] = at[within], apart[within]
        when = np.concatenate([at for at, _ in met.values()])
        apart = np.concatenate([apart for _, apart in met.values()])
        return Meetings(tuple(sorted(met)), int(when.min()), int(when.max()), float(np.median(apart)))


def _nearest(at: Ids, others: Ids) -> Ids:
    """Seconds from each moment to the nearest of the others."""
    place = np.searchsorted(others, at)
    before = at - others[np.maximum(place - 1, 0)]
    after = others[np.minimum(place, len(others) - 1)] - at
    nearest: Ids = np.minimum(np.abs(before), np.abs(after))
    return nearest
