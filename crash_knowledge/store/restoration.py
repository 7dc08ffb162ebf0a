"""Undoing: putting back what a correction changed, while what came later stays.

Where a row is still as the correction left it, it becomes what it was before. Where somebody changed a name, a status
or a severity since, the later word stands; outcomes counted since stay counted. Crashes that joined since through a
stack that goes back go back with it, unless a person placed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import RowMapping, select

from crash_knowledge.store import dialect
from crash_knowledge.store.arrangement import Arrangement
from crash_knowledge.store.journal import RECORDED, TABLES, Change, Row
from crash_knowledge.store.repository import Repository, Scope
from crash_knowledge.store.schema import (
    comments,
    crash_instances,
    crash_patterns,
    crash_relationships,
    error_events,
    fix_attempts,
    pattern_fixes,
    pattern_separations,
    pattern_solutions,
    pattern_variants,
    ticket_links,
    validations,
)

_EVENT = error_events.c
_PATTERN = crash_patterns.c
_VARIANT = pattern_variants.c
_WORD = ("withdrawn_by", "withdrawn_at", "verified_by", "verified_at")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be undone: a pattern or a crash (``number``) is not where the correction left it."""

    kind: Literal["pattern_gone", "pattern_merged", "crash_gone", "crash_moved"]
    number: int


