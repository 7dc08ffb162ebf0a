"""Event coincidence with a local null: which patterns come together at a customer more often than by chance.

For every occurrence of a pattern (an occasion): is there one of the other within the window, before or after? By
chance it would be with probability ``1 - exp(-rate * window)``, where the rate is that of the other pattern at this
customer in the seven days on either side, the window itself left out, times how busy this pattern is on days as busy as
that one, and how busy the customer is at that hour. The distinct customers and days of these occasions are then tested
against the sum of the probabilities by the tail of the Poisson distribution (event coincidence analysis: Donges et al.,
Eur. Phys. J. ST 225, 2016, with a local rate); false discoveries are controlled over every pair that could be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from crash_knowledge.insights.significance import benjamini_hochberg
from crash_knowledge.network.activity import AROUND_DAYS, Rhythm, busy_hours, rhythm
from crash_knowledge.network.candidates import candidate_pairs, runs_by_pattern
from crash_knowledge.network.occurrences import DAY, HOUR, Flags, Floats, Ids, Occurrences, spread

WINDOWS = (HOUR // 2, 6 * HOUR)
"""Seconds: what follows at once, and what follows within the same shift."""

FALSE_DISCOVERIES = 0.05
LEAST_LIFT = 2.0
LEAST_TOGETHER = 3
"""Occasions, and distinct customers and days, on which two patterns must have met."""

LIKELY_ANYWAY = 0.2
"""Occasions on which chance alone brings the other pattern with a greater probability say nothing, and are ignored."""

_STEADY_DAYS = 7.0
"""Days of the other pattern's steady rate at the customer that are mixed into its local one."""

_OCCASIONS_AT_ONCE = 500_000


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted for each pair in one window; parallel arrays.

    ``occasions``: occurrences of the first pattern at customers that have both. ``together``: with the second one
    within the window; ``after``, ``before``: with the second one later, earlier. ``expected``: occasions together by
    chance. ``site_days``: distinct customers and days of those together.
    """

    occasions: Floats
    together: Floats
    after: Floats
    before: Floats
    expected: Floats
    site_days: Floats


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of patterns (their places): ``first`` is the one whose occurrences are the occasions."""

    first: Ids
    second: Ids

    def __len__(self) -> int:
        return len(self.first)

    def chosen(self, which: Flags | Ids | slice) -> Pairs:
        return Pairs(self.first[which], self.second[which])


@dataclass(frozen=True, slots=True)
class Coincidences:
    """The pairs found: ``window`` (seconds) is the one that speaks loudest, ``counts`` and ``q_value`` are of it.

    ``short``: the counts in the shortest window.
    """

    pairs: Pairs
    window: Ids
    counts: Counts
    q_value: Floats
    short: Counts


def possible_tests(frequent_patterns: int) -> int:
    """How many tests can be made: every two patterns that occur often enough, in every window."""
    return frequent_patterns * (frequent_patterns - 1) // 2 * len(WINDOWS)


