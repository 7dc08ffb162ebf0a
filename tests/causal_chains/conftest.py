"""A tracker on a real store in a file, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from crash_knowledge.causal_chains import CausalChainTracker
from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class GivenVectors:
    """A text model whose vectors a test gives; a text it was given none for cannot be embedded."""

    model_id = "given/1"
    description = "Vectors given by a test."

    def __init__(self, vectors: dict[str, Sequence[float]], dimensions: int = 4) -> None:
        self.vectors = vectors
        self.dimensions = dimensions
        self.calls: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.calls.extend(texts)
        if any(text not in self.vectors for text in texts):
            raise EmbeddingUnavailable("The text model is away.")
        return np.array([self.vectors[text] for text in texts], dtype=np.float32)


def redact(text: str) -> str:
    return Redactor(bytes(32)).redact_text(text)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Whatever a test did with the store, its figures agree at the end."""
    opened = Store.open(f"sqlite:///{tmp_path / 'chains.db'}")
    yield opened
    assert opened.verify() == ()
    opened.close()


@pytest.fixture
def tracker(store: Store, clock: Clock) -> CausalChainTracker:
    return CausalChainTracker(db=store, embedder=HashedEmbedder("For speed."), redact=redact, clock=clock)
