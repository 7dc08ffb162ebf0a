"""Looking back: the verdicts that people judged, and the crashes in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Integer, cast, func, or_, select

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import crash_instances, embeddings, error_events, validations
from crash_knowledge.store.vector_search import Vector, unpack

_EVENT = error_events.c
_INSTANCE = crash_instances.c
_REVIEW = validations.c


@dataclass(frozen=True, slots=True)
class JudgedVerdict:
    """The first verdict on a crash and the first judgement of it.

    ``level``, ``confidence``: of the verdict. ``given_at``: when the crash was stored with it. ``is_right``: the
    reviewer did not refuse it. ``is_demo``: crash or review is demo knowledge.
    """

    event_id: str
    level: str
    confidence: float
    is_right: bool
    given_at: datetime
    judged_at: datetime
    is_demo: bool


@dataclass(frozen=True, slots=True)
class PastCrash:
    """A stored crash with the pattern and variant that it has now."""

    event_id: str
    pattern_id: int
    variant_id: int
    occurred_at: datetime


class History(Repository):
    def judged_verdicts(self) -> tuple[JudgedVerdict, ...]:
        """One for each crash whose verdict somebody judged and was sure of; in the order the verdicts were given.

        Of several judgements the first counts: later ones are of verdicts that know the crash itself. A review that
        refuses writes its refusal before what it confirms.
        """
        place = func.row_number().over(partition_by=_REVIEW.error_event_id, order_by=(_REVIEW.created_at, _REVIEW.id))
        judged = (
            select(validations, place.label("place"))
            .where(_REVIEW.subject == "pattern_match", _REVIEW.verdict.in_(("confirmed", "rejected")))
            .subquery()
        )
        query = (
            select(
                judged.c.error_event_id,
                judged.c.shown_level,
                judged.c.shown_confidence,
                judged.c.verdict,
                judged.c.created_at,
                _EVENT.recorded_at,
                or_(_EVENT.is_demo, judged.c.is_demo).label("is_demo"),
            )
            .join(error_events, _EVENT.id == judged.c.error_event_id)
            .join(crash_instances, _INSTANCE.error_event_id == _EVENT.id)
            .where(judged.c.place == 1, judged.c.shown_level.is_not(None), judged.c.shown_confidence.is_not(None))
            .order_by(_EVENT.recorded_at, _INSTANCE.id)
        )
        return tuple(
            JudgedVerdict(
                event_id=row["error_event_id"],
                level=row["shown_level"],
                confidence=row["shown_confidence"],
                is_right=row["verdict"] == "confirmed",
                given_at=row["recorded_at"],
                judged_at=row["created_at"],
                is_demo=bool(row["is_demo"]),
            )
            for row in self._rows(query)
        )

    def crashes(self) -> tuple[PastCrash, ...]:
        """Every crash that is in a pattern, in the order in which they were stored."""
        query = (
            select(_EVENT.id, _EVENT.pattern_id, _EVENT.variant_id, _EVENT.occurred_at)
            .join(crash_instances, _INSTANCE.error_event_id == _EVENT.id)
            .where(_EVENT.pattern_id.is_not(None), _EVENT.variant_id.is_not(None))
            .order_by(_EVENT.recorded_at, _INSTANCE.id)
        )
        return tuple(
            PastCrash(row["id"], row["pattern_id"], row["variant_id"], row["occurred_at"]) for row in self._rows(query)
        )

    def vectors(self, model_id: str, variant_ids: Iterable[int]) -> dict[int, Vector]:
        """The stored vectors of variants by a model, as they are; variants without one are left out."""
        found: dict[int, Vector] = {}
        of_variant = (embeddings.c.owner_type == "variant", embeddings.c.model == model_id)
        for some in dialect.chunks(sorted(set(variant_ids))):
            query = select(cast(embeddings.c.owner_id, Integer).label("id"), embeddings.c.vector, embeddings.c.dim)
            chosen = embeddings.c.owner_id.in_([str(one) for one in some])
            for row in self._rows(query.where(*of_variant, chosen)):
                found[row["id"]] = np.array(unpack([row["vector"]], row["dim"])[0])
        return found
