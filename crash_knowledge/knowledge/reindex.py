"""Re-keying the store after its rules changed: in batches, resumable, beside everybody's work.

Each crash is fingerprinted anew from its stored text and moves to the variant with its new keys, within its pattern.
The place where the work stands is in the rows themselves (the rules each variant was made by), so a run that was
stopped or killed is taken up by just starting another. Until the end old and new variants stand side by side, and
lookups try the keys of both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from crash_knowledge.errors import CrashKnowledgeError, EmbeddingUnavailable
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.rules import Rules
from crash_knowledge.knowledge.assignment import new_variant, text_hash
from crash_knowledge.knowledge.rulebook import carry_over, rule_book
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Store
from crash_knowledge.store.rekeying import NewKeys, StaleCrash

BATCH = 25
"""Crashes a transaction: the fewer, the shorter others wait for the write lock."""


class Fingerprinter(Protocol):
    """What re-keying needs of the analyzer: it reads stored texts and embeds."""

    @property
    def embedder(self) -> Embedder: ...

    def fingerprint_text(self, text: str, rules: Rules) -> Fingerprint:
        """The fingerprint of a dump's stored text. Raises NotADump."""
        ...

    def embed_missing(self) -> int:
        """Embed variants that have no vector; returns how many were done."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` crashes are re-keyed, ``per_second`` of them by this run."""

    done: int
    total: int
    per_second: float


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Which rules the stored crashes are keyed by.

    ``version``: of the rules in force. ``crashes``: version -> crashes. ``without_text``: crashes of other rules that
    cannot be re-keyed, because their dump is not kept.
    """

    version: int
    crashes: dict[int, int]
    without_text: int

    @property
    def stale(self) -> int:
        """Crashes that a re-keying would change."""
        return sum(self.crashes.values()) - self.crashes.get(self.version, 0) - self.without_text


@dataclass(frozen=True, slots=True)
class Reindexed:
    """``rekeyed`` crashes in ``seconds``; ``stopped``: before the end, as asked; ``status`` afterwards.

    ``embedded``: texts that were embedded: they are new, or had no vector before.
    ``unreadable``: ids of crashes whose stored text is no dump; they keep their keys.
    """

    rekeyed: int
    embedded: int
    seconds: float
    stopped: bool
    unreadable: tuple[int, ...]
    status: IndexStatus


def index_status(store: Store) -> IndexStatus:
    """How many crashes are keyed by which rules. Raises StoreError."""
    version = rule_book(store).current.version
    with store.reading() as unit:
        return IndexStatus(version, unit.rekeying.crashes_by_version(), unit.rekeying.without_text(version))


def reindex(
    store: Store,
    fingerprinter: Fingerprinter,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    batch: int = BATCH,
) -> Reindexed:
    """Key every stored crash by the rules in force when this begins; what is saved meanwhile has new keys already.

    Crashes stay in their patterns with the level and confidence they were stored with. ``should_stop`` is asked before
    every crash is read; what the finished batches did stays. Raises StoreError.
    """
    return _Run(store, fingerprinter, progress, should_stop or (lambda: False), batch).run()


class _Run:
    """One re-keying, from its beginning to its end or stop."""

    def __init__(
        self,
        store: Store,
        fingerprinter: Fingerprinter,
        progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool],
        batch: int,
    ) -> None:
        self._store = store
        self._fingerprinter = fingerprinter
        self._progress = progress
        self._should_stop = should_stop
        self._batch = batch
        self._rules = rule_book(store).current
        self._began = time.monotonic()
        self._total = 0
        self._rekeyed = 0
        self._unreadable: list[int] = []
        self._embedded: set[str] = set()

    def run(self) -> Reindexed:
        with self._store.transaction() as unit:
            carry_over(unit, self._rules, datetime.now(UTC))
        self._total = index_status(self._store).stale
        stopped = self._rekey_all()
        missing = 0
        if not stopped:
            with self._store.transaction() as unit:
                unit.rules.forget_unused()
            missing = self._fingerprinter.embed_missing()
        return Reindexed(
            rekeyed=self._rekeyed,
            embedded=len(self._embedded) + missing,
            seconds=time.monotonic() - self._began,
            stopped=stopped,
            unreadable=tuple(self._unreadable),
            status=index_status(self._store),
        )

    def _rekey_all(self) -> bool:
        """Batch after batch until no stale crash is left; says whether it was stopped."""
        after = (0, 0)
        while True:
            with self._store.reading() as unit:
                crashes = unit.rekeying.stale(self._rules.version, after, self._batch)
            if not crashes:
                return False
            made = self._fingerprints(crashes)
            if made is None:
                return True
            self._move(made, self._vectors(made))
            after = crashes[-1].place
            self._tell()

    def _fingerprints(self, crashes: tuple[StaleCrash, ...]) -> list[tuple[StaleCrash, Fingerprint]] | None:
        """The crashes with their new fingerprints; None when stopped."""
        made = []
        for crash in crashes:
            if self._should_stop():
                return None
            try:
                made.append((crash, self._fingerprinter.fingerprint_text(crash.text, self._rules)))
            except CrashKnowledgeError:
                self._unreadable.append(crash.crash_id)
        return made

    def _vectors(self, made: list[tuple[StaleCrash, Fingerprint]]) -> dict[str, np.ndarray]:
        """Vectors of the texts that changed; none when the text model cannot serve now."""
        changed = [new.semantic_text for crash, new in made if new.semantic_text != crash.semantic_text]
        texts = list(dict.fromkeys(changed))
        try:
            vectors = dict(zip(texts, self._fingerprinter.embedder.embed(texts), strict=True)) if texts else {}
        except EmbeddingUnavailable:
            return {}
        self._embedded.update(map(text_hash, texts))
        return vectors

    def _move(self, made: list[tuple[StaleCrash, Fingerprint]], vectors: dict[str, np.ndarray]) -> None:
        model_id = self._fingerprinter.embedder.model_id
        with self._store.transaction() as unit:
            for crash, fingerprint in made:
                text = fingerprint.semantic_text
                new = NewKeys(
                    new_variant(fingerprint), terms_of(fingerprint), text_hash(text), vectors.get(text), model_id
                )
                self._rekeyed += unit.rekeying.rekey(crash, new)
            unit.rekeying.settle([crash.variant_id for crash, _ in made], self._rules.version)

    def _tell(self) -> None:
        if self._progress is not None:
            seconds = max(time.monotonic() - self._began, 1e-9)
            self._progress(Progress(self._rekeyed, max(self._total, self._rekeyed), self._rekeyed / seconds))
