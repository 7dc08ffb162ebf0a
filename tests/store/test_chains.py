from __future__ import annotations

from datetime import timedelta

import pytest

from crash_knowledge.errors import StoreError
from crash_knowledge.store import Store, Unit
from tests.store.builders import NOON, later, learn, new_crash


def failed_once(unit: Unit) -> tuple[str, str]:
    """An event and the attempt that is to resolve it."""
    event_id = unit.crashes.add(new_crash(), NOON).error_event_id
    unit.chains.add_fix_attempt(event_id, "restart", False, later(minutes=5), outcome="same_error")
    return event_id, unit.chains.add_fix_attempt(event_id, "set the channel", True, later(minutes=20))


def test_attempts_are_kept_in_order_and_leave_the_chain_open(store: Store) -> None:
    with store.transaction() as unit:
        event_id, fix_id = failed_once(unit)
        chain = unit.chains.of_event(event_id)
    assert chain.status == "open"
    assert [(one.action_taken, one.successful, one.outcome) for one in chain.attempts] == [
        ("restart", False, "same_error"),
        ("set the channel", True, "succeeded"),
    ]
    assert chain.attempts[1].id == fix_id
    assert fix_id.startswith("fix-")
    assert len(fix_id) == 12


@pytest.mark.parametrize(
    ("after", "reported", "minutes", "source"),
    [
        (timedelta(minutes=30), None, 30.0, "computed"),
        (timedelta(seconds=45), None, 0.75, "computed"),
        (timedelta(minutes=30), 12.5, 12.5, "reported"),
        (timedelta(minutes=30), 0, 0.0, "reported"),
        (timedelta(minutes=-30), None, None, None),
        (timedelta(minutes=-30), 5, 5.0, "reported"),
    ],
)
def test_time_to_resolution(
    store: Store, after: timedelta, reported: float | None, minutes: float | None, source: str | None
) -> None:
    with store.transaction() as unit:
        event_id, fix_id = failed_once(unit)
        chain = unit.chains.resolve(event_id, fix_id, NOON + after, reported)
    assert (chain.status, chain.successful_fix_id, chain.resolved_at) == ("resolved", fix_id, NOON + after)
    assert (chain.resolution_time_minutes, chain.resolution_time_source) == (minutes, source)


def test_a_resolved_chain_changes_only_by_report(store: Store) -> None:
    with store.transaction() as unit:
        event_id, fix_id = failed_once(unit)
        resolved = unit.chains.resolve(event_id, fix_id, later(minutes=30))
        assert unit.chains.resolve(event_id, fix_id, later(days=9)) == resolved
        another = unit.chains.add_fix_attempt(event_id, "again", True, later(days=9))
        assert unit.chains.resolve(event_id, another, later(days=9)).successful_fix_id == fix_id
        reported = unit.chains.resolve(event_id, another, later(days=9), 7)
        assert (reported.successful_fix_id, reported.resolution_time_minutes) == (another, 7.0)


@pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf")])
def test_times_that_cannot_be_are_refused(store: Store, minutes: float) -> None:
    with store.transaction() as unit:
        event_id, fix_id = failed_once(unit)
        with pytest.raises(ValueError, match="from 0 up"):
            unit.chains.resolve(event_id, fix_id, NOON, minutes)


def test_an_attempt_of_another_chain_does_not_resolve(store: Store) -> None:
    with store.transaction() as unit:
        _, fix_id = failed_once(unit)
        other = unit.crashes.add(new_crash("other"), NOON).error_event_id
        with pytest.raises(ValueError, match="does not belong"):
            unit.chains.resolve(other, fix_id, NOON)
        assert unit.chains.of_event(other).status == "open"


def test_the_view_of_failures_shows_chain_and_pattern(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, crash = learn(unit)
        fix_id = unit.chains.add_fix_attempt(crash.error_event_id, "restart", True, NOON)
        unit.chains.resolve(crash.error_event_id, fix_id, NOON)
        row = unit.connection.exec_driver_sql("SELECT * FROM failures").mappings().one()
    assert (row["error_id"], row["chain_id"], row["source"]) == (crash.error_event_id, crash.chain_id, "crash")
    assert (row["pattern_name"], row["chain_status"], row["fix_attempt_count"]) == (pattern.pattern_name, "resolved", 1)


def test_reviews_are_kept_latest_first(store: Store) -> None:
    with store.transaction() as unit:
        pattern, _, crash = learn(unit)
        event_id = crash.error_event_id
        assert unit.validations.latest_for_event(event_id) is None
        for number, verdict in enumerate(("confirmed", "rejected", "unsure")):
            unit.validations.add(
                event_id=event_id,
                pattern_id=pattern.id,
                subject="pattern_match",
                verdict=verdict,  # type: ignore[arg-type]
                validated_by="Ada",
                at=later(hours=number),
                quality_rating=number + 1,
            )
        assert [one.verdict for one in unit.validations.of_pattern(pattern.id)] == ["unsure", "rejected", "confirmed"]
        assert unit.validations.of_event(event_id) == unit.validations.of_pattern(pattern.id)
        latest = unit.validations.latest_for_event(event_id)
    assert latest is not None
    assert (latest.verdict, latest.quality_rating, latest.created_at) == ("unsure", 3, later(hours=2))


@pytest.mark.parametrize(
    "values", [{"quality_rating": 6}, {"verdict": "perhaps"}, {"event_id": None, "pattern_id": None}]
)
def test_reviews_that_cannot_be_are_refused(store: Store, values: dict[str, object]) -> None:
    with store.transaction() as unit:
        pattern, _, crash = learn(unit)
    review = {"event_id": crash.error_event_id, "pattern_id": pattern.id, "subject": "analysis", "verdict": "unsure"}
    with pytest.raises(StoreError), store.transaction() as unit:
        unit.validations.add(**{**review, "validated_by": "Ada", "at": NOON, **values})  # type: ignore[arg-type]
