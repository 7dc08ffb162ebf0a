from __future__ import annotations

import numpy as np
import pytest

from crash_knowledge.store import Store
from tests.store.builders import NOON, learn

FUTURE = "2030-01-01 00:00:00.000000"
FIRST_EVENT = "(SELECT id FROM error_events ORDER BY rowid LIMIT 1)"

DAMAGE = {
    "crash_patterns 1 occurrence_count": "UPDATE crash_patterns SET occurrence_count = 9 WHERE id = 1",
    "crash_patterns 1 version": "UPDATE crash_patterns SET version = 9 WHERE id = 1",
    "crash_patterns 1 confidence_score": "UPDATE crash_patterns SET confidence_score = 0.9 WHERE id = 1",
    "crash_patterns 1 first_seen": f"UPDATE crash_patterns SET first_seen = '{FUTURE}' WHERE id = 1",
    "pattern_variants 1 occurrence_count": "UPDATE pattern_variants SET occurrence_count = 0 WHERE id = 1",
    "pattern_variants 1 term_count": "UPDATE pattern_variants SET term_count = 7 WHERE id = 1",
    "pattern_variants 1 first_seen": f"UPDATE pattern_variants SET first_seen = '{FUTURE}' WHERE id = 1",
    "terms 1 document_frequency": "UPDATE terms SET document_frequency = 5 WHERE id = 1",
    "pattern_solutions 1 success_count": "UPDATE pattern_solutions SET success_count = 0 WHERE id = 1",
    "error_events EVENT pattern_id": f"UPDATE error_events SET pattern_id = 2 WHERE id = {FIRST_EVENT}",
    "error_events EVENT causal chain": f"DELETE FROM causal_chains WHERE error_event_id = {FIRST_EVENT}",
    "error_events EVENT crash instance": f"DELETE FROM crash_instances WHERE error_event_id = {FIRST_EVENT}",
    "embeddings variant 77 of model": "UPDATE embeddings SET owner_id = '77' WHERE owner_id = '1'",
    "vector index of model": "DELETE FROM embeddings WHERE owner_id = '1'",
    "crash_instances row 1": "UPDATE crash_instances SET ai_call_id = 5 WHERE id = 1",
}


@pytest.fixture
def sound(url: str) -> Store:
    store = Store.open(url)
    with store.transaction() as unit:
        for name in ("one", "two"):
            pattern, variant, crash = learn(unit, name)
            unit.vectors.put(variant.id, "model", "hash", np.arange(1, 5) + variant.id)
            solution = unit.solutions.add(pattern.id, "restart", None, NOON)
            unit.solutions.record_outcome(solution.id, True)
            unit.chains.add_fix_attempt(crash.error_event_id, "restart", True, NOON, solution.id)
    assert store.verify() == ()
    return store


@pytest.mark.parametrize("where", DAMAGE)
def test_every_kind_of_drift_is_found(sound: Store, where: str) -> None:
    with sound.reading() as unit:
        event_id = unit.crashes.get(1).error_event_id
    engine = sound._engine
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute(DAMAGE[where])
    found = {drift.where for drift in sound.verify()}
    assert where.replace("EVENT", event_id) in found
