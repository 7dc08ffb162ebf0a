"""How well the thresholds tell messages of one kind from others: 15 kinds of errors, in different words and names."""

from __future__ import annotations

import numpy as np
import pytest

from crash_knowledge import services
from crash_knowledge.causal_chains.vectors import HASHED_THRESHOLD, THRESHOLD, threshold_of
from crash_knowledge.fingerprint import minilm
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.fingerprint.hashed import HashedEmbedder

NAMES = ("requests", "numpy", "schedule_core", "pandas", "yaml")
KINDS = (
    (
        "ImportError: No module named {0}",
        "ModuleNotFoundError: No module named '{0}'",
        "ImportError: module {0} not found",
        "ImportError: cannot import {0}",
    ),
    (
        "ConnectionError: connection to host {0} refused",
        "ConnectionRefusedError: {0} refused the connection",
        "ConnectionError: could not connect to {0}",
    ),
    (
        "TimeoutError: the request to {0} timed out after 30 s",
        "Timeout: {0} did not answer in 30 seconds",
        "ReadTimeout: reading from {0} timed out",
    ),
    (
        "OSError: No space left on device {0}",
        "OSError: disk {0} is full",
        "IOError: no space left while writing {0}",
    ),
    ("KeyError: '{0}'", "KeyError: key {0} not found in dictionary", "KeyError: missing key {0}"),
    (
        "Message not understood: #{0} by nil",
        "Unhandled exception: Message not understood: #{0}",
        "UndefinedObject does not understand #{0}",
    ),
    (
        "ORA-00942: table or view {0} does not exist",
        "DatabaseError: ORA-00942: table {0} does not exist",
        "table or view {0} does not exist",
    ),
    (
        "ORA-01017: invalid username/password; logon denied for {0}",
        "DatabaseError: ORA-01017 logon denied, user {0}",
        "invalid username or password for {0}",
    ),
    (
        "ValueError: could not convert string to float: '{0}'",
        "ValueError: invalid literal for int() with base 10: '{0}'",
        "ValueError: cannot parse number {0}",
    ),
    (
        "PermissionError: access to {0} denied",
        "PermissionError: [Errno 13] Permission denied: '{0}'",
        "no permission to open {0}",
    ),
    (
        "FileNotFoundError: [Errno 2] No such file or directory: '{0}'",
        "FileNotFoundError: file {0} does not exist",
        "cannot open {0}: no such file",
    ),
    (
        "MemoryError: cannot allocate memory for {0}",
        "OutOfMemory: space exhausted while loading {0}",
        "emergency: no memory left in {0}",
    ),
    (
        "Subscript out of bounds: 7 in {0}",
        "IndexError: list index out of range in {0}",
        "index 7 is out of bounds for {0}",
    ),
    ("TypeError: unsupported operand type(s) for +: 'int' and '{0}'", "TypeError: cannot add int and {0}"),
    ("Invalid date in {0}: 31 February", "ValueError: day is out of range for month in {0}"),
)


def judged(embedder: Embedder) -> tuple[float, float]:
    """Of the pairs that name different things: the share of similar ones that are of one kind, and of those found."""
    made = [
        (text.format(name), kind, name)
        for kind, texts in enumerate(KINDS)
        for number, text in enumerate(texts)
        for name in (NAMES[number % 5], NAMES[(number + 2) % 5])
    ]
    rows = embedder.embed([text for text, _, _ in made]).astype(np.float64)
    first, second = np.triu_indices(len(made), 1)
    kinds, names = np.array([kind for _, kind, _ in made]), np.array([name for _, _, name in made])
    counted = names[first] != names[second]
    similar = ((rows @ rows.T)[first, second] > threshold_of(embedder.model_id)) & counted
    same = (kinds[first] == kinds[second]) & counted
    return float((similar & same).sum() / similar.sum()), float((similar & same).sum() / same.sum())


@pytest.mark.parametrize(("which", "least_right", "least_found"), [("hashed", 0.95, 0.2), ("bundled", 0.99, 0.05)])
def test_similar_messages_are_of_one_kind(which: str, least_right: float, least_found: float) -> None:
    right, found = judged(HashedEmbedder("") if which == "hashed" else services.embedder())
    assert right >= least_right
    assert found >= least_found


def test_the_threshold_belongs_to_the_text_model() -> None:
    assert threshold_of(minilm.MODEL_ID) == THRESHOLD == 0.7
    assert threshold_of(HashedEmbedder.model_id) == HASHED_THRESHOLD == 0.4
