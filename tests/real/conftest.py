"""Tests on the ten real dumps: collected only where they are, because they cannot be part of the repository."""

from pathlib import Path

import pytest

REAL_DUMPS = Path(__file__).resolve().parents[3] / "shared" / "wcr" / "dumps"

collect_ignore_glob = [] if REAL_DUMPS.is_dir() else ["test_*.py"]


@pytest.fixture(scope="session")
def real_dumps() -> Path:
    """Folder of the real dumps."""
    return REAL_DUMPS
