"""The inverted index: which variants hold which terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Float, Integer, Row, Select, bindparam, column, func, select, values

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import pattern_variants, terms, variant_terms
from crash_knowledge.store.types import clean_text


class Postings(Repository):
    def add(self, variant_id: int, words: Iterable[str]) -> None:
        """Index a variant under its distinct terms. Terms it has already are not counted again."""
        wanted = sorted({clean_text(word) for word in words})
        ids = self._ids(wanted)
        unknown = [word for word in wanted if word not in ids]
        if unknown:
            self._connection.execute(terms.insert(), [{"term": word} for word in unknown])
            ids |= self._ids(unknown)
        has = select(variant_terms.c.term_id).where(variant_terms.c.variant_id == variant_id)
        known = set(self._connection.execute(has).scalars())
        fresh = sorted(set(ids.values()) - known)
        if not fresh:
            return
        self._connection.execute(variant_terms.insert(), [{"term_id": one, "variant_id": variant_id} for one in fresh])
        for some in dialect.chunks(fresh):
            seen_once_more = terms.update().where(terms.c.id.in_(some))
            self._connection.execute(seen_once_more.values(document_frequency=terms.c.document_frequency + 1))
        counted = pattern_variants.update().where(pattern_variants.c.id == variant_id)
        self._connection.execute(counted.values(term_count=pattern_variants.c.term_count + len(fresh)))

    def add_many(self, words_of: Mapping[int, Iterable[str]]) -> None:
        """Index variants that are not indexed yet, each under its distinct terms. Raises StoreError for one that is."""
        cleaned = {variant_id: {clean_text(word) for word in words} for variant_id, words in words_of.items()}
        frequency = Counter(word for words in cleaned.values() for word in words)
        ids = self._ids(sorted(frequency))
        unknown = [{"term": word} for word in sorted(frequency) if word not in ids]
        if unknown:
            self._connection.execute(terms.insert(), unknown)
            ids |= self._ids([row["term"] for row in unknown])
        pairs = sorted((ids[word], variant_id) for variant_id, words in cleaned.items() for word in words)
        if not pairs:
            return
        self._connection.execute(variant_terms.insert(), [{"term_id": one, "variant_id": two} for one, two in pairs])
        more = terms.update().where(terms.c.id == bindparam("of_term"))
        self._connection.execute(
            more.values(document_frequency=terms.c.document_frequency + bindparam("more")),
            [{"of_term": ids[word], "more": count} for word, count in frequency.items()],
        )
        counted = pattern_variants.update().where(pattern_variants.c.id == bindparam("of_variant"))
        self._connection.execute(
            counted.values(term_count=bindparam("counted")),
            [{"of_variant": variant_id, "counted": len(words)} for variant_id, words in cleaned.items()],
        )

    def remove(self, variant_ids: Iterable[int]) -> None:
        """Take variants out of the index; terms that no variant holds any more go too."""
        for some in dialect.chunks(sorted(set(variant_ids))):
            of_these = variant_terms.c.variant_id.in_(some)
            lost = select(variant_terms.c.term_id, func.count().label("variants")).where(of_these)
            for row in self._rows(lost.group_by(variant_terms.c.term_id)):
                fewer = terms.c.document_frequency - row["variants"]
                changed = terms.update().where(terms.c.id == row["term_id"])
                self._connection.execute(changed.values(document_frequency=fewer))
            self._connection.execute(variant_terms.delete().where(of_these))
            unindexed = pattern_variants.update().where(pattern_variants.c.id.in_(some))
            self._connection.execute(unindexed.values(term_count=0))
        self._connection.execute(terms.delete().where(terms.c.document_frequency == 0))

    def document_frequency(self, words: Iterable[str]) -> dict[str, int]:
        """In how many variants each term occurs; terms that occur in none are left out."""
        wanted = sorted({clean_text(word) for word in words})
        of_words = dialect.is_one_of(self._connection, terms.c.term, wanted)
        query = select(terms.c.term, terms.c.document_frequency).where(of_words, terms.c.document_frequency > 0)
        return dict(self._pairs(query))

    def of_variant(self, variant_id: int) -> tuple[str, ...]:
        """The terms that a variant is indexed under, in order."""
        query = select(terms.c.term).join(variant_terms, variant_terms.c.term_id == terms.c.id)
        query = query.where(variant_terms.c.variant_id == variant_id).order_by(terms.c.term)
        return tuple(self._connection.execute(query).scalars())

    def document_count(self) -> int:
        """How many variants are indexed."""
        query = select(func.count()).select_from(pattern_variants).where(pattern_variants.c.term_count > 0)
        return self._count(query)

    def top(self, weights: Mapping[str, float], limit: int) -> list[tuple[int, float]]:
        """The variants with the greatest summed weight of the terms they hold: (variant id, sum), best first."""
        ids = self._ids(sorted({clean_text(word) for word in weights}))
        weighted = [
            (ids[clean_text(word)], float(weight)) for word, weight in weights.items() if clean_text(word) in ids
        ]
        if not weighted:
            return []
        asked = values(column("term_id", Integer), column("weight", Float), name="asked").data(weighted).cte("asked")
        total = func.sum(asked.c.weight)
        query = (
            select(variant_terms.c.variant_id, total)
            .select_from(asked.join(variant_terms, variant_terms.c.term_id == asked.c.term_id))
            .group_by(variant_terms.c.variant_id)
            .order_by(total.desc(), variant_terms.c.variant_id)
            .limit(limit)
        )
        return [(variant_id, weight) for variant_id, weight in self._connection.execute(query)]

    def _ids(self, words: list[str]) -> dict[str, int]:
        of_words = dialect.is_one_of(self._connection, terms.c.term, words)
        return dict(self._pairs(select(terms.c.term, terms.c.id).where(of_words)))

    def _pairs(self, query: Select[str, int]) -> Sequence[Row[str, int]]:
        return self._connection.execute(query).all()
