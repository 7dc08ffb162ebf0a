"""An operation and its retries as one causal chain: the first exception opens it, the retry that works resolves it."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

from crash_knowledge.causal_chains.ledger import ChainLedger
from crash_knowledge.causal_chains.model import RecordedError
from crash_knowledge.causal_chains.tracker import shared_ledger
from crash_knowledge.store.records import FixOutcome

P = ParamSpec("P")
R = TypeVar("R")

_logger = logging.getLogger("crash_knowledge.causal_chains")


class ChainRecorder:
    """Records what happens to one operation. Exceptions always go on to the caller; a recorder that fails only warns.

    ``operation``: what is done, in words. ``context``: kept with the failure. ``ledger``: by default that of this
    installation, opened at the first failure. One recorder is for one operation with its retries, one after the other.
    """

    def __init__(
        self,
        operation: str,
        *,
        session_id: str | None = None,
        context: dict[str, Any] | None = None,
        ledger: ChainLedger | None = None,
    ) -> None:
        self.operation = operation
        self.error_id: RecordedError | None = None
        self._session_id = session_id
        self._context = context or {}
        self._ledger = ledger
        self._first_class: type[BaseException] | None = None

    def attempt(self, action: str = "tried again", code_changes: str | None = None) -> _Attempt:
        """A context manager, for ``with`` and ``async with``, around one go at the operation.

        ``action``: what is different this time; it is the fix attempt when an earlier go has failed.
        """
        return _Attempt(self, action, code_changes)

    def give_up(self) -> None:
        """All retries failed: a person is to look at it. Nothing happens when nothing failed."""
        error_id = self.error_id
        if error_id is not None:
            self._safely(lambda ledger: ledger.ask_for_review(error_id, f"Every retry of {self.operation} failed."))

    def ended(self, attempt: _Attempt, error: BaseException | None) -> None:
        """Note how one go ended. What is no Exception (a cancelled task, Ctrl-C) says nothing about the operation."""
        if error is not None and not isinstance(error, Exception):
            return
        if self.error_id is None:
            if error is not None:
                self._first_failure(error)
            return
        outcome: FixOutcome = "succeeded"
        if error is not None:
            outcome = "same_error" if type(error) is self._first_class else "different_error"
        error_id = self.error_id
        self._safely(
            lambda ledger: ledger.record_attempt(
                error_id, attempt.action, attempt.code_changes, outcome, self._session_id
            )
        )

    def _first_failure(self, error: Exception) -> None:
        kind = type(error)
        message = f"{kind.__name__}: {error}" if str(error) else kind.__name__
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = {"file": last[0].filename, "line": last[0].lineno, "function": last[0].name} if last else {}
        context = {
            **where,
            "stack_trace": "".join(traceback.format_exception(error)),
            "operation": self.operation,
            "exception_type": kind.__name__,
            **self._context,
        }

        def record(ledger: ChainLedger) -> None:
            self.error_id = ledger.record_error(message, context, self._session_id)
            self._first_class = kind

        self._safely(record)

    def _safely(self, record: Callable[[ChainLedger], object]) -> None:
        try:
            record(self._ledger or shared_ledger())
        except Exception as error:  # the caller's own exception matters more
            _logger.warning("What happened to an operation could not be recorded (%s)", type(error).__name__)


class _Attempt:
    """One go at an operation."""

    def __init__(self, recorder: ChainRecorder, action: str, code_changes: str | None) -> None:
        self.action = action
        self.code_changes = code_changes
        self._recorder = recorder

    def __enter__(self) -> ChainRecorder:
        return self._recorder

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._recorder.ended(self, error)

    async def __aenter__(self) -> ChainRecorder:
        return self._recorder

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._recorder.ended, self, error)


def record_chain(
    operation: str,
    *,
    attempts: int = 1,
    retry_on: type[Exception] | tuple[type[Exception], ...] = Exception,
    session_id: str | None = None,
    ledger: ChainLedger | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator, for functions and coroutine functions: calls up to ``attempts`` times, each call one causal chain.

    The first exception of a call opens its chain, every retry is a fix attempt, and the one that works resolves it.
    When none does, the last exception is raised and the chain waits for a person's review. Exceptions other than
    ``retry_on`` are recorded and raised at once. Raises ValueError: ``attempts`` is below 1.
    """
    if attempts < 1:
        raise ValueError("attempts must be 1 or more")

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def recorder() -> ChainRecorder:
            return ChainRecorder(operation, session_id=session_id, ledger=ledger)

        @functools.wraps(function)
        async def call_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            chain = recorder()
            for number in range(1, attempts + 1):
                try:
                    async with chain.attempt(_retry(number)):
                        return await cast(Any, function)(*args, **kwargs)
                except retry_on:
                    if number == attempts:
                        if attempts > 1:
                            await asyncio.to_thread(chain.give_up)
                        raise
            raise AssertionError("the last attempt returns or raises")

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            chain = recorder()
            for number in range(1, attempts + 1):
                try:
                    with chain.attempt(_retry(number)):
                        return function(*args, **kwargs)
                except retry_on:
                    if number == attempts:
                        if attempts > 1:
                            chain.give_up()
                        raise
            raise AssertionError("the last attempt returns or raises")

        return cast(Callable[P, R], call_async) if inspect.iscoroutinefunction(function) else call

    return decorate


def _retry(number: int) -> str:
    return f"tried again (attempt {number})"
