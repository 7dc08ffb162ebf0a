"""Fills an empty database with the demo year, through the same analysis and learning as real dumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from crash_knowledge.analyzer import Analysis, CrashAnalyzer
from crash_knowledge.demo.corpus import DemoCrash, DemoReview, demo_corpus
from crash_knowledge.demo.scenario import DemoPattern, Scenario, load_scenario
from crash_knowledge.errors import StoreError
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.knowledge.life_steps import regress, resolve
from crash_knowledge.knowledge.review import Review, ReviewVerdict
from crash_knowledge.knowledge.standing import standing_of
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store, Unit

SEED = 2024
LARGEST_DEMO_DUMP = 1_000_000
UNREVIEWED_SAVED_AFTER_MINUTES = 5
RELEASE_MANAGER = "Joris"

Progress = Callable[[float, str], None]
"""Called with the share done (0..1) and a sentence."""


def build_demo(
    store: Store,
    redactor: Redactor,
    embedder: Embedder,
    now: datetime,
    progress: Progress | None = None,
    seed: int = SEED,
    scenario: Scenario | None = None,
) -> int:
    """Analyse, review and save a year of invented crashes before ``now``; returns how many.

    Every row is marked as demo knowledge. Raises StoreError when the database is not empty.
    """
    with store.reading() as unit:
        if unit.crashes.count() or unit.patterns.count():
            raise StoreError(
                "The database already holds crashes. Demo knowledge goes only into an empty one: "
                "set CRASH_KNOWLEDGE_DATABASE_URL to a new file."
            )
    scenario = scenario or load_scenario()
    demo_store = store.as_demo()
    analyzer = CrashAnalyzer(demo_store, redactor, RememberingEmbedder(embedder), LARGEST_DEMO_DUMP)
    year = DemoYear(analyzer, scenario)
    for crash in demo_corpus(seed, now, scenario):
        year.take(crash)
        if progress is not None:
            progress(year.count / scenario.crashes, f"{year.count} of {scenario.crashes} crashes, {crash.when:%B %Y}")
    with demo_store.transaction() as unit:
        year.close(unit, now)
    return year.count


def fill(analyzer: CrashAnalyzer, progress: Progress | None = None, now: datetime | None = None) -> int:
    """``build_demo`` with the store, the redactor and the text model of an analyzer."""
    return build_demo(
        analyzer.store,
        analyzer.redactor,
        analyzer.embedder,
        now or datetime.now(UTC),
        progress,
    )


def _come_back(unit: Unit, pattern_id: int) -> None:
    """The first crash after the fix, in a version that has it, makes the pattern regressed."""
    pattern = unit.patterns.get(pattern_id)
    for member in unit.corrections.members(pattern_id):
        standing = standing_of(unit, pattern, member.service_version, None, member.occurred_at)
        if standing is not None and standing.is_back:
            regress(unit, pattern, standing, by=None, now=member.occurred_at, event_id=member.error_event_id)
            return


class RememberingEmbedder:
    """An embedder that embeds the same text once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    @property
    def model_id(self) -> str:
        return self._embedder.model_id

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    @property
    def description(self) -> str:
        return self._embedder.description

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (len(texts), dimensions), rows of length 1. Raises EmbeddingUnavailable."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


class DemoYear:
    """Saves demo crashes one after the other, with reviewers who know the truth.

    ``pattern_ids``: key of the true pattern -> the pattern that was learnt for it.
    """

    def __init__(self, analyzer: CrashAnalyzer, scenario: Scenario) -> None:
        self.pattern_ids: dict[str, int] = {}
        self.count = 0
        self._analyzer = analyzer
        self._scenario = scenario

    def take(self, crash: DemoCrash) -> None:
        """Analyse and save one crash, reviewed if somebody reviews it."""
        (analysis,) = self._analyzer.analyze(crash.content, crash.file_name, crash.when)
        said = crash.review
        review = self._review(said, crash.true_pattern, analysis) if said is not None else None
        minutes = said.after_minutes if said is not None else UNREVIEWED_SAVED_AFTER_MINUTES
        learned = self._analyzer.save(analysis, review, crash.when + timedelta(minutes=minutes))
        if learned.is_new_pattern:
            self.pattern_ids.setdefault(crash.true_pattern, learned.pattern.id)
        self.count += 1

    def close(self, unit: Unit, now: datetime) -> None:
        """Patterns that a release fixed are resolved, or came back."""
        for key, pattern_id in self.pattern_ids.items():
            if self._scenario.pattern(key).resolved_in is not None:
                self._resolve(unit, pattern_id, self._scenario.pattern(key), now)

    def _resolve(self, unit: Unit, pattern_id: int, plan: DemoPattern, now: datetime) -> None:
        version = self._scenario.version(plan.resolved_in or "", now)
        fixed_on = now - timedelta(days=plan.silent_days[0] if plan.silent_days else plan.last_day)
        resolve(unit, unit.patterns.get(pattern_id), version, by=RELEASE_MANAGER, now=fixed_on)
        if plan.came_back and plan.silent_days is not None:
            _come_back(unit, pattern_id)

    def _review(self, said: DemoReview, true_pattern: str, analysis: Analysis) -> Review:
        """What the reviewer, who knows the true pattern, says of the verdict."""
        if said.unsure:
            return Review(said.validator, "unsure", quality=said.quality)
        plan = self._scenario.pattern(true_pattern)
        true_id = self.pattern_ids.get(true_pattern)
        verdict: ReviewVerdict = "right"
        if analysis.match.pattern_id != true_id:
            verdict = "new" if true_id is None else "other"
        review = Review(
            validator=said.validator,
            verdict=verdict,
            other_pattern_id=true_id if verdict == "other" else None,
            severity=plan.severity,
            prevention=plan.prevention if true_id is None else "",
            quality=said.quality,
            downtime_minutes=said.downtime_minutes,
            affected_features=plan.features,
        )
        return review if said.solution is None else self._with_solution(review, true_id, *said.solution)

    def _with_solution(self, review: Review, pattern_id: int | None, text: str, worked: bool) -> Review:
        """The fix that was tried: one the pattern knows already, or a new one."""
        if pattern_id is not None:
            with self._analyzer.store.reading() as unit:
                known = unit.solutions.of_pattern(pattern_id)
            for solution in known:
                if solution.description == text:
                    return replace(review, solution_id=solution.id, solution_worked=worked)
        return replace(review, new_solution=text, new_solution_worked=worked)
