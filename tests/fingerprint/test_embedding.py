"""Every embedder keeps the port's promises; the two forms of the bundled model are one model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.fingerprint.preparation import prepare_model
from crash_knowledge.fingerprint.prepared import FOLDER_NAME, load_prepared_model
from crash_knowledge.fingerprint.sentence_model import load_bundled_model
from crash_knowledge.settings import DATA_DIR, ROOT

MODEL_DIR = DATA_DIR / "local" / "model"
"""Where ``make test`` prepares the model."""

AIRING = (
    "Message not understood is Relative To Each Airing\n"
    "CM2 License Window relies On Non Existing Other Right\n"
    "CM2 License Window accept\n"
    "PSI Application Window save And Close"
)
AIRING_RENAMED = (
    "Message not understood is Relative To Every Airing\n"
    "CM3 License Dialog relies On Missing Other Right\n"
    "CM3 License Dialog accept\n"
    "PSI Application Window save And Close"
)
DATABASE = (
    "ORA 03113 end of file on communication channel\n"
    "Oracle Session results External\n"
    "External Database Session do Prepared Command\n"
    "T3 Transaction execute Query at Most"
)
ODD_TEXTS = ["", " \n\t", "x", "\x00", "lone \udc80 surrogate", "Überlänge — 放送 📺", "word " * 3000, "w" * 300_000]
TEXTS = [AIRING, DATABASE, AIRING_RENAMED, *ODD_TEXTS]


@pytest.fixture(scope="module")
def prepared() -> Embedder:
    prepare_model(MODEL_DIR)
    return load_prepared_model(MODEL_DIR)


@pytest.fixture(scope="module")
def original() -> Embedder:
    return load_bundled_model()


@pytest.fixture(scope="module", params=["prepared", "original"])
def text_model(request: pytest.FixtureRequest) -> Embedder:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module", params=["prepared", "original", "hashed"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "hashed":
        return HashedEmbedder("Tested without a model.")
    return request.getfixturevalue(request.param)


def cosine(embedder: Embedder, one: str, other: str) -> float:
    first, second = embedder.embed([one, other])
    return float(first @ second)


class TestEveryEmbedder:
    def test_makes_rows_of_length_one_even_of_odd_texts(self, embedder: Embedder) -> None:
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dimensions) == (len(TEXTS), 384)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_makes_no_rows_of_no_texts(self, embedder: Embedder) -> None:
        vectors = embedder.embed([])
        assert vectors.shape == (0, 384)
        assert vectors.dtype == np.float32

    def test_gives_a_text_one_vector_whatever_stands_beside_it(self, embedder: Embedder) -> None:
        together = embedder.embed(TEXTS)
        reversed_order = embedder.embed(TEXTS[::-1])[::-1]
        alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
        np.testing.assert_array_equal(together, alone)
        np.testing.assert_array_equal(together, reversed_order)

    def test_may_be_shared_by_threads(self, embedder: Embedder) -> None:
        texts = [f"{AIRING}\nPL Schedule Action step {number}" for number in range(32)]
        with ThreadPoolExecutor(8) as threads:
            vectors = list(threads.map(lambda text: embedder.embed([text])[0], texts))
        np.testing.assert_array_equal(np.array(vectors), embedder.embed(texts))

    def test_finds_the_same_crash_with_renamed_methods_nearer_than_another(self, embedder: Embedder) -> None:
        same = cosine(embedder, AIRING, AIRING_RENAMED)
        assert same > 0.3
        assert same > cosine(embedder, AIRING, DATABASE) + 0.2
        assert same > cosine(embedder, AIRING_RENAMED, DATABASE) + 0.2

    def test_describes_itself_in_a_sentence(self, embedder: Embedder) -> None:
        assert embedder.description.endswith(".")


class TestTextModels:
    @pytest.mark.parametrize(("place", "matters"), [(10, True), (100, True), (140, True), (250, True), (256, False)])
    def test_read_256_tokens(self, text_model: Embedder, place: int, matters: bool) -> None:
        """``place``: how many one-token words stand before the one that differs; one token is the start mark."""
        before, after = "list " * place, " view" * 30
        one, other = text_model.embed([f"{before}contract{after}", f"{before}database{after}"])
        assert (float(np.abs(one - other).max()) > 1e-4) is matters

    def test_know_what_words_mean(self, text_model: Embedder) -> None:
        question = "the program lost its connection to the database"
        assert cosine(text_model, question, DATABASE) > cosine(text_model, question, AIRING) + 0.1

    def test_have_one_id_that_the_fallback_does_not_share(self, prepared: Embedder, original: Embedder) -> None:
        assert prepared.model_id == original.model_id
        assert "53aa51172d14" in prepared.model_id
        assert HashedEmbedder("").model_id != prepared.model_id

    def test_agree_on_texts_that_preparation_did_not_see(self, prepared: Embedder, original: Embedder) -> None:
        words = (AIRING + " " + DATABASE).split()
        texts = [" ".join(words[start::step]) for start in range(6) for step in (1, 2, 3)] + [AIRING, DATABASE]
        cosines = (prepared.embed(texts) * original.embed(texts)).sum(axis=1)
        assert cosines.min() >= 0.99


class TestHashedFrames:
    def test_vectors_are_the_same_in_every_process(self) -> None:
        script = (
            "from crash_knowledge.fingerprint.hashed import HashedEmbedder\n"
            f"print(HashedEmbedder('').embed([{AIRING!r}]).tobytes().hex())"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-c", script],
                cwd=ROOT,
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for seed in ("1", "2")
        }
        assert outputs == {HashedEmbedder("").embed([AIRING]).tobytes().hex()}

    def test_order_of_frames_matters(self) -> None:
        lines = AIRING.splitlines()
        assert cosine(HashedEmbedder(""), AIRING, "\n".join(reversed(lines))) < 0.99

    def test_case_does_not_matter(self) -> None:
        assert cosine(HashedEmbedder(""), AIRING, AIRING.upper()) == pytest.approx(1.0)

    def test_says_why_it_serves(self) -> None:
        assert "Because of a test." in HashedEmbedder("Because of a test.").description


def test_a_prepared_model_can_be_copied_to_another_place(prepared: Embedder, tmp_path: Path) -> None:
    shutil.copytree(MODEL_DIR / FOLDER_NAME, tmp_path / FOLDER_NAME)
    np.testing.assert_array_equal(load_prepared_model(tmp_path).embed([AIRING]), prepared.embed([AIRING]))
