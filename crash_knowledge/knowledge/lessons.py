"""What a review teaches: confidence, solutions that worked or failed, prevention, business impact."""

from __future__ import annotations

from datetime import datetime

from crash_knowledge.knowledge.review import Review
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Crash, Judgement


def learn_review(unit: Unit, stored: Crash, match: CrashMatch, review: Review, now: datetime) -> tuple[str, ...]:
    """Write the review of a stored crash; returns what was learnt, a sentence each, for the reviewer."""
    pattern_id = unit.crashes.get(stored.id).pattern_id
    if pattern_id is None:
        raise AssertionError(f"crash {stored.id} was stored without a pattern")
    sentences = [
        *_learn_verdict(unit, stored, pattern_id, match, review, now),
        *_learn_solution(unit, stored, pattern_id, review, now),
    ]
    if review.prevention.strip():
        unit.patterns.add_prevention(pattern_id, review.prevention.strip())
        sentences.append("The prevention advice was added to the pattern.")
    unit.crashes.set_impact(stored.id, review.severity, review.downtime_minutes, review.affected_features)
    if review.severity is not None:
        unit.patterns.set_severity(pattern_id, review.severity)
    return tuple(sentences)


def _learn_verdict(
    unit: Unit, stored: Crash, pattern_id: int, match: CrashMatch, review: Review, now: datetime
) -> list[str]:
    if review.verdict == "unsure":
        _judge(unit, stored, pattern_id, "unsure", match, review, now)
        return ["Noted that you are not sure; nothing was confirmed."]
    sentences = []
    if match.pattern_id is not None and match.pattern_id != pattern_id:
        sentences.append(_judge(unit, stored, match.pattern_id, "rejected", match, review, now))
    sentences.append(_judge(unit, stored, pattern_id, "confirmed", match, review, now))
    return sentences


def _judge(
    unit: Unit,
    stored: Crash,
    pattern_id: int,
    judgement: Judgement,
    match: CrashMatch,
    review: Review,
    now: datetime,
) -> str:
    """Note one judgement of one pattern; returns what it changed, in words."""
    reviewer = review.validator.strip()
    unit.validations.add(
        event_id=stored.error_event_id,
        pattern_id=pattern_id,
        subject="pattern_match",
        verdict=judgement,
        shown_level=match.level,
        shown_confidence=match.confidence,
        quality_rating=review.quality,
        validated_by=reviewer,
        notes=review.notes.strip() or None,
        at=now,
    )
    if judgement == "unsure":
        return ""
    before = unit.patterns.get(pattern_id).confidence_score
    unit.patterns.record_validation(pattern_id, confirmed=judgement == "confirmed")
    after = unit.patterns.get(pattern_id)
    unit.evolution.add(
        pattern_id,
        "validated" if judgement == "confirmed" else "invalidated",
        {"confidence_score": {"before": before, "after": after.confidence_score}},
        stored.error_event_id,
        reviewer,
        now,
    )
    verb = "confirmed" if judgement == "confirmed" else "refused"
    return f"“{after.pattern_name}” was {verb}; reviewers now agree with it at {after.confidence_score:.0%}."


def _learn_solution(unit: Unit, stored: Crash, pattern_id: int, review: Review, now: datetime) -> list[str]:
    sentences: list[str] = []
    if review.solution_id is not None:
        solution = unit.solutions.get(review.solution_id)
        sentences.append(_try_solution(unit, stored, solution.id, solution.description, review.solution_worked, now))
    text = review.new_solution.strip()
    if text:
        solution = unit.solutions.add(pattern_id, text, review.validator.strip(), now)
        unit.evolution.add(
            pattern_id,
            "new_solution",
            {"description": text},
            stored.error_event_id,
            review.validator.strip(),
            now,
        )
        if review.new_solution_worked:
            _try_solution(unit, stored, solution.id, text, True, now)
            sentences.append("Your solution was added and will be proposed at the next crash of this pattern.")
        else:
            sentences.append("Your solution was added as a proposal that nobody has tried yet.")
    return sentences


def _try_solution(unit: Unit, stored: Crash, solution_id: int, description: str, worked: bool, now: datetime) -> str:
    attempts = unit.chains.of_event(stored.error_event_id).attempts
    if any(attempt.solution_id == solution_id and attempt.successful == worked for attempt in attempts):
        return "That this solution was tried here was known already; it is not counted twice."
    solution = unit.solutions.record_outcome(solution_id, worked)
    fix_id = unit.chains.add_fix_attempt(
        stored.error_event_id,
        description,
        successful=worked,
        at=now,
        solution_id=solution_id,
        outcome="succeeded" if worked else "same_error",
    )
    if worked:
        unit.chains.resolve(stored.error_event_id, fix_id, now, retrospective=stored.recorded_at == now)
        return f"The solution has now worked {solution.success_count} times."
    return f"The solution is marked as failed here ({solution.failure_count} times in all)."
