from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crash_knowledge.store import Store


@pytest.fixture(autouse=True)
def installation() -> None:
    """The store is tested by itself, without the services of an installation."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'knowledge.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A new store in a file; whatever a test did with it, its figures agree at the end."""
    opened = Store.open(url)
    yield opened
    assert opened.verify() == ()
    opened.close()
