from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crash_knowledge.store import Store


@pytest.fixture(autouse=True)
def installation() -> None:
    """The network is tested on a store by itself, without the services of an installation."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'knowledge.db'}")
    yield opened
    assert opened.verify() == ()
    opened.close()
