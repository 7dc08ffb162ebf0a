"""Working through chains: which first, steps with their counts, timelines, times to resolution, hotspots."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.knowledge.chain_timeline import Step, Timeline, duration, escaped, mermaid
from crash_knowledge.knowledge.resolution_times import quantile
from crash_knowledge.knowledge.resolutions import ResolutionDesk, age
from crash_knowledge.store import Store
from crash_knowledge.store.records import Solution
from tests.causal_chains.conftest import NOON, redact
from tests.store.builders import learn


@pytest.fixture
def desk(store: Store) -> ResolutionDesk:
    return ResolutionDesk(store, redact)


def crash(store: Store, name: str, days: int = 0, downtime: int | None = None, again_of: str | None = None) -> str:
    """The event of a stored crash, in a pattern of its own or in that of another event."""
    with store.transaction() as unit:
        pattern = None
        if again_of is not None:
            pattern = unit.patterns.get(unit.error_events.get(again_of).pattern_id or 0)
        _, _, stored = learn(unit, name, pattern, occurred_at=NOON + timedelta(days=days))
        unit.crashes.set_impact(stored.id, None, downtime, ())
        return stored.error_event_id


def solutions(store: Store, event_id: str) -> list[tuple[str, int, int]]:
    with store.reading() as unit:
        found: tuple[Solution, ...] = unit.solutions.of_pattern(unit.error_events.get(event_id).pattern_id or 0)
    return [(one.description, one.success_count, one.failure_count) for one in found]


def changes(store: Store, event_id: str) -> list[tuple[str, object, str | None]]:
    with store.reading() as unit:
        entries = unit.evolution.of_event(event_id)
    return [
        (one.change_type, one.changes.get("chain_status", {}).get("after"), one.created_by)
        for one in entries
        if one.change_type != "created"
    ]


def test_open_chains_by_age_frequency_and_cost(store: Store, desk: ResolutionDesk) -> None:
    newest = crash(store, "newest", days=9, downtime=60)
    often = [crash(store, "often", days=5)]
    often += [crash(store, f"often {number}", days=6 + number, again_of=often[0]) for number in range(2)]
    oldest = crash(store, "oldest", days=1, downtime=5)
    done = crash(store, "done")
    desk.record_attempt(done, "restarted", "succeeded", "Ann", NOON + timedelta(hours=1))

    def order(name: str) -> list[str]:
        return [one.event_id for one in desk.open_chains(name)]  # type: ignore[arg-type]

    assert order("oldest") == [oldest, *often, newest]
    assert order("most_frequent") == [*often, oldest, newest]
    assert order("most_costly") == [newest, oldest, *often]
    assert [one.event_id for one in desk.open_chains("oldest", limit=2, offset=1)] == often[:2]
    first = desk.open_chains("most_costly")[0]
    assert (first.downtime_minutes, first.pattern_downtime_minutes, first.attempt_count) == (60, 60, 0)
    assert age(first, NOON + timedelta(days=10)) == timedelta(days=1)
    assert age(first, NOON) == timedelta(0)
    assert {one.pattern_count for one in desk.open_chains() if one.event_id in often} == {3}
    assert desk.counts() == {"open": 5, "needs_review": 0, "resolved": 1, "abandoned": 0}


def test_an_attempt_a_person_saw_work_becomes_a_solution(store: Store, desk: ResolutionDesk) -> None:
    event_id = crash(store, "first")
    failed = desk.record_attempt(event_id, "restart it", "same_error", "Ann", NOON + timedelta(minutes=1))
    desk.record_attempt(event_id, "look at it", "unknown", "Ann", NOON + timedelta(minutes=2))
    worked = desk.record_attempt(event_id, "set the channel", "succeeded", "Bob", NOON + timedelta(minutes=30), "+ x")
    assert solutions(store, event_id) == [("set the channel", 1, 0), ("restart it", 0, 1)]
    assert changes(store, event_id) == [
        ("new_solution", None, "Ann"),
        ("new_solution", None, "Bob"),
        ("pattern_update", "resolved", "Bob"),
    ]
    chain = desk.timeline(failed).chain
    assert (chain.status, chain.successful_fix_id, chain.resolution_time_minutes) == ("resolved", worked, 30.0)


def test_a_program_makes_no_solution(store: Store) -> None:
    from crash_knowledge.causal_chains import ChainLedger
    from crash_knowledge.fingerprint.hashed import HashedEmbedder

    event_id = crash(store, "first")
    ledger = ChainLedger(store, HashedEmbedder(""), redact)
    ledger.record_attempt(event_id, "the program's own idea", outcome="succeeded")
    assert solutions(store, event_id) == []
    assert changes(store, event_id) == [("pattern_update", "resolved", None)]


def test_the_learner_and_the_tracker_share_one_chain(store: Store) -> None:
    """A dump that a review resolved is found by the tracker, and its chain is listed with those of programs."""
    from crash_knowledge.causal_chains import ChainLedger
    from crash_knowledge.fingerprint.hashed import HashedEmbedder

    event_id = crash(store, "Message not understood: #coversDate:")
    ledger = ChainLedger(store, HashedEmbedder(""), redact)
    assert ledger.embed_missing() == 0
    ResolutionDesk(store, redact).record_attempt(event_id, "set the date", "succeeded", "Ann", NOON)
    assert ledger.embed_missing() == 1
    (found,) = ledger.similar("Message not understood: #coversDate:", 5)
    assert (found.error_id, found.action_taken) == (event_id, "set the date")
    assert [one.error_id for one in ledger.chains(("resolved",), 10)] == [event_id]


def test_reopening_takes_the_success_back_and_counts_a_failure(store: Store, desk: ResolutionDesk) -> None:
    event_id = crash(store, "first")
    fix_id = desk.record_attempt(event_id, "set the channel", "succeeded", "Ann", NOON + timedelta(hours=1))
    desk.reopen(event_id, "Bob", NOON + timedelta(days=2), "it came back")
    chain = desk.timeline(event_id).chain
    assert (chain.status, chain.successful_fix_id, chain.resolution_time_minutes) == ("open", None, None)
    assert [(one.successful, one.outcome) for one in chain.attempts] == [(False, "same_error")]
    assert solutions(store, event_id) == [("set the channel", 0, 1)]
    with pytest.raises(ValueError, match="open already"):
        desk.reopen(event_id, "Bob", NOON)
    desk.resolve(event_id, fix_id, "Cas", NOON + timedelta(days=3), 15)
    assert solutions(store, event_id) == [("set the channel", 1, 0)]
    steps = desk.timeline(fix_id).steps
    assert [(step.kind, step.by) for step in steps] == [
        ("failed", None),
        ("succeeded", "Ann"),
        ("resolved", "Ann"),
        ("reopened", "Bob"),
        ("resolved", "Cas"),
    ]
    assert steps[3].words == "Opened again: it came back"
    assert steps[4].words == "Resolved, after 15 minutes"


@pytest.mark.parametrize("first", ["unknown", "same_error", "different_error"])
@pytest.mark.parametrize("then", ["succeeded", "same_error", "unknown"])
def test_an_outcome_told_later_is_counted_once(store: Store, desk: ResolutionDesk, first: str, then: str) -> None:
    event_id = crash(store, "first")
    fix_id = desk.record_attempt(event_id, "restart it", first, "Ann", NOON)  # type: ignore[arg-type]
    for _ in range(2 if then != "succeeded" else 1):
        desk.judge_attempt(fix_id, then, "Ann", NOON + timedelta(hours=1))  # type: ignore[arg-type]
    counts = {"succeeded": (1, 0), "same_error": (0, 1), "unknown": (0, 0)}[then]
    expected = [] if first == then == "unknown" else [("restart it", *counts)]
    assert solutions(store, event_id) == expected
    assert desk.timeline(fix_id).chain.status == ("resolved" if then == "succeeded" else "open")


def test_the_attempt_that_resolved_is_judged_by_opening_again(store: Store, desk: ResolutionDesk) -> None:
    fix_id = desk.record_attempt(crash(store, "first"), "restart it", "succeeded", "Ann", NOON)
    with pytest.raises(ValueError, match="open the chain again"):
        desk.judge_attempt(fix_id, "same_error", "Ann", NOON)


def test_given_up_and_up_for_review(store: Store, desk: ResolutionDesk) -> None:
    first, second = crash(store, "first"), crash(store, "second", days=1)
    desk.ask_for_review(second, "Ann", NOON, "all failed: password='hunter2secret'")
    desk.ask_for_review(first, "Ann", NOON)
    assert [one.event_id for one in desk.review_queue()] == [first, second]
    desk.abandon(first, "Bob", NOON, "the customer left")
    assert [one.event_id for one in desk.review_queue()] == [second]
    for step in (desk.abandon, desk.ask_for_review):
        with pytest.raises(ValueError, match="open it again first"):
            step(first if step == desk.abandon else second, "Bob", NOON)
    words = [step.words for event_id in (first, second) for step in desk.timeline(event_id).steps[1:]]
    assert words == [
        "Waits for a person's review",
        "Given up: the customer left",
        "Waits for a person's review: all failed: password='********'",
    ]
    desk.record_attempt(second, "set it", "succeeded", "Ann", NOON + timedelta(days=2))
    assert desk.counts() == {"open": 0, "needs_review": 0, "resolved": 1, "abandoned": 1}


@pytest.mark.parametrize("by", ["", "  "])
def test_every_step_needs_somebody_and_a_known_chain(store: Store, desk: ResolutionDesk, by: str) -> None:
    event_id = crash(store, "first")
    with pytest.raises(ValueError, match="say who you are"):
        desk.abandon(event_id, by, NOON)
    with pytest.raises(ValueError, match="say what was done"):
        desk.record_attempt(event_id, " ", "unknown", "Ann", NOON)
    with pytest.raises(UnknownRecord):
        desk.abandon("chain-00000000", "Ann", NOON)
    assert desk.counts()["open"] == 1


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 seconds"),
        (0.0166, "1 second"),
        (0.75, "45 seconds"),
        (1, "1 minute"),
        (7.5, "7.5 minutes"),
        (119, "119 minutes"),
        (120, "2 hours"),
        (2879, "48 hours"),
        (2880, "2 days"),
        (14400.4, "10 days"),
    ],
)
def test_durations_in_words(minutes: float, words: str) -> None:
    assert duration(minutes) == words


HOSTILE = (
    'x"] --> y["owned',
    "<script>alert(1)</script>",
    "click s0 href 'javascript:alert(1)'",
    "%%{init: {'securityLevel': 'loose'}}%%",
    "`**bold**`",
    "$$\\href{javascript:alert(1)}{x}$$",
    "a\nend\nsubgraph b",
    "#quot;",
    "fa:fa-bomb",
    "\u202egnihton",
    "1. first",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_mermaid_or_html(store: Store, desk: ResolutionDesk, text: str) -> None:
    event_id = crash(store, text)
    desk.record_attempt(event_id, text, "same_error", "Ann", NOON + timedelta(hours=1))
    lines = mermaid(desk.timeline(event_id)).splitlines()
    label = re.compile(r"""    s\d\["(?:[^\W_]|[ #,.:/()+=!?'…–—→·“”‘’‹›¦-])*"\]""")
    assert lines[0] == "flowchart LR"
    assert [bool(label.fullmatch(line)) for line in lines[1:3]] == [True, True]
    assert lines[3] == "    s0 --> s1"
    assert all(line.startswith("    style s") for line in lines[4:])


def test_labels_are_short_and_readable() -> None:
    assert escaped("Restarted it, twice") == "Restarted it, twice"
    assert escaped('a "b" é #35; A>>b_c ☃ 5 %') == "a ”b” é #35, A››b-c · 5 ·"
    assert escaped("-" * 500) == "-" * 79 + "…"


def test_a_timeline_is_in_the_order_of_time(store: Store, desk: ResolutionDesk) -> None:
    event_id = crash(store, "first")
    for hour in (3, 1, 2):
        desk.record_attempt(event_id, f"way {hour}", "same_error", "Ann", NOON + timedelta(hours=hour))
    told: Timeline = desk.timeline(event_id)
    assert all(one.at <= other.at for one, other in pairwise(told.steps))
    assert told.steps[1] == Step(NOON + timedelta(hours=1), "did_not_help", "way 1: the same error again", "Ann")


def test_quantiles_have_order_statistic_intervals() -> None:
    median = quantile(range(1, 101), 0.5)
    assert median is not None
    assert (median.minutes, median.low, median.high) == (50.5, 40, 61)
    ninetieth = quantile(range(1, 101), 0.9)
    assert ninetieth is not None
    assert (round(ninetieth.minutes, 6), ninetieth.low, ninetieth.high) == (90.1, 84, 96)
    few = quantile([3.0, 1.0, 2.0], 0.5)
    assert few is not None
    assert (few.minutes, few.low, few.high) == (2.0, None, None)
    assert quantile([], 0.5) is None


@pytest.mark.parametrize(("share", "n"), [(0.5, 12), (0.5, 40), (0.9, 40), (0.9, 100)])
def test_intervals_hold_what_they_promise(share: float, n: int) -> None:
    """Of 2,000 samples of a skewed distribution at least 94% of the intervals contain the true quantile."""
    rng = np.random.default_rng(7)
    truth = -np.log(1 - share)
    hits = 0
    for _ in range(2000):
        found = quantile(rng.exponential(size=n), share)
        assert found is not None
        hits += (found.low is None or found.low <= truth) and (found.high is None or truth <= found.high)
    assert hits / 2000 > 0.94


def test_time_to_resolution_by_pattern_and_month(store: Store, desk: ResolutionDesk) -> None:
    first = crash(store, "first")
    others = [crash(store, f"first {number}", again_of=first) for number in range(2)]
    later, unresolved = crash(store, "second", days=40), crash(store, "second 2", days=41)
    for event_id, minutes in zip([first, *others], (10, 20, 60), strict=True):
        fix_id = desk.record_attempt(event_id, "restart", "unknown", "Ann", NOON)
        desk.resolve(event_id, fix_id, "Ann", NOON + timedelta(hours=2), minutes)
    desk.record_attempt(later, "told before it failed", "succeeded", "Ann", NOON)
    report = desk.report()
    total = report.overall
    assert (total.count, total.without_time, total.unresolved) == (3, 1, 1)
    assert total.median is not None
    assert total.ninetieth is not None
    assert (total.median.minutes, total.ninetieth.minutes) == (20, 52)
    assert [(one.name, one.count, one.without_time, one.unresolved) for one in report.by_pattern] == [
        ("first", 3, 0, 0),
        ("second", 0, 1, 0),
    ]
    assert [(one.name, one.count, one.median is not None) for one in report.by_month] == [("2026-03", 3, True)]
    assert desk.timeline(unresolved).chain.status == "open"


def test_hotspots_are_unresolved_times_recent(store: Store, desk: ResolutionDesk) -> None:
    stale = [crash(store, "stale", days=-90)]
    stale += [crash(store, f"stale {number}", days=-90, again_of=stale[0]) for number in range(5)]
    busy = [crash(store, "busy", days=-5)]
    busy += [crash(store, f"busy {number}", days=-4, again_of=busy[0]) for number in range(2)]
    quiet = crash(store, "quiet", days=-3)
    solved = crash(store, "solved", days=-2)
    desk.record_attempt(solved, "restart", "succeeded", "Ann", NOON)
    desk.record_attempt(busy[0], "restart", "succeeded", "Ann", NOON)
    found = desk.hotspots(NOON, days=30)
    assert [(one.pattern_name, one.unresolved_count, one.recent_count) for one in found] == [
        ("busy", 2, 3),
        ("quiet", 1, 1),
        ("stale", 6, 0),
    ]
    assert [one.pattern_name for one in desk.hotspots(NOON, days=365, limit=1)] == ["stale"]
    assert desk.timeline(quiet).chain.status == "open"
