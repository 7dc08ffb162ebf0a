"""Facts of a made-up known crash, and changes of it, for the tests of replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from crash_knowledge.diagnosis import Confidence, Diagnosis, Fact, FactName, Finding, FindingKind
from crash_knowledge.replies import ReplyFacts
from crash_knowledge.store.records import PatternSummary, Solution, SolutionUse

SOLVED = datetime(2024, 4, 3, tzinfo=UTC)


def finding(kind: FindingKind, confidence: Confidence, **facts: str) -> Finding:
    """A finding that establishes facts: ``finding("code", "likely", method="Planner>>open")``."""
    named = tuple(Fact(name, value) for name, value in facts.items())
    return Finding("a_rule", kind, "A sentence that no reply repeats", confidence, (39,), named)


def diagnosed(*findings: Finding) -> Diagnosis:
    return Diagnosis(findings, ())


def only(name: FactName, value: str, confidence: Confidence = "certain") -> Diagnosis:
    """A diagnosis of one fact."""
    return diagnosed(finding("cause", confidence, **{name: value}))


def solution(description: str, worked: int = 0, failed: int = 0) -> Solution:
    return Solution(1, 12, description, worked, failed, "Ann", SOLVED)


def seen(
    count: int, first: datetime, last: datetime, customers: tuple[str, ...] = ("FJORD", "Marea")
) -> PatternSummary:
    return PatternSummary(count, customers, ("2024r2.000.012", "2024r5.000.009a"), 3, first, last, ())


KNOWN = ReplyFacts(
    file_name="WCR_14-1_9-5-12.txt",
    dump_number=1,
    complete=False,
    local_time=datetime(2025, 1, 14, 9, 5, 12),  # noqa: DTZ001 (a dump's time is local)
    customer="FJORD",
    version="2024r2.000.012",
    line="2024r2",
    user="user-3f9a1c2b7e",
    password_in_clear=True,
    pattern_id=12,
    level="exact",
    match_confidence=0.9987,
    history=seen(1207, datetime(2024, 4, 2, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
    solutions=(
        solution("Calculate the period of the contract before you plan.", worked=4, failed=1),
        solution("Restart the client of user-3f9a1c2b7e", failed=2),
        solution("Delete the run window."),
    ),
    last_worked=SolutionUse(datetime(2024, 11, 30, 8, tzinfo=UTC), "2024r2.000.006"),
    resolved_in="2025r1.000.004",
    diagnosis=diagnosed(
        finding("action", "certain", command="Validate day", executor="PLSlotPlannerFJORD"),
        finding("database", "certain", unsaved="PLSlotPlannerFJORD"),
        finding("cause", "likely", kind_of_cause="base code"),
        finding("cause", "certain", missing_message="coversDate:", receiver_class="UndefinedObject"),
        finding("cause", "likely", iteration="13 of 14"),
        finding("cause", "certain", exception_class="MessageNotUnderstood"),
        finding("code", "certain", method="CM2RunWindow>>allowsRunOn:"),
        finding("cause", "possible", nil_candidate="calculatedDatePeriod"),
        finding("cause", "possible", nil_candidate="runAccuracy"),
        finding("urgency", "likely", schedule_date="2025-01-15", days_to_air="1"),
        finding("memory", "certain", memory_used_mb="1503", memory_limit_mb="2048"),
        finding("records", "certain", new_objects="33"),
        finding("run", "certain", uptime_hours="192", image_built="2024-03-27"),
    ),
)
"""A known crash with everything a reply can speak of: cut off, with a password, corrected on a later line."""

NEW = replace(KNOWN, pattern_id=None, level="new", match_confidence=0.0, history=None, solutions=(), resolved_in=None)
"""The same crash before anybody knew it."""
