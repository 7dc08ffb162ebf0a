"""Hooks: what a program calls when something happened, and who wants to know.

``POST_ERROR`` records an error as a causal chain. ``ChainRecorder`` and ``record_chain`` do so around your own code.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from crash_knowledge.causal_chains import get_causal_tracker
from crash_knowledge.causal_chains.retries import ChainRecorder, record_chain

__all__ = [
    "ChainRecorder",
    "HookContext",
    "HookManager",
    "HookResult",
    "HookType",
    "record_chain",
    "track_error_fix_chain",
]

_logger = logging.getLogger(__name__)


class HookType(StrEnum):
    POST_ERROR = "post_error"


@dataclass(frozen=True, slots=True)
class HookContext:
    """What happened. ``error_info`` of POST_ERROR: ``error_message``, and optionally ``context``."""

    session_id: str | None = None
    error_info: Mapping[str, Any] = field(default_factory=dict)
    hook_type: HookType = HookType.POST_ERROR


@dataclass(frozen=True, slots=True)
class HookResult:
    """How a handler ended. ``causal_chain_id``: any id of the chain; ``error``: why it failed, in words."""

    success: bool
    causal_chain_id: str | None = None
    error: str | None = None
    execution_time_ms: float = 0.0


Handler = Callable[[HookContext], Awaitable[HookResult]]


class HookManager:
    """Calls the handlers of a hook, in the order of their priority (the lowest first), then of their registration.

    A handler that fails is a result without success; the others are called all the same. A manager made without
    ``handlers`` has ``track_error_fix_chain`` at POST_ERROR.
    """

    def __init__(self, handlers: Mapping[HookType, list[Handler]] | None = None) -> None:
        self._handlers: defaultdict[HookType, list[tuple[int, Handler]]] = defaultdict(list)
        if handlers is None:
            handlers = {HookType.POST_ERROR: [track_error_fix_chain]}
        for hook_type, some in handlers.items():
            for handler in some:
                self.register(hook_type, handler)

    def register(self, hook_type: HookType, handler: Handler, priority: int = 100) -> None:
        """Call ``handler`` whenever the hook is."""
        self._handlers[hook_type].append((priority, handler))

    def unregister(self, hook_type: HookType, handler: Handler) -> None:
        """Call ``handler`` no more."""
        self._handlers[hook_type] = [one for one in self._handlers[hook_type] if one[1] is not handler]

    async def execute(self, hook_type: HookType, context: HookContext) -> list[HookResult]:
        """Call the hook; one result for each handler."""
        called = sorted(self._handlers[hook_type], key=lambda one: one[0])
        return [await _called(handler, context) for _, handler in called]


async def track_error_fix_chain(context: HookContext) -> HookResult:
    """Record the error of the context as a causal chain."""
    message = context.error_info.get("error_message")
    if not isinstance(message, str) or not message.strip():
        return HookResult(success=False, error="error_info has no error_message")
    tracker = await get_causal_tracker()
    chain_id = await tracker.record_error_event(
        error=message, context=context.error_info.get("context") or {}, session_id=context.session_id
    )
    return HookResult(success=True, causal_chain_id=chain_id)


async def _called(handler: Handler, context: HookContext) -> HookResult:
    began = time.perf_counter()
    try:
        result = await handler(context)
    except Exception as error:  # a hook never breaks the program that calls it
        _logger.warning("A handler of %s failed (%s)", context.hook_type, type(error).__name__)
        result = HookResult(success=False, error=f"{type(error).__name__}: the handler failed")
    return replace(result, execution_time_ms=(time.perf_counter() - began) * 1000)
