"""Many writers at once lose nothing and store nothing twice, and an event loop never waits for them."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crash_knowledge.causal_chains import CausalChainTracker, ChainLedger
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.store import Store
from tests.causal_chains.conftest import redact

pytestmark = pytest.mark.anyio

THREADS, WRITES = 8, 200
LONGEST_BLOCK_SECONDS = 0.05


def ledger_of(store: Store) -> ChainLedger:
    return ChainLedger(store, HashedEmbedder("For speed."), redact)


def write(ledger: ChainLedger, writer: int, writes: int) -> list[str]:
    """Half errors, half attempts; every second attempt succeeds. Returns the ids of all."""
    written: list[str] = []
    for number in range(writes // 2):
        error_id = ledger.record_error(f"Error{number % 10}: writer {writer} failed", {"n": number}, f"s-{writer}")
        fix_id = ledger.record_attempt(error_id, "tried", outcome="succeeded" if number % 2 else "unknown")
        written += [error_id, fix_id]
    return written


def check(store: Store, ids: list[str], attempts_a_chain: int = 1) -> None:
    """All that was written is there once."""
    assert len(ids) == len(set(ids))
    events = [one for one in ids if one.startswith("err-")]
    with store.reading() as unit:
        chains = unit.chains.of_events(events)
        stored = unit.error_events.get_many(events)
        patterns = unit.patterns.list("manual", limit=1000)
        everything = unit.chains.latest(("open", "resolved", "needs_review", "abandoned"), 10_000)
        vectors = unit.event_vectors.owners(HashedEmbedder.model_id)
    assert sorted(everything) == sorted(stored) == sorted(chains) == sorted(events)
    assert vectors == set(events)
    assert sorted(fix.id for chain in chains.values() for fix in chain.attempts) == sorted(set(ids) - set(events))
    assert all(len(chain.attempts) == attempts_a_chain for chain in chains.values())
    assert Counter(chain.status for chain in chains.values()) == {
        "open": len(events) / 2,
        "resolved": len(events) / 2,
    }
    assert sum(pattern.occurrence_count for pattern in patterns) == len(events)
    assert len({pattern.error_type for pattern in patterns}) == 10
    assert store.verify() == ()


def test_8_threads_of_200_writes(store: Store) -> None:
    ledger = ledger_of(store)
    with ThreadPoolExecutor(THREADS) as pool:
        written = list(pool.map(lambda writer: write(ledger, writer, WRITES), range(THREADS)))
    check(store, [one for some in written for one in some])


def write_in_process(url: str, writer: int, writes: int, written: multiprocessing.Queue[list[str]]) -> None:
    store = Store.open(url, busy_timeout_seconds=30)
    written.put(write(ledger_of(store), writer, writes))
    store.close()


def test_two_processes(store: Store, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    url = f"sqlite:///{tmp_path / 'chains.db'}"
    writers = [context.Process(target=write_in_process, args=(url, number, WRITES, queue)) for number in range(2)]
    for one in writers:
        one.start()
    written = [queue.get(timeout=120) for _ in writers]
    for one in writers:
        one.join(timeout=60)
    assert [one.exitcode for one in writers] == [0, 0]
    check(store, [one for some in written for one in some])


def test_threads_that_resolve_one_chain_at_once_resolve_it_once(store: Store) -> None:
    ledger = ledger_of(store)
    error_id = ledger.record_error("ImportError: no module", {}, None)

    def succeed(number: int) -> str:
        return ledger.record_attempt(error_id, f"way {number}", outcome="succeeded")

    with ThreadPoolExecutor(THREADS) as pool:
        fixes = list(pool.map(succeed, range(THREADS)))
    chain = ledger.chain(error_id)
    assert chain is not None
    assert {one.id for one in chain.fix_attempts} == set(fixes)
    assert all(one.successful for one in chain.fix_attempts)
    assert chain.successful_fix_id in fixes
    with store.reading() as unit:
        entries = unit.evolution.of_pattern(unit.error_events.get(error_id).pattern_id or 0)
    resolved = [one for one in entries if one.changes.get("chain_status", {}).get("after") == "resolved"]
    assert [one.changes["fix"] for one in resolved] == [chain.successful_fix_id]


async def longest_block(stop: asyncio.Event) -> float:
    """The longest time, in seconds, that the loop did not come back in, beyond what was asked for."""
    longest, pause = 0.0, 0.002
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(pause)
        longest = max(longest, time.perf_counter() - began - pause)
    return longest


async def test_the_event_loop_goes_on_while_a_writer_holds_the_database(
    tracker: CausalChainTracker, store: Store
) -> None:
    """Another program holds the write lock for half a second; ten tasks write and search meanwhile.

    The best of three goes counts: whatever else runs on the machine may hold any program up now and then.
    """
    error_id = await tracker.record_error_event("ImportError: no module", {}, "s")

    def hold() -> None:
        with store.transaction():
            time.sleep(0.5)

    async def work(number: int) -> None:
        await tracker.record_error_event(f"Error{number}: failed", {"number": number}, "s")
        await tracker.record_fix_attempt(error_id, f"way {number}", successful=number == 5)
        await tracker.query_similar_failures("ImportError: no module", 5)
        await tracker.get_all_chains(100)

    blocks = []
    for _ in range(3):
        stop = asyncio.Event()
        watch = asyncio.create_task(longest_block(stop))
        began = time.perf_counter()
        await asyncio.gather(asyncio.to_thread(hold), *(work(number) for number in range(10)))
        assert time.perf_counter() - began > 0.5
        stop.set()
        blocks.append(await watch)
    assert min(blocks) < LONGEST_BLOCK_SECONDS
    assert len(await tracker.get_all_chains(100)) == 31


async def test_the_watch_sees_a_loop_that_is_blocked() -> None:
    stop = asyncio.Event()
    watch = asyncio.create_task(longest_block(stop))
    await asyncio.sleep(0.01)
    time.sleep(2 * LONGEST_BLOCK_SECONDS)
    await asyncio.sleep(0.01)
    stop.set()
    assert await watch > LONGEST_BLOCK_SECONDS
