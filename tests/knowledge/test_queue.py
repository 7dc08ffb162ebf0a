"""The review queue: which verdicts wait, in which order, and what takes one out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.knowledge.queue import NEAR_DAYS, VerdictQueue, reason_sentence
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.store import Store
from crash_knowledge.store.records import EventFact, Judgement, MatchLevel
from crash_knowledge.stored_analysis import stored_analysis
from tests.store.builders import NOON, later, learn

SAMPLE, SAME = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"


@dataclass(frozen=True)
class Given:
    """A crash as a test wants it."""

    name: str
    level: MatchLevel = "exact"
    confidence: float = 0.99
    days_to_air: tuple[str, ...] = ()
    status: str = "ongoing"
    days: int = 0
    judged: Judgement | None = None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'queue.db'}")
    yield opened
    assert opened.verify() == ()
    opened.close()


def put(store: Store, *given: Given) -> None:
    with store.transaction() as unit:
        for one in given:
            pattern, variant, crash = learn(unit, one.name, occurred_at=later(days=one.days))
            unit.crashes.assign(crash.id, pattern.id, variant.id, one.level, one.confidence)
            unit.patterns.set_status(pattern.id, one.status)  # type: ignore[arg-type]
            facts = [EventFact("days_to_air", days) for days in one.days_to_air]
            unit.facts.put(crash.error_event_id, facts, "revision")
            if one.judged:
                unit.validations.add(
                    event_id=crash.error_event_id,
                    pattern_id=None,
                    subject="pattern_match",
                    verdict=one.judged,
                    validated_by="Ann",
                    at=NOON,
                )


def order(store: Store) -> list[tuple[str, str]]:
    return [(one.error_message, one.reason) for one in VerdictQueue(store).waiting()]


def test_unknown_then_regressed_then_near_on_air_then_low_confidence_then_the_rest(store: Store) -> None:
    put(
        store,
        Given("sure", confidence=0.99),
        Given("less sure", confidence=0.9),
        Given("low", confidence=0.84),
        Given("at the bound", confidence=0.85),
        Given("far from air", confidence=0.95, days_to_air=(str(NEAR_DAYS + 1),)),
        Given("was on air", confidence=0.96, days_to_air=("-1",)),
        Given("on air in a week", days_to_air=(str(NEAR_DAYS),)),
        Given("on air today", days_to_air=("0", "5")),
        Given("back again", status="regressed"),
        Given("never seen", level="new", confidence=0.97, days_to_air=("1",)),
    )
    assert order(store) == [
        ("never seen", "unknown"),
        ("back again", "regressed"),
        ("on air today", "near_on_air"),
        ("on air in a week", "near_on_air"),
        ("low", "low_confidence"),
        ("at the bound", "known"),
        ("less sure", "known"),
        ("far from air", "known"),
        ("was on air", "known"),
        ("sure", "known"),
    ]
    assert VerdictQueue(store).counts() == {
        "unknown": 1,
        "regressed": 1,
        "near_on_air": 2,
        "low_confidence": 1,
        "known": 5,
    }


def test_of_equals_the_earlier_crash_comes_first_and_pages_continue(store: Store) -> None:
    put(store, Given("late", days=3), Given("early", days=1), Given("middle", days=2))
    queue = VerdictQueue(store)
    assert [one.error_message for one in queue.waiting()] == ["early", "middle", "late"]
    assert [one.error_message for one in queue.waiting(limit=1, offset=1)] == ["middle"]


def test_a_judgement_takes_a_verdict_out_and_doubt_puts_it_behind_its_like(store: Store) -> None:
    put(
        store,
        Given("confirmed", level="new", judged="confirmed"),
        Given("refused", judged="rejected"),
        Given("doubted", level="new", confidence=0.5, judged="unsure"),
        Given("untouched", level="new", confidence=0.9),
        Given("other", confidence=0.2),
    )
    assert [name for name, _ in order(store)] == ["untouched", "doubted", "other"]
    doubted = VerdictQueue(store).waiting()[1]
    assert doubted.was_unsure
    assert reason_sentence(doubted).endswith("Somebody looked and was not sure.")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (Given("one", level="new"), "No known pattern matched: is it really new?"),
        (Given("one", status="regressed"), "Its pattern was fixed and has come back."),
        (Given("one", days_to_air=("0",)), "What it worked on went on air the same day."),
        (Given("one", days_to_air=("1",)), "What it worked on went on air the next day."),
        (Given("one", days_to_air=("3",)), "What it worked on went on air 3 days later."),
        (Given("one", confidence=0.72), "The match is only 72% sure."),
        (Given("one", confidence=0.91), "It matched a known pattern, 91% sure."),
    ],
)
def test_each_says_why_it_wants_a_person(store: Store, given: Given, sentence: str) -> None:
    put(store, given)
    assert [reason_sentence(one) for one in VerdictQueue(store).waiting()] == [sentence]


def saved(analyzer: CrashAnalyzer, name: str) -> int:
    (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
    return analyzer.save(analyzer.rematch(analysis), None).crash.id


def test_judging_from_the_queue_is_a_review_of_the_stored_crash(analyzer: CrashAnalyzer) -> None:
    first, second = saved(analyzer, SAMPLE), saved(analyzer, SAME)
    queue = VerdictQueue(analyzer.store)
    assert {one.crash_id for one in queue.waiting()} == {first, second}
    analyzer.save(stored_analysis(analyzer, first), Review("Ann"), datetime.now(UTC))
    assert [one.crash_id for one in queue.waiting()] == [second]
    learned = analyzer.save(stored_analysis(analyzer, second), Review("Ann", "new"), datetime.now(UTC))
    assert queue.waiting() == ()
    with analyzer.store.reading() as unit:
        assert unit.crashes.count() == 2
        one, other = unit.crashes.get(first), unit.crashes.get(second)
        assert one.pattern_id != other.pattern_id == learned.pattern.id
        (said,) = unit.validations.of_event(one.error_event_id)
    assert (said.verdict, said.shown_level, said.validated_by) == ("confirmed", "new", "Ann")


def test_the_same_as_another_pattern_moves_the_crash_there(analyzer: CrashAnalyzer) -> None:
    first, second = saved(analyzer, SAMPLE), saved(analyzer, "WCR_22-2_4-12-9.txt")
    with analyzer.store.reading() as unit:
        wanted = unit.crashes.get(first).pattern_id
    review = Review("Ann", "other", other_pattern_id=wanted)
    assert analyzer.save(stored_analysis(analyzer, second), review).pattern.id == wanted
    assert [one.crash_id for one in VerdictQueue(analyzer.store).waiting()] == [first]
