"""Hooks and recorders: exceptions become chains, and always reach the caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from crash_knowledge.causal_chains import CausalChain, CausalChainTracker, ChainLedger, get_causal_tracker
from crash_knowledge.hooks import (
    ChainRecorder,
    HookContext,
    HookManager,
    HookResult,
    HookType,
    record_chain,
    track_error_fix_chain,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def ledger(tracker: CausalChainTracker) -> ChainLedger:
    ledger = tracker.ledger()
    assert ledger is not None
    return ledger


def chains(ledger: ChainLedger) -> list[CausalChain]:
    return ledger.chains(("open", "resolved", "needs_review", "abandoned"), 100)


def told(chain: CausalChain) -> tuple[str, str, list[tuple[str, str]]]:
    return chain.error_message, chain.status, [(one.action_taken, one.outcome) for one in chain.fix_attempts]


async def test_000_post_error_records_a_chain() -> None:
    (result,) = await HookManager().execute(
        HookType.POST_ERROR,
        HookContext("session-1", {"error_message": "OSError: disk full", "context": {"error_type": "OSError"}}),
    )
    assert result.success
    assert result.execution_time_ms > 0
    tracker = await get_causal_tracker()
    chain = await tracker.get_causal_chain(result.causal_chain_id or "")
    assert chain is not None
    assert (chain.error_message, chain.error_event.session_id) == ("OSError: disk full", "session-1")
    assert chain.error_event.error_type == "OSError"


@pytest.mark.parametrize("info", [{}, {"error_message": None}, {"error_message": "  "}, {"error_message": 7}])
async def test_an_error_without_a_message_is_no_success(info: dict[str, object]) -> None:
    result = await track_error_fix_chain(HookContext("s", info))
    assert (result.success, result.causal_chain_id) == (False, None)
    assert result.error == "error_info has no error_message"


async def test_handlers_by_priority_and_one_that_fails_stops_no_other() -> None:
    called: list[str] = []

    def handler(name: str, fails: bool = False) -> Callable[[HookContext], object]:
        async def handle(context: HookContext) -> HookResult:
            called.append(name)
            if fails:
                raise RuntimeError(f"{name} is broken")
            return HookResult(success=True)

        return handle

    manager = HookManager({})
    last, first, broken = handler("last"), handler("first"), handler("broken", fails=True)
    manager.register(HookType.POST_ERROR, last)  # type: ignore[arg-type]
    manager.register(HookType.POST_ERROR, broken, priority=20)  # type: ignore[arg-type]
    manager.register(HookType.POST_ERROR, first, priority=10)  # type: ignore[arg-type]
    results = await manager.execute(HookType.POST_ERROR, HookContext())
    assert called == ["first", "broken", "last"]
    assert [result.success for result in results] == [True, False, True]
    assert results[1].error == "RuntimeError: the handler failed"
    manager.unregister(HookType.POST_ERROR, broken)  # type: ignore[arg-type]
    assert all(result.success for result in await manager.execute(HookType.POST_ERROR, HookContext()))


def test_an_operation_that_works_leaves_no_chain(ledger: ChainLedger) -> None:
    with ChainRecorder("save", ledger=ledger).attempt():
        pass
    assert chains(ledger) == []


def test_retries_are_attempts_of_one_chain(ledger: ChainLedger) -> None:
    recorder = ChainRecorder("save", ledger=ledger, session_id="s-1", context={"file": "plan.txt"})
    for error in (OSError("disk full"), OSError("disk still full"), KeyError("x")):
        with pytest.raises(type(error)), recorder.attempt(f"waited for {type(error).__name__}"):
            raise error
    with recorder.attempt("added a disk", "+ disk"):
        pass
    (chain,) = chains(ledger)
    message, status, attempts = told(chain)
    assert (message, status) == ("OSError: disk full", "resolved")
    assert sorted(attempts) == [
        ("added a disk", "succeeded"),
        ("waited for KeyError", "different_error"),
        ("waited for OSError", "same_error"),
    ]
    event = chain.error_event
    assert (event.exception_type, event.session_id, event.context["file"]) == ("OSError", "s-1", "plan.txt")
    assert "in test_retries_are_attempts_of_one_chain" in event.context["stack_trace"]
    assert event.context["operation"] == "save"


async def test_async_retries_are_attempts_of_one_chain(ledger: ChainLedger) -> None:
    recorder = ChainRecorder("send", ledger=ledger)
    with pytest.raises(TimeoutError):
        async with recorder.attempt():
            raise TimeoutError
    async with recorder.attempt("asked the other host"):
        await asyncio.sleep(0)
    (chain,) = chains(ledger)
    assert told(chain) == ("TimeoutError", "resolved", [("asked the other host", "succeeded")])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), asyncio.CancelledError(), GeneratorExit()])
def test_what_is_no_error_is_not_recorded(ledger: ChainLedger, error: BaseException) -> None:
    recorder = ChainRecorder("save", ledger=ledger)
    with pytest.raises(type(error)), recorder.attempt():
        raise error
    assert chains(ledger) == []


class Flaky:
    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, answer: str) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return answer


@pytest.mark.parametrize("is_async", [False, True])
async def test_the_decorator_retries_and_resolves(ledger: ChainLedger, is_async: bool) -> None:
    flaky = Flaky(OSError("one"), ValueError("two"))

    @record_chain("ask", attempts=3, ledger=ledger)
    def ask(answer: str) -> str:
        """Ask."""
        return flaky(answer)

    @record_chain("ask", attempts=3, ledger=ledger)
    async def ask_async(answer: str) -> str:
        return flaky(answer)

    assert (await ask_async("yes") if is_async else ask("yes")) == "yes"
    (chain,) = chains(ledger)
    message, status, attempts = told(chain)
    assert (message, status) == ("OSError: one", "resolved")
    assert sorted(attempts) == [
        ("tried again (attempt 2)", "different_error"),
        ("tried again (attempt 3)", "succeeded"),
    ]
    assert ask.__doc__ == "Ask."


@pytest.mark.parametrize("is_async", [False, True])
async def test_the_decorator_raises_the_last_error_and_asks_for_review(ledger: ChainLedger, is_async: bool) -> None:
    flaky = Flaky(OSError("one"), OSError("two"), OSError("three"))

    @record_chain("ask", attempts=2, ledger=ledger)
    def ask() -> str:
        return flaky("never")

    @record_chain("ask", attempts=2, ledger=ledger)
    async def ask_async() -> str:
        return flaky("never")

    with pytest.raises(OSError, match="two"):
        await ask_async() if is_async else ask()
    (chain,) = chains(ledger)
    assert told(chain) == ("OSError: one", "needs_review", [("tried again (attempt 2)", "same_error")])
    assert flaky.calls == 2


def test_the_decorator_alone_records_and_raises(ledger: ChainLedger) -> None:
    flaky = Flaky(OSError("one"))
    ask = record_chain("ask", ledger=ledger)(flaky.__call__)
    with pytest.raises(OSError, match="one"):
        ask("never")
    assert [told(chain) for chain in chains(ledger)] == [("OSError: one", "open", [])]
    assert ask("yes") == "yes"


def test_an_error_that_is_not_to_be_retried_is_raised_at_once(ledger: ChainLedger) -> None:
    flaky = Flaky(KeyError("one"))
    with pytest.raises(KeyError):
        record_chain("ask", attempts=3, retry_on=OSError, ledger=ledger)(flaky.__call__)("never")
    assert flaky.calls == 1
    assert [chain.status for chain in chains(ledger)] == ["open"]


def test_each_call_of_a_decorated_function_is_a_chain_of_its_own(ledger: ChainLedger) -> None:
    flaky = Flaky(OSError("one"))
    ask = record_chain("ask", attempts=2, ledger=ledger)(flaky.__call__)
    ask("yes")
    flaky.errors.append(OSError("one"))
    ask("yes")
    assert len(chains(ledger)) == 2


def test_a_recorder_that_fails_hides_no_exception(
    ledger: ChainLedger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ledger, "redact", lambda text: 1 / 0)
    with pytest.raises(OSError, match="disk full"), ChainRecorder("save", ledger=ledger).attempt():
        raise OSError("disk full")
    assert "could not be recorded (ZeroDivisionError)" in caplog.text
    assert chains(ledger) == []


def test_attempts_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        record_chain("ask", attempts=0)
