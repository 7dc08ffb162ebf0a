"""Whatever people do in whatever order: counts stay those of a model that a child could keep."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crash_knowledge.analyzer import Analysis, CrashAnalyzer
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.knowledge.review import Review
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes

CONTENTS = [dump_bytes(kind, days) for kind in (RUN_WINDOW, PERMISSION, DATABASE) for days in (0, 1)]
SOLUTIONS = ["Set a start date.", "Restart."]
places = st.integers(0, len(CONTENTS) - 1)
names = st.sampled_from(["Ann", "Bob"])


class Desk(RuleBasedStateMachine):
    """A support desk with a handful of dumps. ``home``: dump hash -> pattern, as the answers to saving told it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = Store.open(f"sqlite:///{Path(self.folder.name) / 'knowledge.db'}")
        self.analyzer = CrashAnalyzer(self.store, Redactor(b"s" * 32), HashedEmbedder("For speed."), 1_000_000)
        self.waiting: dict[int, Analysis] = {}
        self.home: dict[str, int] = {}

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def analysis(self, place: int) -> Analysis:
        if place not in self.waiting:
            self.analyze(place)
        return self.waiting[place]

    @rule(place=places)
    def analyze(self, place: int) -> None:
        """A verdict, which may wait while others are saved."""
        (self.waiting[place],) = self.analyzer.analyze(CONTENTS[place], f"{place}.txt")

    @rule(place=places)
    def save(self, place: int) -> None:
        self.keep(self.analysis(place), None)

    @rule(
        place=places,
        verdict=st.sampled_from(["right", "new", "unsure"]),
        name=names,
        solution=st.sampled_from(["", *SOLUTIONS]),
        worked=st.booleans(),
    )
    def judge(self, place: int, verdict, name: str, solution: str, worked: bool) -> None:
        review = Review(name, verdict, new_solution=solution, new_solution_worked=worked)
        self.keep(self.analysis(place), review)

    @rule(place=places, name=names, choice=st.integers(0, 20))
    def say_another(self, place: int, name: str, choice: int) -> None:
        """Another pattern, among them those that were merged meanwhile."""
        with self.store.reading() as unit:
            known = sorted(unit.patterns.get_many(range(1, 200)))
        if known:
            self.keep(self.analysis(place), Review(name, "other", other_pattern_id=known[choice % len(known)]))

    @rule(place=places, name=names, choice=st.integers(0, 5), worked=st.booleans())
    def try_a_known_solution(self, place: int, name: str, choice: int, worked: bool) -> None:
        analysis = self.analysis(place)
        solutions = analysis.match.verified_solutions
        if solutions:
            tried = solutions[choice % len(solutions)]
            self.keep(analysis, Review(name, solution_id=tried.id, solution_worked=worked))

    def keep(self, analysis: Analysis, review: Review | None) -> None:
        before = self.home.get(analysis.dump_hash)
        learned: Learned = self.analyzer.save(analysis, review)
        assert learned.was_stored_before == (before is not None)
        if review is None and before is not None:
            assert learned.pattern.id == before
        if learned.is_new_pattern:
            assert learned.pattern.id not in self.home.values()
        self.home[analysis.dump_hash] = learned.pattern.id
        with self.store.reading() as unit:
            latest = unit.validations.of_event(learned.crash.error_event_id)
        assert (review is None) or latest[0].validated_by == review.validator

    @invariant()
    def counts_are_those_of_the_model(self) -> None:
        with self.store.reading() as unit:
            patterns = unit.patterns.list()
            stored = {crash.dump_hash: crash.pattern_id for crash in unit.crashes.latest()}
            missing = unit.vectors.missing(self.analyzer.embedder.model_id, 10)
        assert stored == self.home
        assert {one.id: one.occurrence_count for one in patterns} == dict(Counter(self.home.values()))
        assert missing == []

    @invariant()
    def every_figure_agrees_with_its_rows(self) -> None:
        assert self.store.verify() == ()


Desk.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestDesk = Desk.TestCase
