"""Learning: a judged crash becomes a new pattern or sharpens a known one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.naming import pattern_name, stack_signature
from crash_knowledge.fingerprint.rules import Rules
from crash_knowledge.knowledge.assignment import join_pattern
from crash_knowledge.knowledge.corrections import recorded_move
from crash_knowledge.knowledge.lessons import learn_review
from crash_knowledge.knowledge.life_steps import meet_dump, wake_due
from crash_knowledge.knowledge.review import Review, check_review
from crash_knowledge.knowledge.rulebook import learn_rules
from crash_knowledge.matching.levels import BOUNDS
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.matching.serving import shipped_base
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.records import (
    Crash,
    EventFact,
    MatchLevel,
    NewCrash,
    NewPattern,
    Pattern,
    PatternStatus,
    PatternSummary,
)

SIMILAR_ENOUGH = 0.85
"""Without a person's word a crash joins a pattern only above this confidence (seed 002, ``find_similar``)."""


@dataclass(frozen=True, slots=True)
class CrashToLearn:
    """A crash with everything the learner needs: its record, its fingerprint and the rules that it was made by, its
    verdict and its vector.

    ``facts``: what is known of it, for counting over crashes; ``facts_revision``: of the rules that established them,
    None when there are none.
    """

    record: NewCrash
    fingerprint: Fingerprint
    rules: Rules
    match: CrashMatch
    vector: np.ndarray | None = None
    model_id: str | None = None
    facts: tuple[EventFact, ...] = ()
    facts_revision: str | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What was stored and learnt; ``sentences`` tell it to the reviewer."""

    crash: Crash
    pattern: Pattern
    is_new_pattern: bool
    was_stored_before: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a crash belongs (``pattern_id`` None: in a new pattern), by which level, and how sure that is."""

    pattern_id: int | None
    level: MatchLevel
    confidence: float


class CrashPatternLearner:
    """Writes crashes, patterns and reviews into the store, each crash in one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find_similar(self, match: CrashMatch, threshold: float = SIMILAR_ENOUGH) -> int | None:
        """The pattern that the verdict is confident enough of (strictly above ``threshold``), else None."""
        return match.pattern_id if not match.is_new and match.confidence > threshold else None

    def learn_from_crash(self, crash: CrashToLearn, review: Review | None, now: datetime) -> Learned:
        """Store the crash, put it into its pattern (known or new) and learn the review, all or nothing.

        The same dump stored before is not counted again; a review of it is learnt, and moves it when it says so.
        Raises InvalidReview, UnknownRecord (a pattern or solution that is gone), StoreError.
        """
        if review is not None:
            check_review(review)
        with self._store.transaction() as unit:
            crash = replace(crash, match=_followed(unit, crash.match))
            known = unit.crashes.find_by_dump_hash(crash.record.dump_hash)
            wake_due(unit, now)
            life: tuple[str, ...] = ()
            if known is None:
                stored, is_new_pattern, life = self._store_crash(unit, crash, review, now)
            else:
                stored, is_new_pattern = self._judge_again(unit, known, crash, review, now)
            if crash.facts_revision is not None:
                unit.facts.put(stored.error_event_id, crash.facts, crash.facts_revision)
            learn_rules(unit, crash.fingerprint, crash.rules, now)
            unit.decision_models.serve_shipped(shipped_base(), now)
            sentences = learn_review(unit, stored, crash.match, review, now, known) if review else ()
            stored = unit.crashes.get(stored.id)
            pattern = unit.patterns.get(_pattern_of(stored))
        return Learned(
            crash=stored,
            pattern=pattern,
            is_new_pattern=is_new_pattern,
            was_stored_before=known is not None,
            sentences=(_where(pattern, is_new_pattern, stored, crash.match, known is not None), *life, *sentences),
        )

    def _store_crash(
        self, unit: Unit, crash: CrashToLearn, review: Review | None, now: datetime
    ) -> tuple[Crash, bool, tuple[str, ...]]:
        """The crash, whether its pattern is new, and what it did to the life of a known one."""
        stored = unit.crashes.add(crash.record, now)
        place = self._place(unit, crash, review)
        pattern_id = place.pattern_id or _create_pattern(unit, crash, stored, review, now)
        before, status = unit.patterns.summary(pattern_id), unit.patterns.get(pattern_id).status
        join_pattern(
            unit,
            stored,
            pattern_id,
            crash.fingerprint,
            level=place.level,
            confidence=place.confidence,
            vector=crash.vector,
            model_id=crash.model_id,
        )
        if place.pattern_id is None:
            return stored, True, ()
        _note_growth(unit, before, status, stored, pattern_id, _by(review), now)
        return stored, False, meet_dump(unit, pattern_id, stored, _by(review), now)

    def _place(self, unit: Unit, crash: CrashToLearn, review: Review | None) -> _Place:
        """Where the crash belongs by the reviewer's word, else by the verdict."""
        match = crash.match
        if review is not None and review.verdict == "other":
            return _Place(_chosen(unit, review), "manual", 1.0)
        if review is not None and review.verdict == "new" and not match.is_new:
            return _Place(None, "manual", 1.0)
        agreed = review is not None and review.verdict == "right"
        refused = unit.corrections.refused(crash.fingerprint.exact_keys)
        similar = match.pattern_id if agreed else self.find_similar(match)
        if similar is not None and (agreed or similar not in refused):
            return _Place(similar, match.level, match.confidence)
        meanwhile = _saved_meanwhile(unit, crash, refused)
        if meanwhile is not None:
            return _Place(meanwhile, "exact", BOUNDS["exact"])
        return _Place(None, "new", match.confidence if match.is_new else 1.0 - match.confidence)

    def _judge_again(
        self, unit: Unit, known: Crash, crash: CrashToLearn, review: Review | None, now: datetime
    ) -> tuple[Crash, bool]:
        """A dump that is stored already: only a person's contradiction changes where it belongs."""
        if review is None or review.verdict == "unsure":
            return known, False
        if review.verdict == "new":
            if crash.match.is_new or _is_alone(unit, known):
                return known, False
            target = None
        else:
            target = _chosen(unit, review) if review.verdict == "other" else crash.match.pattern_id
            if target is None or target == known.pattern_id:
                return known, False
        recorded_move(unit, known, target, review.validator.strip(), now, is_judgement=False)
        return unit.crashes.get(known.id), review.verdict == "new"


