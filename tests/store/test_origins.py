from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crash_knowledge.store import Store, Unit
from crash_knowledge.store.records import Pattern
from tests.store.builders import NOON, later, learn

IGNORED = {
    "alembic_version",
    "catalogue_changes",
    "schema_migrations",
    "search_words",
    "sqlite_sequence",
    "vector_indexes",
}


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, apart from bookkeeping that only ever grows."""
    with store.reading() as unit:
        names = unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        tables = [name for name in names if name not in IGNORED and not name.startswith(("vec_", "text_index_"))]
        rows = {name: unit.connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables}
    return {name: sorted(map(tuple, some), key=repr) for name, some in rows.items()}


def known(unit: Unit, name: str) -> None:
    """A pattern with everything that learning writes about it."""
    pattern, variant, crash = learn(unit, name)
    unit.vectors.put(variant.id, "model", "hash", np.arange(1, 5) + variant.id)
    solution = unit.solutions.add(pattern.id, f"fix of {name}", "Ada", NOON)
    unit.solutions.record_outcome(solution.id, True)
    fix = unit.chains.add_fix_attempt(crash.error_event_id, "restart", True, NOON, solution.id)
    unit.chains.resolve(crash.error_event_id, fix, NOON)
    unit.validations.add(
        event_id=crash.error_event_id,
        pattern_id=pattern.id,
        subject="pattern_match",
        verdict="confirmed",
        validated_by="Ada",
        at=NOON,
    )
    unit.patterns.record_validation(pattern.id, True)


def merge(unit: Unit, source: Pattern, target: Pattern) -> None:
    unit.arrangement.hand_over(source.id, target.id)
    unit.patterns.merge_into(source.id, target.id)
    unit.arrangement.settle([source.id, target.id])


def test_removing_the_demo_leaves_the_rest_as_it_was(store: Store) -> None:
    with store.transaction() as unit:
        known(unit, "real")
    before = content(store)
    with store.transaction() as unit:
        unit.origins.mark_demo()
        for number in range(5):
            known(unit, f"demo {number}")
        learn(unit, "demo crash of a real pattern", unit.patterns.get(1), occurred_at=later(days=5))
    with store.reading() as unit:
        assert unit.origins.has_demo()
        assert unit.patterns.get(1).occurrence_count == 2
    with store.transaction() as unit:
        unit.origins.remove_demo()
    with store.reading() as unit:
        assert not unit.origins.has_demo()
    after = content(store)
    status_apart = {"crash_patterns"}
    assert {name: rows for name, rows in after.items() if name not in status_apart} == {
        name: rows for name, rows in before.items() if name not in status_apart
    }
    with store.reading() as unit:
        assert (unit.patterns.count(), unit.patterns.get(1).occurrence_count, unit.patterns.get(1).last_seen) == (
            1,
            1,
            NOON,
        )


def test_removing_the_demo_empties_a_store_of_demo_only(store: Store) -> None:
    empty = content(store)
    with store.as_demo().transaction() as unit:
        known(unit, "demo")
        first, _, _ = learn(unit, "first")
        second, _, _ = learn(unit, "second")
        merge(unit, first, second)
        learn(unit, "with session", session_id="s-1")
    with store.transaction() as unit:
        unit.origins.remove_demo()
    assert content(store) == empty


def test_a_real_crash_keeps_its_demo_pattern(store: Store) -> None:
    with store.as_demo().transaction() as unit:
        known(unit, "demo")
    with store.transaction() as unit:
        learn(unit, "real", unit.patterns.get(1), occurred_at=later(days=1))
        unit.origins.remove_demo()
        pattern = unit.patterns.get(1)
        assert (pattern.occurrence_count, pattern.first_seen, pattern.validation_count) == (1, later(days=1), 0)
        assert pattern.confidence_score == 0.5
        assert unit.solutions.of_pattern(1) == ()
        assert [crash.error_message for crash in unit.crashes.of_pattern(1)] == ["real"]
        assert unit.vectors.count("model") == 1
        assert not unit.origins.has_demo()


def test_a_real_solution_keeps_its_demo_pattern(store: Store) -> None:
    with store.as_demo().transaction() as unit:
        known(unit, "demo")
    with store.transaction() as unit:
        unit.solutions.add(1, "found by a person", "Ada", NOON)
        unit.origins.remove_demo()
        assert [solution.description for solution in unit.solutions.of_pattern(1)] == ["found by a person"]
        assert unit.patterns.get(1).occurrence_count == 0


def test_a_real_pattern_keeps_the_demo_pattern_it_was_merged_into(store: Store) -> None:
    with store.as_demo().transaction() as unit:
        target, _, _ = learn(unit, "target")
        middle, _, _ = learn(unit, "middle")
        merge(unit, middle, target)
    with store.transaction() as unit:
        merged, _, _ = learn(unit, "merged")
        unit.arrangement.hand_over(merged.id, target.id)
        unit.patterns.merge_into(merged.id, middle.id)
        unit.arrangement.settle([merged.id, target.id])
        unit.origins.remove_demo()
        assert set(unit.patterns.get_many([target.id, middle.id, merged.id])) == {target.id, middle.id, merged.id}


def test_a_real_chain_that_a_demo_attempt_resolved_is_open_again(store: Store) -> None:
    with store.transaction() as unit:
        _, _, crash = learn(unit, "real")
    with store.as_demo().transaction() as unit:
        fix = unit.chains.add_fix_attempt(crash.error_event_id, "demo fix", True, NOON)
        unit.chains.resolve(crash.error_event_id, fix, NOON)
        learn(unit, "demo")
    with store.transaction() as unit:
        unit.origins.remove_demo()
        chain = unit.chains.of_event(crash.error_event_id)
    assert (chain.status, chain.successful_fix_id, chain.resolved_at, chain.attempts) == ("open", None, None, ())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12))
def test_any_mixture_stays_consistent_and_keeps_every_real_crash(steps: list[tuple[bool, int]]) -> None:
    store = Store.open("sqlite://")
    demo, patterns = store.as_demo(), dict[int, int]()
    for number, (is_demo, cause) in enumerate(steps):
        with (demo if is_demo else store).transaction() as unit:
            pattern = unit.patterns.get(patterns[cause]) if cause in patterns else None
            patterns[cause] = learn(unit, f"crash {number}", pattern)[0].id
    with store.transaction() as unit:
        unit.origins.remove_demo()
    assert store.verify() == ()
    with store.reading() as unit:
        real = {f"crash {number}" for number, (is_demo, _) in enumerate(steps) if not is_demo}
        assert {crash.error_message for crash in unit.crashes.latest()} == real
        assert sum(pattern.occurrence_count for pattern in unit.patterns.list()) == len(real)
    store.close()
