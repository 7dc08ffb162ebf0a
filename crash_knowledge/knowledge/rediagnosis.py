"""Diagnosing stored crashes again after the rules changed: in batches, resumable, beside everybody's work.

Each crash says which rules established its facts, so a run that was stopped or killed is taken up by another.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from crash_knowledge.errors import CrashKnowledgeError, UnknownRecord
from crash_knowledge.store import Store
from crash_knowledge.store.records import EventFact, UndiagnosedCrash

BATCH = 25
"""Crashes a transaction: the fewer, the shorter others wait for the write lock."""


@dataclass(frozen=True, slots=True)
class Rediagnosed:
    """``diagnosed`` crashes have facts of the present rules now.

    ``stopped``: before the end, as asked. ``unreadable``: ids of crashes whose stored text is no dump; they keep the
    facts they had.
    """

    diagnosed: int
    stopped: bool
    unreadable: tuple[int, ...]


def rediagnose(
    store: Store,
    facts_of_text: Callable[[str], tuple[EventFact, ...]],
    revision: str,
    progress: Callable[[int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    batch: int = BATCH,
) -> Rediagnosed:
    """Give every stored crash the facts that the rules ``revision`` establish; those that have them are passed over.

    ``facts_of_text`` may raise NotADump. ``progress`` is told how many crashes are done after each batch;
    ``should_stop`` is asked before each. Raises StoreError.
    """
    diagnosed, after = 0, 0
    unreadable: list[int] = []
    while True:
        with store.reading() as unit:
            crashes = unit.facts.undiagnosed(revision, after, batch)
        if not crashes or (should_stop is not None and should_stop()):
            return Rediagnosed(diagnosed, bool(crashes), tuple(unreadable))
        found = _facts_of(crashes, facts_of_text)
        with store.transaction() as unit:
            for event_id, facts in found.items():
                with suppress(UnknownRecord):  # it was removed since it was read
                    unit.facts.put(event_id, facts, revision)
                    diagnosed += 1
        unreadable += [crash.crash_id for crash in crashes if crash.error_event_id not in found]
        after = crashes[-1].crash_id
        if progress is not None:
            progress(diagnosed)


def _facts_of(
    crashes: tuple[UndiagnosedCrash, ...], facts_of_text: Callable[[str], tuple[EventFact, ...]]
) -> dict[str, tuple[EventFact, ...]]:
    """Failure -> its facts, of those whose text can be read."""
    found = {}
    for crash in crashes:
        with suppress(CrashKnowledgeError):
            found[crash.error_event_id] = facts_of_text(crash.text)
    return found
