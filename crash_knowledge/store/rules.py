"""The sets of rules that stored fingerprints were made by, and the customer tags learnt from stored dumps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import false, or_, select

from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import (
    crash_patterns,
    customer_tags,
    fingerprint_rules,
    pattern_variants,
    terms,
    variant_terms,
)

_RULES = fingerprint_rules.c
_VARIANT = pattern_variants.c


class Rules(Repository):
    def record(self, version: int, content: Mapping[str, Any], at: datetime) -> None:
        """Keep the content of a set of rules, so that its keys can be made again. Known ones stay as they are."""
        self._insert_if_absent(fingerprint_rules, version=version, content=content, recorded_at=at)

    def in_use(self) -> dict[int, Mapping[str, Any]]:
        """Version -> content of the recorded rules that some variant was made by, the latest recorded first."""
        query = select(_RULES.version, _RULES.content).where(_has_variants())
        rows = self._rows(query.order_by(_RULES.recorded_at.desc(), _RULES.version))
        return {row["version"]: row["content"] for row in rows}

    def forget_unused(self) -> None:
        """Drop the recorded rules that no variant was made by."""
        self._connection.execute(fingerprint_rules.delete().where(~_has_variants()))

    def renumber(self, old: int, new: int, unless: Iterable[str]) -> None:
        """Say that what was made by the rules ``old`` is just what the rules ``new`` make of it.

        Left as they are: variants with a term like one of ``unless`` (patterns of SQL's LIKE), and those whose pattern
        has a variant of the same key by the new rules already.
        """
        touched = (
            select(variant_terms.c.variant_id)
            .join(terms, terms.c.id == variant_terms.c.term_id)
            .where(or_(false(), *(terms.c.term.like(pattern, escape="\\") for pattern in unless)))
        )
        twin = pattern_variants.alias("twin")
        has_twin = (
            select(twin.c.id)
            .where(twin.c.pattern_id == _VARIANT.pattern_id, twin.c.exact == _VARIANT.exact)
            .where(twin.c.fingerprint_version == new)
            .exists()
        )
        same = pattern_variants.update().where(
            _VARIANT.fingerprint_version == old, ~has_twin, _VARIANT.id.not_in(touched)
        )
        self._connection.execute(same.values(fingerprint_version=new))
        carried = (
            select(_VARIANT.id)
            .where(_VARIANT.pattern_id == crash_patterns.c.id, _VARIANT.exact == crash_patterns.c.fingerprint_exact)
            .where(_VARIANT.fingerprint_version == new)
            .exists()
        )
        renewed = crash_patterns.update().where(crash_patterns.c.fingerprint_version == old, carried)
        self._connection.execute(renewed.values(fingerprint_version=new))

    def learn_tags(self, tags: Iterable[str], at: datetime) -> None:
        """Note the customers that a dump named. Demo knowledge teaches none: it can be removed again, learning not."""
        if self._scope.writes_demo:
            return
        for tag in sorted(set(tags)):
            self._insert_if_absent(customer_tags, tag=tag, learnt_at=at)

    def tags(self) -> frozenset[str]:
        """All customer tags that stored dumps named, whether they may be learnt or not."""
        return frozenset(self._connection.execute(select(customer_tags.c.tag)).scalars())


def _has_variants() -> Any:
    made_by = pattern_variants.c.fingerprint_version == _RULES.version
    return select(pattern_variants.c.id).where(made_by).correlate(fingerprint_rules).exists()
