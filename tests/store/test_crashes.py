from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crash_knowledge.errors import StoreError, UnknownRecord
from crash_knowledge.store import Store
from crash_knowledge.store.types import clean_text
from tests.store.builders import NOON, later, learn, new_crash, new_pattern


def test_a_crash_comes_back_as_it_was_stored(store: Store) -> None:
    new = new_crash(
        severity="high", environment={"memory": {"kb": 7}}, analysis={"findings": ["a", None, 1.5]}, session_id="s-1"
    )
    with store.transaction() as unit:
        crash = unit.crashes.add(new, later(hours=1))
    with store.reading() as unit:
        assert unit.crashes.get(crash.id) == unit.crashes.find_by_dump_hash(new.dump_hash) == crash
        assert unit.crashes.text(crash.id) == new.redacted_text
        chain = unit.chains.of_event(crash.error_event_id)
    stored = asdict(crash)
    given = {name: value for name, value in asdict(new).items() if name != "redacted_text"}
    assert {name: stored[name] for name in given} == given
    assert (crash.recorded_at, crash.pattern_id, crash.match_level) == (later(hours=1), None, None)
    assert (chain.id, chain.status, chain.attempts) == (crash.chain_id, "open", ())
    assert crash.error_event_id.startswith("err-")
    assert len(crash.error_event_id) == 12
    assert crash.chain_id.startswith("chain-")
    assert len(crash.chain_id) == 14


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"file_hash": "another file", "file_name": "copy.txt", "dump_index": 3},
        {"dump_hash": "same file, same place"},
    ],
    ids=["same file", "same dump in another file", "same place in the same file"],
)
def test_a_dump_stored_twice_is_one_crash(store: Store, other: dict[str, Any]) -> None:
    with store.transaction() as unit:
        first = unit.crashes.add(new_crash(), NOON)
        assert unit.crashes.add(new_crash(**other), later(days=1)) == first
        assert unit.crashes.count() == 1


def test_many_dumps_of_one_file_are_many_crashes(store: Store) -> None:
    with store.transaction() as unit:
        for index in range(3):
            unit.crashes.add(new_crash(dump_index=index, dump_hash=f"dump {index}"), NOON)
        assert unit.crashes.count() == 3


def test_crashes_are_listed_latest_first(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, _ = learn(unit, "one")
        learn(unit, "later", pattern, occurred_at=later(days=2))
        learn(unit, "other pattern", occurred_at=later(days=1))
        assert [crash.error_message for crash in unit.crashes.latest()] == ["later", "other pattern", "one"]
        assert [crash.error_message for crash in unit.crashes.latest(1)] == ["later"]
        assert [crash.error_message for crash in unit.crashes.of_pattern(pattern.id)] == ["later", "one"]
        assert [crash.error_message for crash in unit.crashes.of_pattern(pattern.id, limit=1)] == ["later"]


def test_a_crash_is_assigned_and_weighed(store: Store) -> None:
    with store.transaction() as unit:
        _, _, crash = learn(unit)
        unit.crashes.set_impact(crash.id, "critical", 90, ["planning", "playout"])
        crash = unit.crashes.get(crash.id)
    assert (crash.match_level, crash.match_confidence) == ("exact", 1.0)
    assert (crash.severity, crash.downtime_minutes, crash.affected_features) == (
        "critical",
        90,
        ("planning", "playout"),
    )


def test_unknown_crashes_are_said(store: Store) -> None:
    with store.transaction() as unit:
        assert unit.crashes.find_by_dump_hash("none") is None
        for call in (
            lambda: unit.crashes.get(7),
            lambda: unit.crashes.text(7),
            lambda: unit.crashes.assign(7, None, None, "new", 0.0),
            lambda: unit.crashes.set_impact(7, None, None, []),
            lambda: unit.chains.of_event("err-00000000"),
            lambda: unit.chains.add_fix_attempt("err-00000000", "text", False, NOON),
        ):
            with pytest.raises(UnknownRecord):
                call()


def test_a_crash_cannot_be_assigned_to_a_pattern_that_is_not_there(store: Store) -> None:
    def assign_to_nothing() -> None:
        with store.transaction() as unit:
            unit.crashes.assign(unit.crashes.add(new_crash(), NOON).id, 99, None, "exact", 1.0)

    with pytest.raises(StoreError):
        assign_to_nothing()


def test_negative_downtime_is_refused(store: Store) -> None:
    with store.transaction() as unit:
        crash = unit.crashes.add(new_crash(), NOON)
    with pytest.raises(StoreError), store.transaction() as unit:
        unit.crashes.set_impact(crash.id, None, -1, [])


HOSTILE = st.one_of(
    st.text(),
    st.text(st.characters(categories=("Cs", "Cc", "Cn", "Co", "L"))),
    st.sampled_from(
        ["'); DROP TABLE crash_patterns; --", '"', "%", "_", "?", ":name", "\x00", "\ud800", "x" * 1_000_000]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_any_text_comes_back_from_every_field(store: Store, text: str) -> None:
    fields = ("file_name", "file_hash", "dump_hash", "error_message", "exception_type", "error_category", "stacktrace")
    fields += ("customer", "site", "service_version", "release_line", "user_name", "computer", "database_version")
    new = new_crash(**dict.fromkeys(fields, text), redacted_text=text, environment={text: [text]}, session_id=text)
    clean = clean_text(text)
    with store.transaction() as unit:
        crash = unit.crashes.add(new, NOON)
        pattern = unit.patterns.add(new_pattern(cause_of_dump=text, stack_signature=text))
        unit.patterns.rename(pattern.id, text)
        solution = unit.solutions.add(pattern.id, text, text, NOON)
        fix = unit.chains.add_fix_attempt(crash.error_event_id, text, False, NOON, code_changes=text)
        entry = unit.evolution.add(pattern.id, "created", {text: text}, crash.error_event_id, text, NOON)
        review = unit.validations.add(
            event_id=None,
            pattern_id=pattern.id,
            subject="analysis",
            verdict="unsure",
            validated_by=text,
            at=NOON,
            notes=text,
        )
        assert {getattr(crash, field) for field in fields} == {clean}
        assert (unit.crashes.text(crash.id), crash.environment) == (text, {clean: [clean]})
        assert unit.crashes.find_by_dump_hash(text) == crash
        assert unit.solutions.add(pattern.id, text, None, NOON) == solution
        assert solution.description == solution.added_by == unit.patterns.get(pattern.id).pattern_name == clean
        assert unit.chains.of_event(crash.error_event_id).attempts[-1].id == fix
        assert entry.changes == {clean: clean}
        assert review.notes == review.validated_by == clean
        unit.connection.rollback()
