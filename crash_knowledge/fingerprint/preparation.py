"""Making the prepared form of the bundled model: export to ONNX, quantise to int8, compare with the original.

Weights become 7-bit integers, one scale for each output channel: 8 bits overflow the 16-bit sums of processors without
VNNI, which would make vectors depend on the machine. The value and the second feed-forward layers stay float32, because
their inputs' outliers cost most of the agreement with the original.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint import minilm
from crash_knowledge.fingerprint.prepared import (
    FOLDER_NAME,
    NETWORK_FILE,
    PreparationRecord,
    serve,
    verified_files,
)
from crash_knowledge.fingerprint.sample_texts import SAMPLE_TEXTS
from crash_knowledge.fingerprint.sentence_model import SentenceModelEmbedder, load_bundled_model

if TYPE_CHECKING:
    import onnx

LOWEST_COSINE = 0.99
"""A prepared form that agrees less than this with the original on any sample text is refused."""

_UNFINISHED = ".unfinished-"
_ABANDONED_AFTER_SECONDS = 3600.0
_KEPT_FLOAT = re.compile(r"\.layer\.\d+\.(attention\.self\.value|output\.dense)'")
_OPSET = 20


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """The prepared model's folder.

    ``lowest_cosine``: the lowest agreement with the original on the sample texts.
    ``made_now``: False when it was there already.
    """

    folder: Path
    lowest_cosine: float
    made_now: bool


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """``sentence`` says for a person whether the bundled model is prepared, and if not, why and what to do."""

    prepared: bool
    folder: Path
    sentence: str


def model_status(target_dir: Path) -> ModelStatus:
    """Whether the prepared model under ``target_dir`` is there and as it was made."""
    folder = target_dir / FOLDER_NAME
    try:
        verified_files(folder)
    except EmbeddingUnavailable as error:
        return ModelStatus(False, folder, str(error))
    return ModelStatus(True, folder, f"The text model {minilm.MODEL_NAME} is prepared in {folder}.")


def prepare_model(target_dir: Path) -> PreparedModel:
    """Make the prepared form of the bundled model under ``target_dir``, unless it is there and as it was made.

    It appears there whole or not at all, also when the run is killed or two run at once.

    Raises EmbeddingUnavailable: the bundled model cannot be loaded or exported, its prepared form agrees too little
    with it, or cannot be stored.
    """
    folder = target_dir / FOLDER_NAME
    if model_status(target_dir).prepared:
        return PreparedModel(folder, PreparationRecord.read(folder).lowest_cosine, made_now=False)
    try:
        target_dir.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target_dir)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=target_dir, ignore_cleanup_errors=True) as unfinished:
            made = Path(unfinished) / FOLDER_NAME
            made.mkdir()
            lowest_cosine = _make(made)
            _move_into_place(made, folder)
    except OSError as error:
        raise EmbeddingUnavailable(
            f"The prepared text model cannot be stored in {target_dir} ({error.strerror}); "
            "free space there or set another folder with CRASH_KNOWLEDGE_HOME."
        ) from error
    return PreparedModel(folder, lowest_cosine, made_now=True)


def _make(folder: Path) -> float:
    """Write the three files into ``folder``; the lowest cosine on the sample texts."""
    bundled = minilm.genuine_model_folder()
    original = load_bundled_model()
    shutil.copyfile(bundled / minilm.TOKENIZER_FILE, folder / minilm.TOKENIZER_FILE)
    try:
        with _quiet():
            _quantise(_export(bundled), folder / NETWORK_FILE)
    except Exception as error:  # exporter and quantiser document no common base of what they raise
        raise EmbeddingUnavailable(f"The text model {minilm.MODEL_NAME} cannot be prepared: {error}") from error
    lowest_cosine = _lowest_cosine(original, folder)
    if lowest_cosine < LOWEST_COSINE:
        raise EmbeddingUnavailable(
            f"The prepared form of {minilm.MODEL_NAME} agrees with the original only to {lowest_cosine:.4f} "
            f"(at least {LOWEST_COSINE} is needed); the original stays in use."
        )
    PreparationRecord(
        network_sha256=minilm.sha256_of(folder / NETWORK_FILE),
        tokenizer_sha256=minilm.sha256_of(folder / minilm.TOKENIZER_FILE),
        lowest_cosine=lowest_cosine,
    ).write(folder)
    return lowest_cosine


def _export(bundled: Path) -> onnx.ModelProto:
    """The network as ONNX: token ids (1, length) in, token vectors (1, length, 384) out; a lone text needs no mask."""
    import torch
    from transformers import AutoModel

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = AutoModel.from_pretrained(bundled, attn_implementation="eager", local_files_only=True)

        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.network(
                input_ids=tokens, attention_mask=torch.ones_like(tokens)
            ).last_hidden_state
            return vectors

    program = torch.onnx.export(
        TokenVectors().eval(),
        (torch.full((1, 40), fill_value=1000),),
        dynamo=True,
        input_names=["tokens"],
        output_names=["token_vectors"],
        dynamic_shapes={"tokens": {1: torch.export.Dim("length", min=2, max=minilm.LONGEST_INPUT_TOKENS)}},
        opset_version=_OPSET,
        verbose=False,
    )
    assert program is not None
    return program.model_proto


def _quantise(network: onnx.ModelProto, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        network,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        nodes_to_exclude=[node.name for node in network.graph.node if _KEPT_FLOAT.search(_scope_of(node))],
    )


def _scope_of(node: onnx.NodeProto) -> str:
    """The module of the original network that a node comes from, as the exporter noted it."""
    return next((note.value for note in node.metadata_props if note.key == "pkg.torch.onnx.name_scopes"), "")


def _lowest_cosine(original: SentenceModelEmbedder, folder: Path) -> float:
    prepared = serve((folder / NETWORK_FILE).read_bytes(), (folder / minilm.TOKENIZER_FILE).read_bytes())
    cosines = (original.embed(SAMPLE_TEXTS) * prepared.embed(SAMPLE_TEXTS)).sum(axis=1)
    return float(cosines.min())


def _move_into_place(made: Path, folder: Path) -> None:
    """Rename ``made`` to ``folder``, unless another run was faster; a damaged one goes with the unfinished folder."""
    if model_status(folder.parent).prepared:
        return
    if folder.exists():
        folder.rename(made.with_name("damaged"))
    made.rename(folder)


def _remove_abandoned(target_dir: Path) -> None:
    """Remove what killed runs left."""
    for path in target_dir.glob(f"{_UNFINISHED}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_AFTER_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's and the quantiser's chatter off the terminal; what goes wrong is still raised."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
