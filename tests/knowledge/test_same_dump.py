"""The very same dump again: in whatever file, it is one instance, and the analysis says so."""

from __future__ import annotations

import pytest

from crash_knowledge.knowledge.review import Review
from tests.knowledge.dumps import PERMISSION, dump_text, file_of

TEXT = dump_text()

AGAIN = {
    "the same bytes": file_of(TEXT),
    "with Windows line ends": file_of(TEXT, newline="\r\n"),
    "with doubled line ends": file_of(TEXT, doubled=True),
    "as UTF-16": file_of(TEXT, encoding="utf-16-le"),
    "with other words around it": b"Dear colleagues,\n\n" + file_of(TEXT) + b"\nKind regards\n",
    "with blanks at line ends": file_of(TEXT.replace("\n", "  \n")),
}


@pytest.mark.parametrize("content", AGAIN.values(), ids=AGAIN)
def test_the_same_dump_is_one_instance_and_says_so(analyzer, analyze, content: bytes) -> None:
    first = analyzer.save(analyze(file_of(TEXT), "first.txt"), None)
    again = analyze(content, "second.txt")
    assert again.judged.stored_before is not None
    assert again.judged.stored_before.id == first.crash.id
    assert again.judged.stored_as == first.pattern
    learned = analyzer.save(again, None)
    assert (learned.was_stored_before, learned.is_new_pattern) == (True, False)
    assert learned.crash == first.crash
    assert learned.pattern.occurrence_count == 1
    assert "not counted twice" in learned.sentences[0]
    with analyzer.store.reading() as unit:
        assert unit.crashes.count() == 1


def test_a_file_that_grew_adds_only_what_is_new(analyzer) -> None:
    texts = [TEXT, dump_text(PERMISSION, days=1), dump_text(days=2)]
    for count in (1, 2, 3):
        for analysis in analyzer.analyze(file_of(*texts[:count]), "mail.txt"):
            analyzer.save(analyzer.rematch(analysis), None)
        with analyzer.store.reading() as unit:
            assert unit.crashes.count() == count
    with analyzer.store.reading() as unit:
        assert sorted(pattern.occurrence_count for pattern in unit.patterns.list()) == [1, 2]


def test_the_same_dump_twice_in_one_file_is_one_instance(analyzer) -> None:
    saved = [analyzer.save(analysis, None) for analysis in analyzer.analyze(file_of(TEXT, TEXT), "mail.txt")]
    assert [learned.was_stored_before for learned in saved] == [False, True]
    assert saved[1].pattern.occurrence_count == 1


def test_dumps_of_two_files_do_not_meet_by_their_place(analyzer, analyze) -> None:
    """The second dump of one file is not the second of another."""
    for content in (file_of(TEXT, dump_text(days=1)), file_of(TEXT, dump_text(PERMISSION))):
        for analysis in analyzer.analyze(content, "mail.txt"):
            analyzer.save(analyzer.rematch(analysis), None)
    with analyzer.store.reading() as unit:
        assert unit.crashes.count() == 3


def test_a_review_of_a_stored_dump_is_learnt(analyzer, analyze) -> None:
    first = analyzer.save(analyze(file_of(TEXT)), None)
    learned = analyzer.save(analyze(file_of(TEXT)), Review(validator="Ann", new_solution="Set a start date."))
    assert learned.crash.id == first.crash.id
    assert (learned.pattern.validation_count, learned.pattern.occurrence_count) == (1, 1)
    with analyzer.store.reading() as unit:
        (solution,) = unit.solutions.of_pattern(first.pattern.id)
    assert solution.success_count == 1


def test_a_solution_told_twice_for_one_crash_worked_once(analyzer, analyze) -> None:
    review = Review(validator="Ann", new_solution="Set a start date.")
    for _ in range(2):
        learned = analyzer.save(analyze(file_of(TEXT)), review)
    with analyzer.store.reading() as unit:
        (solution,) = unit.solutions.of_pattern(learned.pattern.id)
        changes = [entry.change_type for entry in unit.evolution.of_pattern(learned.pattern.id)]
    assert (solution.success_count, changes.count("new_solution")) == (1, 1)


def test_a_second_review_keeps_the_impact_it_does_not_speak_of(analyzer, analyze) -> None:
    told = Review(validator="Ann", severity="high", downtime_minutes=45, affected_features=("Slot plan",))
    analyzer.save(analyze(file_of(TEXT)), told)
    crash = analyzer.save(analyze(file_of(TEXT)), Review(validator="Bob")).crash
    assert (crash.severity, crash.downtime_minutes, crash.affected_features) == ("high", 45, ("Slot plan",))
    crash = analyzer.save(analyze(file_of(TEXT)), Review(validator="Bob", downtime_minutes=0)).crash
    assert (crash.severity, crash.downtime_minutes) == ("high", 0)
