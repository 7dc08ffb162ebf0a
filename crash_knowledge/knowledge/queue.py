"""The review queue: verdicts that wait for a person, and why each stands where it stands."""

from __future__ import annotations

from crash_knowledge.store import Store
from crash_knowledge.store.review_queue import NEAR_DAYS, REASONS, SURE_FROM, QueueReason, WaitingVerdict

__all__ = ["NEAR_DAYS", "REASONS", "SURE_FROM", "QueueReason", "VerdictQueue", "WaitingVerdict", "reason_sentence"]


class VerdictQueue:
    """The unjudged verdicts of a store. They are judged as in the review form, by saving a review."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self, limit: int = 50, offset: int = 0) -> tuple[WaitingVerdict, ...]:
        """The most pressing verdicts first: unknown, regressed, near on air, low confidence, then the rest."""
        with self._store.reading() as unit:
            return unit.review_queue.waiting(limit, offset)

    def counts(self) -> dict[QueueReason, int]:
        """Reason -> how many wait for it, in the order of the queue."""
        with self._store.reading() as unit:
            return unit.review_queue.counts()


def reason_sentence(waiting: WaitingVerdict) -> str:
    """Why this verdict wants a person now."""
    confidence = waiting.match_confidence or 0.0
    match waiting.reason:
        case "unknown":
            told = "No known pattern matched: is it really new?"
        case "regressed":
            told = "Its pattern was fixed and has come back."
        case "near_on_air":
            told = _on_air(waiting.days_to_air or 0)
        case "low_confidence":
            told = f"The match is only {confidence:.0%} sure."
        case _:
            told = f"It matched a known pattern, {confidence:.0%} sure."
    return f"{told} Somebody looked and was not sure." if waiting.was_unsure else told


def _on_air(days: int) -> str:
    if days == 0:
        return "What it worked on went on air the same day."
    return f"What it worked on went on air {'the next day' if days == 1 else f'{days} days later'}."
