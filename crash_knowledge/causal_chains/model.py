"""What callers of the tracker get: the failure, what was done about it, and the chain of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crash_knowledge.store.records import ChainStatus, FixOutcome


def utc_now() -> datetime:
    return datetime.now(UTC)


class RecordedError(str):
    """The id of a recorded failure, with what was made for it.

    ``chain_id``: of its causal chain, empty when nothing was written. ``embedding``: the vector of its message; None
    when the text model could not make it now.
    """

    chain_id: str
    embedding: list[float] | None

    def __new__(cls, error_id: str, chain_id: str = "", embedding: list[float] | None = None) -> RecordedError:
        recorded = super().__new__(cls, error_id)
        recorded.chain_id = chain_id
        recorded.embedding = embedding
        return recorded


@dataclass(frozen=True)
class ErrorEvent:
    """A failure. ``error_type`` is what the context said; ``exception_type`` is read from the message."""

    id: str
    error_message: str
    error_type: str
    context: dict[str, Any]
    timestamp: datetime
    session_id: str
    embedding: list[float] | None = None
    exception_type: str | None = None
    source: str = "manual"


@dataclass(frozen=True)
class FixAttempt:
    """Something that was done about a failure. ``outcome`` ``unknown``: not successful so far."""

    id: str
    error_id: str
    action_taken: str
    code_changes: str | None = None
    successful: bool = False
    timestamp: datetime = field(default_factory=utc_now)
    causal_chain_id: str = ""
    outcome: FixOutcome = "unknown"
    session_id: str | None = None


@dataclass(frozen=True)
class CausalChain:
    """A failure with all attempts, oldest first, and its resolution.

    ``resolution_time_minutes``: None while unresolved and where it is not known. ``successful_fix_id`` and ``resolved``
    follow from ``successful_fix`` when they are not given.
    """

    id: str
    error_event: ErrorEvent
    fix_attempts: list[FixAttempt]
    successful_fix: FixAttempt | None = None
    resolution_time_minutes: float | None = None
    successful_fix_id: str | None = None
    resolved: bool = False
    status: ChainStatus = "open"
    created_at: datetime | None = None
    resolved_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.successful_fix is not None and self.successful_fix_id is None:
            object.__setattr__(self, "successful_fix_id", self.successful_fix.id)
        if self.successful_fix_id is not None or self.resolved:
            object.__setattr__(self, "resolved", True)
            object.__setattr__(self, "status", "resolved")

    @property
    def error_message(self) -> str:
        return self.error_event.error_message

    @property
    def error_id(self) -> str:
        return self.error_event.id


@dataclass(frozen=True)
class SimilarFailure:
    """A resolved failure whose message is similar, with the fix that worked. ``similarity``: cosine, 9 digits."""

    error_id: str
    chain_id: str
    error_message: str
    error_type: str
    context: dict[str, Any]
    successful_fix_id: str
    action_taken: str
    code_changes: str | None
    resolution_time_minutes: float | None
    similarity: float

    def as_dict(self) -> dict[str, Any]:
        """The form in which ``query_similar_failures`` returns it."""
        return {
            "error_id": self.error_id,
            "chain_id": self.chain_id,
            "error_message": self.error_message,
            "error_type": self.error_type,
            "context": self.context,
            "successful_fix": {"action_taken": self.action_taken, "code_changes": self.code_changes},
            "successful_fix_id": self.successful_fix_id,
            "fix_action_taken": self.action_taken,
            "action_taken": self.action_taken,
            "successful": True,
            "resolution_time_minutes": self.resolution_time_minutes,
            "similarity": self.similarity,
        }
