"""Steps, fixes and mutes in the store: what stands, what an undoing brings back, and what goes with the demo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.life_cycle import MuteEnd, PatternFix, PatternMute
from crash_knowledge.store.migrate import MIGRATIONS
from crash_knowledge.store.schema import pattern_fixes, pattern_mutes, pattern_steps
from tests.store.builders import NOON, later, learn, new_pattern


def fix(unit: Unit, pattern_id: int, version: str, hours: int = 0, solution_id: int | None = None) -> PatternFix:
    before = unit.patterns.get(pattern_id).status
    step = unit.life_cycle.add_step(pattern_id, "resolve", before, "resolved", by="Ann", at=NOON, version=version)
    unit.patterns.set_status(pattern_id, "resolved")
    line = version.partition(".")[0]
    return unit.life_cycle.add_fix(step, version, line, solution_id, "Ann", later(hours=hours), "delivered")


def mute(unit: Unit, pattern_id: int, end: MuteEnd) -> PatternMute:
    before = unit.patterns.get(pattern_id).status
    step = unit.life_cycle.add_step(pattern_id, "mute", before, "muted", by="Ann", at=NOON)
    unit.patterns.set_status(pattern_id, "muted")
    return unit.life_cycle.add_mute(step, end, "Ann", NOON, None)


def test_a_pattern_names_the_fix_that_was_recorded_last(store: Store) -> None:
    with store.transaction() as unit:
        pattern_id = unit.patterns.add(new_pattern()).id
        first, second = fix(unit, pattern_id, "2024r1.002"), fix(unit, pattern_id, "2023r8.044", hours=1)
        assert unit.life_cycle.fixes(pattern_id) == (first, second)
        assert unit.patterns.get(pattern_id).resolved_in_version == "2023r8.044"
        gone = unit.life_cycle.add_step(pattern_id, "withdraw", "resolved", "resolved", by="Bob", at=NOON)
        unit.life_cycle.withdraw_fixes([second], gone)
        assert unit.patterns.get(pattern_id).resolved_in_version == "2024r1.002"
        unit.life_cycle.undo(gone.id, "Bob", NOON)
        assert unit.patterns.get(pattern_id).resolved_in_version == "2023r8.044"
        assert second.step_id is not None
        unit.life_cycle.undo(second.step_id, "Bob", NOON)
        assert unit.life_cycle.fixes(pattern_id) == (first,)


def test_undoing_a_step_begins_the_mute_again_that_it_ended(store: Store) -> None:
    with store.transaction() as unit:
        pattern_id = unit.patterns.add(new_pattern()).id
        muted = mute(unit, pattern_id, MuteEnd(count=3))
        unit.life_cycle.count_seen(muted.id)
        woken = unit.life_cycle.add_step(pattern_id, "wake", "muted", "new", by=None, at=NOON)
        unit.patterns.set_status(pattern_id, "new")
        unit.life_cycle.end_mute(muted.id, woken)
        assert unit.life_cycle.mute(pattern_id) is None
        unit.life_cycle.undo(woken.id, "Bob", NOON)
        unit.patterns.set_status(pattern_id, "muted")
        again = unit.life_cycle.mute(pattern_id)
        assert again is not None
        assert (again.id, again.seen_count) == (muted.id, 1)
        step = unit.life_cycle.step(woken.id)
        assert (step.undone_by, step.undone_at) == ("Bob", NOON)
        latest = unit.life_cycle.latest_step(pattern_id)
        assert latest is not None
        assert latest.kind == "mute"


def test_mutes_are_due_from_their_time_on(store: Store) -> None:
    with store.transaction() as unit:
        pattern_id = unit.patterns.add(new_pattern("by time")).id
        mute(unit, pattern_id, MuteEnd(at=later(days=1)))
        mute(unit, unit.patterns.add(new_pattern("by count")).id, MuteEnd(count=1))
    with store.reading() as unit:
        assert unit.life_cycle.due_mutes(later(days=1) - timedelta(seconds=1)) == ()
        assert [one.pattern_id for one in unit.life_cycle.due_mutes(later(days=1))] == [pattern_id]


@pytest.mark.parametrize("end", [MuteEnd(), MuteEnd(count=1, version="2024r1"), MuteEnd(count=0)])
def test_a_mute_without_exactly_one_end_is_not_stored(store: Store, end: MuteEnd) -> None:
    with pytest.raises(Exception, match="CHECK constraint failed"), store.transaction() as unit:
        mute(unit, unit.patterns.add(new_pattern()).id, end)


def test_crashes_are_counted_within_a_span(store: Store) -> None:
    with store.transaction() as unit:
        pattern, *_ = learn(unit, "first")
        for day in (1, 2, 7):
            learn(unit, f"day {day}", pattern, occurred_at=later(days=day))
        assert unit.life_cycle.crashes_between(pattern.id, NOON, later(days=7)) == 3
        assert unit.life_cycle.crashes_between(pattern.id, later(days=7), later(days=9)) == 0


def test_what_is_not_there_is_said(store: Store) -> None:
    with store.reading() as unit:
        for missing in (lambda: unit.life_cycle.step(9), lambda: unit.life_cycle.fix(9)):
            with pytest.raises(UnknownRecord):
                missing()


def test_the_life_of_demo_knowledge_goes_with_it(store: Store) -> None:
    with store.transaction() as unit:
        real, *_ = learn(unit, "real")
        fix(unit, real.id, "2024r1.002")
    with store.transaction() as unit:
        unit.origins.mark_demo()
        demo, *_ = learn(unit, "demo")
        fix(unit, demo.id, "2024r1.003")
        mute(unit, demo.id, MuteEnd(count=3))
        fix(unit, real.id, "2024r1.009", hours=1)
        mute(unit, real.id, MuteEnd(count=3))
    with store.transaction() as unit:
        unit.origins.remove_demo()
        left = unit.patterns.get(real.id)
        assert (left.status, left.resolved_in_version) == ("ongoing", "2024r1.002")
        counts = [len(unit.connection.execute(select(table)).all()) for table in (pattern_steps, pattern_fixes)]
        assert counts == [1, 1]
        assert unit.connection.execute(select(pattern_mutes)).all() == []


def test_a_demo_pattern_with_a_real_fix_stays_and_is_real(store: Store) -> None:
    with store.transaction() as unit:
        unit.origins.mark_demo()
        demo, *_ = learn(unit, "demo")
    with store.transaction() as unit:
        fix(unit, demo.id, "2024r1.003")
        unit.origins.remove_demo()
        assert unit.patterns.get(demo.id).resolved_in_version == "2024r1.003"
        assert not unit.origins.has_demo()


def test_a_merge_in_the_store_hands_fixes_over_with_their_solutions(store: Store) -> None:
    with store.transaction() as unit:
        (one, *_), (other, *_) = learn(unit, "one"), learn(unit, "other")
        mine, theirs = (unit.solutions.add(pattern.id, "Install it.", "Ann", NOON) for pattern in (one, other))
        fix(unit, one.id, "2024r1.002", solution_id=mine.id)
        unit.arrangement.hand_over(one.id, other.id)
        unit.patterns.merge_into(one.id, other.id)
        unit.arrangement.settle([one.id, other.id])
        (moved,) = unit.life_cycle.fixes(other.id)
        assert moved.solution_id == theirs.id
        assert unit.patterns.get(other.id).resolved_in_version == "2024r1.002"
        assert unit.patterns.get(one.id).resolved_in_version is None


def test_versions_that_were_known_before_are_kept_by_the_migration(tmp_path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, text

    path = tmp_path / "old.db"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        for pattern_id, version in ((1, "2023r8.001.042a"), (2, "summer release"), (3, None)):
            connection.execute(
                text(
                    "INSERT INTO crash_patterns (id, source, fingerprint_exact, pattern_name, status, first_seen, "
                    "last_seen, resolved_in_version) VALUES (:id, 'crash', :name, :name, 'resolved', "
                    "'2024-04-02 12:00:00.000000', '2024-04-02 12:00:00.000000', :version)"
                ),
                {"id": pattern_id, "name": f"pattern {pattern_id}", "version": version},
            )
    opened = Store.open(f"sqlite:///{path}")
    with opened.reading() as unit:
        kept = [unit.life_cycle.fixes(pattern_id) for pattern_id in (1, 2, 3)]
        assert [[(one.release_line, one.version, one.fixed_at) for one in fixes] for fixes in kept] == [
            [("2023r8", "2023r8.001.042a", NOON)],
            [(None, "summer release", NOON)],
            [],
        ]
    assert opened.verify() == ()
    opened.close()


DAMAGE = {
    "crash_patterns 1 resolved_in_version": "UPDATE crash_patterns SET resolved_in_version = '1999r1' WHERE id = 1",
    "pattern_fixes 1 pattern of its solution": "UPDATE pattern_solutions SET pattern_id = 2",
    "pattern_fixes 1 pattern_id": "UPDATE crash_patterns SET status = 'merged', merged_into_id = 2 WHERE id = 1",
    "pattern_mutes 1 status of its pattern": "UPDATE crash_patterns SET status = 'ongoing' WHERE id = 2",
    "pattern_solutions 1 origin": "UPDATE pattern_solutions SET origin = 'nobody'",
}


@pytest.mark.parametrize("where", DAMAGE)
def test_every_kind_of_drift_is_found(url: str, where: str) -> None:
    store = Store.open(url)
    with store.transaction() as unit:
        one, *_ = learn(unit, "one")
        other, *_ = learn(unit, "other")
        fix(unit, one.id, "2024r1.002", solution_id=unit.solutions.add(one.id, "Install it.", "Ann", NOON).id)
        mute(unit, other.id, MuteEnd(count=1))
    assert store.verify() == ()
    with store.transaction() as unit:
        unit.connection.exec_driver_sql(DAMAGE[where])
    assert where in {drift.where for drift in store.verify()}
    store.close()
