"""One installation a test, with the hashed text model: learning does not depend on which model serves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crash_knowledge import services
from crash_knowledge.analyzer import Analysis, CrashAnalyzer
from crash_knowledge.fingerprint.hashed import HashedEmbedder

LIMIT = 200_000_000


@pytest.fixture
def analyzer() -> Iterator[CrashAnalyzer]:
    """An analyzer on an empty store; at the end every stored figure must agree with the rows behind it."""
    analyzer = CrashAnalyzer(services.open_store(), services.redactor(), HashedEmbedder("For speed."), LIMIT)
    yield analyzer
    assert analyzer.store.verify() == ()


@pytest.fixture
def analyze(analyzer: CrashAnalyzer):
    """The analysis of the only dump of a content."""

    def of(content: bytes, file_name: str = "WCR.txt") -> Analysis:
        (analysis,) = analyzer.analyze(content, file_name)
        return analysis

    return of
