"""Text to vector: the port that everything embeds through, and the choice of who serves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint import minilm
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.fingerprint.prepared import load_prepared_model
from crash_knowledge.fingerprint.sentence_model import load_bundled_model, load_own_model


class Embedder(Protocol):
    """Makes vectors of texts. The same text gives the same vector, whatever else is in the call; threads may share one.

    ``model_id``: model, hash of its weights, version of the recipe; only vectors of one id may be compared. The bundled
    model has one id in its original and its prepared form: preparation refuses a form that agrees to less than .99.
    ``dimensions``: length of a vector. ``description``: who serves and why, for a person.
    """

    @property
    def model_id(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def description(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (len(texts), dimensions), rows of length 1. Raises EmbeddingUnavailable."""
        ...


def load_embedder(model: str = "", prepared_dir: Path | None = None) -> Embedder:
    """The best embedder that can serve here; its description names it and says why no better one does.

    ``model``: name or folder of a sentence-transformers model; empty is the bundled MiniLM.
    ``prepared_dir``: where ``prepare_model`` put the bundled model's prepared form; None: do not look for one.

    Order: the user's own model, the prepared form, the bundled model, hashed frames. Nothing is ever downloaded.
    """
    ways: list[Callable[[str], Embedder]] = []
    if model not in minilm.MODEL_NAMES:
        ways.append(lambda because: load_own_model(model, because))
    if prepared_dir is not None:
        ways.append(lambda because: load_prepared_model(prepared_dir, because))
    ways.append(load_bundled_model)

    because = ""
    for load in ways:
        try:
            return load(because)
        except EmbeddingUnavailable as error:
            because = f"{because} {error}".strip()
    return HashedEmbedder(because)
