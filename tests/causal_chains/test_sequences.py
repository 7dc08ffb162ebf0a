"""Whatever people and programs do to chains, in whatever order: every outcome counts once, every status has its fix."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from crash_knowledge.causal_chains import ChainLedger
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.knowledge.resolutions import ResolutionDesk
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.schema import fix_attempts, pattern_solutions
from tests.causal_chains.conftest import NOON, redact
from tests.causal_chains.test_resolutions import crash

STEPS = 40
ACTIONS = ("restart it", "set the channel", "add a disk")
OUTCOMES = ("unknown", "succeeded", "same_error", "different_error")


class Walk:
    """A random walk over the chains of one pattern."""

    def __init__(self, store: Store, seed: int) -> None:
        self.random = random.Random(seed)
        self.desk = ResolutionDesk(store, redact)
        self.ledger = ChainLedger(store, HashedEmbedder(""), redact, clock=lambda: self.now)
        self.now = NOON
        first = crash(store, "first")
        self.events = [first, crash(store, "again", again_of=first)]
        self.fixes: list[str] = []

    def step(self) -> None:
        """One step; those that the state of the chain forbids are refused with a ValueError and change nothing."""
        self.now += timedelta(minutes=1)
        with suppress(ValueError):
            self.random.choice(self._steps())()

    def _steps(self) -> list[Callable[[], object]]:
        pick = self.random.choice
        event, by, now = pick(self.events), pick(("Ann", "Bob")), self.now
        steps: list[Callable[[], object]] = [
            lambda: self._try(lambda: self.desk.record_attempt(event, pick(ACTIONS), pick(OUTCOMES), by, now)),  # type: ignore[arg-type]
            lambda: self._try(lambda: self.ledger.record_attempt(event, pick(ACTIONS), None, pick(OUTCOMES))),  # type: ignore[arg-type]
            lambda: self.desk.reopen(event, by, now, "again"),
            lambda: self.desk.abandon(event, by, now),
            lambda: self.desk.ask_for_review(event, by, now),
        ]
        if self.fixes:
            fix_id, minutes = pick(self.fixes), pick((None, 1.5, 30))
            steps += [
                lambda: self.desk.judge_attempt(fix_id, pick(OUTCOMES), by, now),  # type: ignore[arg-type]
                lambda: self.desk.resolve(event, fix_id, by, now, minutes),
                lambda: self.ledger.resolve(event, fix_id, minutes),
            ]
        return steps

    def _try(self, record: Callable[[], str]) -> None:
        self.fixes.append(record())


def check_counts(unit: Unit) -> None:
    """The record of each solution is that of its attempts."""
    attempts = unit.connection.execute(select(fix_attempts)).mappings().all()
    for solution in unit.connection.execute(select(pattern_solutions)).mappings():
        outcomes = [one["outcome"] for one in attempts if one["solution_id"] == solution["id"]]
        worked = outcomes.count("succeeded")
        failed = outcomes.count("same_error") + outcomes.count("different_error")
        assert (solution["success_count"], solution["failure_count"]) == (worked, failed)
    assert all(one["successful"] == (one["outcome"] == "succeeded") for one in attempts)


def check_history(unit: Unit, event_id: str) -> None:
    """The entries of a chain tell each change of its status, the last one its status of today."""
    told = [one.changes["chain_status"] for one in unit.evolution.of_event(event_id) if "chain_status" in one.changes]
    status = "open"
    for change in told:
        assert change["before"] == status
        status = change["after"]
    assert unit.chains.of_event(event_id).status == status


@pytest.mark.parametrize("seed", range(8))
def test_counts_and_history_hold_after_any_steps(store: Store, seed: int) -> None:
    walk = Walk(store, seed)
    for _ in range(STEPS):
        walk.step()
    assert store.verify() == ()
    with store.reading() as unit:
        check_counts(unit)
        for event_id in walk.events:
            check_history(unit, event_id)


def test_the_walks_reach_every_status(store: Store) -> None:
    reached = set()
    walk = Walk(store, seed=1)
    for _ in range(4 * STEPS):
        walk.step()
        reached |= {walk.desk.timeline(event_id).chain.status for event_id in walk.events}
    assert reached == {"open", "resolved", "needs_review", "abandoned"}
