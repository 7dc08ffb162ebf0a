"""What a review teaches: confidence, solutions that worked or failed, prevention, business impact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crash_knowledge.errors import InvalidReview
from crash_knowledge.knowledge.life_steps import build_of, read_version, resolve
from crash_knowledge.knowledge.release_lines import release, stands
from crash_knowledge.knowledge.review import Review
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Crash, Judgement, Solution

Shown = tuple[str | None, float | None]
"""Level and confidence of the verdict that was judged."""


def learn_review(
    unit: Unit,
    stored: Crash,
    match: CrashMatch,
    review: Review,
    now: datetime,
    stored_before: Crash | None = None,
) -> tuple[str, ...]:
    """Write the review of a stored crash; returns what was learnt, a sentence each, for the reviewer.

    ``stored_before``: the crash as it was before this review, when it was stored already.
    """
    pattern_id = unit.crashes.get(stored.id).pattern_id
    if pattern_id is None:
        raise AssertionError(f"crash {stored.id} was stored without a pattern")
    sentences = [
        *_learn_verdict(unit, stored, pattern_id, match, review, now, stored_before),
        *_learn_solution(unit, stored, pattern_id, review, now),
        *_learn_release(unit, stored, pattern_id, review, now),
    ]
    if review.prevention.strip():
        _learn_prevention(unit, stored, pattern_id, review, now)
        sentences.append("The prevention advice was added to the pattern.")
    _learn_impact(unit, stored, pattern_id, review, now)
    _log(unit, stored_before or stored, review, now)
    return tuple(sentences)


def _log(unit: Unit, before: Crash, review: Review, now: datetime) -> None:
    """The review in the log of changes, with what it changed of the crash."""
    after = unit.crashes.get(before.id)
    changes: dict[str, object] = {"verdict": review.verdict}
    for name in ("pattern_id", "severity", "downtime_minutes", "affected_features"):
        was, is_now = getattr(before, name), getattr(after, name)
        if was != is_now:
            changes[name] = {"before": was, "after": is_now}
    unit.audit.record("reviewed", "crash", before.id, review.validator.strip(), now, changes)


def _learn_prevention(unit: Unit, stored: Crash, pattern_id: int, review: Review, now: datetime) -> None:
    before = unit.patterns.get(pattern_id).prevention_strategies
    unit.patterns.add_prevention(pattern_id, review.prevention.strip())
    after = unit.patterns.get(pattern_id).prevention_strategies
    if after != before:
        _note_change(unit, stored, pattern_id, {"prevention": {"before": before, "after": after}}, review, now)


def _note_change(
    unit: Unit, stored: Crash, pattern_id: int, changes: Mapping[str, object], review: Review, now: datetime
) -> None:
    by = review.validator.strip()
    unit.evolution.add(pattern_id, "pattern_update", changes, stored.error_event_id, by, now)


def _learn_impact(unit: Unit, stored: Crash, pattern_id: int, review: Review, now: datetime) -> None:
    """What the review leaves empty stays as an earlier one said."""
    unit.crashes.set_impact(
        stored.id,
        review.severity or stored.severity,
        stored.downtime_minutes if review.downtime_minutes is None else review.downtime_minutes,
        review.affected_features or stored.affected_features,
    )
    before = unit.patterns.get(pattern_id).severity
    if review.severity is not None and review.severity != before:
        unit.patterns.set_severity(pattern_id, review.severity)
        changes = {"severity": {"before": before, "after": review.severity}}
        _note_change(unit, stored, pattern_id, changes, review, now)


def _learn_verdict(
    unit: Unit,
    stored: Crash,
    pattern_id: int,
    match: CrashMatch,
    review: Review,
    now: datetime,
    stored_before: Crash | None,
) -> list[str]:
    shown = _first_verdict(match, stored_before)
    if review.verdict == "unsure":
        _note(unit, stored, pattern_id, "unsure", shown, review, now)
        return ["Noted that you are not sure; nothing was confirmed."]
    sentences = []
    if match.pattern_id is not None and match.pattern_id != pattern_id:
        sentences.append(_judge(unit, stored, match.pattern_id, "rejected", shown, review, now))
    elif _was_wrong(pattern_id, match, review, stored_before):
        _note(unit, stored, None, "rejected", shown, review, now)
    sentences.append(_judge(unit, stored, pattern_id, "confirmed", shown, review, now))
    return sentences


def _first_verdict(match: CrashMatch, stored_before: Crash | None) -> Shown:
    """The verdict that is judged: a later one on a stored dump only recognises the dump itself.

    (None, None) when the first one is not known any more, because a person moved the crash.
    """
    if stored_before is None:
        return match.level, match.confidence
    if stored_before.match_level == "manual":
        return None, None
    return stored_before.match_level, stored_before.match_confidence


def _was_wrong(pattern_id: int, match: CrashMatch, review: Review, stored_before: Crash | None) -> bool:
    """Whether the crash belongs elsewhere than the first verdict put it."""
    if stored_before is None:
        return match.is_new and review.verdict == "other"
    return stored_before.pattern_id != pattern_id


def _judge(
    unit: Unit, stored: Crash, pattern_id: int, judgement: Judgement, shown: Shown, review: Review, now: datetime
) -> str:
    """Note one judgement of one pattern; returns what it changed, in words."""
    _note(unit, stored, pattern_id, judgement, shown, review, now)
    before = unit.patterns.get(pattern_id).confidence_score
    unit.patterns.record_validation(pattern_id, confirmed=judgement == "confirmed")
    after = unit.patterns.get(pattern_id)
    unit.evolution.add(
        pattern_id,
        "validated" if judgement == "confirmed" else "invalidated",
        {"confidence_score": {"before": before, "after": after.confidence_score}},
        stored.error_event_id,
        review.validator.strip(),
        now,
    )
    verb = "confirmed" if judgement == "confirmed" else "refused"
    return f"“{after.pattern_name}” was {verb}; reviewers now agree with it at {after.confidence_score:.0%}."


def _note(
    unit: Unit,
    stored: Crash,
    pattern_id: int | None,
    judgement: Judgement,
    shown: Shown,
    review: Review,
    now: datetime,
) -> None:
    """Keep a judgement. ``pattern_id`` None with ``rejected``: a verdict that named no pattern was wrong."""
    level, confidence = shown
    unit.validations.add(
        event_id=stored.error_event_id,
        pattern_id=pattern_id,
        subject="pattern_match",
        verdict=judgement,
        shown_level=level,
        shown_confidence=confidence,
        quality_rating=review.quality,
        validated_by=review.validator.strip(),
        notes=review.notes.strip() or None,
        at=now,
    )


def _learn_solution(unit: Unit, stored: Crash, pattern_id: int, review: Review, now: datetime) -> list[str]:
    sentences: list[str] = []
    if review.solution_id is not None:
        shown = unit.solutions.get(review.solution_id)
        tried, _ = _solution_of(unit, stored, pattern_id, shown.description, review, now)
        sentences.append(_try_solution(unit, stored, tried, review.solution_worked, review, now))
    text = review.new_solution.strip()
    if text:
        solution, is_new = _solution_of(unit, stored, pattern_id, text, review, now)
        if not is_new:
            sentences.append("That solution is known to the pattern already.")
        if review.new_solution_worked:
            outcome = _try_solution(unit, stored, solution, True, review, now)
            added = "Your solution was added and will be proposed at the next crash of this pattern."
            sentences.append(added if is_new else outcome)
        elif is_new:
            sentences.append("Your solution was added as a proposal that nobody has tried yet.")
    return sentences


def _learn_release(unit: Unit, stored: Crash, pattern_id: int, review: Review, now: datetime) -> list[str]:
    """The pattern is resolved in the version that has the fix. Raises InvalidReview when the dump is of a later one."""
    if not review.fixed_in_version.strip():
        return []
    fixed_in, pattern = read_version(review.fixed_in_version), unit.patterns.get(pattern_id)
    crashed_in = release(stored.service_version, build_of(stored))
    if stands(crashed_in, [fixed_in]).place == "fixed":
        raise InvalidReview(
            {"fixed_in_version": f"This dump is of {stored.service_version}, which would have that fix already."}
        )
    if pattern.status == "resolved" and fixed_in.text in {fix.version for fix in unit.life_cycle.fixes(pattern_id)}:
        return [f"That it is fixed in {fixed_in.text} was known already."]
    resolve(
        unit,
        pattern,
        fixed_in.text,
        by=review.validator.strip(),
        now=now,
        solution_id=_meant_solution(unit, pattern_id, review),
        event_id=stored.error_event_id,
    )
    return [f"The pattern is resolved in {fixed_in.text}, for the line {fixed_in.line_text}."]


def _meant_solution(unit: Unit, pattern_id: int, review: Review) -> int | None:
    """The pattern's solution that the reviewer spoke of: the new one, else the known one that worked."""
    text = review.new_solution.strip()
    if not text and review.solution_id is not None and review.solution_worked:
        text = unit.solutions.get(review.solution_id).description
    solution = unit.solutions.of_text(pattern_id, text) if text else None
    return solution.id if solution else None


