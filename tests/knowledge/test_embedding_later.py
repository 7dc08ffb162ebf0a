"""A text model that cannot serve never loses a crash: what could not be embedded is embedded later."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from crash_knowledge import services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.knowledge.review import Review
from tests.knowledge.dumps import DATABASE, PERMISSION, RUN_WINDOW, dump_bytes


class FailingEmbedder(HashedEmbedder):
    """The hashed model, which can be switched off."""

    def __init__(self) -> None:
        super().__init__("For a test.")
        self.works = True

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        if not self.works:
            raise EmbeddingUnavailable("The model file is gone.")
        return super().embed(texts)


@pytest.fixture
def embedder() -> FailingEmbedder:
    return FailingEmbedder()


@pytest.fixture
def analyzer(embedder: FailingEmbedder):
    analyzer = CrashAnalyzer(services.open_store(), services.redactor(), embedder, 200_000_000)
    yield analyzer
    assert analyzer.store.verify() == ()


def vectors(analyzer: CrashAnalyzer) -> int:
    with analyzer.store.reading() as unit:
        return unit.vectors.count(analyzer.embedder.model_id)


def test_a_crash_is_analysed_saved_and_recognised_without_a_model(analyzer, analyze, embedder) -> None:
    embedder.works = False
    analysis = analyze(dump_bytes())
    assert (analysis.vector, analysis.model_id) == (None, None)
    first = analyzer.save(analysis, Review("Ann"))
    assert vectors(analyzer) == 0
    again = analyze(dump_bytes(days=1))
    assert (again.match.pattern_id, again.match.level) == (first.pattern.id, "exact")
    assert any("semantic level was skipped" in sentence for sentence in again.match.explanation.sentences)


def test_what_is_missing_is_embedded_when_the_model_serves_again(analyzer, analyze, embedder) -> None:
    embedder.works = False
    for kind in (RUN_WINDOW, PERMISSION, DATABASE):
        analyzer.save(analyze(dump_bytes(kind)), None)
    assert analyzer.embed_missing() == 0
    embedder.works = True
    assert analyzer.embed_missing(batch=2) == 3
    assert vectors(analyzer) == 3
    assert analyzer.embed_missing() == 0
    analysis = analyze(dump_bytes(days=1))
    with analyzer.store.reading() as unit:
        (variant_id, cosine), *_ = unit.vectors.nearest(embedder.model_id, analysis.vector, 3)
        assert unit.variants.get_many([variant_id])[variant_id].exact == analysis.fingerprint.exact
    assert cosine == pytest.approx(1.0, abs=1e-5)


def test_the_next_save_embeds_what_an_earlier_one_could_not(analyzer, analyze, embedder) -> None:
    embedder.works = False
    analyzer.save(analyze(dump_bytes()), None)
    embedder.works = True
    analyzer.save(analyze(dump_bytes(PERMISSION)), None)
    assert vectors(analyzer) == 2


def test_a_moved_crash_is_embedded_in_its_new_pattern(analyzer, analyze) -> None:
    analyzer.save(analyze(dump_bytes()), None)
    target = analyzer.save(analyze(dump_bytes(PERMISSION)), None).pattern.id
    moved = analyzer.save(analyze(dump_bytes()), Review("Ann", "other", other_pattern_id=target))
    with analyzer.store.reading() as unit:
        assert unit.vectors.missing(analyzer.embedder.model_id, 10) == []
        assert len(unit.variants.of_pattern(moved.pattern.id)) == 2


def test_saving_stays_done_when_embedding_afterwards_cannot_write(analyzer, analyze, embedder, monkeypatch) -> None:
    from crash_knowledge.errors import StoreBusy

    def busy(*_: object) -> int:
        raise StoreBusy("Another program is writing.")

    monkeypatch.setattr(analyzer, "embed_missing", busy)
    learned = analyzer.save(analyze(dump_bytes()), None)
    with analyzer.store.reading() as unit:
        assert unit.crashes.get(learned.crash.id).pattern_id == learned.pattern.id