class Restoration(Repository):
    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._arrangement = Arrangement(scope)

    def obstacle(self, changes: Sequence[Change]) -> Obstacle | None:
        """The first thing that later work made impossible to undo."""
        return self._pattern_obstacle(changes) or self._crash_obstacle(changes)

    def restore(self, changes: Sequence[Change]) -> set[int]:
        """Put everything back; returns the patterns that the correction itself had made, which may be empty now.

        Counters are not touched, and solutions not aligned. There must be no obstacle.
        """
        of_table = {name: [one for one in changes if one.table == name] for name in TABLES}
        self._restore_patterns(of_table[crash_patterns.name])
        self._restore_variants(of_table[pattern_variants.name], of_table[error_events.name])
        self._restore_events(of_table[error_events.name])
        self._recreate_variants(of_table[pattern_variants.name])
        self._restore_solutions(of_table[pattern_solutions.name], of_table[fix_attempts.name])
        for table in (pattern_fixes, comments, ticket_links):
            self._restore_homes(of_table[table.name])
        self._restore_reviews(of_table[validations.name])
        for table in (crash_relationships, pattern_separations):
            self._restore_pairs(of_table[table.name])
        return {int(one.key) for one in of_table[crash_patterns.name] if one.before is None}

    def _pattern_obstacle(self, changes: Sequence[Change]) -> Obstacle | None:
        """Every pattern must be merged, or not, as the correction left it."""
        merged = {
            one.key: one.after["merged_into_id"] for one in changes if one.table == "crash_patterns" and one.after
        }
        involved = sorted(_involved(changes))
        query = select(_PATTERN.id, _PATTERN.merged_into_id).where(_PATTERN.id.in_(involved))
        stored = {row["id"]: row["merged_into_id"] for row in self._rows(query)}
        for pattern_id in involved:
            if pattern_id not in stored:
                return Obstacle("pattern_gone", pattern_id)
            if stored[pattern_id] != merged.get(pattern_id):
                return Obstacle("pattern_merged", pattern_id)
        return None

    def _crash_obstacle(self, changes: Sequence[Change]) -> Obstacle | None:
        wanted = {str(one.key): one.after for one in changes if one.table == error_events.name and one.after}
        for some in dialect.chunks(sorted(wanted)):
            query = (
                select(_EVENT.id, _EVENT.pattern_id, crash_instances.c.id.label("crash_id"))
                .outerjoin(crash_instances, crash_instances.c.error_event_id == _EVENT.id)
                .where(_EVENT.id.in_(some))
            )
            stored = {row["id"]: row for row in self._rows(query)}
            for event_id in some:
                if event_id not in stored:
                    return Obstacle("crash_gone", 0)
                if stored[event_id]["pattern_id"] != wanted[event_id]["pattern_id"]:
                    return Obstacle("crash_moved", stored[event_id]["crash_id"])
        return None

    def _restore_patterns(self, changes: Iterable[Change]) -> None:
        for one in changes:
            if one.before is None or one.after is None:
                continue
            row = self._stored(one)
            if row is None:
                continue
            values = _reverted(one.before, one.after, row)
            advice = [text for text in row["prevention_strategies"] if text not in one.after["prevention_strategies"]]
            values["prevention_strategies"] = [*one.before["prevention_strategies"], *advice]
            self._connection.execute(crash_patterns.update().where(_PATTERN.id == one.key).values(values))

    def _restore_variants(self, changes: Iterable[Change], events: Iterable[Change]) -> None:
        """Variants that had gone to another pattern with their events go back, with those that joined them since."""
        own = {str(one.key) for one in events}
        for one in changes:
            row = self._stored(one)
            if one.before is None or one.after is None or row is None:
                continue
            if row["pattern_id"] != one.after["pattern_id"] or self._was_confirmed(int(one.key), own):
                continue
            same = self._arrangement.same_stack(int(one.key), one.before["pattern_id"])
            if same is None:
                self._arrangement.rehome_variant(int(one.key), one.before["pattern_id"])
            else:
                self._arrangement.fold_variant(int(one.key), same)

    def _was_confirmed(self, variant_id: int, own: set[str]) -> bool:
        """Whether a person placed one of the events that joined a variant since the correction."""
        query = select(_EVENT.id, _EVENT.match_type, _EVENT.pattern_id).where(_EVENT.variant_id == variant_id)
        later = [row for row in self._rows(query) if row["id"] not in own]
        confirmed = select(validations.c.error_event_id).where(
            validations.c.verdict == "confirmed", validations.c.error_event_id.in_([row["id"] for row in later])
        )
        return any(row["match_type"] == "manual" for row in later) or bool(self._rows(confirmed.limit(1)))

    def _restore_events(self, changes: Iterable[Change]) -> None:
        stored = self._stored_events([str(one.key) for one in changes])
        alike: dict[tuple[int | None, tuple[Any, ...]], list[str]] = {}
        for one in changes:
            if one.before is not None and one.after is not None:
                row = stored[str(one.key)]
                put_back = {**_reverted(one.before, one.after, row), **_placement(one.before)}
                alike.setdefault((row["variant_id"], tuple(put_back.items())), []).append(str(one.key))
        for (now, columns), event_ids in alike.items():
            values = dict(columns)
            values["variant_id"] = (
                None if now is None else self._variant_in(values["pattern_id"], values["variant_id"], now)
            )
            self._arrangement.assign(event_ids, **values)
        self._arrangement.remove_unused(now for now, _ in alike if now is not None)

    def _stored_events(self, event_ids: list[str]) -> dict[str, RowMapping]:
        columns = [_EVENT[name] for name in ("id", *RECORDED[error_events])]
        found: dict[str, RowMapping] = {}
        for some in dialect.chunks(event_ids):
            found.update((row["id"], row) for row in self._rows(select(*columns).where(_EVENT.id.in_(some))))
        return found

    def _variant_in(self, pattern_id: int, wanted: int | None, now: int) -> int:
        """The pattern's variant for an event that is in the variant ``now``; ``wanted``: the id it had there."""
        same = self._arrangement.same_stack(now, pattern_id)
        if same is not None:
            return same
        return self._arrangement.copy_variant(now, pattern_id, None if wanted is None else self._free(wanted))

    def _free(self, variant_id: int) -> int | None:
        return None if self._rows(select(_VARIANT.id).where(_VARIANT.id == variant_id)) else variant_id

    def _recreate_variants(self, changes: Iterable[Change]) -> None:
        """Variants without events that were folded into others come back as copies of these."""
        for one in changes:
            if one.before is None or one.after is not None or self._stored(one) is not None:
                continue
            key = (
                _VARIANT.exact == one.before["exact"],
                _VARIANT.fingerprint_version == one.before["fingerprint_version"],
            )
            there = {
                row["pattern_id"]: row["id"] for row in self._rows(select(_VARIANT.id, _VARIANT.pattern_id).where(*key))
            }
            if there and one.before["pattern_id"] not in there:
                self._arrangement.copy_variant(min(there.values()), one.before["pattern_id"], int(one.key))

    def _restore_solutions(self, changes: Sequence[Change], attempts: Iterable[Change]) -> None:
        for one in changes:
            if one.before is not None and self._stored(one) is None:
                untried = {**one.before, "success_count": 0, "failure_count": 0}
                self._connection.execute(pattern_solutions.insert().values(untried))
        for one in attempts:
            row = self._stored(one)
            if one.before and one.after and row and row["solution_id"] == one.after["solution_id"]:
                self._change_row(one, solution_id=one.before["solution_id"])
        for one in changes:
            self._restore_outcomes(one)

    def _restore_outcomes(self, one: Change) -> None:
        row = self._stored(one)
        if row is None:
            return
        before, after = one.before or {}, one.after or {}
        worked, failed = (before.get(name, 0) - after.get(name, 0) for name in ("success_count", "failure_count"))
        self._arrangement.count_outcomes(row["id"], worked, failed)
        self._restore_word(one, row)
        if one.before is None:
            self._drop_untried(row["id"])
        elif one.after is not None and row["pattern_id"] == one.after["pattern_id"]:
            stored = self._stored(one)
            if stored is not None:
                self._arrangement.place_solution(stored, one.before["pattern_id"])

    def _restore_word(self, one: Change, row: RowMapping) -> None:
        """Whether a solution stands, and who verified it, as before, unless that was changed since."""
        if one.before is None or one.after is None or not one.before.keys() >= set(_WORD):
            return
        before, after = ({name: side[name] for name in _WORD} for side in (one.before, one.after))
        if before != after:
            self._change_row(one, **_reverted(before, after, row))

    def _drop_untried(self, solution_id: int) -> None:
        """A solution that only the correction had made goes, unless somebody tried it since."""
        solutions, attempt = pattern_solutions.c, fix_attempts.c
        tried = select(attempt.id).where(attempt.solution_id == solution_id).exists()
        released = select(pattern_fixes.c.id).where(pattern_fixes.c.solution_id == solution_id).exists()
        untried = (solutions.success_count == 0, solutions.failure_count == 0, ~tried)
        unused = (solutions.id == solution_id, *untried, ~released)
        self._connection.execute(pattern_solutions.delete().where(*unused))

    def _restore_homes(self, changes: Iterable[Change]) -> None:
        for one in changes:
            row = self._stored(one)
            if row is not None and one.before is not None and one.after is not None:
                self._change_row(one, **_reverted(one.before, one.after, row))

    def _restore_reviews(self, changes: Iterable[Change]) -> None:
        for one in changes:
            row = self._stored(one)
            if row is None:
                continue
            if one.before is None:
                self._connection.execute(validations.delete().where(validations.c.id == one.key))
            elif one.after is not None:
                self._change_row(one, **_reverted(one.before, one.after, row))

    def _restore_pairs(self, changes: Sequence[Change]) -> None:
        for one in changes:
            table = TABLES[one.table]
            row = self._stored(one)
            if row is not None:
                self._connection.execute(table.delete().where(table.c.id == one.key))
            if one.before is not None:
                later = _reverted(one.before, one.after, row) if one.after and row else dict(one.before)
                ends = {name: one.before[name] for name in one.before if name.endswith("_pattern_id")}
                self._arrangement.place_pair(table, later | {name: self._living(end) for name, end in ends.items()})

    def _living(self, pattern_id: int) -> int:
        """The pattern, or the one that it was merged into."""
        merged_into = self._connection.execute(select(_PATTERN.merged_into_id).where(_PATTERN.id == pattern_id))
        target = merged_into.scalar_one_or_none()
        return pattern_id if target is None else self._living(target)

    def _stored(self, change: Change) -> RowMapping | None:
        table = TABLES[change.table]
        rows = self._rows(select(table).where(table.c.id == change.key))
        return rows[0] if rows else None

    def _change_row(self, change: Change, **values: Any) -> None:
        table = TABLES[change.table]
        self._connection.execute(table.update().where(table.c.id == change.key).values(values))


def _involved(changes: Iterable[Change]) -> set[int]:
    """The patterns that must be as they were left: those changed, those that crashes and solutions went between.

    Where only the word that two must never be merged changed, these two.
    """
    telling = {"error_events", "pattern_solutions"}
    only_apart = all(one.table == "pattern_separations" for one in changes)
    involved: set[int] = set()
    for one in changes:
        rows = [row for row in (one.before, one.after) if row is not None]
        if one.table == "crash_patterns":
            involved.add(int(one.key))
        elif one.table in telling:
            involved.update(row["pattern_id"] for row in rows if row["pattern_id"] is not None)
        elif only_apart:
            involved.update(row[end] for row in rows for end in ("first_pattern_id", "second_pattern_id"))
    return involved


def _placement(before: Row) -> dict[str, Any]:
    return {"pattern_id": before["pattern_id"], "variant_id": before["variant_id"]}


def _reverted(before: Row, after: Row, now: RowMapping) -> dict[str, Any]:
    """The columns as they were before, apart from those that were changed since."""
    return {name: before[name] if now[name] == after[name] else now[name] for name in before}