def _solution_of(
    unit: Unit, stored: Crash, pattern_id: int, text: str, review: Review, now: datetime
) -> tuple[Solution, bool]:
    """The pattern's solution of that text, made if need be (one tried may be of another pattern); True when made."""
    known = {solution.id for solution in unit.solutions.of_pattern(pattern_id)}
    reviewer = review.validator.strip()
    is_written_now = text == review.new_solution.strip()
    solution = unit.solutions.add(
        pattern_id,
        text,
        reviewer,
        now,
        steps=(review.solution_steps.strip() or None) if is_written_now else None,
        link=(review.solution_link.strip() or None) if is_written_now else None,
    )
    if solution.id in known:
        return solution, False
    unit.evolution.add(pattern_id, "new_solution", {"description": text}, stored.error_event_id, reviewer, now)
    return solution, True


def _try_solution(unit: Unit, stored: Crash, solution: Solution, worked: bool, review: Review, now: datetime) -> str:
    """Count the outcome, once a crash; returns what it changed, in words."""
    attempts = unit.chains.of_event(stored.error_event_id).attempts
    same = (
        attempt
        for attempt in attempts
        if solution.id == attempt.solution_id or solution.description == attempt.action_taken
    )
    if any(attempt.successful == worked for attempt in same):
        return "That this solution was tried here was known already; it is not counted twice."
    before, solution = solution, unit.solutions.record_outcome(solution.id, worked)
    _note_change(unit, stored, solution.pattern_id, _outcome(before, solution), review, now)
    fix_id = unit.chains.add_fix_attempt(
        stored.error_event_id,
        solution.description,
        successful=worked,
        at=now,
        solution_id=solution.id,
        outcome="succeeded" if worked else "same_error",
    )
    if worked:
        unit.chains.resolve(stored.error_event_id, fix_id, now, retrospective=stored.recorded_at == now)
        return f"The solution worked: {_times(solution.success_count)} so far."
    return f"The solution did not work: {_times(solution.failure_count)} so far."


def _outcome(before: Solution, after: Solution) -> dict[str, object]:
    counted = "success_count" if after.success_count != before.success_count else "failure_count"
    outcome = {"before": getattr(before, counted), "after": getattr(after, counted)}
    return {"solution": after.id, "description_of_solution": after.description, counted: outcome}


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
