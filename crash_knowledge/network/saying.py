"""What people say of relations: that two patterns are linked."""

from __future__ import annotations

from datetime import datetime

from crash_knowledge.network.evidence import Said, to_plain
from crash_knowledge.store import Store
from crash_knowledge.store.relations import NewRelation, Relation, RelationKind


def link_patterns(
    store: Store, source_id: int, target_id: int, kind: RelationKind, by: str, now: datetime, why: str = ""
) -> Relation:
    """Keep a relation, confirmed, because a person says so. One that was found keeps its evidence.

    Raises ValueError: ``by`` is blank, or a pattern with itself; UnknownRecord.
    """
    if not by.strip():
        raise ValueError("say who you are")
    said = to_plain(Said(by.strip(), why.strip()))
    with store.transaction() as unit:
        source, target = unit.patterns.current(source_id).id, unit.patterns.current(target_id).id
        return unit.relations.link(NewRelation(source, target, kind, 1.0, said, now, now), by.strip(), now)
