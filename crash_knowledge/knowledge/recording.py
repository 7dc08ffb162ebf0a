"""Recording: what a correction changes, from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from crash_knowledge.store import Unit
from crash_knowledge.store.journal import changes_between
from crash_knowledge.store.records import CorrectionKind, CorrectionRecord, Pattern


class Recording:
    """Begins before the first change. A correction of demo knowledge alone is demo knowledge."""

    def __init__(self, unit: Unit, pattern_ids: Iterable[int], event_ids: Sequence[str] = ()) -> None:
        self._unit = unit
        self._pattern_ids = set(pattern_ids)
        self._event_ids = event_ids
        if unit.corrections.are_demo(self._pattern_ids):
            unit.origins.mark_demo()
        self._before = unit.journal.picture(self._pattern_ids, event_ids)

    def made(self, pattern_id: int) -> None:
        """The correction touches this pattern too."""
        self._pattern_ids.add(pattern_id)

    def keep(self, kind: CorrectionKind, sentence: str, by: str, now: datetime) -> CorrectionRecord:
        """Keep the correction with all that changed since the beginning."""
        after = self._unit.journal.picture(self._pattern_ids, self._event_ids)
        changes = changes_between(self._before, after)
        return self._unit.corrections.add(kind, sentence, self._pattern_ids, changes, by, now)


def titles(patterns: Sequence[Pattern]) -> dict[int, str]:
    """What a sentence calls each of these patterns: its name, with its number where another has the same name."""
    names = [pattern.pattern_name for pattern in patterns]
    return {
        pattern.id: f"“{pattern.pattern_name}”"
        + (f" (pattern {pattern.id})" if names.count(pattern.pattern_name) > 1 else "")
        for pattern in patterns
    }
