"""The ledger of causal chains: every operation of the tracker, for callers that may wait for the database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from crash_knowledge.causal_chains.model import (
    CausalChain,
    ErrorEvent,
    FixAttempt,
    RecordedError,
    SimilarFailure,
    utc_now,
)
from crash_knowledge.causal_chains.texts import Redact, error_type_of, exception_type_of, stacktrace_of, storable
from crash_knowledge.causal_chains.vectors import EmbeddingCache, SimilarityIndex, Vector, content_hash
from crash_knowledge.errors import StoreError, UnknownRecord
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.knowledge import chain_steps
from crash_knowledge.knowledge.chain_steps import Attempt, event_of
from crash_knowledge.knowledge.reported import join_reported, known_pattern
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.error_events import NewErrorEvent, StoredEvent
from crash_knowledge.store.records import Chain, ChainStatus, FixOutcome

UNRESOLVED: tuple[ChainStatus, ...] = ("open", "needs_review")
ANY: tuple[ChainStatus, ...] = ("open", "resolved", "needs_review", "abandoned")

_BATCH = 64
_EMBEDDED_BEFORE_A_SEARCH = 256


def check_limit(limit: object) -> int:
    """The limit of a list. Raises ValueError."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 100:
        raise ValueError("limit must be an integer between 1 and 100")
    return limit