def coincidences(
    occurrences: Occurrences,
    of_pattern: int | None = None,
    known: int = 0,
    tested: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Coincidences:
    """The pairs that occur together more often than by chance.

    ``of_pattern``: only pairs with this one (its place); ``known``: pairs found before, which count as discoveries;
    ``tested``: how many tests all patterns allow, where the occurrences are not all.
    ``progress``: told the share done; what it raises ends the work.
    """
    candidates = candidate_pairs(occurrences, WINDOWS, LEAST_TOGETHER, of_pattern)
    pairs = _rarer_first(occurrences, Pairs(*candidates))
    counted = count_together(occurrences, pairs, progress)
    all_tests = possible_tests(_frequent(occurrences)) if tested is None else tested
    p_values = np.array([_p_values(one) for one in counted]).reshape(len(WINDOWS), len(pairs))
    flat = np.concatenate((np.zeros(known), p_values.ravel()))
    q_values = benjamini_hochberg(flat, max(all_tests, len(flat)))[known:].reshape(p_values.shape)
    best = p_values.argmin(axis=0) if len(pairs) else np.empty(0, dtype=np.int64)
    at = np.arange(len(pairs))
    chosen = _picked(counted, best)
    found = (
        (q_values[best, at] <= FALSE_DISCOVERIES)
        & (chosen.together >= LEAST_LIFT * chosen.expected)
        & (chosen.site_days >= LEAST_TOGETHER)
    )
    return Coincidences(
        pairs=pairs.chosen(found),
        window=np.array(WINDOWS, dtype=np.int64)[best][found],
        counts=_filtered(chosen, found),
        q_value=q_values[best, at][found],
        short=_filtered(counted[0], found),
    )


def _frequent(occurrences: Occurrences) -> int:
    """How many patterns occur often enough to be tested."""
    return int(np.count_nonzero(np.bincount(occurrences.pattern) >= LEAST_TOGETHER))


def count_together(
    occurrences: Occurrences, pairs: Pairs, progress: Callable[[float], None] | None = None
) -> list[Counts]:
    """What is counted for each pair, in each of the windows."""
    days, hours = rhythm(occurrences), [busy_hours(occurrences, window) for window in WINDOWS]
    runs, begins = runs_by_pattern(occurrences)
    load = np.bincount(occurrences.pattern, minlength=occurrences.pattern_count)[pairs.first]
    share = np.cumsum(load) // _OCCASIONS_AT_ONCE
    parts: list[list[Counts]] = []
    for part in np.unique(share):
        chosen = share == part
        parts.append(_count(occurrences, pairs.chosen(chosen), runs, begins, days, hours))
        if progress is not None:
            progress(float(np.count_nonzero(share <= part)) / len(pairs))
    if not parts:
        nothing = np.empty(0)
        return [Counts(*[nothing] * len(fields(Counts))) for _ in WINDOWS]
    return [
        Counts(*(np.concatenate([getattr(part[at], one.name) for part in parts]) for one in fields(Counts)))
        for at in range(len(WINDOWS))
    ]


@dataclass(frozen=True, slots=True)
class _Occasions:
    """Every occasion of every pair; parallel. ``now``: on the clock of the other pattern's run at the customer.

    ``near``: occurrences of the other in the days around. ``meeting``: the occasions where there are any.
    ``local``, ``overall``: factors of the day on the rate of the days around and of all days. ``steady``: the other's
    occurrences a day over all days. ``known_days``: days around that lie within the customer's time.
    """

    pair: Ids
    now: Ids
    hour: Ids
    customer: Ids
    site_day: Ids
    near: Ids
    meeting: Ids
    local: Floats
    overall: Floats
    steady: Floats
    known_days: Floats


def _count(
    occurrences: Occurrences, pairs: Pairs, runs: Ids, begins: Ids, days: Rhythm, hours: list[Floats]
) -> list[Counts]:
    """The same for some of the pairs: every occasion of every pair at once."""
    occasions = _occasions(occurrences, pairs, runs, begins, days)
    at = zip(WINDOWS, hours, strict=True)
    return [_in_window(occurrences, occasions, len(pairs), window, busy) for window, busy in at]


def _occasions(occurrences: Occurrences, pairs: Pairs, runs: Ids, begins: Ids, days: Rhythm) -> _Occasions:
    pair, place = spread(begins[pairs.first], begins[pairs.first + 1] - begins[pairs.first])
    run = runs[place]
    other, has_other = occurrences.run_of(occurrences.run_customer[run], pairs.second[pair])
    pair, run, other = pair[has_other], run[has_other], other[has_other]
    owner, occasion = spread(occurrences.run_begin[run], np.diff(occurrences.run_begin)[run])
    pair, other = pair[owner], other[owner]
    at, customer, day = occurrences.at[occasion], occurrences.customer[occasion], occurrences.day[occasion]
    now, around = occurrences.clock_of(other, at), AROUND_DAYS * DAY
    near = _up_to(occurrences, now + around) - _before(occurrences, now - around)
    local, overall = days.on_day(pairs.second[pair], customer, day)
    steady, known_days = _steady_rate(occurrences, other, at)
    return _Occasions(
        pair=pair,
        now=now,
        hour=at % DAY // HOUR,
        customer=customer,
        site_day=(pair * occurrences.customer_count + customer) * (int(occurrences.day.max()) + 1) + day,
        near=near,
        meeting=np.flatnonzero(near),
        local=local,
        overall=overall,
        steady=steady,
        known_days=known_days,
    )


def _in_window(occurrences: Occurrences, of: _Occasions, pairs: int, window: int, busy: Floats) -> Counts:
    """What is counted in one window; ``busy``: (customers, 24), factors of the hours."""
    earlier, later, within = np.zeros((3, len(of.pair)), dtype=np.int64)
    now = of.now[of.meeting]
    begins, ends = _before(occurrences, now - window), _up_to(occurrences, now + window)
    earlier[of.meeting] = _before(occurrences, now) - begins
    later[of.meeting] = ends - _up_to(occurrences, now)
    within[of.meeting] = ends - begins
    width = 2 * window / DAY
    mixed = (of.near - within) * of.local + of.steady * _STEADY_DAYS * of.overall
    rate = mixed / (of.known_days - width + _STEADY_DAYS)
    chance = -np.expm1(-rate * width * busy[of.customer, of.hour])
    telling = chance <= LIKELY_ANYWAY
    together = telling & (within > 0)
    return Counts(
        occasions=np.bincount(of.pair, minlength=pairs).astype(float),
        together=_sums(of.pair, together, pairs),
        after=_sums(of.pair, telling & (later > 0), pairs),
        before=_sums(of.pair, telling & (earlier > 0), pairs),
        expected=_sums(of.pair, np.where(telling, chance, 0.0), pairs),
        site_days=_distinct(of.pair[together], of.site_day[together], pairs),
    )


def _before(occurrences: Occurrences, moment: Ids) -> Ids:
    """How many occurrences come before moments of the clock."""
    count: Ids = np.searchsorted(occurrences.clock, moment)
    return count


def _up_to(occurrences: Occurrences, moment: Ids) -> Ids:
    """How many occurrences come before moments of the clock, or at them."""
    count: Ids = np.searchsorted(occurrences.clock, moment, "right")
    return count


def _steady_rate(occurrences: Occurrences, run: Ids, at: Ids) -> tuple[Floats, Floats]:
    """Of runs: occurrences a day over all time of their customer; and the days known around each moment."""
    begin, end = occurrences.customer_times()
    customer, reach = occurrences.run_customer[run], AROUND_DAYS * DAY
    total = np.maximum((end - begin)[customer] / DAY, 1.0)
    around = np.minimum(at + reach, end[customer]) - np.maximum(at - reach, begin[customer])
    return np.diff(occurrences.run_begin)[run] / total, np.maximum(around / DAY, 1.0)


def _p_values(counts: Counts) -> Floats:
    from scipy.special import gammainc  # type: ignore[import-untyped]

    tails: Floats = gammainc(np.maximum(counts.site_days, 1e-9), counts.expected)
    return np.where(counts.site_days > 0, tails, 1.0)


def _rarer_first(occurrences: Occurrences, pairs: Pairs) -> Pairs:
    counts = np.bincount(occurrences.pattern, minlength=occurrences.pattern_count)
    swap = counts[pairs.second] < counts[pairs.first]
    return Pairs(np.where(swap, pairs.second, pairs.first), np.where(swap, pairs.first, pairs.second))


def _picked(counted: list[Counts], best: Ids) -> Counts:
    """For each pair the counts in the window ``best``."""
    at = np.arange(len(best))
    return Counts(*(np.array([getattr(one, of.name) for one in counted])[best, at] for of in fields(Counts)))


def _filtered(counts: Counts, found: Flags) -> Counts:
    return Counts(*(getattr(counts, of.name)[found] for of in fields(Counts)))


def _sums(pair: Ids, values: Floats | Flags, size: int) -> Floats:
    sums: Floats = np.bincount(pair, values, size).astype(np.float64)
    return sums


def _distinct(pair: Ids, key: Ids, size: int) -> Floats:
    """How many distinct keys each pair has; keys of different pairs differ."""
    first = np.unique(key, return_index=True)[1]
    return np.bincount(pair[first], minlength=size).astype(float)
