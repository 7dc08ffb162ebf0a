"""Vectors of the messages of failures. Failures with the same message have vectors of the same content hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, or_, select

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import causal_chains, embeddings, error_events
from crash_knowledge.store.vector_search import Vector, checked, pack, unpack

_OWNER = "error_event"
_E = embeddings.c
_EVENT = error_events.c


@dataclass(frozen=True, slots=True)
class EventVector:
    event_id: str
    content_hash: str
    vector: Vector


class EventVectors(Repository):
    def put(self, event_id: str, model_id: str, content_hash: str, vector: NDArray[np.floating]) -> None:
        """Store the vector of a failure's message; one that is there already stays.

        Raises ValueError when the vector is zero or not finite.
        """
        row = checked(vector)
        insert = dialect.insert(self._connection, embeddings).values(
            owner_type=_OWNER,
            owner_id=event_id,
            model=model_id,
            dim=row.size,
            content_hash=content_hash,
            vector=pack(row),
        )
        self._connection.execute(insert.on_conflict_do_nothing())

    def owners(self, model_id: str) -> set[str]:
        """Ids of the failures that have a vector of the model."""
        query = select(_E.owner_id).where(_E.owner_type == _OWNER, _E.model == model_id)
        return set(self._connection.execute(query).scalars())

    def of_events(self, model_id: str, event_ids: Iterable[str]) -> list[EventVector]:
        """The vectors of failures by a model, in the order of their ids; those without one are left out."""
        found: list[EventVector] = []
        for some in dialect.chunks(sorted(set(event_ids))):
            query = select(_E.owner_id, _E.content_hash, _E.dim, _E.vector).where(
                _E.owner_type == _OWNER, _E.model == model_id, _E.owner_id.in_(some)
            )
            for row in self._rows(query.order_by(_E.owner_id)):
                vector = unpack([row["vector"]], row["dim"])[0]
                found.append(EventVector(row["owner_id"], row["content_hash"], vector))
        return found

    def missing(self, model_id: str, limit: int, after: str = "") -> list[tuple[str, str]]:
        """Failures that want a vector of the model: (event id, message), by id, those after ``after``.

        Reported failures always want one; dumps, which have a vector of their stack, once they are resolved.
        """
        has_vector = (
            select(_E.owner_id).where(_E.owner_type == _OWNER, _E.model == model_id, _E.owner_id == _EVENT.id).exists()
        )
        query = (
            select(_EVENT.id, _EVENT.error_message)
            .join(causal_chains, causal_chains.c.error_event_id == _EVENT.id)
            .where(or_(_EVENT.source != "crash", causal_chains.c.status == "resolved"), ~has_vector)
            .where(_EVENT.id > after)
            .order_by(_EVENT.id)
            .limit(limit)
        )
        return [(row["id"], row["error_message"]) for row in self._rows(query)]

    def remove_orphans(self) -> None:
        """Drop the vectors of failures that are gone."""
        is_there = select(_EVENT.id).where(_EVENT.id == _E.owner_id).exists()
        self._connection.execute(delete(embeddings).where(_E.owner_type == _OWNER, ~is_there))
