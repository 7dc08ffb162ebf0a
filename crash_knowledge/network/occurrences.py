"""Occurrences of patterns as arrays: repeats folded, laid out in runs of one pattern at one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOUR = 3_600
DAY = 24 * HOUR

REPEATED = HOUR
"""An event this many seconds or less after another of the same pattern and customer is the same one tried again."""

_MARGIN = 30 * DAY


@dataclass(frozen=True, slots=True)
class Events:
    """Failures as parallel arrays: ``pattern`` ids, ``customer`` numbers, ``at`` in whole seconds since 1970 (UTC)."""

    pattern: Ids
    customer: Ids
    at: Ids

    def until(self, now: datetime | None) -> Events:
        """Without those that are said to be later than ``now``."""
        if now is None:
            return self
        past = self.at <= now.timestamp()
        return Events(self.pattern[past], self.customer[past], self.at[past])


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Events without their repeats, ordered by customer, pattern and time.

    Patterns are places in ``pattern_ids`` (ascending), customers numbers from 0. A run is everything of one pattern at
    one customer: run r holds the occurrences from ``run_begin[r]`` up to ``run_begin[r + 1]``. ``clock``: one
    ascending number an occurrence, which orders by run and then by time; ``span``: its length for one run.
    """

    pattern_ids: Ids
    pattern: Ids
    customer: Ids
    at: Ids
    run_begin: Ids
    run_pattern: Ids
    run_customer: Ids
    clock: Ids
    span: int
    begin: int

    @property
    def pattern_count(self) -> int:
        return len(self.pattern_ids)

    @property
    def customer_count(self) -> int:
        return int(self.run_customer.max()) + 1 if len(self.run_customer) else 0

    @property
    def day(self) -> Ids:
        """The UTC day of each occurrence, from the first day of all."""
        days: Ids = self.at // DAY - self.begin // DAY
        return days

    def customer_times(self) -> tuple[Ids, Ids]:
        """When the first and the last occurrence of all was at each customer; 0 for one without any."""
        begin, end = np.zeros((2, self.customer_count), dtype=np.int64)
        changes = np.flatnonzero(np.diff(self.customer, prepend=-1))
        begin[self.customer[changes]] = np.minimum.reduceat(self.at, changes)
        end[self.customer[changes]] = np.maximum.reduceat(self.at, changes)
        return begin, end

    def clock_of(self, run: Ids, at: Ids) -> Ids:
        """Where moments of runs stand on the clock."""
        moments: Ids = run * self.span + (at - self.begin + _MARGIN)
        return moments

    def run_of(self, customer: Ids, pattern: Ids) -> tuple[Ids, Flags]:
        """The run of each customer and pattern, and whether there is one."""
        keys = self.run_customer * self.pattern_count + self.run_pattern
        wanted = customer * self.pattern_count + pattern
        run = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        return run, keys[run] == wanted


def fold(events: Events) -> Occurrences:
    """Events without those that follow another of the same pattern and customer within an hour."""
    pattern_ids, pattern = np.unique(events.pattern, return_inverse=True)
    customer = events.customer
    order = np.lexsort((events.at, pattern, customer))
    pattern, customer, at = pattern[order], customer[order], events.at[order]
    starts_run = _changes(pattern) | _changes(customer)
    kept = starts_run.copy()
    kept[1:] |= np.diff(at) > REPEATED
    pattern, customer, at, starts_run = pattern[kept], customer[kept], at[kept], starts_run[kept]
    run = np.cumsum(starts_run) - 1
    begin = int(at.min()) if len(at) else 0
    span = (int(at.max()) if len(at) else 0) - begin + 2 * _MARGIN + 1
    return Occurrences(
        pattern_ids=pattern_ids,
        pattern=pattern,
        customer=customer,
        at=at,
        run_begin=np.append(np.flatnonzero(starts_run), len(at)),
        run_pattern=pattern[starts_run],
        run_customer=customer[starts_run],
        clock=run * span + (at - begin + _MARGIN),
        span=span,
        begin=begin,
    )


def spread(begins: Ids, lengths: Ids) -> tuple[Ids, Ids]:
    """Ranges end to end: for each place the number of its range, and the place itself."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    offset = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return owner, np.arange(len(owner)) - offset + np.repeat(begins, lengths)


def _changes(values: Ids) -> Flags:
    """Whether each value is another than the one before; the first one is."""
    changes = np.ones(len(values), dtype=bool)
    changes[1:] = values[1:] != values[:-1]
    return changes
