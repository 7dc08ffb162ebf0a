"""What hangs on patterns, put elsewhere: crashes with their variants, and what was learnt of them.

Counters are not touched; ``settle`` counts anew once everything is in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, case, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.counts import recount, recount_reviews
from crash_knowledge.store.postings import Postings
from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import (
    comments,
    crash_patterns,
    crash_relationships,
    embeddings,
    error_events,
    fix_attempts,
    pattern_fixes,
    pattern_separations,
    pattern_solutions,
    pattern_variants,
    terms,
    ticket_links,
    validations,
    variant_terms,
)
from crash_knowledge.store.schema.patterns import SYMMETRIC_RELATIONSHIPS
from crash_knowledge.store.text_search import TextSearch
from crash_knowledge.store.variants import Variants
from crash_knowledge.store.vector_search import unpack
from crash_knowledge.store.vectors import Vectors

_EVENT = error_events.c
_VARIANT = pattern_variants.c
_SOLUTION = pattern_solutions.c
_PAIR_ENDS = {
    crash_relationships: ("source_pattern_id", "target_pattern_id"),
    pattern_separations: ("first_pattern_id", "second_pattern_id"),
}
_STRENGTH = {"inferred": 0, "observed": 1, "rejected": 2, "confirmed": 3}


class Arrangement(Repository):
    def put(self, event_ids: Iterable[str], pattern_id: int) -> None:
        """Put events into a pattern because a person said so, each into the variant with its stack there.

        A variant that leaves with all of its events keeps its id; else the pattern gets a copy, with terms and vectors.
        """
        by_variant: dict[int | None, list[str]] = {}
        for some in dialect.chunks(sorted(set(event_ids))):
            for row in self._rows(select(_EVENT.id, _EVENT.variant_id).where(_EVENT.id.in_(some))):
                by_variant.setdefault(row["variant_id"], []).append(row["id"])
        for variant_id, leaving in by_variant.items():
            there = None if variant_id is None else self._variant_for(variant_id, len(leaving), pattern_id)
            self.assign(leaving, pattern_id=pattern_id, variant_id=there, match_type="manual", match_confidence=1.0)
            if variant_id is not None:
                self.remove_unused([variant_id])

    def hand_over(self, from_id: int, to_id: int) -> None:
        """Give what hangs on a pattern to another: events, variants, solutions, fixes, reviews, comments, tickets,
        relations.

        A variant with a key that the heir has too is folded into the heir's; so are solutions of the same text, with
        their outcomes, and relations that the heir has already. A relation between the two goes.
        """
        self._hand_over_variants(from_id, to_id)
        self._connection.execute(error_events.update().where(_EVENT.pattern_id == from_id).values(pattern_id=to_id))
        for solution in self._rows(select(pattern_solutions).where(_SOLUTION.pattern_id == from_id)):
            self.place_solution(solution, to_id)
        self._connection.execute(
            pattern_fixes.update().where(pattern_fixes.c.pattern_id == from_id).values(pattern_id=to_id)
        )
        for said in (validations, comments, ticket_links):
            self._connection.execute(said.update().where(said.c.pattern_id == from_id).values(pattern_id=to_id))
        for table, ends in _PAIR_ENDS.items():
            touching = [table.c[end] == from_id for end in ends]
            for row in self._rows(select(table).where(touching[0] | touching[1]).order_by(table.c.id)):
                renamed = {end: to_id if row[end] == from_id else row[end] for end in ends}
                self._connection.execute(table.delete().where(table.c.id == row["id"]))
                self.place_pair(table, {**row, **renamed})

    def align_solutions(self, pattern_ids: Iterable[int]) -> None:
        """Let the outcome of every attempt to fix a crash count for a solution of the crash's own pattern.

        What counted elsewhere is taken from there; a solution without outcomes stays as a proposal. A fix of a pattern
        names a solution of that pattern.
        """
        attempt = fix_attempts.c
        for some in dialect.chunks(sorted(set(pattern_ids))):
            astray = (
                select(attempt.id, attempt.successful, attempt.outcome, attempt.solution_id, _EVENT.pattern_id)
                .join(error_events, _EVENT.id == attempt.error_event_id)
                .join(pattern_solutions, _SOLUTION.id == attempt.solution_id)
                .where(_EVENT.pattern_id.in_(some), _SOLUTION.pattern_id != _EVENT.pattern_id)
                .order_by(attempt.attempted_at, attempt.id)
            )
            for row in self._rows(astray):
                self._align(row)
            self._align_fixes(some)

    def settle(self, pattern_ids: Iterable[int]) -> None:
        """Set counters, times and confidence of patterns to what their rows say.

        A new pattern that is seen more than once is ongoing.
        """
        touched = sorted(set(pattern_ids))
        recount(self._connection, touched)
        recount_reviews(self._connection, touched)
        pattern = crash_patterns.c
        for some in dialect.chunks(touched):
            grown = (pattern.id.in_(some), pattern.status == "new", pattern.occurrence_count > 1)
            self._connection.execute(crash_patterns.update().where(*grown).values(status="ongoing"))

    def same_stack(self, variant_id: int, pattern_id: int) -> int | None:
        """The variant of a pattern that has the same exact key as the given one."""
        given = pattern_variants.alias("given")
        query = select(_VARIANT.id).join(
            given, (given.c.exact == _VARIANT.exact) & (given.c.fingerprint_version == _VARIANT.fingerprint_version)
        )
        found = self._rows(query.where(given.c.id == variant_id, _VARIANT.pattern_id == pattern_id))
        return int(found[0]["id"]) if found else None

    def copy_variant(self, variant_id: int, pattern_id: int, new_id: int | None = None) -> int:
        """Give a pattern a copy of a variant with its terms and vectors; returns its id (``new_id``, where given)."""
        rows = self._rows(select(pattern_variants).where(_VARIANT.id == variant_id))
        row = dict(only_row(rows, "variant", variant_id))
        row.update(pattern_id=pattern_id, term_count=0, id=new_id)
        if new_id is None:
            del row["id"]
        copy_id = int(self._insert(pattern_variants, **row))
        TextSearch(self._scope).add(copy_id, row["cause"], row["frames"])
        words = select(terms.c.term).join(variant_terms, variant_terms.c.term_id == terms.c.id)
        of_variant = words.where(variant_terms.c.variant_id == variant_id)
        Postings(self._scope).add(copy_id, self._connection.execute(of_variant).scalars().all())
        owned = (embeddings.c.owner_type == "variant", embeddings.c.owner_id == str(variant_id))
        for one in self._rows(select(embeddings).where(*owned)):
            vector = unpack([one["vector"]], one["dim"])[0]
            Vectors(self._scope).put(copy_id, one["model"], one["content_hash"], vector)
        return copy_id

    def fold_variant(self, variant_id: int, into_id: int) -> None:
        """Give the events of a variant to another one of the same stack, and drop it."""
        pattern_id = select(_VARIANT.pattern_id).where(_VARIANT.id == into_id).scalar_subquery()
        moved = error_events.update().where(_EVENT.variant_id == variant_id)
        self._connection.execute(moved.values(variant_id=into_id, pattern_id=pattern_id))
        Variants(self._scope).remove([variant_id])

    def rehome_variant(self, variant_id: int, pattern_id: int) -> None:
        """Let a variant, with its events, be one of another pattern that has no such stack yet."""
        self._connection.execute(
            pattern_variants.update().where(_VARIANT.id == variant_id).values(pattern_id=pattern_id)
        )
        self._connection.execute(
            error_events.update().where(_EVENT.variant_id == variant_id).values(pattern_id=pattern_id)
        )

    def remove_unused(self, variant_ids: Iterable[int]) -> None:
        """Drop those of the variants that are no event's any more."""
        given = sorted(set(variant_ids))
        used: set[int] = set()
        for some in dialect.chunks(given):
            in_use = select(_EVENT.variant_id).where(_EVENT.variant_id.in_(some)).distinct()
            used.update(self._connection.execute(in_use).scalars())
        Variants(self._scope).remove(one for one in given if one not in used)

    def assign(self, event_ids: Iterable[str], **values: Any) -> None:
        """Set columns of events."""
        for some in dialect.chunks(list(event_ids)):
            self._connection.execute(error_events.update().where(_EVENT.id.in_(some)).values(values))

    def place_solution(self, solution: RowMapping, pattern_id: int) -> None:
        """Let a stored solution be one of a pattern; where that has the text already, outcomes are added to its own."""
        same = self._solution_of_text(pattern_id, solution["description_hash"])
        if same is None:
            change = pattern_solutions.update().where(_SOLUTION.id == solution["id"])
            self._connection.execute(change.values(pattern_id=pattern_id))
        elif same["id"] != solution["id"]:
            self.count_outcomes(same["id"], solution["success_count"], solution["failure_count"])
            change = pattern_solutions.update().where(_SOLUTION.id == same["id"])
            self._connection.execute(change.values(_stronger_word(same, solution)))
            self._repoint_solution(solution["id"], same["id"])
            self._connection.execute(pattern_solutions.delete().where(_SOLUTION.id == solution["id"]))

    def count_outcomes(self, solution_id: int, worked: int, failed: int) -> None:
        """Add to the outcomes of a solution, or take away; none falls below 0."""
        counts = {"success_count": worked, "failure_count": failed}
        values = {
            name: case((_SOLUTION[name] + added < 0, 0), else_=_SOLUTION[name] + added)
            for name, added in counts.items()
        }
        self._connection.execute(pattern_solutions.update().where(_SOLUTION.id == solution_id).values(values))

    def place_pair(self, table: Table, row: Mapping[str, Any]) -> None:
        """Store a relation or separation between the patterns its row names, once, and none of a pattern to itself."""
        first, second = _PAIR_ENDS[table]
        if row[first] == row[second]:
            return
        if table is pattern_separations or row["relationship_type"] in SYMMETRIC_RELATIONSHIPS:
            row = {**row, first: min(row[first], row[second]), second: max(row[first], row[second])}
        kind = [] if table is pattern_separations else [table.c.relationship_type == row["relationship_type"]]
        same = self._rows(select(table).where(table.c[first] == row[first], table.c[second] == row[second], *kind))
        if not same:
            self._connection.execute(table.insert().values(dict(row)))
        elif table is crash_relationships:
            merged = _stronger(dict(same[0]), row)
            self._connection.execute(table.update().where(table.c.id == same[0]["id"]).values(merged))
            judged = (validations.c.subject == "relationship", validations.c.subject_id == row["id"])
            self._connection.execute(validations.update().where(*judged).values(subject_id=same[0]["id"]))

    def _variant_for(self, variant_id: int, leaving: int, pattern_id: int) -> int:
        same = self.same_stack(variant_id, pattern_id)
        if same is not None:
            return same
        events = self._count(select(func.count()).select_from(error_events).where(_EVENT.variant_id == variant_id))
        if events > leaving:
            return self.copy_variant(variant_id, pattern_id)
        self.rehome_variant(variant_id, pattern_id)
        return variant_id

    def _hand_over_variants(self, from_id: int, to_id: int) -> None:
        owned = select(_VARIANT.id).where(_VARIANT.pattern_id == from_id).order_by(_VARIANT.id)
        for variant_id in self._connection.execute(owned).scalars().all():
            same = self.same_stack(variant_id, to_id)
            if same is None:
                self.rehome_variant(variant_id, to_id)
            else:
                self.fold_variant(variant_id, same)

    def _align(self, attempt: RowMapping) -> None:
        here_id = self._own_solution(attempt["solution_id"], attempt["pattern_id"])
        worked = int(attempt["successful"])
        failed = int(not attempt["successful"] and attempt["outcome"] in ("same_error", "different_error"))
        self.count_outcomes(attempt["solution_id"], -worked, -failed)
        self.count_outcomes(here_id, worked, failed)
        change = fix_attempts.update().where(fix_attempts.c.id == attempt["id"])
        self._connection.execute(change.values(solution_id=here_id))

    def _align_fixes(self, pattern_ids: Sequence[int]) -> None:
        astray = (
            select(pattern_fixes.c.id, pattern_fixes.c.pattern_id, pattern_fixes.c.solution_id)
            .join(pattern_solutions, _SOLUTION.id == pattern_fixes.c.solution_id)
            .where(pattern_fixes.c.pattern_id.in_(pattern_ids), _SOLUTION.pattern_id != pattern_fixes.c.pattern_id)
            .order_by(pattern_fixes.c.id)
        )
        for fix in self._rows(astray):
            solution_id = self._own_solution(fix["solution_id"], fix["pattern_id"])
            change = pattern_fixes.update().where(pattern_fixes.c.id == fix["id"])
            self._connection.execute(change.values(solution_id=solution_id))

    def _own_solution(self, solution_id: int, pattern_id: int) -> int:
        """The pattern's solution of the same text; a copy without outcomes where it has none."""
        there = only_row(
            self._rows(select(pattern_solutions).where(_SOLUTION.id == solution_id)), "solution", solution_id
        )
        here = self._solution_of_text(pattern_id, there["description_hash"])
        return int(here["id"]) if here else self._copy_untried(there, pattern_id)

    def _copy_untried(self, solution: RowMapping, pattern_id: int) -> int:
        row = {**solution, "pattern_id": pattern_id, "success_count": 0, "failure_count": 0}
        del row["id"]
        return int(self._insert(pattern_solutions, **row))

    def _solution_of_text(self, pattern_id: int, description_hash: str) -> RowMapping | None:
        same = (_SOLUTION.pattern_id == pattern_id, _SOLUTION.description_hash == description_hash)
        rows = self._rows(select(pattern_solutions).where(*same))
        return rows[0] if rows else None

    def _repoint_solution(self, from_id: int, to_id: int) -> None:
        tried = fix_attempts.update().where(fix_attempts.c.solution_id == from_id)
        self._connection.execute(tried.values(solution_id=to_id))
        released = pattern_fixes.update().where(pattern_fixes.c.solution_id == from_id)
        self._connection.execute(released.values(solution_id=to_id))
        judged = (validations.c.subject == "solution", validations.c.subject_id == from_id)
        self._connection.execute(validations.update().where(*judged).values(subject_id=to_id))


def _stronger_word(kept: RowMapping, other: RowMapping) -> dict[str, Any]:
    """What people said of two solutions of one text: it stands if one of them does, and is verified if one is."""
    stands = kept if kept["withdrawn_at"] is None or other["withdrawn_at"] is not None else other
    values = {name: stands[name] for name in ("withdrawn_by", "withdrawn_at")}
    if kept["origin"] == "ai" and kept["verified_by"] is None and other["origin"] == "person":
        return {**values, "verified_by": other["added_by"], "verified_at": other["created_at"]}
    verified = kept if kept["verified_by"] is not None else other
    return {**values, **{name: verified[name] for name in ("verified_by", "verified_at")}}


def _stronger(kept: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What two rows say of one relation: the longer span, the surer evidence, a person's word over the program's."""
    surer = max(kept, other, key=lambda row: row["confidence"])
    return {
        "confidence": surer["confidence"],
        "evidence": surer["evidence"],
        "first_evidence_at": min(kept["first_evidence_at"], other["first_evidence_at"]),
        "last_evidence_at": max(kept["last_evidence_at"], other["last_evidence_at"]),
        "link_origin": max(kept["link_origin"], other["link_origin"], key=_STRENGTH.__getitem__),
    }