class ChainLedger:
    """Records failures, attempts and resolutions in a store, and finds similar ones. Threads may share it.

    ``redact`` takes secrets out of every text before it is embedded or stored; ``clock`` tells the time (aware).
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        redact: Redact,
        clock: Callable[[], datetime] = utc_now,
        logger: logging.Logger | None = None,
    ) -> None:
        self.store = store
        self.redact = redact
        self.embeddings = EmbeddingCache(embedder, logger or logging.getLogger(__name__))
        self._index = SimilarityIndex(embedder.model_id)
        self._clock = clock

    def record_error(self, error: str, context: Mapping[str, Any], session_id: str | None) -> RecordedError:
        """Store a failure with its open chain, in its pattern. Raises StoreError."""
        now = self._clock()
        new = self._new_event(error, context, session_id, now)
        vector = self.embeddings.vector(new.error_message)
        similar = self._similar_pattern(new, vector)
        with self.store.transaction() as unit:
            error_id, chain_id = unit.error_events.add(new, now)
            join_reported(unit, error_id, new, similar, now)
            if vector is not None:
                unit.event_vectors.put(error_id, self.embeddings.model_id, content_hash(new.error_message), vector)
        return RecordedError(error_id, chain_id, None if vector is None else vector.tolist())

    def record_attempt(
        self,
        handle: str,
        action_taken: str,
        code_changes: str | None = None,
        outcome: FixOutcome = "unknown",
        session_id: str | None = None,
        same_as: str | None = None,
    ) -> str:
        """Add an attempt to a chain; one that succeeded resolves it. Returns the attempt's id.

        Raises UnknownRecord; ValueError: ``same_as``, another id of the chain, leads to another chain.
        """
        attempt = Attempt(
            action_taken=self.redact(action_taken),
            outcome=outcome,
            code_changes=None if code_changes is None else self.redact(code_changes),
            session_id=None if not session_id else self.redact(session_id),
        )
        with self.store.transaction() as unit:
            event_id = event_of(unit, handle)
            if same_as is not None and event_of(unit, same_as) != event_id:
                raise ValueError(f"{handle} and {same_as} are not of the same causal chain")
            return chain_steps.record_attempt(unit, event_id, attempt, self._clock())

    def resolve(self, handle: str, fix_id: str, minutes: float | None) -> None:
        """Close a chain with the attempt that worked. Raises UnknownRecord; ValueError as chain_steps.resolve."""
        with self.store.transaction() as unit:
            event_id = event_of(unit, handle)
            event_of(unit, fix_id)
            chain_steps.resolve(unit, event_id, fix_id, self._clock(), minutes)

    def ask_for_review(self, handle: str, reason: str = "") -> None:
        """Put a chain into the manual-review queue. Raises UnknownRecord; ValueError: it is there, or resolved."""
        with self.store.transaction() as unit:
            chain_steps.ask_for_review(unit, event_of(unit, handle), self._clock(), reason=self.redact(reason))

    def similar(self, current_error: str, limit: int) -> list[SimilarFailure]:
        """Resolved failures with a similar message: the most similar, then the quickest resolved, then by id."""
        vector = self.embeddings.vector(self.redact(current_error))
        found: list[SimilarFailure] = []
        if vector is None:
            return found
        with suppress(StoreError):  # what cannot be written now is found later
            self.embed_missing(_EMBEDDED_BEFORE_A_SEARCH)
        with self.store.reading() as unit:
            for similarity, event_ids in self._index.nearest(unit, vector):
                found += sorted(_resolved(unit, event_ids, similarity), key=_quickest)
                if len(found) >= limit:
                    break
        return found[:limit]

    def chain(self, handle: str) -> CausalChain | None:
        """The chain that an id leads to; None when there is none."""
        with self.store.reading() as unit:
            event_id = unit.error_events.of_handle(handle)
            return None if event_id is None else self._chains(unit, [event_id])[0]

    def chains(self, statuses: Collection[ChainStatus], limit: int) -> list[CausalChain]:
        """The chains of the failures that happened last."""
        with self.store.reading() as unit:
            return self._chains(unit, unit.chains.latest(statuses, limit))

    def embed_missing(self, at_most: int | None = None) -> int:
        """Make vectors that could not be made before, and those of dumps resolved since; returns how many were made.

        ``at_most``: how many failures are looked at; None: all.
        """
        done, looked_at, after = 0, 0, ""
        while at_most is None or looked_at < at_most:
            with self.store.reading() as unit:
                missing = unit.event_vectors.missing(self.embeddings.model_id, _BATCH, after)
            if not missing:
                break
            looked_at += len(missing)
            made = [(event_id, text, self.embeddings.vector(text)) for event_id, text in missing]
            done += self._keep([(event_id, text, vector) for event_id, text, vector in made if vector is not None])
            after = missing[-1][0]
        return done

    def _keep(self, made: list[tuple[str, str, Vector]]) -> int:
        if made:
            with self.store.transaction() as unit:
                for event_id, text, vector in made:
                    unit.event_vectors.put(event_id, self.embeddings.model_id, content_hash(text), vector)
        return len(made)

    def _new_event(
        self, error: str, context: Mapping[str, Any], session_id: str | None, now: datetime
    ) -> NewErrorEvent:
        kept = storable(context, self.redact)
        message = self.redact(error)
        return NewErrorEvent(
            error_message=message,
            error_type=error_type_of(kept),
            exception_type=exception_type_of(message, kept),
            context=kept,
            occurred_at=now,
            stacktrace=stacktrace_of(kept),
            session_id=None if not session_id else self.redact(session_id),
        )

    def _similar_pattern(self, new: NewErrorEvent, vector: Vector | None) -> tuple[int, float] | None:
        """The pattern of the most similar reported failure of the same exception; None when its key is known."""
        if vector is None:
            return None
        with self.store.reading() as unit:
            if known_pattern(unit, new) is not None:
                return None
            for similarity, event_ids in self._index.nearest(unit, vector):
                pattern_id = unit.error_events.pattern_among(event_ids, new.exception_type)
                if pattern_id is not None:
                    return pattern_id, similarity
        return None

    def _chains(self, unit: Unit, event_ids: Iterable[str]) -> list[CausalChain]:
        wanted = list(event_ids)
        events = unit.error_events.get_many(wanted)
        chains = unit.chains.of_events(wanted)
        vectors = {one.event_id: one.vector for one in unit.event_vectors.of_events(self.embeddings.model_id, wanted)}
        return [
            _causal_chain(chains[one], events[one], vectors[one].tolist() if one in vectors else None) for one in wanted
        ]


def _quickest(found: SimilarFailure) -> tuple[bool, float, str]:
    minutes = found.resolution_time_minutes
    return minutes is None, minutes or 0.0, found.error_id


def _resolved(unit: Unit, event_ids: list[str], similarity: float) -> list[SimilarFailure]:
    chains = [one for one in unit.chains.of_events(event_ids).values() if one.status == "resolved"]
    events = unit.error_events.get_many(chain.error_event_id for chain in chains)
    return [_similar(chain, events[chain.error_event_id], similarity) for chain in chains]


def _similar(chain: Chain, event: StoredEvent, similarity: float) -> SimilarFailure:
    fix = next((attempt for attempt in chain.attempts if attempt.id == chain.successful_fix_id), None)
    if fix is None:
        raise UnknownRecord(f"There is no fix attempt {chain.successful_fix_id}.")
    return SimilarFailure(
        error_id=event.id,
        chain_id=chain.id,
        error_message=event.error_message,
        error_type=event.error_type,
        context=dict(event.context),
        successful_fix_id=fix.id,
        action_taken=fix.action_taken,
        code_changes=fix.code_changes,
        resolution_time_minutes=chain.resolution_time_minutes,
        similarity=similarity,
    )


def _causal_chain(chain: Chain, event: StoredEvent, embedding: list[float] | None) -> CausalChain:
    attempts = [
        FixAttempt(
            id=one.id,
            error_id=one.error_event_id,
            action_taken=one.action_taken,
            code_changes=one.code_changes,
            successful=one.successful,
            timestamp=one.attempted_at,
            causal_chain_id=chain.id,
            outcome=one.outcome,
            session_id=one.session_id,
        )
        for one in chain.attempts
    ]
    return CausalChain(
        id=chain.id,
        error_event=ErrorEvent(
            id=event.id,
            error_message=event.error_message,
            error_type=event.error_type,
            context=dict(event.context),
            timestamp=event.occurred_at,
            session_id=event.session_id or "",
            embedding=embedding,
            exception_type=event.exception_type,
            source=event.source,
        ),
        fix_attempts=attempts,
        successful_fix=next((one for one in attempts if one.id == chain.successful_fix_id), None),
        resolution_time_minutes=chain.resolution_time_minutes,
        status=chain.status,
        created_at=chain.created_at,
        resolved_at=chain.resolved_at,
    )
