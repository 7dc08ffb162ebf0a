"""The installation's secret is made once, privately, whoever comes first."""

from __future__ import annotations

import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.redaction import load_secret


def test_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "redaction.key"
    first = load_secret(path)
    assert len(first) == 32
    assert load_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert load_secret(tmp_path / "other") != first


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    with ProcessPoolExecutor(4) as pool:
        secrets = set(pool.map(load_secret, [path] * 16))
    assert secrets == {path.read_bytes()}


def test_a_damaged_secret_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "redaction.key"
    path.write_bytes(b"short")
    with pytest.raises(CrashKnowledgeError, match="restore it from a backup"):
        load_secret(path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CrashKnowledgeError, match="CRASH_KNOWLEDGE_HOME"):
        load_secret(tmp_path / "file" / "redaction.key")
