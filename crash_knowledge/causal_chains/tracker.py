"""The tracker: error -> fix attempts -> resolution, for programs that run in an event loop.

Every operation works in a thread, so that the loop goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import Enum
from functools import lru_cache, partial
from typing import Any, ParamSpec, TypeVar

from crash_knowledge import services
from crash_knowledge.causal_chains.ledger import ANY, UNRESOLVED, ChainLedger, check_limit
from crash_knowledge.causal_chains.model import CausalChain, RecordedError, utc_now
from crash_knowledge.causal_chains.texts import Redact
from crash_knowledge.errors import UnknownRecord
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.store import Store

_THREADS = ThreadPoolExecutor(3, thread_name_prefix="causal-chains")
"""Few, so that the event loop gets its turn soon: threads that compute pass each other by every 5 ms."""

P = ParamSpec("P")
R = TypeVar("R")


async def _in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, partial(work, *args, **kwargs))


class _Default(Enum):
    STORE = "the store of this installation"


class CausalChainTracker:
    """Tracks failures through their fix attempts to their resolution, and finds similar ones of the past.

    ``db``: the store; by default that of this installation, opened at the first use. ``db=None`` stores nothing: ids
    are made up and lists are empty, with a warning. ``embedder``, ``redact``: by default those of this installation.
    ``clock``: tells the time (aware); resolution times are computed from it.
    """

    def __init__(
        self,
        logger: logging.Logger | None = None,
        *,
        db: Store | _Default | None = _Default.STORE,
        embedder: Embedder | None = None,
        redact: Redact | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.logger = logger or logging.getLogger("crash_knowledge.causal_chains")
        self._db = db
        self._embedder = embedder
        self._redact = redact
        self._clock = clock
        self._ledger: ChainLedger | None = None
        self._opening = threading.Lock()

    async def initialize(self) -> None:
        """Open the database and load the text model now, not at the first use. Raises StoreError.

        The library of the text model holds Python up while it is loaded, for about 0.1 s, in whatever thread; to spare
        a running loop that, call ``services.embedder()`` before it starts.
        """
        if await _in_thread(self.ledger) is None:
            self.logger.warning("No database connection available for causal chain tables")
        self.logger.info("CausalChainTracker initialized")

    async def record_error_event(
        self, error: str, context: Mapping[str, Any] | None = None, session_id: str | None = None
    ) -> RecordedError:
        """Record a failure; returns its id (``err-`` + 8 hex) with ``chain_id`` and ``embedding``.

        ``context``: file, line, code, stack trace, ``error_type``, ...; secrets are taken out of all of it.
        Raises TypeError: ``error`` is no text, or ``context`` no mapping; StoreError.
        """
        _check_text("error", error)
        if context is not None and not isinstance(context, Mapping):
            raise TypeError(f"context must be a mapping, not {type(context).__name__}")
        ledger = await self._open("record the error")
        if ledger is None:
            return RecordedError(f"err-{secrets.token_hex(4)}")
        recorded = await _in_thread(ledger.record_error, error, context or {}, session_id)
        self.logger.info("Recorded error event: id=%s, chain=%s", recorded, recorded.chain_id)
        return recorded

    async def record_fix_attempt(
        self,
        error_id: str | None = None,
        action_taken: str | None = None,
        code_changes: str | None = None,
        successful: bool = False,
        *,
        causal_chain_id: str | None = None,
        session_id: str | None = None,
    ) -> str:
        """Record an attempt; returns its id (``fix-`` + 8 hex). A successful one resolves an unresolved chain.

        The failure is named by ``error_id`` or ``causal_chain_id``, each of them any id of the chain (``err-``,
        ``chain-``, ``fix-``). Raises TypeError: an argument is missing or of another type (a session is given by its
        keyword); ValueError: the two ids lead to different chains; LookupError: there is no such chain; StoreError.
        """
        handle = error_id if error_id is not None else causal_chain_id
        if handle is None or action_taken is None:
            raise TypeError("record_fix_attempt needs error_id or causal_chain_id, and action_taken")
        _check_text("action_taken", action_taken)
        if not isinstance(successful, bool):
            raise TypeError(f"successful must be True or False, not {successful!r}; give a session as session_id=")
        ledger = await self._open("record the fix attempt")
        if ledger is None:
            return f"fix-{secrets.token_hex(4)}"
        fix_id = await _in_thread(
            ledger.record_attempt,
            handle,
            action_taken,
            code_changes,
            "succeeded" if successful else "unknown",
            session_id,
            causal_chain_id,
        )
        self.logger.info("Recorded fix attempt: id=%s, error=%s, successful=%s", fix_id, handle, successful)
        return fix_id

    async def mark_resolved(
        self, causal_chain_id: str, resolution_time_minutes: float | None, successful_fix_id: str
    ) -> None:
        """Close a chain with the attempt that worked. The minutes given win over computed ones; None: compute them.

        Raises TypeError: the minutes are no number; ValueError: they are negative, or the attempt is of another chain;
        LookupError: there is no such chain or attempt; StoreError. The same call again changes nothing.
        """
        _check_minutes(resolution_time_minutes)
        ledger = await self._open("mark the chain as resolved")
        if ledger is None:
            return
        await _in_thread(ledger.resolve, causal_chain_id, successful_fix_id, resolution_time_minutes)
        self.logger.info("Resolved chain: id=%s, fix=%s", causal_chain_id, successful_fix_id)

    async def mark_needs_review(self, causal_chain_id: str, reason: str = "") -> None:
        """Put an open chain into the manual-review queue: every attempt failed. Raises LookupError, ValueError."""
        ledger = await self._open("ask for a review")
        if ledger is not None:
            await _in_thread(ledger.ask_for_review, causal_chain_id, reason)

    async def query_similar_failures(self, current_error: str, limit: int = 5) -> list[dict[str, Any]]:
        """Resolved failures with a similar message and the fix that worked; ``limit`` 1 to 100.

        The most similar first, then the quickest resolved (unknown times last), then by id. Raises ValueError (limit).
        """
        check_limit(limit)
        _check_text("current_error", current_error)
        ledger = await self._open("search for similar failures")
        if ledger is None:
            return []
        found = await _in_thread(ledger.similar, current_error, limit)
        self.logger.info("Found %d similar failures", len(found))
        return [failure.as_dict() for failure in found]

    async def get_causal_chain(self, causal_chain_id: str) -> CausalChain | None:
        """The chain that any of its ids leads to, with all attempts, oldest first; None when there is none."""
        ledger = await self._open("read the chain")
        if not isinstance(causal_chain_id, str):
            return None
        return None if ledger is None else await _in_thread(ledger.chain, causal_chain_id)

    async def get_unresolved_chains(self, limit: int = 50) -> list[CausalChain]:
        """Chains that are open or wait for a review, the latest failure first; ``limit`` 1 to 100."""
        check_limit(limit)
        ledger = await self._open("list the unresolved chains")
        return [] if ledger is None else await _in_thread(ledger.chains, UNRESOLVED, limit)

    async def get_all_chains(self, limit: int = 50) -> list[CausalChain]:
        """Chains of any status, the latest failure first; ``limit`` 1 to 100."""
        check_limit(limit)
        ledger = await self._open("list the chains")
        return [] if ledger is None else await _in_thread(ledger.chains, ANY, limit)

    async def reindex(self) -> int:
        """Make the vectors that the text model could not make before; returns how many were made."""
        ledger = await self._open("embed the failures")
        return 0 if ledger is None else await _in_thread(ledger.embed_missing)

    def ledger(self) -> ChainLedger | None:
        """What the tracker works with, opened at the first call; None with ``db=None``. May wait: not for a loop."""
        if self._db is None:
            return None
        with self._opening:
            if self._ledger is None:
                self._ledger = ChainLedger(
                    services.open_store() if self._db is _Default.STORE else self._db,
                    self._embedder or services.embedder(),
                    self._redact or services.redactor().redact_text,
                    self._clock,
                    self.logger,
                )
            return self._ledger

    async def _open(self, to_do: str) -> ChainLedger | None:
        ledger = await _in_thread(self.ledger)
        if ledger is None:
            self.logger.warning("No database connection to %s; nothing is stored or found", to_do)
        return ledger


async def get_causal_tracker() -> CausalChainTracker:
    """The tracker of this installation, the same for all callers of the process. Raises StoreError."""
    store = await _in_thread(services.open_store)
    tracker = _tracker_of(store)
    await tracker.initialize()
    return tracker


def shared_ledger() -> ChainLedger:
    """The ledger of this installation, for callers that may wait. Raises StoreError."""
    ledger = _tracker_of(services.open_store()).ledger()
    if ledger is None:
        raise UnknownRecord("The tracker of this installation has no database.")
    return ledger


@lru_cache(maxsize=1)
def _tracker_of(store: Store) -> CausalChainTracker:
    return CausalChainTracker(db=store)


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, not {type(value).__name__}")


def _check_minutes(minutes: object) -> None:
    if minutes is not None and (isinstance(minutes, bool) or not isinstance(minutes, int | float)):
        raise TypeError(f"resolution_time_minutes must be a number, not {minutes!r}")
