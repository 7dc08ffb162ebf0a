"""The prepared form of the bundled model: an int8 ONNX file, served without importing PyTorch.

A prepared model is a folder of three files: ``model.onnx`` (token ids in, token vectors out), ``tokenizer.json`` (the
bundled model's own) and ``prepared.json``, which keeps the SHA-256 of the other two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint import minilm
from crash_knowledge.fingerprint.model_text import model_text

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

PREPARATION_VERSION = 1
"""Rises whenever the preparation makes another file."""

FOLDER_NAME = f"{minilm.MODEL_NAME}-{minilm.WEIGHTS_SHA256[:12]}-int8-{PREPARATION_VERSION}"
NETWORK_FILE = "model.onnx"
RECORD_FILE = "prepared.json"


@dataclass(frozen=True, slots=True)
class PreparationRecord:
    """What ``prepared.json`` says.

    ``network_sha256``, ``tokenizer_sha256``: 64 hex digits. ``lowest_cosine``: the lowest agreement with the original
    model on the sample texts of the preparation.
    """

    network_sha256: str
    tokenizer_sha256: str
    lowest_cosine: float

    def write(self, folder: Path) -> None:
        (folder / RECORD_FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> PreparationRecord:
        """Raises EmbeddingUnavailable: there is no record, or it is not one of ours."""
        path = folder / RECORD_FILE
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            return cls(str(fields["network_sha256"]), str(fields["tokenizer_sha256"]), float(fields["lowest_cosine"]))
        except FileNotFoundError as error:
            raise EmbeddingUnavailable(
                "The text model is not prepared yet; `crash-knowledge model prepare` makes it start and run faster."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbeddingUnavailable(f"{path} is damaged; `crash-knowledge model prepare` makes it anew.") from error


class PreparedEmbedder:
    """The prepared model on one thread; threads may share it.

    Texts are embedded one by one: the int8 form scales its numbers by all it is given in one call, so only then does
    the same text always give the same vector.
    """

    model_id = minilm.MODEL_ID
    dimensions = minilm.DIMENSIONS

    def __init__(self, network: InferenceSession, tokenizer: Tokenizer, because: str = "") -> None:
        self._network = network
        self._tokenizer = tokenizer
        self.description = f"Text model {minilm.MODEL_NAME} in its prepared int8 form. {because}".strip()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """float32 (len(texts), 384), rows of length 1. Raises EmbeddingUnavailable: the network failed on a text."""
        rows = np.empty((len(texts), minilm.DIMENSIONS), dtype=np.float32)
        try:
            for row, text in zip(rows, texts, strict=True):
                row[:] = self._embed_one(text)
        except Exception as error:  # onnxruntime documents no common base of what it raises
            raise EmbeddingUnavailable(f"The prepared text model failed: {error}") from error
        return rows

    def _embed_one(self, text: str) -> np.ndarray:
        tokens = np.array([self._tokenizer.encode(model_text(text)).ids], dtype=np.int64)
        token_vectors: np.ndarray = self._network.run(None, {"tokens": tokens})[0][0]
        mean: np.ndarray = token_vectors.mean(axis=0)
        mean /= np.linalg.norm(mean)
        return mean


def load_prepared_model(model_dir: Path, because: str = "") -> PreparedEmbedder:
    """The prepared model under ``model_dir``. Raises EmbeddingUnavailable: it is not there, or not as it was made.

    ``because``: why no better way serves, kept in the description.
    """
    network, tokenizer = verified_files(model_dir / FOLDER_NAME)
    return serve(network, tokenizer, because)


def verified_files(folder: Path) -> tuple[bytes, bytes]:
    """The network's and the tokenizer's file, as their record says. Raises EmbeddingUnavailable."""
    record = PreparationRecord.read(folder)
    return (
        _verified(folder / NETWORK_FILE, record.network_sha256),
        _verified(folder / minilm.TOKENIZER_FILE, record.tokenizer_sha256),
    )


def serve(network: bytes, tokenizer: bytes, because: str = "") -> PreparedEmbedder:
    """An embedder of the two files' contents. Raises EmbeddingUnavailable: onnxruntime is missing or refuses them."""
    try:
        import onnxruntime
        from tokenizers import Tokenizer

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        reader = Tokenizer.from_buffer(tokenizer)
    except Exception as error:  # neither library documents a common base of what it raises
        raise EmbeddingUnavailable(f"The prepared text model cannot be loaded: {error}") from error
    reader.enable_truncation(max_length=minilm.LONGEST_INPUT_TOKENS)
    reader.no_padding()
    return PreparedEmbedder(session, reader, because)


def _verified(path: Path, expected_sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EmbeddingUnavailable(f"{path} is missing; `crash-knowledge model prepare` makes it anew.") from error
    if hashlib.sha256(content).hexdigest() != expected_sha256:
        raise EmbeddingUnavailable(
            f"{path} was changed after it was made and is not used; `crash-knowledge model prepare` makes it anew."
        )
    return content
