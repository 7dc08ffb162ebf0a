"""Embeddings of a set's reports by the product's text model, kept in a cache folder between runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.protocol import Report
from benchmarks.replay import Vectors
from crash_knowledge.fingerprint.embedding import load_embedder
from crash_knowledge.settings import settings

TEXTS_A_CALL = 64


def embed_reports(reports: Sequence[Report], cache: Path | None = None) -> Vectors:
    """One row a report. With ``cache``, rows of the same texts by the same model are read from there."""
    embedder = load_embedder(settings().model, settings().model_dir)
    texts = sorted({report.fingerprint.semantic_text for report in reports})
    key = hashlib.sha256("\0".join((embedder.model_id, *texts)).encode()).hexdigest()[:16]
    file = cache / f"vectors-{key}.npy" if cache else None
    if file is not None and file.is_file():
        rows = np.load(file)
    else:
        parts = [embedder.embed(texts[at : at + TEXTS_A_CALL]) for at in range(0, len(texts), TEXTS_A_CALL)]
        rows = np.concatenate(parts)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            np.save(file, rows)
    row_of = {text: row for row, text in enumerate(texts)}
    return Vectors(embedder.model_id, rows[[row_of[report.fingerprint.semantic_text] for report in reports]])
