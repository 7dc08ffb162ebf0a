"""The life of a pattern: resolved per line, back again, muted until something ends it, and every step undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crash_knowledge.errors import LifeStepRefused
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.knowledge.life_cycle import PatternLifeCycle
from crash_knowledge.knowledge.review import Review
from crash_knowledge.store.life_cycle import MuteEnd
from tests.knowledge.dumps import PERMISSION, dump_bytes, dump_text, file_of

FIRST_CRASH = datetime(2025, 1, 14, 8, 5, 12, tzinfo=UTC)
FIXED_ON = FIRST_CRASH + timedelta(days=10)


@pytest.fixture
def life(analyzer) -> PatternLifeCycle:
    return PatternLifeCycle(analyzer.store)


@pytest.fixture
def take(analyzer, analyze):
    """Save a dump of some day after the first, some minutes after it happened."""

    def one(days: int, version: str = "2024r2.000.012", *, review: Review | None = None, **how) -> Learned:
        analysis = analyze(dump_bytes(days=days, version=version, **how))
        return analyzer.save(analysis, review, FIRST_CRASH + timedelta(days=days, minutes=20))

    return one


def evolution(analyzer, pattern_id: int) -> list:
    with analyzer.store.reading() as unit:
        return list(unit.evolution.of_pattern(pattern_id))


@pytest.mark.parametrize(
    ("days", "version", "status"),
    [
        (20, "2024r2.000.020", "regressed"),
        (20, "2024r2.000.021", "regressed"),
        (20, "2024r2.001.000", "regressed"),
        (20, "2024r2.000.020a", "regressed"),
        (20, "2024r2.000.019", "resolved"),
        (20, "2024r2.000.012", "resolved"),
        (20, "2023r8.001.042", "resolved"),
        (20, "2025r1.000.001", "resolved"),
        (5, "2024r2.000.020", "resolved"),
        (5, "2024r2.000.012", "resolved"),
    ],
)
def test_only_a_later_dump_that_has_the_fix_is_back(analyzer, life, take, days: int, version: str, status: str) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.020", "Ann", FIXED_ON)
    learned = take(days, version)
    assert (learned.pattern.id, learned.pattern.status) == (pattern_id, status)
    entries = [entry for entry in evolution(analyzer, pattern_id) if entry.change_type == "regressed"]
    if status == "resolved":
        assert entries == []
        return
    (entry,) = entries
    assert entry.learned_from_event_id == learned.crash.error_event_id
    assert entry.changes == {
        "fixed_in": "2024r2.000.020",
        "seen_again_in": version,
        "status": {"before": "resolved", "after": "regressed"},
    }
    assert f"It is back: fixed in 2024r2.000.020, seen again in {version}." in learned.sentences


def test_a_dump_that_arrives_late_is_judged_by_when_it_happened(analyzer, analyze, life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.020", "Ann", FIXED_ON)
    late = analyzer.save(analyze(dump_bytes(days=5, version="2024r2.000.021")), None, FIXED_ON + timedelta(days=30))
    assert (late.pattern.id, late.pattern.status) == (pattern_id, "resolved")


def test_a_dump_without_a_readable_version_is_not_back(analyzer, analyze, life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.001", "Ann", FIXED_ON)
    text = dump_text(days=20).replace("2024r2.000.012", "test release")
    learned = analyzer.save(analyze(file_of(text)), None, FIXED_ON + timedelta(days=11))
    assert (learned.crash.service_version, learned.pattern.status) == ("test release", "resolved")


def test_the_build_decides_within_a_version(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.012.9", "Ann", FIXED_ON)
    assert take(20).pattern.status == "resolved"


def test_a_fix_of_another_line_adds_to_the_first(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2025r1.000.003", "Ann", FIXED_ON)
    assert take(12, "2024r2.000.020").pattern.status == "resolved"
    told = life.resolve(pattern_id, "2024r2.000.020", "Bob", FIXED_ON + timedelta(days=3), why="back-ported")
    assert [(fix.release_line, fix.version, fix.fixed_by) for fix in told.fixes] == [
        ("2025r1", "2025r1.000.003", "Ann"),
        ("2024r2", "2024r2.000.020", "Bob"),
    ]
    assert told.pattern.resolved_in_version == "2024r2.000.020"
    assert take(20, "2024r2.000.020").pattern.status == "regressed"


def test_a_regressed_pattern_is_resolved_in_a_later_version(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.012", "Ann", FIXED_ON)
    assert take(20).pattern.status == "regressed"
    life.resolve(pattern_id, "2024r2.000.015", "Ann", FIXED_ON + timedelta(days=15))
    assert take(30, "2024r2.000.014").pattern.status == "resolved"
    assert take(31, "2024r2.000.015").pattern.status == "regressed"


def test_every_step_says_who_when_and_why_with_before_and_after(analyzer, life, take) -> None:
    pattern_id = take(0).pattern.id
    told = life.resolve(pattern_id, " 2024r2.000.020 ", " Ann ", FIXED_ON, why=" delivered ")
    (step,) = told.steps
    assert (step.kind, step.status_before, step.status_after) == ("resolve", "new", "resolved")
    assert (step.taken_by, step.taken_at, step.why, step.version) == ("Ann", FIXED_ON, "delivered", "2024r2.000.020")
    entry = evolution(analyzer, pattern_id)[-1]
    assert (entry.change_type, entry.created_by, entry.created_at) == ("resolved", "Ann", FIXED_ON)
    assert entry.changes == {
        "fixed_in": {"before": [], "after": ["2024r2.000.020"]},
        "release_line": "2024r2",
        "why": "delivered",
        "status": {"before": "new", "after": "resolved"},
    }


def test_reopening_takes_the_fixes_back_and_undoing_it_brings_them_again(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.020", "Ann", FIXED_ON)
    opened = life.reopen(pattern_id, "Bob", FIXED_ON, why="it was another crash")
    assert (opened.pattern.status, opened.fixes, opened.pattern.resolved_in_version) == ("ongoing", (), None)
    again = life.undo_step(pattern_id, "Bob", FIXED_ON)
    assert (again.pattern.status, again.pattern.resolved_in_version) == ("resolved", "2024r2.000.020")
    open_again = life.undo_step(pattern_id, "Bob", FIXED_ON)
    assert (open_again.pattern.status, open_again.fixes, open_again.undoable) == ("new", (), None)


def test_one_fix_can_be_withdrawn(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.020", "Ann", FIXED_ON)
    first, second = life.resolve(pattern_id, "2025r1.000.001", "Ann", FIXED_ON).fixes
    assert life.withdraw_fix(pattern_id, second.id, "Bob", FIXED_ON).pattern.status == "resolved"
    told = life.withdraw_fix(pattern_id, first.id, "Bob", FIXED_ON)
    assert (told.pattern.status, told.fixes) == ("ongoing", ())
    with pytest.raises(LifeStepRefused):
        life.withdraw_fix(pattern_id, first.id, "Bob", FIXED_ON)


def test_a_regression_can_be_undone(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.012", "Ann", FIXED_ON)
    assert take(20).pattern.status == "regressed"
    told = life.undo_step(pattern_id, "Ann", FIXED_ON + timedelta(days=11))
    assert told.pattern.status == "resolved"
    assert (told.steps[0].kind, told.steps[0].undone_by) == ("regress", "Ann")


# Muting


def test_a_mute_ends_after_some_further_dumps(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.mute(pattern_id, MuteEnd(count=2), "Ann", FIXED_ON)
    assert take(11).pattern.status == "muted"
    learned = take(12)
    assert learned.pattern.status == "ongoing"
    assert "It was muted by Ann; that ends now, because 2 further dumps came." in learned.sentences


def test_a_mute_ends_at_its_time_with_whatever_dump_comes_next(analyzer, life, take) -> None:
    pattern_id = take(0).pattern.id
    life.mute(pattern_id, MuteEnd(at=FIXED_ON + timedelta(days=5)), "Ann", FIXED_ON)
    assert take(12).pattern.status == "muted"
    take(16, incident=PERMISSION)
    assert life.of_pattern(pattern_id).pattern.status == "ongoing"
    entry = evolution(analyzer, pattern_id)[-1]
    assert entry.changes == {"because": "its time has come", "status": {"before": "muted", "after": "ongoing"}}


def test_a_mute_ends_at_its_time_without_any_dump(life, take) -> None:
    pattern_id = take(0).pattern.id
    end = FIXED_ON + timedelta(days=5)
    life.mute(pattern_id, MuteEnd(at=end), "Ann", FIXED_ON)
    assert life.wake_due(end - timedelta(seconds=1)) == ()
    assert life.wake_due(end) == (pattern_id,)
    assert life.wake_due(end) == ()
    assert life.of_pattern(pattern_id).pattern.status == "new"


@pytest.mark.parametrize(
    ("version", "status"),
    [("2024r2.000.019", "muted"), ("2023r8.009", "muted"), ("2024r2.000.020", "ongoing"), ("2025r1.000", "ongoing")],
)
def test_a_mute_ends_with_a_version(life, take, version: str, status: str) -> None:
    pattern_id = take(0).pattern.id
    life.mute(pattern_id, MuteEnd(version="2024r2.000.020"), "Ann", FIXED_ON)
    assert take(11, version).pattern.status == status


def test_a_mute_ends_when_the_crash_becomes_several_times_as_frequent(life, take) -> None:
    pattern_id = take(0).pattern.id
    for days in range(1, 8):
        take(days)
    told = life.mute(pattern_id, MuteEnd(escalation_factor=3.0), "Ann", FIXED_ON)
    assert told.mute is not None
    assert told.mute.end.usual_per_week == 1.0
    assert [take(20).pattern.status, take(21).pattern.status, take(22).pattern.status] == ["muted"] * 3
    learned = take(23)
    assert learned.pattern.status == "ongoing"
    assert "it was seen 4 times within a week, 1.0 being usual" in " ".join(learned.sentences)


def test_old_dumps_that_arrive_in_a_heap_are_no_escalation(analyzer, analyze, life, take) -> None:
    pattern_id = take(0).pattern.id
    life.mute(pattern_id, MuteEnd(escalation_factor=3.0), "Ann", FIXED_ON)
    for days in range(15, 75, 10):
        late = analyze(dump_bytes(days=days))
        assert analyzer.save(late, None, FIRST_CRASH + timedelta(days=80)).pattern.status == "muted"


def test_a_muted_fix_that_wakes_is_judged_at_once(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.012", "Ann", FIXED_ON)
    life.mute(pattern_id, MuteEnd(count=2), "Ann", FIXED_ON)
    assert take(20).pattern.status == "muted"
    assert take(21).pattern.status == "regressed"
    told = life.of_pattern(pattern_id)
    assert [step.kind for step in told.steps] == ["regress", "wake", "mute", "resolve"]


def test_reopening_a_muted_pattern_leaves_its_fixes(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r2.000.020", "Ann", FIXED_ON)
    life.mute(pattern_id, MuteEnd(count=9), "Ann", FIXED_ON)
    told = life.reopen(pattern_id, "Ann", FIXED_ON)
    assert (told.pattern.status, len(told.fixes), told.mute) == ("resolved", 1, None)
    assert life.undo_step(pattern_id, "Ann", FIXED_ON).mute is not None


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (MuteEnd(), "one thing"),
        (MuteEnd(count=1, version="2024r1"), "one thing"),
        (MuteEnd(count=0), "at least 1"),
        (MuteEnd(at=FIXED_ON), "in the past"),
        (MuteEnd(version="next year"), "is not a version"),
        (MuteEnd(escalation_factor=1.0), "more than once"),
    ],
)
def test_a_mute_needs_an_end(life, take, end: MuteEnd, told: str) -> None:
    with pytest.raises(LifeStepRefused, match=told):
        life.mute(take(0).pattern.id, end, "Ann", FIXED_ON)


# What is refused


def test_what_cannot_be_done_changes_nothing(analyzer, life, take) -> None:
    pattern_id = take(0).pattern.id
    other = take(0, incident=PERMISSION, review=Review("Ann", new_solution="Give the right.")).pattern.id
    with analyzer.store.reading() as unit:
        (foreign,) = unit.solutions.of_pattern(other)
    before = (life.of_pattern(pattern_id), evolution(analyzer, pattern_id))
    for refused, told in (
        (lambda: life.resolve(pattern_id, "soon", "Ann", FIXED_ON), "“soon” is not a version"),
        (lambda: life.resolve(pattern_id, "2024r1", " ", FIXED_ON), "name is missing"),
        (lambda: life.resolve(pattern_id, "2024r1", "Ann", FIXED_ON, foreign.id), "is not one of"),
        (lambda: life.resolve(pattern_id, "2024r1", "A" * 101, FIXED_ON), "longer than 100"),
        (lambda: life.reopen(pattern_id, "Ann", FIXED_ON), "open already"),
        (lambda: life.undo_step(pattern_id, "Ann", FIXED_ON), "none was taken"),
        (lambda: life.withdraw_fix(pattern_id, 1, "Ann", FIXED_ON), "not one that stands"),
    ):
        with pytest.raises(LifeStepRefused, match=told):
            refused()
    assert (life.of_pattern(pattern_id), evolution(analyzer, pattern_id)) == before


def test_the_same_fix_is_recorded_once(life, take) -> None:
    pattern_id = take(0).pattern.id
    life.resolve(pattern_id, "2024r1.002", "Ann", FIXED_ON)
    with pytest.raises(LifeStepRefused, match=r"resolved in 2024r1\.002 already"):
        life.resolve(pattern_id, "2024r1.002", "Bob", FIXED_ON)


# Together with merging and splitting


def test_a_merge_takes_the_fixes_along_and_undoing_it_brings_them_back(analyzer, life, take) -> None:
    fixed, other = take(0).pattern.id, take(0, incident=PERMISSION).pattern.id
    with analyzer.store.transaction() as unit:
        solution = unit.solutions.add(fixed, "Install the correction.", "Ann", FIXED_ON)
        unit.solutions.add(other, "Install the correction.", "Bob", FIXED_ON)
    life.resolve(fixed, "2024r2.000.020", "Ann", FIXED_ON, solution.id)
    merged = PatternCorrections(analyzer.store).merge([fixed], other, "Ann", FIXED_ON)
    told = life.of_pattern(fixed)
    assert (told.pattern.id, told.pattern.status) == (other, "ongoing")
    assert [(fix.version, fix.pattern_id) for fix in told.fixes] == [("2024r2.000.020", other)]
    assert told.fixes[0].solution_id != solution.id
    assert take(20, "2024r2.000.021", incident=PERMISSION).pattern.status == "regressed"
    assert analyzer.store.verify() == ()
    PatternCorrections(analyzer.store).undo(merged.id, "Ann", FIXED_ON)
    back = life.of_pattern(fixed)
    assert (back.pattern.id, back.pattern.status, back.pattern.resolved_in_version) == (
        fixed,
        "resolved",
        "2024r2.000.020",
    )
    assert back.fixes[0].solution_id == solution.id
    assert life.of_pattern(other).fixes == ()


def test_a_mute_sleeps_while_its_pattern_is_merged(analyzer, life, take) -> None:
    muted, other = take(0).pattern.id, take(0, incident=PERMISSION).pattern.id
    life.mute(muted, MuteEnd(at=FIXED_ON + timedelta(days=1)), "Ann", FIXED_ON)
    merged = PatternCorrections(analyzer.store).merge([muted], other, "Ann", FIXED_ON)
    assert life.wake_due(FIXED_ON + timedelta(days=2)) == ()
    PatternCorrections(analyzer.store).undo(merged.id, "Ann", FIXED_ON)
    assert life.of_pattern(muted).pattern.status == "muted"
    assert life.wake_due(FIXED_ON + timedelta(days=2)) == (muted,)


def test_a_step_that_a_merge_came_over_is_not_undone(analyzer, life, take) -> None:
    fixed, other = take(0).pattern.id, take(0, incident=PERMISSION).pattern.id
    life.resolve(fixed, "2024r2.000.020", "Ann", FIXED_ON)
    PatternCorrections(analyzer.store).merge([other], fixed, "Ann", FIXED_ON)
    assert life.of_pattern(fixed).undoable is None
    with pytest.raises(LifeStepRefused, match="merging or undoing a merge"):
        life.undo_step(fixed, "Ann", FIXED_ON)
