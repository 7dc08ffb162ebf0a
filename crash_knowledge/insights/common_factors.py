"""Common factors: what the crashes of a pattern share and those of other patterns do not.

Counted are incidents, that is site-days (a customer on a day), so that one user who tries again and again is one. A
factor is a fact with its value: ``command`` is ``Save``. It is common when most incidents of the pattern have it and
Fisher's exact test says that this is more often than elsewhere, with false discoveries controlled over all that was
tested (Socorro's correlations, with statistics).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crash_knowledge.insights.significance import benjamini_hochberg, fisher_greater
from crash_knowledge.store import Store
from crash_knowledge.store.records import FactExtent, FactSpread

INCIDENTS_NEEDED = 3
"""Incidents a pattern must have before anything is said of it, and incidents of it that must have a factor."""

SHARE_NEEDED = 0.6
"""Share of the pattern's incidents that must have a factor."""

TIMES_AS_FREQUENT = 2
"""How many times as frequent as elsewhere a factor must be: what nearly everybody has explains nothing."""

FALSE_DISCOVERIES = 0.05
"""Share of false ones among the factors that are called common."""

DEFINING = (
    "code",
    "culprit_process",
    "dangling_reference",
    "error_code",
    "exception_class",
    "first_exception",
    "kind_of_cause",
    "method",
    "missing_message",
    "nil_candidate",
    "receiver_class",
)
"""Facts that follow from cause and stack: a pattern shares them because it is a pattern."""

NOT_ABOUT_CIRCUMSTANCES = ("days_to_air", "dump_health", "run", "schedule_date", "uptime_hours")
"""Facts whose equality between two days means nothing, or that tell of the dump and not of the crash."""

LEFT_OUT = (*DEFINING, *NOT_ABOUT_CIRCUMSTANCES)

WORDS = {
    "command": "the command",
    "computer": "the computer",
    "customer": "the customer",
    "database_client": "the database client",
    "database_encoding": "the database encoding",
    "database_kind": "the database",
    "database_version": "the database version",
    "executor": "the executor",
    "external_library": "the library",
    "environment": "the environment",
    "frame_rate": "the frame rate",
    "image_built": "a program built on",
    "input": "the input",
    "login": "a login by",
    "memory_limit_mb": "a memory limit (MB) of",
    "object_state": "an object",
    "permission": "the permission needed",
    "process_kind": "the kind of process",
    "record": "the record",
    "release_line": "the release line",
    "service": "the service",
    "smalltalk_version": "the VisualWorks version",
    "table": "the table",
    "ticket": "the ticket",
    "time_zone_seconds": "the time zone offset (s)",
    "transaction": "a transaction that is",
    "unsaved": "unsaved changes in",
    "upgrade_script": "the upgrade script",
    "user": "the user",
    "version": "the version",
    "window": "the window",
    "written_table": "a write to the table",
}
"""How a sentence names a fact; others are named by the fact's own name."""


@dataclass(frozen=True, slots=True)
class CommonFactor:
    """``having`` of ``of`` incidents of the pattern have the fact, ``others_having`` of ``of_others`` elsewhere.

    ``p_value``: of Fisher's exact test, one-sided; ``q_value``: the same, adjusted for all factors tested.
    """

    name: str
    value: str
    having: int
    of: int
    others_having: int
    of_others: int
    p_value: float
    q_value: float

    @property
    def sentence(self) -> str:
        """``7 of 7 have the command Save; 1 of 40 others do.``"""
        what = WORDS.get(self.name, self.name.replace("_", " "))
        others = f"{self.others_having} of {self.of_others} others do"
        return f"{self.having} of {self.of} have {what} {self.value}; {others}."


