"""Text models through sentence-transformers: the bundled one, or the user's own."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint import minilm
from crash_knowledge.fingerprint.model_text import model_text

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OWN_RECIPE_VERSION = 1


class SentenceModelEmbedder:
    """A sentence-transformers model on one thread of the processor.

    Texts are embedded one by one, so that a text's vector does not depend on its neighbours in the call. Threads take
    turns, because a tokenizer of transformers may change its own settings while it works.
    """

    def __init__(self, model: SentenceTransformer, model_id: str, description: str) -> None:
        dimensions = model.get_embedding_dimension()
        if dimensions is None:
            raise EmbeddingUnavailable(f"The text model {model_id} does not make one vector of a text.")
        self._model = model
        self._turn = threading.Lock()
        self.model_id = model_id
        self.description = description
        self.dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (len(texts), dimensions), rows of length 1.

        Raises EmbeddingUnavailable: the model failed on these texts.
        """
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        try:
            with self._turn:
                vectors = self._model.encode(
                    [model_text(text) for text in texts],
                    batch_size=1,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
        except Exception as error:  # whatever a model of the user's raises
            raise EmbeddingUnavailable(f"The text model {self.model_id} failed: {error}") from error
        return np.asarray(vectors, dtype=np.float32)


def load_bundled_model(because: str = "") -> SentenceModelEmbedder:
    """The bundled MiniLM with its original weights. Raises EmbeddingUnavailable.

    ``because``: why no better way serves, kept in the description.
    """
    model = _load(str(minilm.genuine_model_folder()))
    description = f"Text model {minilm.MODEL_NAME} through sentence-transformers. {because}".strip()
    return SentenceModelEmbedder(model, minilm.MODEL_ID, description)


def load_own_model(name: str, because: str = "") -> SentenceModelEmbedder:
    """The user's own model, by its folder or by its name in the local model cache. Raises EmbeddingUnavailable."""
    model = _load(name)
    short_name = Path(name).name if Path(name).is_dir() else name
    model_id = f"{short_name}@{_hash_of(model)[:12]}/{OWN_RECIPE_VERSION}"
    description = f"Text model {name} through sentence-transformers, as set. {because}".strip()
    return SentenceModelEmbedder(model, model_id, description)


def _stay_offline() -> None:
    """Keep the model libraries of this process from asking their hub for anything, and quiet."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def _load(name: str) -> SentenceTransformer:
    _stay_offline()
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        return SentenceTransformer(name, device="cpu", local_files_only=True)
    except Exception as error:  # the libraries document no common base of what a broken model raises
        raise EmbeddingUnavailable(
            f"The text model {name} cannot be loaded here, and nothing is downloaded ({_first_line(error)})."
        ) from error


def _hash_of(model: SentenceTransformer) -> str:
    """SHA-256 of the weights as loaded and of what is done with them (layers, pooling, longest input in tokens)."""
    import torch

    digest = hashlib.sha256(f"{model} {model.max_seq_length}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
