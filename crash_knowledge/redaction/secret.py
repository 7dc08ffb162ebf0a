"""The installation's secret: the key of all its pseudonyms."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from crash_knowledge.errors import CrashKnowledgeError

SECRET_BYTES = 32


def load_secret(path: Path) -> bytes:
    """The 32 secret bytes kept at ``path``; made, once, when there are none.

    The file is complete from the moment it has its name, readable by its owner only, and never overwritten:
    of two processes that start at once, both return the bytes of the one that was first.
    Raises CrashKnowledgeError when the file cannot be written or is not a secret of ours.
    """
    try:
        if not path.exists():
            _create(path)
        secret = path.read_bytes()
    except OSError as problem:
        raise CrashKnowledgeError(
            f"The redaction key {path} cannot be read or written ({problem.strerror}): "
            "check the folder's permissions or set CRASH_KNOWLEDGE_HOME to a folder of yours."
        ) from problem
    if len(secret) != SECRET_BYTES:
        raise CrashKnowledgeError(
            f"The redaction key {path} has {len(secret)} bytes instead of {SECRET_BYTES}: restore it from a backup. "
            "If there is none, delete it; users and hosts then get new pseudonyms."
        )
    return secret


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
