"""The log of changes: every service that changes something writes who did it, in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge.audit import AuditFilter, ChangeLog, changes_in_words
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.labels import PatternLabels
from crash_knowledge.knowledge.resolutions import ResolutionDesk
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.stored_analysis import stored_analysis

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SAMPLE, OTHER = "WCR_14-1_9-5-12.txt", "WCR_22-2_4-12-9.txt"


def saved(analyzer: CrashAnalyzer, name: str, review: Review | None) -> tuple[int, int]:
    """Crash and pattern."""
    (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
    learned = analyzer.save(analyzer.rematch(analysis), review, NOW)
    return learned.crash.id, learned.pattern.id


def actions(analyzer: CrashAnalyzer, by: str) -> set[tuple[str, str]]:
    return {(one.subject, one.action) for one in ChangeLog(analyzer.store).entries(AuditFilter(by=by)).entries}


def test_a_review_tells_what_it_changed_of_the_crash(analyzer: CrashAnalyzer) -> None:
    crash_id, _ = saved(analyzer, SAMPLE, None)
    review = Review("Ann", severity="high", downtime_minutes=30, new_solution="Restarted it.")
    analyzer.save(stored_analysis(analyzer, crash_id), review, NOW)
    (said,) = ChangeLog(analyzer.store).entries(AuditFilter(by="Ann", subject="crash")).entries
    assert (said.action, said.subject_id, said.at) == ("reviewed", str(crash_id), NOW)
    assert said.changes == {
        "verdict": "right",
        "severity": {"before": None, "after": "high"},
        "downtime_minutes": {"before": None, "after": 30},
    }
    assert {("pattern", "validated"), ("pattern", "new_solution")} <= actions(analyzer, "Ann")


def test_doubt_is_logged_too(analyzer: CrashAnalyzer) -> None:
    crash_id, _ = saved(analyzer, SAMPLE, None)
    analyzer.save(stored_analysis(analyzer, crash_id), Review("Ann", "unsure"), NOW)
    assert actions(analyzer, "Ann") == {("crash", "reviewed")}


def test_corrections_and_their_undoing_are_logged_through_evolution(analyzer: CrashAnalyzer) -> None:
    (_, one), (_, other) = saved(analyzer, SAMPLE, None), saved(analyzer, OTHER, None)
    corrections = PatternCorrections(analyzer.store)
    merged = corrections.merge([one], other, "Ben", NOW + timedelta(hours=1))
    assert ("pattern", "merge") in actions(analyzer, "Ben")
    corrections.undo(merged.id, "Cleo", NOW + timedelta(hours=2))
    assert ("pattern", "split") in actions(analyzer, "Cleo")


def test_the_steps_of_a_chain_are_logged(analyzer: CrashAnalyzer) -> None:
    crash_id, _ = saved(analyzer, SAMPLE, None)
    with analyzer.store.reading() as unit:
        chain_id = unit.crashes.get(crash_id).chain_id
    desk = ResolutionDesk(analyzer.store, str)
    fix_id = desk.record_attempt(chain_id, "Restarted", "unknown", "Ben", NOW)
    desk.judge_attempt(fix_id, "succeeded", "Ben", NOW + timedelta(minutes=5))
    log = ChangeLog(analyzer.store).entries(AuditFilter(subject="chain", subject_id=chain_id)).entries
    assert [(one.action, one.by) for one in log] == [("attempt judged", "Ben"), ("attempt recorded", "Ben")]
    assert changes_in_words(log[0].changes) == f"attempt: {fix_id}; outcome: unknown → succeeded"
    newest = ChangeLog(analyzer.store).entries(AuditFilter(by="Ben", subject="pattern")).entries[0]
    assert newest.changes["chain_status"] == {"before": "open", "after": "resolved"}


def test_labels_are_logged_only_where_they_change_something(analyzer: CrashAnalyzer) -> None:
    _, one = saved(analyzer, SAMPLE, None)
    labels = PatternLabels(analyzer.store)
    for _ in range(2):
        labels.tag([one], "Planning", "Ben", NOW)
    labels.assign([one], "Cleo", "Ben", NOW)
    labels.untag([one], "planning", "Ben", NOW)
    log = ChangeLog(analyzer.store).entries(AuditFilter(by="Ben")).entries
    assert [one.changes for one in reversed(log)] == [
        {"tags": {"before": [], "after": ["planning"]}},
        {"assignee": {"before": None, "after": "Cleo"}},
        {"tags": {"before": ["planning"], "after": []}},
    ]


def test_what_was_refused_is_not_logged(analyzer: CrashAnalyzer) -> None:
    _, one = saved(analyzer, SAMPLE, None)
    with pytest.raises(CorrectionRefused):
        PatternCorrections(analyzer.store).merge([one], one, "Ben", NOW)
    assert actions(analyzer, "Ben") == set()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"status": {"before": "new", "after": "muted"}}, "status: new → muted"),
        ({"confidence_score": {"before": 0.5, "after": 2 / 3}}, "confidence score: 0.5 → 0.6667"),
        ({"comment": {"before": None, "after": "x"}}, "comment: nothing → x"),
        ({"found": {"first_seen": "today", "sites": ["a", "b"]}}, "found first seen: today; found sites: a, b"),
    ],
)
def test_changes_are_told_in_words(changes: dict[str, object], words: str) -> None:
    assert changes_in_words(changes) == words
