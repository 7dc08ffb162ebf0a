"""Labels that people give patterns: tags, and who looks after them; for one pattern or for many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge.review import LONGEST_NAME
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.tags import tidy_tag


class PatternLabels:
    """Each operation is one transaction over all the patterns it names; merged ones mean their heirs.

    All return how many patterns changed. They raise CorrectionRefused, with a sentence for the person, and
    UnknownRecord; StoreError.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def tag(self, pattern_ids: Sequence[int], tag: str, by: str, now: datetime) -> int:
        who, tidy = _named(by, "Your name"), _tidy(tag)
        return self._each(pattern_ids, lambda unit, one: unit.tags.add(one, tidy, who, now), who, now)

    def untag(self, pattern_ids: Sequence[int], tag: str, by: str, now: datetime) -> int:
        who, tidy = _named(by, "Your name"), _tidy(tag)
        return self._each(pattern_ids, lambda unit, one: unit.tags.remove(one, tidy), who, now)

    def assign(self, pattern_ids: Sequence[int], assignee: str, by: str, now: datetime) -> int:
        """Say who looks after the patterns; an empty name: nobody."""
        who = _named(by, "Your name")
        whom = _named(assignee, "The name of who looks after it") if assignee.strip() else None

        def give(unit: Unit, pattern_id: int) -> bool:
            if unit.tags.assignee(pattern_id) == whom:
                return False
            unit.tags.assign(pattern_id, whom, who, now)
            return True

        return self._each(pattern_ids, give, who, now)

    def _each(self, pattern_ids: Sequence[int], change: Callable[[Unit, int], bool], who: str, now: datetime) -> int:
        with self._store.transaction() as unit:
            living = sorted({unit.patterns.current(one).id for one in pattern_ids})
            return sum(_logged(unit, one, change, who, now) for one in living)


def _logged(unit: Unit, pattern_id: int, change: Callable[[Unit, int], bool], who: str, now: datetime) -> bool:
    """Make a change; one that is made is in the log of changes with the labels before and after."""
    before = _labels(unit, pattern_id)
    made = change(unit, pattern_id)
    if made:
        after = _labels(unit, pattern_id)
        changes = {
            name: {"before": before[name], "after": after[name]} for name in after if before[name] != after[name]
        }
        unit.audit.record("labelled", "pattern", pattern_id, who, now, changes)
    return made


def _labels(unit: Unit, pattern_id: int) -> dict[str, object]:
    return {"tags": unit.tags.of_pattern(pattern_id), "assignee": unit.tags.assignee(pattern_id)}


def _named(name: str, what: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise CorrectionRefused(f"{what} is missing.")
    if len(tidy) > LONGEST_NAME:
        raise CorrectionRefused(f"{what} is longer than {LONGEST_NAME} characters.")
    return tidy


def _tidy(tag: str) -> str:
    tidy = tidy_tag(tag)
    if not tidy:
        raise CorrectionRefused("The tag is missing: it needs a letter or a digit.")
    return tidy
