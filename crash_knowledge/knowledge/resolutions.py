"""Working through unresolved failures: which first, what happened so far, what was tried, how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crash_knowledge.knowledge import chain_steps, resolution_times
from crash_knowledge.knowledge.chain_steps import Attempt, event_of
from crash_knowledge.knowledge.chain_timeline import Step, Timeline, duration, mermaid, timeline
from crash_knowledge.knowledge.resolution_times import Estimate, ResolutionTime
from crash_knowledge.store import Store
from crash_knowledge.store.records import Chain, ChainStatus, FixOutcome
from crash_knowledge.store.resolutions import ChainOrder, Hotspot, ListedChain

__all__ = [
    "ChainOrder",
    "Estimate",
    "Hotspot",
    "ListedChain",
    "ResolutionDesk",
    "ResolutionReport",
    "ResolutionTime",
    "Step",
    "Timeline",
    "age",
    "duration",
    "mermaid",
    "timeline",
]

RECENT_DAYS = 30

_OPEN: tuple[ChainStatus, ...] = ("open",)
_IN_REVIEW: tuple[ChainStatus, ...] = ("needs_review",)


@dataclass(frozen=True, slots=True)
class ResolutionReport:
    """How long resolving takes: over all, by pattern (most resolved first), by month of resolution (oldest first)."""

    overall: ResolutionTime
    by_pattern: tuple[ResolutionTime, ...]
    by_month: tuple[ResolutionTime, ...]


def age(chain: ListedChain, now: datetime) -> timedelta:
    """How long ago the failure happened; never negative, though clocks of customers may be ahead."""
    return max(now - chain.occurred_at, timedelta(0))


class ResolutionDesk:
    """The chains of a store, for people: what a Resolutions page shows and does.

    ``redact`` takes secrets out of what people write. Chains are named by any of their ids; an unknown one raises
    UnknownRecord. ``by``: who does it; blank raises ValueError.
    """

    def __init__(self, store: Store, redact: Callable[[str], str]) -> None:
        self._store = store
        self._redact = redact

    def open_chains(self, order: ChainOrder = "oldest", limit: int = 50, offset: int = 0) -> tuple[ListedChain, ...]:
        """Open chains, the oldest, the most frequent or the most costly first."""
        with self._store.reading() as unit:
            return unit.resolutions.chains(_OPEN, order, limit, offset)

    def review_queue(self, limit: int = 50, offset: int = 0) -> tuple[ListedChain, ...]:
        """Chains whose attempts all failed and that wait for a person, the oldest first."""
        with self._store.reading() as unit:
            return unit.resolutions.chains(_IN_REVIEW, "oldest", limit, offset)

    def counts(self) -> dict[ChainStatus, int]:
        """Status -> chains."""
        statuses: tuple[ChainStatus, ...] = ("open", "needs_review", "resolved", "abandoned")
        with self._store.reading() as unit:
            return {status: unit.resolutions.count((status,)) for status in statuses}

    def timeline(self, handle: str) -> Timeline:
        """One chain from the failure to its resolution."""
        with self._store.reading() as unit:
            return timeline(unit, handle)

    def report(self) -> ResolutionReport:
        """How long resolving takes."""
        with self._store.reading() as unit:
            chains, unresolved = unit.resolutions.resolved(), unit.resolutions.unresolved_by_pattern()
        return ResolutionReport(
            overall=resolution_times.overall(chains, unresolved),
            by_pattern=resolution_times.by_pattern(chains, unresolved),
            by_month=resolution_times.by_month(chains),
        )

    def hotspots(self, now: datetime, days: int = RECENT_DAYS, limit: int = 10) -> tuple[Hotspot, ...]:
        """Patterns by their unresolved failures times their failures of the last ``days`` days."""
        with self._store.reading() as unit:
            return unit.resolutions.hotspots(now - timedelta(days=days), limit)

    def record_attempt(
        self,
        handle: str,
        action_taken: str,
        outcome: FixOutcome,
        by: str,
        now: datetime,
        code_changes: str | None = None,
    ) -> str:
        """Record what was done; what succeeded resolves the chain. Returns the attempt's id.

        An outcome that is known counts for the solution of that text of the pattern, which is made when there is none.
        Raises ValueError: ``action_taken`` is blank.
        """
        action = self._redact(action_taken.strip())
        if not action:
            raise ValueError("say what was done")
        attempt = Attempt(action, outcome, self._redact(code_changes) if code_changes else None)
        with self._store.transaction() as unit:
            return chain_steps.record_attempt(unit, event_of(unit, handle), attempt, now, _somebody(by))

    def judge_attempt(self, fix_id: str, outcome: FixOutcome, by: str, now: datetime) -> None:
        """Say what came of an attempt. One that succeeded resolves an unresolved chain; the one that resolved its chain
        is judged by opening the chain again. Raises ValueError for that, and when ``fix_id`` is no attempt's id.
        """
        with self._store.transaction() as unit:
            event_id = event_of(unit, fix_id)
            if unit.chains.of_event(event_id).successful_fix_id == fix_id:
                raise ValueError("this attempt resolved the chain; open the chain again if it did not hold")
            chain_steps.judge_attempt(unit, event_id, fix_id, outcome, now, _somebody(by))
            if outcome == "succeeded":
                chain_steps.resolve(unit, event_id, fix_id, now, by=_somebody(by))

    def resolve(self, handle: str, fix_id: str, by: str, now: datetime, minutes: float | None = None) -> Chain:
        """Close a chain with the attempt that worked; ``minutes``: how long it took, else the time since the failure.

        Raises ValueError: the attempt is of another chain, or the minutes are negative.
        """
        with self._store.transaction() as unit:
            event_of(unit, fix_id)
            return chain_steps.resolve(unit, event_of(unit, handle), fix_id, now, minutes, _somebody(by))

    def reopen(self, handle: str, by: str, now: datetime, reason: str = "") -> Chain:
        """Open a chain again; the attempt that had resolved it counts as failed. Raises ValueError: it is open."""
        with self._store.transaction() as unit:
            return chain_steps.reopen(unit, event_of(unit, handle), now, _somebody(by), self._redact(reason.strip()))

    def abandon(self, handle: str, by: str, now: datetime, reason: str = "") -> Chain:
        """Give a chain up. Raises ValueError: it is resolved, or was given up."""
        with self._store.transaction() as unit:
            return chain_steps.abandon(unit, event_of(unit, handle), now, _somebody(by), self._redact(reason.strip()))

    def ask_for_review(self, handle: str, by: str, now: datetime, reason: str = "") -> Chain:
        """Put a chain into the review queue. Raises ValueError: it is resolved, or there already."""
        with self._store.transaction() as unit:
            why = self._redact(reason.strip())
            return chain_steps.ask_for_review(unit, event_of(unit, handle), now, _somebody(by), why)


def _somebody(by: str) -> str:
    if not by.strip():
        raise ValueError("say who you are")
    return by.strip()
