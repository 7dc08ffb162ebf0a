"""Every test has an installation of its own: its database, its redaction key, nothing of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crash_knowledge import settings as settings_module

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: the event loop that drives the browser runs on, and none can be started beside it."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home folder, with the prepared text model of the repository when there is one."""
    from crash_knowledge import services

    home = tmp_path / "home"
    home.mkdir()
    prepared = REPOSITORY / "data" / "local" / "model"
    if prepared.is_dir():
        (home / "model").symlink_to(prepared)
    monkeypatch.setenv("CRASH_KNOWLEDGE_HOME", str(home))
    monkeypatch.delenv("CRASH_KNOWLEDGE_DATABASE_URL", raising=False)
    settings_module.settings.cache_clear()
    services.open_store.cache_clear()
    services.redactor.cache_clear()
    services.analyzer.cache_clear()
    yield home
    settings_module.settings.cache_clear()
    services.open_store.cache_clear()
    services.redactor.cache_clear()
    services.analyzer.cache_clear()
