"""The examples of docs/causal_chains.md run, one after the other, in an installation of their own."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from inspect import CO_COROUTINE
from pathlib import Path
from typing import Any

import pytest

from crash_knowledge import services
from crash_knowledge.causal_chains import get_causal_tracker
from crash_knowledge.errors import StoreError

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).resolve().parents[2] / "docs" / "causal_chains.md"


@dataclass
class Strategy:
    description: str
    works: bool | None


@dataclass
class Result:
    success: bool
    code_changes: str | None = None
    duration: float = 4


class World:
    """What the examples take for granted."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.sent = 0
        self.strategies = [Strategy("restart", None), Strategy("clean up", False), Strategy("add a disk", True)]

    async def apply_fix(self, strategy: Strategy) -> Result:
        if strategy.works is None:
            raise RuntimeError("it cannot be restarted")
        return Result(strategy.works, f"+ {strategy.description}")

    async def try_fix(self, action: str) -> Result:
        self.tried.append(action)
        return Result(action == "add a disk")

    async def generic_fix(self, error: Exception) -> bool:
        self.tried.append("generic")
        return False

    def fetch_from(self, host: str) -> None:
        if host == "old-host":
            raise ConnectionError("nobody answers")

    async def flaky_send(self) -> str:
        self.sent += 1
        if self.sent < 3:
            raise TimeoutError("too slow")
        return "sent"


async def example_names(world: World) -> dict[str, Any]:
    """The names that the page's examples define, after all of them ran."""
    names: dict[str, Any] = {
        "get_causal_tracker": get_causal_tracker,
        "current_session_id": "session-126",
        "generate_fix_strategies": lambda error: world.strategies,
        "apply_fix": world.apply_fix,
        "try_fix": world.try_fix,
        "generic_fix": world.generic_fix,
        "fetch_from": world.fetch_from,
        "flaky_send": world.flaky_send,
    }
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    for number, block in enumerate(blocks, 1):
        code = compile(block, f"example {number}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, names)
        if code.co_flags & CO_COROUTINE:
            await result
    return names


async def test_000_usages_1_to_3_and_practices_as_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    names = await example_names(world)
    assert "Fix: Strategy 2: fix the import path\nTime: 0." in capsys.readouterr().out

    chain_id = await names["handle_error"](OSError("disk full on server"), {"error_type": "OSError"})
    chain = await names["tracker"].get_causal_chain(chain_id)
    assert [(one.action_taken, one.successful) for one in chain.fix_attempts] == [
        ("restart", False),
        ("clean up", False),
        ("add a disk", True),
    ]
    assert (chain.status, chain.resolution_time_minutes) == ("resolved", 4.0)

    assert await names["smart_fix"](OSError("disk full on server"))
    assert world.tried == ["add a disk"]
    assert not await names["smart_fix"](OSError("an entirely unheard-of calamity befell the seventh penguin"))
    assert world.tried == ["add a disk", "generic"]

    world.strategies = world.strategies[:2]
    for number in range(2):
        await names["handle_error"](ValueError(f"ValueError: no number {number}"), {})
    trends = await names["analyze_error_trends"]()
    assert trends == {"most_common_errors": [("ValueError", 2), ("OSError", 1)], "total_unresolved": 3}

    statuses = {chain.error_message: chain for chain in await names["tracker"].get_all_chains(100)}
    fetched = statuses["ConnectionError: nobody answers"]
    assert [(one.action_taken, one.outcome) for one in fetched.fix_attempts] == [("asked new-host", "succeeded")]
    sent = statuses["TimeoutError: too slow"]
    assert [one.outcome for one in sent.fix_attempts] == ["same_error", "succeeded"]
    assert services.open_store().verify() == ()


def test_the_page_tells_no_store_error() -> None:
    """The page promises LookupError for unknown ids; the store's own error is one."""
    from crash_knowledge.errors import UnknownRecord

    assert issubclass(UnknownRecord, LookupError)
    assert issubclass(UnknownRecord, StoreError)
