"""What verification finds wrong of chains and vectors of failures, and what goes with demo knowledge."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge.causal_chains import ChainLedger
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.store import Store
from tests.causal_chains.conftest import redact

ERROR = "ImportError: no module"


@pytest.fixture
def opened(tmp_path: Path) -> Store:
    """A store that a test may leave in disagreement."""
    return Store.open(f"sqlite:///{tmp_path / 'broken.db'}")


def ledger_of(store: Store) -> ChainLedger:
    return ChainLedger(store, HashedEmbedder(""), redact)


def spoil(store: Store, statement: str, *values: str) -> list[str]:
    with store.transaction() as unit:
        unit.connection.exec_driver_sql(statement, values)
    return [drift.where for drift in store.verify()]


def test_a_vector_without_its_failure_is_found(opened: Store) -> None:
    error_id = ledger_of(opened).record_error(ERROR, {}, None)
    assert opened.verify() == ()
    found = spoil(opened, "UPDATE embeddings SET owner_id = 'err-ffffffff' WHERE owner_id = ?", error_id)
    assert found == [f"embeddings error_event err-ffffffff of {HashedEmbedder.model_id}"]


def test_a_chain_resolved_by_an_attempt_that_failed_is_found(opened: Store) -> None:
    ledger = ledger_of(opened)
    error_id = ledger.record_error(ERROR, {}, None)
    fix_id = ledger.record_attempt(error_id, "one", outcome="succeeded")
    assert opened.verify() == ()
    found = spoil(opened, "UPDATE fix_attempts SET successful = 0 WHERE id = ?", fix_id)
    assert found == [f"causal_chains {error_id.chain_id} successful_fix_id"]


def test_a_chain_resolved_by_an_attempt_of_another_is_found(opened: Store) -> None:
    ledger = ledger_of(opened)
    error_id, other = ledger.record_error(ERROR, {}, None), ledger.record_error(ERROR, {}, None)
    fix_id = ledger.record_attempt(error_id, "one", outcome="succeeded")
    found = spoil(opened, "UPDATE fix_attempts SET error_event_id = ? WHERE id = ?", other, fix_id)
    assert found == [f"causal_chains {error_id.chain_id} successful_fix_id"]


def test_demo_failures_go_with_their_chains_patterns_and_vectors(store: Store) -> None:
    demo, real = ledger_of(store.as_demo()), ledger_of(store)
    demo_id = demo.record_error("OSError: disk full", {}, None)
    demo.record_attempt(demo_id, "one", outcome="succeeded")
    real_id = real.record_error(ERROR, {}, None)
    with store.transaction() as unit:
        unit.origins.remove_demo()
    assert [one.error_id for one in real.chains(("open", "resolved"), 10)] == [real_id]
    assert real.similar("OSError: disk full", 5) == []
    with store.reading() as unit:
        assert unit.event_vectors.owners(HashedEmbedder.model_id) == {real_id}
        assert [pattern.pattern_name for pattern in unit.patterns.list("manual")] == [ERROR]


def test_a_failure_recorded_elsewhere_is_found_by_a_running_tracker(store: Store, tmp_path: Path) -> None:
    here = ledger_of(store)
    assert here.similar(ERROR, 5) == []
    other_store = Store.open(f"sqlite:///{tmp_path / 'chains.db'}")
    there = ledger_of(other_store)
    error_id = there.record_error(ERROR, {}, None)
    there.record_attempt(error_id, "one", outcome="succeeded")
    assert [one.error_id for one in here.similar(ERROR, 5)] == [error_id]
    other_store.close()


def test_a_merged_pattern_of_failures_leads_to_its_heir(store: Store) -> None:
    ledger = ledger_of(store)
    first, second = ledger.record_error("OSError: a", {}, None), ledger.record_error("KeyError: b", {}, None)
    with store.transaction() as unit:
        source, target = (unit.error_events.get(one).pattern_id or 0 for one in (first, second))
        unit.arrangement.hand_over(source, target)
        unit.patterns.merge_into(source, target)
        unit.arrangement.settle([source, target])
    third = ledger.record_error("OSError: a", {}, None)
    with store.reading() as unit:
        assert unit.error_events.get(third).pattern_id == target
        assert unit.patterns.get(target).occurrence_count == 3


def test_a_search_goes_on_while_nobody_can_write(store: Store, tmp_path: Path) -> None:
    """A resolved dump has no vector yet, and another program holds the write lock: what has one is found."""
    hasty = Store.open(f"sqlite:///{tmp_path / 'chains.db'}", busy_timeout_seconds=0.05)
    ledger = ledger_of(hasty)
    first, second = ledger.record_error(ERROR, {}, None), ledger.record_error(ERROR, {}, None)
    for error_id in (first, second):
        ledger.record_attempt(error_id, "one", outcome="succeeded")
    with store.transaction() as unit:
        unit.connection.exec_driver_sql("DELETE FROM embeddings WHERE owner_id = ?", (second,))
    with store.transaction():
        assert [one.error_id for one in ledger.similar(ERROR, 5)] == [first]
    assert {one.error_id for one in ledger.similar(ERROR, 5)} == {first, second}
    hasty.close()
