"""The words for relations, their origins and the steps of finding them, the same on page and terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crash_knowledge.network.builder import Progress, Step
    from crash_knowledge.store.relations import Relation, RelationKind, RelationOrigin

KIND_WORDS: Mapping[RelationKind, str] = {
    "causes": "leads to",
    "co_occurs": "comes together with",
    "evolves_from": "took over from",
    "similar_fix": "was cured like",
    "related_to": "is related to",
}
"""What stands between the source and the target of a relation."""

_FROM_THE_TARGET: Mapping[RelationKind, str] = {"causes": "follows from", "evolves_from": "was taken over by"}

ORIGIN_WORDS: Mapping[RelationOrigin, str] = {
    "observed": "observed",
    "inferred": "found by counting, judged by nobody yet",
    "confirmed": "confirmed by a person",
    "rejected": "rejected by a person",
}

STEP_WORDS: Mapping[Step, str] = {
    "reading": "Reading the crashes",
    "coincidences": "Counting what comes together",
    "stacks": "Comparing stacks",
    "fixes": "Comparing solutions",
}
"""The steps of a discovery, in their order; each is taken for an equal part of the work."""


def words_from(pattern_id: int, relation: Relation) -> str:
    """What stands between this end of the relation and the other one."""
    words = KIND_WORDS[relation.kind]
    return words if pattern_id == relation.source_id else _FROM_THE_TARGET.get(relation.kind, words)


def share_done(progress: Progress) -> float:
    """The share of the whole discovery that is done, 0 to 1."""
    return (list(STEP_WORDS).index(progress.step) + progress.share) / len(STEP_WORDS)