def _by(review: Review | None) -> str | None:
    return review.validator.strip() if review else None


def _pattern_of(crash: Crash) -> int:
    if crash.pattern_id is None:
        raise AssertionError(f"crash {crash.id} was stored without a pattern")
    return crash.pattern_id


def _followed(unit: Unit, match: CrashMatch) -> CrashMatch:
    """The verdict, with its pattern followed to the one that it was merged into since."""
    return match if match.pattern_id is None else replace(match, pattern_id=unit.patterns.current(match.pattern_id).id)


def _chosen(unit: Unit, review: Review) -> int:
    if review.other_pattern_id is None:
        raise AssertionError("check_review demands a pattern for the verdict 'other'")
    return unit.patterns.current(review.other_pattern_id).id


def _is_alone(unit: Unit, known: Crash) -> bool:
    """True when no other crash is in the stored crash's pattern."""
    return unit.patterns.get(_pattern_of(known)).occurrence_count == 1


def _saved_meanwhile(unit: Unit, crash: CrashToLearn, refused: set[int]) -> int | None:
    """The pattern that somebody else made of the very same failure after our verdict was given.

    Patterns that lost against one that was refused since are considered again.
    """
    variants = unit.variants.with_exact(crash.fingerprint.exact_keys)
    judged = {candidate.pattern_id for candidate in crash.match.explanation.candidates}
    stands = crash.match.pattern_id not in refused
    fresh = [one.pattern_id for one in variants if one.pattern_id not in (judged | refused if stands else refused)]
    return min(fresh, default=None)


def _create_pattern(unit: Unit, crash: CrashToLearn, stored: Crash, review: Review | None, now: datetime) -> int:
    fingerprint, record = crash.fingerprint, crash.record
    pattern = unit.patterns.add(
        NewPattern(
            source="crash",
            fingerprint_exact=fingerprint.exact,
            fingerprint_structural=fingerprint.structural,
            fingerprint_version=fingerprint.version,
            pattern_name=pattern_name(fingerprint),
            error_type=fingerprint.error_type,
            error_category=record.error_category,
            cause_of_dump=record.error_message,
            stack_signature=stack_signature(fingerprint),
            seen_at=record.occurred_at,
        )
    )
    unit.evolution.add(
        pattern.id, "created", {"pattern_name": pattern.pattern_name}, stored.error_event_id, _by(review), now
    )
    return pattern.id


def _note_growth(
    unit: Unit,
    before: PatternSummary,
    status: PatternStatus,
    stored: Crash,
    pattern_id: int,
    by: str | None,
    now: datetime,
) -> None:
    """An entry in the pattern's evolution when it was seen at a customer or on a version for the first time, or again
    for the first time, which makes it ongoing.
    """
    new: dict[str, object] = {}
    if stored.customer and stored.customer not in before.customers:
        new["customer"] = stored.customer
    if stored.service_version and stored.service_version not in before.versions:
        new["service_version"] = stored.service_version
    status_now = unit.patterns.get(pattern_id).status
    if status_now != status:
        new["status"] = {"before": status, "after": status_now}
    if new:
        unit.evolution.add(pattern_id, "pattern_update", new, stored.error_event_id, by, now)


def _where(pattern: Pattern, is_new: bool, stored: Crash, match: CrashMatch, stored_before: bool) -> str:
    if is_new and not match.is_new and stored.match_level == "new":
        return (
            f"A new pattern was made: “{pattern.pattern_name}”. Without a person's word, {match.confidence:.0%} is too "
            f"little to add it to “{match.pattern_name}”."
        )
    if is_new:
        return f"A new pattern was made: “{pattern.pattern_name}”."
    if stored_before:
        return f"This dump was stored before; it is under “{pattern.pattern_name}” and not counted twice."
    return f"Added to “{pattern.pattern_name}”, seen {pattern.occurrence_count} times now."
