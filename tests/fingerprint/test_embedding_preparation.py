"""The prepared model is there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint import minilm, preparation
from crash_knowledge.fingerprint.preparation import model_status, prepare_model
from crash_knowledge.fingerprint.prepared import FOLDER_NAME, load_prepared_model, serve
from crash_knowledge.settings import DATA_DIR, ROOT

MODEL_DIR = DATA_DIR / "local" / "model"
PREPARE = (
    "import sys; from pathlib import Path\n"
    "from crash_knowledge.fingerprint.preparation import prepare_model\n"
    "print(prepare_model(Path(sys.argv[1])).made_now)"
)


@pytest.fixture(scope="module", autouse=True)
def prepared_model() -> None:
    prepare_model(MODEL_DIR)


@pytest.fixture
def prepared_copy(tmp_path: Path) -> Path:
    shutil.copytree(MODEL_DIR / FOLDER_NAME, tmp_path / "model" / FOLDER_NAME)
    return tmp_path / "model"


def test_a_prepared_model_is_not_made_again(prepared_copy: Path) -> None:
    before = (prepared_copy / FOLDER_NAME / "model.onnx").stat().st_mtime_ns
    prepared = prepare_model(prepared_copy)
    assert not prepared.made_now
    assert prepared.lowest_cosine >= 0.99
    assert (prepared.folder / "model.onnx").stat().st_mtime_ns == before


def test_status_without_a_prepared_model_says_what_to_do(tmp_path: Path) -> None:
    status = model_status(tmp_path / "nothing")
    assert not status.prepared
    assert "crash-knowledge model prepare" in status.sentence
    assert not (tmp_path / "nothing").exists()


def test_status_of_a_prepared_model_names_its_folder(prepared_copy: Path) -> None:
    status = model_status(prepared_copy)
    assert status.prepared
    assert str(prepared_copy / FOLDER_NAME) in status.sentence


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"network_sha256": 1}', "\x00"])
def test_a_damaged_record_is_refused(prepared_copy: Path, content: str) -> None:
    (prepared_copy / FOLDER_NAME / "prepared.json").write_text(content)
    assert not model_status(prepared_copy).prepared
    with pytest.raises(EmbeddingUnavailable, match="is damaged"):
        load_prepared_model(prepared_copy)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_refused(prepared_copy: Path, name: str) -> None:
    (prepared_copy / FOLDER_NAME / name).unlink()
    with pytest.raises(EmbeddingUnavailable, match="is missing"):
        load_prepared_model(prepared_copy)


def test_a_network_that_is_none_is_refused_although_its_record_is_right(prepared_copy: Path) -> None:
    folder = prepared_copy / FOLDER_NAME
    (folder / "model.onnx").write_bytes(b"not a network")
    record = json.loads((folder / "prepared.json").read_text())
    record["network_sha256"] = minilm.sha256_of(folder / "model.onnx")
    (folder / "prepared.json").write_text(json.dumps(record))
    with pytest.raises(EmbeddingUnavailable, match="cannot be loaded"):
        load_prepared_model(prepared_copy)


def test_a_network_that_does_not_read_tokens_says_so(prepared_copy: Path) -> None:
    from onnx import TensorProto, helper

    vector = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("other", "result")]
    graph = helper.make_graph([helper.make_node("Identity", ["other"], ["result"])], "other", vector[:1], vector[1:])
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    embedder = serve(network.SerializeToString(), (prepared_copy / FOLDER_NAME / "tokenizer.json").read_bytes())
    with pytest.raises(EmbeddingUnavailable, match="The prepared text model failed"):
        embedder.embed(["Key not found"])


def test_a_damaged_model_is_made_anew_quietly_and_abandoned_work_is_removed(prepared_copy: Path) -> None:
    (prepared_copy / FOLDER_NAME / "model.onnx").write_bytes(b"damaged")
    abandoned = prepared_copy / ".unfinished-long-ago"
    at_work = prepared_copy / ".unfinished-just-now"
    for folder in (abandoned, at_work):
        folder.mkdir()
    os.utime(abandoned, (0, 0))

    run = subprocess.run(
        [sys.executable, "-c", PREPARE, str(prepared_copy)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert (run.stdout.strip(), run.stderr) == ("True", "")
    assert sorted(path.name for path in prepared_copy.iterdir()) == [at_work.name, FOLDER_NAME]
    np.testing.assert_array_equal(
        load_prepared_model(prepared_copy).embed(["Key not found"]),
        load_prepared_model(MODEL_DIR).embed(["Key not found"]),
    )


def test_a_killed_run_leaves_nothing_half_made(tmp_path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", PREPARE, str(tmp_path)], cwd=ROOT)
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob(f".unfinished-*/{FOLDER_NAME}/tokenizer.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()

    assert list(tmp_path.glob(".unfinished-*")), "it was killed at work"
    assert not (tmp_path / FOLDER_NAME).exists()
    assert not model_status(tmp_path).prepared


def test_a_form_that_agrees_too_little_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "LOWEST_COSINE", 0.9999)
    with pytest.raises(EmbeddingUnavailable, match=r"agrees with the original only to 0\.99"):
        prepare_model(tmp_path / "model")
    assert list((tmp_path / "model").iterdir()) == []


def test_of_two_runs_at_once_the_later_keeps_what_the_faster_made(prepared_copy: Path, tmp_path: Path) -> None:
    made = tmp_path / "unfinished" / FOLDER_NAME
    made.mkdir(parents=True)
    preparation._move_into_place(made, prepared_copy / FOLDER_NAME)
    assert model_status(prepared_copy).prepared


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EmbeddingUnavailable, match=r"cannot be stored in .*file"):
        prepare_model(tmp_path / "file")
