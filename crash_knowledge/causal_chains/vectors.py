"""Vectors of messages: made once for each text, and searched for similar ones."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.store import Unit

Vector = NDArray[np.float32]

CACHED_TEXTS = 4096
DIGITS = 9
THRESHOLD = 0.7
"""Similar is what is strictly above it (seed 001); it belongs to MiniLM's space of 384 dimensions."""

HASHED_THRESHOLD = 0.4
"""The threshold for hashed words: of pairs of messages above it, 96% are of one kind (tests: test_threshold)."""

_ROUNDING = 1e-4


def threshold_of(model_id: str) -> float:
    """The similarity that vectors of a model must exceed to count as similar."""
    return HASHED_THRESHOLD if model_id.startswith("hashed-frames/") else THRESHOLD


def content_hash(text: str) -> str:
    """SHA-256 of an embedded text, kept beside its vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class EmbeddingCache:
    """The vectors of the last texts. Threads may share it; a text model that fails makes no vector, never an error."""

    def __init__(self, embedder: Embedder, logger: logging.Logger) -> None:
        self.embedder = embedder
        self._logger = logger
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, text: str) -> bool:
        return text in self._kept

    @property
    def model_id(self) -> str:
        return self.embedder.model_id

    def vector(self, text: str) -> Vector | None:
        """The vector of a text; None when the text model cannot make a usable one now."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        made = self._made(text)
        if made is not None:
            with self._lock:
                self._kept[text] = made
                while len(self._kept) > CACHED_TEXTS:
                    self._kept.popitem(last=False)
        return made

    def _made(self, text: str) -> Vector | None:
        try:
            vector = np.asarray(self.embedder.embed([text])[0], dtype=np.float32)
        except Exception as error:  # a failure must be stored whatever the text model does
            self._logger.warning("The text model failed (%s); the vector is made later", type(error).__name__)
            return None
        if vector.shape != (self.embedder.dimensions,) or not np.isfinite(vector).all() or not vector.any():
            self._logger.warning("The text model made no usable vector; it is made again later")
            return None
        return vector


class SimilarityIndex:
    """The vectors of all stored failures in memory, one row for each distinct message. Threads may share it.

    What was stored since is read before each search.
    """

    def __init__(self, model_id: str) -> None:
        self._model_id = model_id
        self._threshold = threshold_of(model_id)
        self._lock = threading.Lock()
        self._events: dict[str, str] = {}
        self._hashes: list[str] = []
        self._rows: Vector = np.empty((0, 0), dtype=np.float32)

    def nearest(self, unit: Unit, vector: Vector) -> Iterator[tuple[float, list[str]]]:
        """Failures with a similar message: (similarity, event ids by id), the most similar first.

        Similarity is the cosine in double precision, rounded to 9 digits, strictly above the model's threshold.
        """
        with self._lock:
            self._refresh(unit)
            hashes, rows, events = self._hashes, self._rows, self._events
        alike = _alike(hashes, rows, vector, self._threshold)
        with_hash: defaultdict[str, list[str]] = defaultdict(list)
        for event_id, its_hash in events.items():
            if its_hash in alike:
                with_hash[its_hash].append(event_id)
        for similarity in sorted(set(alike.values()), reverse=True):
            found = [with_hash[one] for one, value in alike.items() if value == similarity]
            yield similarity, sorted(event_id for some in found for event_id in some)

    def _refresh(self, unit: Unit) -> None:
        stored = unit.event_vectors.owners(self._model_id)
        if stored == self._events.keys():
            return
        events = {event_id: known for event_id, known in self._events.items() if event_id in stored}
        known_hashes = set(self._hashes)
        hashes, rows = list(self._hashes), [self._rows] if len(self._rows) else []
        for new in unit.event_vectors.of_events(self._model_id, stored - events.keys()):
            events[new.event_id] = new.content_hash
            if new.content_hash not in known_hashes:
                known_hashes.add(new.content_hash)
                hashes.append(new.content_hash)
                rows.append(new.vector[np.newaxis])
        self._events, self._hashes = events, hashes
        self._rows = np.concatenate(rows) if rows else self._rows


def _alike(hashes: list[str], rows: Vector, vector: Vector, threshold: float) -> dict[str, float]:
    """Content hash -> similarity, of those above the threshold."""
    if not hashes or rows.shape[1] != len(vector):
        return {}
    rough = rows @ vector / (np.linalg.norm(rows, axis=1) * np.linalg.norm(vector))
    near = np.flatnonzero(rough > threshold - _ROUNDING)
    exact, wanted = rows[near].astype(np.float64), vector.astype(np.float64)
    cosines = exact @ wanted / (np.linalg.norm(exact, axis=1) * np.linalg.norm(wanted))
    return {
        hashes[place]: similarity
        for place, cosine in zip(near, cosines, strict=True)
        if (similarity := round(float(cosine), DIGITS)) > threshold
    }
