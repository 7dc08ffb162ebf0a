"""Whatever people correct, in whatever order: a model that a child could keep says the same as the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from crash_knowledge.analyzer import Analysis, CrashAnalyzer
from crash_knowledge.errors import CorrectionRefused, CrashKnowledgeError, LifeStepRefused
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.knowledge.corrections import Correction, PatternCorrections
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.knowledge.life_cycle import Life, PatternLifeCycle
from crash_knowledge.knowledge.review import Review
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.drivers import best_driver
from crash_knowledge.store.life_cycle import MuteEnd
from crash_knowledge.store.schema import (
    causal_chains,
    crash_instances,
    crash_relationships,
    embeddings,
    error_events,
    fix_attempts,
    metadata,
    pattern_fixes,
    pattern_separations,
    pattern_solutions,
    pattern_variants,
    terms,
    validations,
    variant_terms,
)
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
BY_MENU = replace(RUN_WINDOW, situation="menu")
KINDS = [RUN_WINDOW, BY_MENU, PERMISSION, DATABASE]
SOLUTIONS = ["Set a start date.", "Restart."]

DAYS = 3
ALREADY_SAVED = 2 * len(KINDS)
"""Every sequence begins with the dumps of the first two days saved, and what of them was ALREADY_FIXED."""
ALREADY_FIXED = {0: "Set a start date.", 2: "Set a start date.", 3: "Restart.", 5: "Restart."}
ALREADY_RELATED = [(0, 1, "causes"), (2, 1, "causes"), (0, 2, "related_to"), (1, 2, "related_to")]

dumps = st.integers(0, DAYS * len(KINDS) - 1)
picks = st.integers(0, 30)
names = st.sampled_from(["Ann", "Bob"])

IN_THE_DUMPS, NOT_YET = "2024r2.000.012", "2024r2.000.020"
"""Every dump is of the first version; a fix in the second is in none of them."""
BEFORE_THE_DUMPS = datetime(2025, 1, 1, tzinfo=UTC)

GROWS_ONLY = {
    "pattern_evolution",
    "pattern_corrections",
    "correction_patterns",
    "vector_indexes",
    "schema_migrations",
    "catalogue_changes",
    "search_words",
    "audit_log",
}
"""What an undoing does not take back: it is itself a part of the history."""

VARIANTS = select(pattern_variants.c.id, pattern_variants.c.exact, pattern_variants.c.occurrence_count)
VECTORS = select(embeddings.c.owner_id, embeddings.c.vector)
RELATIONS = select(
    crash_relationships.c.source_pattern_id,
    crash_relationships.c.target_pattern_id,
    crash_relationships.c.relationship_type,
)
SEPARATIONS = select(pattern_separations.c.first_pattern_id, pattern_separations.c.second_pattern_id)
SOLUTION_COUNTS = select(
    pattern_solutions.c.pattern_id, pattern_solutions.c.description, pattern_solutions.c.success_count
)
FIXES = select(pattern_fixes.c.pattern_id, pattern_fixes.c.version).where(pattern_fixes.c.withdrawn_step_id.is_(None))
CHAINS = select(crash_instances.c.id, causal_chains.c.status).join(
    causal_chains, causal_chains.c.error_event_id == crash_instances.c.error_event_id
)
ATTEMPTS = (
    select(crash_instances.c.id, fix_attempts.c.action_taken, pattern_solutions.c.pattern_id, error_events.c.pattern_id)
    .select_from(fix_attempts)
    .join(crash_instances, crash_instances.c.error_event_id == fix_attempts.c.error_event_id)
    .join(error_events, error_events.c.id == fix_attempts.c.error_event_id)
    .join(pattern_solutions, pattern_solutions.c.id == fix_attempts.c.solution_id)
)

Content = dict[str, dict[object, tuple[object, ...]]]


@cache
def prepared() -> tuple[Analysis, ...]:
    """The analyses of a few dumps, day by day one of each kind; the first two kinds are alike."""
    store = Store.open("sqlite://")
    analyzer = analyzer_on(store)
    contents = [dump_bytes(kind, days) for days in range(DAYS) for kind in KINDS]
    analyses = tuple(analyzer.analyze(content, f"{place}.txt")[0] for place, content in enumerate(contents))
    store.close()
    return analyses


@cache
def beginning() -> tuple[Store, Any, tuple[Learned, ...]]:
    """A store in memory with the first dumps saved, a copy of its database, and what was learnt of each dump."""
    store = Store.open("sqlite://")
    analyzer = analyzer_on(store)
    learned = tuple(analyzer.save(analyzer.rematch(one), None, NOW) for one in prepared()[:ALREADY_SAVED])
    for dump, solution in ALREADY_FIXED.items():
        analyzer.save(analyzer.rematch(prepared()[dump]), Review("Ann", new_solution=solution), NOW)
    patterns = sorted({one.pattern.id for one in learned})
    for source, target, kind in ALREADY_RELATED:
        add_relation(store, patterns[source], patterns[target], kind, NOW)
    saved = best_driver().module.connect(":memory:", check_same_thread=False)
    database_of(store).backup(saved)
    return store, saved, learned


def add_relation(store: Store, source: int, target: int, kind: str, at: datetime) -> None:
    with store.transaction() as unit:
        unit.connection.execute(
            crash_relationships.insert().values(
                source_pattern_id=source,
                target_pattern_id=target,
                relationship_type=kind,
                first_evidence_at=at,
                last_evidence_at=at,
            )
        )


def analyzer_on(store: Store) -> CrashAnalyzer:
    return CrashAnalyzer(store, Redactor(b"s" * 32), HashedEmbedder("For speed."), 1_000_000)


def database_of(store: Store) -> Any:
    """The one connection of a store in memory."""
    with store._engine.connect() as connection:
        return connection.connection.dbapi_connection


@cache
def made_of() -> dict[str, tuple[frozenset[str], bytes]]:
    """Exact key -> the terms and the vector that its stack must have."""
    return {
        one.fingerprint.exact: (terms_of(one.fingerprint), one.vector.astype("<f4").tobytes()) for one in prepared()
    }


def rows(unit: Unit, query: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in unit.connection.execute(query)]


def content(unit: Unit) -> Content:
    """Every row that an undoing must restore, by table and key; versions apart, terms by their words."""
    found: Content = {}
    for table in metadata.sorted_tables:
        if table.name not in GROWS_ONLY and table is not terms and table is not variant_terms:
            columns = [column for column in table.c if (table.name, column.name) != ("crash_patterns", "version")]
            width = len(table.primary_key.columns)
            stored = rows(unit, select(*table.primary_key.columns, *columns))
            found[table.name] = {row[:width]: row[width:] for row in stored}
    words = select(variant_terms.c.variant_id, terms.c.term, terms.c.document_frequency).join(terms)
    found["terms"] = {row[:2]: row[2:] for row in rows(unit, words)}
    return found


@dataclass
class Step:
    """A correction that stands, and everything as it was before."""

    correction: Correction
    before: Content


def in_order(one: int, other: int, kind: str) -> tuple[int, int, str]:
    """A relation that goes both ways names the lower pattern first."""
    return (min(one, other), max(one, other), kind) if kind == "related_to" else (one, other, kind)


def status_after_one_more(life: Life) -> str:
    """What one more dump makes of a pattern: a mute may end, and what has the fix is back."""
    status: str = life.pattern.status
    if status == "muted" and life.mute is not None and life.mute.seen_count + 1 >= (life.mute.end.count or 0):
        status = next(step for step in life.steps if step.kind == "mute" and not step.undone_at).status_before
    if status not in ("new", "ongoing", "resolved"):
        return status
    versions = {fix.version: fix for fix in sorted(life.fixes, key=lambda fix: fix.fixed_at)}
    if max(versions, default="") == IN_THE_DUMPS and versions[IN_THE_DUMPS].fixed_at == BEFORE_THE_DUMPS:
        return "regressed"
    return "ongoing" if status == "new" else status


class Desk(RuleBasedStateMachine):
    """A support desk with a handful of dumps.

    ``home``: dump -> the pattern it lies in. ``tried``: dump -> what worked for it, once each.
    ``relations``: (source, target, type). ``apart``: pairs that must never be merged.
    ``fixes``: pattern, version -> how many fixes stand.
    ``waiting``: dump -> a verdict given earlier.
    ``steps``: corrections that stand, with nothing but corrections after them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.store, saved, learned = beginning()
        saved.backup(database_of(self.store))
        self.analyzer = analyzer_on(self.store)
        self.corrections = PatternCorrections(self.store)
        self.minutes = 0
        self.home = {dump: one.pattern.id for dump, one in enumerate(learned)}
        self.crash_ids = {dump: one.crash.id for dump, one in enumerate(learned)}
        self.tried = {dump: {solution} for dump, solution in ALREADY_FIXED.items()}
        patterns = sorted(set(self.home.values()))
        self.relations = {(patterns[one], patterns[other], kind) for one, other, kind in ALREADY_RELATED}
        self.life = PatternLifeCycle(self.store)
        self.fixes: Counter[tuple[object, ...]] = Counter()
        self.waiting: dict[int, Analysis] = {}
        self.apart: set[frozenset[int]] = set()
        self.steps: list[Step] = []
        self.made: list[int] = []

    def teardown(self) -> None:
        assert self.store.verify() == ()

    # What support does all day

    @rule(dump=dumps)
    def analyze(self, dump: int) -> None:
        """A verdict, which may wait while others are saved and corrected."""
        self.waiting[dump] = self.analyzer.rematch(prepared()[dump])

    @rule(dump=dumps, verdict_is_fresh=st.booleans())
    def save(self, dump: int, verdict_is_fresh: bool) -> None:
        """Without a reviewer."""
        analysis = self.waiting.get(dump, prepared()[dump])
        with self.store.reading() as unit:
            refused = unit.corrections.refused(analysis.fingerprint.exact_keys)
        if verdict_is_fresh:
            analysis = self.analyzer.rematch(analysis)
            assert analysis.match.pattern_id not in refused
        was_known = dump in self.home
        self.keep(dump, analysis, None)
        assert was_known or self.home[dump] not in refused

    @rule(
        dump=dumps,
        verdict=st.sampled_from(["right", "new", "unsure", "other"]),
        pick=picks,
        name=names,
        solution=st.sampled_from(["", *SOLUTIONS]),
        worked=st.booleans(),
    )
    def review(self, dump: int, verdict, pick: int, name: str, solution: str, worked: bool) -> None:
        analysis = self.analyzer.rematch(prepared()[dump])
        said = Review(name, verdict, self.any_pattern(pick) if verdict == "other" else None)
        review = replace(said, new_solution=solution, new_solution_worked=worked)
        self.keep(dump, analysis, review)
        if solution and worked:
            self.tried.setdefault(dump, set()).add(solution)

    @precondition(lambda self: len(set(self.home.values())) > 1)
    @rule(one=picks, other=picks, kind=st.sampled_from(["causes", "related_to"]))
    def relate(self, one: int, other: int, kind: str) -> None:
        relation = in_order(self.living(one), self.living(other), kind)
        if relation[0] == relation[1] or relation in self.relations:
            return
        add_relation(self.store, *relation, self.now())
        self.relations.add(relation)
        self.steps.clear()

    # What becomes of a pattern

    @rule(pick=picks, version=st.sampled_from([IN_THE_DUMPS, NOT_YET]), early=st.booleans(), name=names)
    def resolve(self, pick: int, version: str, early: bool, name: str) -> None:
        """Recorded before the dumps happened, or after."""
        pattern = self.living(pick)
        before = self.life.of_pattern(pattern)
        when = BEFORE_THE_DUMPS if early else self.now()
        if before.pattern.status == "resolved" and version in {fix.version for fix in before.fixes}:
            self.refused(lambda: self.life.resolve(pattern, version, name, when), LifeStepRefused)
            return
        after = self.take_step(lambda: self.life.resolve(pattern, version, name, when))
        assert (after.pattern.status, after.mute) == ("resolved", None)
        self.fixes[pattern, version] += 1

    @rule(pick=picks, count=st.integers(1, 2), name=names)
    def mute(self, pick: int, count: int, name: str) -> None:
        pattern = self.living(pick)
        if self.life.of_pattern(pattern).pattern.status == "muted":
            self.refused(lambda: self.life.mute(pattern, MuteEnd(count=count), name, self.now()), LifeStepRefused)
            return
        after = self.take_step(lambda: self.life.mute(pattern, MuteEnd(count=count), name, self.now()))
        assert after.pattern.status == "muted"
        assert after.mute is not None

    @rule(pick=picks, name=names)
    def reopen(self, pick: int, name: str) -> None:
        pattern = self.living(pick)
        before = self.life.of_pattern(pattern)
        if before.pattern.status in ("new", "ongoing"):
            self.refused(lambda: self.life.reopen(pattern, name, self.now()), LifeStepRefused)
            return
        after = self.take_step(lambda: self.life.reopen(pattern, name, self.now()))
        assert after.mute is None
        if before.pattern.status != "muted":
            assert after.pattern.status == "ongoing"
            self.fixes = Counter({key: count for key, count in self.fixes.items() if key[0] != pattern})

    @rule(pick=picks, name=names)
    def undo_step(self, pick: int, name: str) -> None:
        """The latest step is taken back, with its fix, and what it had ended goes on."""
        pattern = self.living(pick)
        before = self.life.of_pattern(pattern)
        if before.undoable is None:
            self.refused(lambda: self.life.undo_step(pattern, name, self.now()), LifeStepRefused)
            return
        after = self.take_step(lambda: self.life.undo_step(pattern, name, self.now()))
        was = before.undoable.status_before
        assert after.pattern.status == ("ongoing" if was == "new" and after.pattern.occurrence_count > 1 else was)
        self.look_again()

    # What support corrects

    @rule(pick=picks, place=picks, name=names, alone=st.booleans())
    def move(self, pick: int, place: int, name: str, alone: bool) -> None:
        dump = sorted(self.home)[pick % len(self.home)]
        left, to = self.home[dump], None if alone else self.current(self.any_pattern(place))
        others = [one for one in self.home if one != dump and self.home[one] == left]
        if to == left or (to is None and not others):
            self.refused(lambda: self.corrections.move(self.crash_ids[dump], to, name, self.now()))
            return
        done = self.correct(lambda: self.corrections.move(self.crash_ids[dump], to, name, self.now()))
        self.home[dump] = to or max(done.pattern_ids)
        if not others and frozenset((left, self.home[dump])) not in self.apart:
            self.rename(left, self.home[dump])
        self.is_refused_where_it_was(dump, left)

    @rule(one=picks, more=st.lists(picks, min_size=1, max_size=2), name=names)
    def merge(self, one: int, more: list[int], name: str) -> None:
        target, chosen = self.any_pattern(one), [self.any_pattern(pick) for pick in more]
        living, sources = self.current(target), {self.current(pattern) for pattern in chosen}
        apart = [pair for pair in self.apart if pair <= sources | {living}]
        if living in sources or apart:
            self.refused(lambda: self.corrections.merge(chosen, target, name, self.now()))
            return
        self.correct(lambda: self.corrections.merge(chosen, target, name, self.now()))
        for source in sources:
            self.rename(source, living)

    @rule(one=picks, other=picks, name=names)
    def same(self, one: int, other: int, name: str) -> None:
        first, second = self.any_pattern(one), self.any_pattern(other)
        pair = {self.current(first), self.current(second)}
        if len(pair) == 1 or frozenset(pair) in self.apart:
            self.refused(lambda: self.corrections.same(first, second, name, self.now()))
            return
        count = Counter(self.home.values())
        survivor = max(pair, key=lambda pattern: (count[pattern], -pattern))
        self.correct(lambda: self.corrections.same(first, second, name, self.now()))
        self.rename(*(pair - {survivor}), survivor)

    @rule(pick=picks, chosen=st.sets(picks, min_size=1, max_size=3), name=names)
    def split(self, pick: int, chosen: set[int], name: str) -> None:
        pattern = self.living(pick)
        members = sorted(dump for dump in self.home if self.home[dump] == pattern)
        leaving = sorted({members[one % len(members)] for one in chosen} if members else [])
        crash_ids = [self.crash_ids[dump] for dump in leaving]
        if len(leaving) in (0, len(members)):
            self.refused(lambda: self.corrections.split(pattern, crash_ids, name, self.now()))
            return
        shown = self.corrections.split_preview(pattern, crash_ids)
        done = self.correct(lambda: self.corrections.split(pattern, crash_ids, name, self.now()))
        made = max(done.pattern_ids)
        assert made not in self.home.values()
        for dump in leaving:
            self.home[dump] = made
        with self.store.reading() as unit:
            for half, pattern_id in ((shown.staying, pattern), (shown.leaving, made)):
                is_now, summary = unit.patterns.get(pattern_id), unit.patterns.summary(pattern_id)
                assert (half.pattern_name, half.crash_count) == (is_now.pattern_name, is_now.occurrence_count)
                assert (half.customers, half.versions) == (summary.customers, summary.versions)
                assert (half.first_seen, half.last_seen) == (is_now.first_seen, is_now.last_seen)
                assert half.variant_count == len(unit.variants.of_pattern(pattern_id))

    @rule(one=picks, other=picks, name=names)
    def never_merge(self, one: int, other: int, name: str) -> None:
        pair = frozenset((self.living(one), self.living(other)))
        first, second = self.living(one), self.living(other)
        if len(pair) == 1 or pair in self.apart:
            self.refused(lambda: self.corrections.never_merge(first, second, name, self.now()))
            return
        self.correct(lambda: self.corrections.never_merge(first, second, name, self.now()))
        self.apart.add(pair)

    @precondition(lambda self: self.apart)
    @rule(pick=picks, name=names)
    def allow_merge(self, pick: int, name: str) -> None:
        pair = sorted(self.apart, key=sorted)[pick % len(self.apart)]
        self.correct(lambda: self.corrections.allow_merge(*sorted(pair), name, self.now()))
        self.apart.discard(pair)

    @precondition(lambda self: self.steps)
    @rule(name=names)
    def undo_the_latest(self, name: str) -> None:
        """With nothing after it, undoing restores every row, and leaves at most an empty, merged pattern behind."""
        step = self.steps.pop()
        done = self.corrections.undo(step.correction.id, name, self.now())
        assert (done.undoable, done.undone_by) == (False, name)
        with self.store.reading() as unit:
            after = content(unit)
            new = after["crash_patterns"].keys() - step.before["crash_patterns"].keys()
            for (pattern_id,) in new:
                left_behind = unit.patterns.get(pattern_id)
                assert (left_behind.status, left_behind.occurrence_count) == ("merged", 0)
                del after["crash_patterns"][pattern_id,]
        for table in step.before:
            assert after[table] == step.before[table], table
        self.look_again()

    @precondition(lambda self: self.made)
    @rule(pick=picks, name=names)
    def undo_any(self, pick: int, name: str) -> None:
        """Later work stays, or the undoing is refused and nothing happens."""
        correction_id = self.made[pick % len(self.made)]
        if self.corrections.obstacle(correction_id) is not None:
            self.refused(lambda: self.corrections.undo(correction_id, name, self.now()))
            return
        self.corrections.undo(correction_id, name, self.now())
        self.refused(lambda: self.corrections.undo(correction_id, name, self.now()))
        self.steps.clear()
        self.look_again()

    # What must be true at any time

    @invariant()
    def everything_agrees(self) -> None:
        with self.store.reading() as unit:
            self.patterns_hold_what_the_model_says(unit)
            self.stacks_are_findable_by_their_own_terms_and_vectors(unit)
            self.solutions_count_where_the_crashes_lie_that_they_were_tried_for(unit)

    def patterns_hold_what_the_model_says(self, unit: Unit) -> None:
        lies_in = select(crash_instances.c.id, error_events.c.pattern_id).join(error_events)
        assert dict(rows(unit, lies_in)) == {self.crash_ids[dump]: pattern for dump, pattern in self.home.items()}
        patterns, counts = unit.patterns.list(limit=1000), Counter(self.home.values())
        assert {one.id: one.occurrence_count for one in patterns if one.occurrence_count} == dict(counts)
        judged = select(validations.c.pattern_id, validations.c.verdict)
        reviews = Counter(rows(unit, judged.where(validations.c.subject == "pattern_match")))
        for one in patterns:
            counted = (reviews[one.id, "confirmed"], reviews[one.id, "rejected"])
            assert (one.validation_count, one.false_positive_count) == counted
        assert set(rows(unit, RELATIONS)) == self.relations
        assert Counter(rows(unit, FIXES)) == self.fixes
        assert {frozenset(pair) for pair in rows(unit, SEPARATIONS)} == self.apart

    def stacks_are_findable_by_their_own_terms_and_vectors(self, unit: Unit) -> None:
        assert unit.vectors.missing(self.analyzer.embedder.model_id, 10) == []
        held: dict[int, set[str]] = {}
        for variant_id, term in rows(unit, select(variant_terms.c.variant_id, terms.c.term).join(terms)):
            held.setdefault(variant_id, set()).add(term)
        vectors = {int(variant_id): vector for variant_id, vector in rows(unit, VECTORS)}
        for variant_id, exact, occurrences in rows(unit, VARIANTS):
            assert occurrences > 0
            assert (held[variant_id], vectors[variant_id]) == made_of()[exact]

    def solutions_count_where_the_crashes_lie_that_they_were_tried_for(self, unit: Unit) -> None:
        tried = [(dump, text) for dump, texts in self.tried.items() for text in texts]
        counted = {(pattern_id, text): worked for pattern_id, text, worked in rows(unit, SOLUTION_COUNTS) if worked}
        assert counted == dict(Counter((self.home[dump], text) for dump, text in tried))
        attempts = rows(unit, ATTEMPTS)
        assert Counter((crash_id, text) for crash_id, text, *_ in attempts) == Counter(
            (self.crash_ids[dump], text) for dump, text in tried
        )
        assert all(solution_of == lies_in for *_, solution_of, lies_in in attempts)
        assert dict(rows(unit, CHAINS)) == {
            crash_id: "resolved" if self.tried.get(dump) else "open" for dump, crash_id in self.crash_ids.items()
        }

    def is_refused_where_it_was(self, dump: int, left: int) -> None:
        """A moved crash, and one with its stack, must not go back by itself, unless the two patterns are one now."""
        with self.store.reading() as unit:
            refused = unit.corrections.refused(prepared()[dump].fingerprint.exact_keys)
        assert (left in refused) == (self.current(left) == left)
        assert self.home[dump] not in refused

    # The model

    def now(self) -> datetime:
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    def keep(self, dump: int, analysis: Analysis, review: Review | None) -> None:
        before = dict(self.home)
        lives = {pattern: self.life.of_pattern(pattern) for pattern in set(before.values())}
        self.learned: Learned = self.analyzer.save(analysis, review, self.now())
        if dump not in before and self.learned.pattern.id in lives:
            assert self.learned.pattern.status == status_after_one_more(lives[self.learned.pattern.id])
        self.home[dump] = self.learned.pattern.id
        self.crash_ids[dump] = self.learned.crash.id
        if review is None and dump in before:
            assert self.home == before
        left = before.get(dump)
        emptied = left is not None and left not in self.home.values()
        if emptied and frozenset((left, self.home[dump])) not in self.apart:
            self.rename(left, self.home[dump])
        self.steps.clear()
        self.made = self.standing()

    def correct(self, change) -> Correction:
        """A correction that must succeed: every figure agrees, and every pattern it touched tells of it."""
        with self.store.reading() as unit:
            before = content(unit)
            versions = {key[0]: unit.patterns.get(key[0]).version for key in before["crash_patterns"]}
        done: Correction = change()
        assert self.store.verify() == ()
        assert done.undoable
        assert self.corrections.history(1) == (done,)
        with self.store.reading() as unit:
            for pattern_id in done.pattern_ids:
                assert unit.patterns.get(pattern_id).version > versions.get(pattern_id, 1)
        self.steps.append(Step(done, before))
        self.made.append(done.id)
        return done

    def take_step(self, step) -> Life:
        """A step that must be possible: every figure agrees, and the pattern's evolution tells of it."""
        after: Life = step()
        assert self.store.verify() == ()
        with self.store.reading() as unit:
            entry = unit.evolution.of_pattern(after.pattern.id)[-1]
        assert entry.version == after.pattern.version
        self.steps.clear()
        return after

    def refused(self, change, error: type[CrashKnowledgeError] = CorrectionRefused) -> None:
        """A correction that must be refused, in words, and leave everything as it is."""
        with self.store.reading() as unit:
            before = content(unit)
        with pytest.raises(error, match=r"^\S.*[.)]$"):
            change()
        with self.store.reading() as unit:
            assert content(unit) == before

    def rename(self, source: int, heir: int) -> None:
        """One pattern became another."""
        self.home = {dump: heir if pattern == source else pattern for dump, pattern in self.home.items()}
        heirs = lambda pattern: heir if pattern == source else pattern  # noqa: E731
        self.relations = {
            in_order(heirs(one), heirs(other), kind)
            for one, other, kind in self.relations
            if heirs(one) != heirs(other)
        }
        self.apart = {frozenset(map(heirs, pair)) for pair in self.apart if len(set(map(heirs, pair))) == 2}
        moved: Counter[tuple[object, ...]] = Counter()
        for (pattern, version), count in self.fixes.items():
            moved[heirs(pattern), version] += count
        self.fixes = moved

    def look_again(self) -> None:
        """After an undoing the model takes over where things are; every figure agrees, and no crash got lost."""
        assert self.store.verify() == ()
        with self.store.reading() as unit:
            lies_in = dict(rows(unit, select(crash_instances.c.id, error_events.c.pattern_id).join(error_events)))
            self.apart = {frozenset(pair) for pair in rows(unit, SEPARATIONS)}
            self.relations = set(rows(unit, RELATIONS))
            self.fixes = Counter(rows(unit, FIXES))
        assert set(lies_in) == set(self.crash_ids.values())
        self.home = {dump: lies_in[crash_id] for dump, crash_id in self.crash_ids.items()}
        self.made = self.standing()

    def standing(self) -> list[int]:
        with self.store.reading() as unit:
            return [one.id for one in unit.corrections.history(100) if one.undone_at is None]

    def any_pattern(self, pick: int) -> int:
        """A pattern, perhaps one that was merged into another."""
        with self.store.reading() as unit:
            known = sorted(unit.patterns.get_many(range(1, 500)))
        return known[pick % len(known)]

    def living(self, pick: int) -> int:
        known = sorted(set(self.home.values()))
        return known[pick % len(known)]

    def current(self, pattern_id: int) -> int:
        with self.store.reading() as unit:
            return unit.patterns.current(pattern_id).id


Desk.TestCase.settings = settings(
    max_examples=500,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
TestDesk = Desk.TestCase