@dataclass(frozen=True, slots=True)
class CommonFactors:
    """What the incidents of a pattern share; the surest first. Incidents are site-days.

    ``dumps``: crashes of the pattern whose facts are known. ``tested``: factors that were tested.
    """

    dumps: int
    incidents: int
    other_incidents: int
    tested: int
    factors: tuple[CommonFactor, ...]

    @property
    def sentence(self) -> str:
        """What was found, of how much, or why nothing can be said."""
        dumps = f"{self.dumps:,} {'dump' if self.dumps == 1 else 'dumps'}"
        if self.incidents < INCIDENTS_NEEDED:
            return (
                f"Not enough for common factors: {self.incidents} of {INCIDENTS_NEEDED} needed incidents "
                f"(a customer on a day), from {dumps}."
            )
        if not self.other_incidents:
            return f"Nothing to compare with: no other pattern has crashes yet ({self.incidents} incidents here)."
        compared = (
            f"{self.incidents:,} incidents (customer and day), {dumps}, against {self.other_incidents:,} of others"
        )
        if not self.factors:
            return f"No common factor: {compared}; {self.tested:,} tested."
        found = "1 common factor" if len(self.factors) == 1 else f"{len(self.factors)} common factors"
        return f"{found}: {compared}; {self.tested:,} tested, at most {FALSE_DISCOVERIES:.0%} of such findings false."


def common_factors(store: Store, pattern_id: int) -> CommonFactors:
    """The common factors of a pattern, from the facts of all stored crashes. Raises StoreError."""
    with store.reading() as unit:
        here, elsewhere = unit.facts.extent_of_pattern(pattern_id), unit.facts.extent_of_others(pattern_id)
        if here.site_days < INCIDENTS_NEEDED or not elsewhere.site_days:
            return CommonFactors(here.events, here.site_days, elsewhere.site_days, 0, ())
        own = tuple(spread for spread in unit.facts.of_pattern(pattern_id) if spread.fact.name not in LEFT_OUT)
        own = tuple(spread for spread in own if _is_shared(spread.extent.site_days, here.site_days))
        others = unit.facts.of_others(pattern_id, [spread.fact for spread in own])
        tested = unit.facts.count_spread_over(INCIDENTS_NEEDED, LEFT_OUT)
    return find_common_factors(here, elsewhere, own, others, tested)


def find_common_factors(
    here: FactExtent,
    elsewhere: FactExtent,
    own: Sequence[FactSpread],
    others: Sequence[FactSpread],
    tested: int,
) -> CommonFactors:
    """The common factors among ``own``, facts that a pattern's incidents share.

    ``others``: the same facts elsewhere; one that is missing was not seen there. ``tested``: how many facts of any
    pattern are frequent enough to be tested at all, which must not depend on this pattern; all that are not in ``own``
    count as tested without result.
    """
    seen_elsewhere = {spread.fact: spread.extent.site_days for spread in others}
    having = np.array([spread.extent.site_days for spread in own], dtype=np.int64)
    others_having = np.array([seen_elsewhere.get(spread.fact, 0) for spread in own], dtype=np.int64)
    tested = max(tested, len(own))
    p_values = fisher_greater(having, here.site_days, others_having, elsewhere.site_days)
    q_values = benjamini_hochberg(p_values, tested)
    found = [
        CommonFactor(
            name=spread.fact.name,
            value=spread.fact.value,
            having=int(having[place]),
            of=here.site_days,
            others_having=int(others_having[place]),
            of_others=elsewhere.site_days,
            p_value=float(p_values[place]),
            q_value=float(q_values[place]),
        )
        for place, spread in enumerate(own)
    ]
    factors = [one for one in found if one.q_value <= FALSE_DISCOVERIES and _is_telling(one)]
    factors.sort(key=lambda factor: (factor.p_value, -factor.having, factor.name, factor.value))
    return CommonFactors(here.events, here.site_days, elsewhere.site_days, tested, tuple(factors))


def _is_shared(having: int, of: int) -> bool:
    return having >= max(INCIDENTS_NEEDED, SHARE_NEEDED * of)


def _is_telling(factor: CommonFactor) -> bool:
    """Shared here, and much rarer elsewhere."""
    share, elsewhere = factor.having / factor.of, factor.others_having / factor.of_others
    return _is_shared(factor.having, factor.of) and share >= TIMES_AS_FREQUENT * elsewhere
