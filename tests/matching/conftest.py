from __future__ import annotations

from collections.abc import Iterator

import pytest

from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.store import Store
from tests.matching.crashes import Knowledge


@pytest.fixture
def knowledge() -> Iterator[Knowledge]:
    store = Store.open("sqlite://")
    yield Knowledge(store, SmartCrashMatcher(store))
    store.close()
