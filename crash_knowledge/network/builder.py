"""The pattern network: finding the relations of all patterns, or of the one that a new crash belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crash_knowledge.errors import EmbeddingUnavailable
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.network.coincidence import LEAST_TOGETHER, possible_tests
from crash_knowledge.network.evidence import Neighbours, SharedFix, Succession, to_plain
from crash_knowledge.network.likeness import Alike, Stacks, alike, alike_of
from crash_knowledge.network.neighbours import neighbours
from crash_knowledge.network.occurrences import Occurrences, fold
from crash_knowledge.network.reading import Evidences, read
from crash_knowledge.network.shared_fix import same_cures
from crash_knowledge.network.succession import HandOver, hand_overs
from crash_knowledge.network.together import together
from crash_knowledge.store import Store
from crash_knowledge.store.relations import NewRelation, RelationKind

Step = Literal["reading", "coincidences", "stacks", "fixes"]

_ROWS_A_TRANSACTION = 500
_COME_TOGETHER: tuple[RelationKind, ...] = ("co_occurs", "causes")
_HAVE_LIKE_STACKS: tuple[RelationKind, ...] = ("evolves_from", "related_to")
_CURED_ALIKE: tuple[RelationKind, ...] = ("similar_fix",)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, and which share of that is done."""

    step: Step
    share: float


@dataclass(frozen=True, slots=True)
class Discovery:
    """``found``: relations now standing on evidence, by kind. ``dropped``: earlier ones without evidence now.

    ``patterns``, ``events``: that were looked at (repeats within an hour are one event). ``stopped``: before the end;
    what was found by then is stored.
    """

    found: tuple[tuple[RelationKind, int], ...]
    dropped: int
    patterns: int
    events: int
    stopped: bool

    @property
    def total(self) -> int:
        return sum(count for _, count in self.found)


class _StopAsked(Exception):
    """The caller wants no more."""


class CrashGraphBuilder:
    """Finds relations between the patterns of a store. ``embedder``: reads solutions; without it only the same link
    or the same text make a shared fix.

    The store is read in one state, and written in short transactions, one kind of relation after the other: dumps may
    come in meanwhile. The same store gives the same relations, however often they are discovered.
    """

    def __init__(self, store: Store, embedder: Embedder | None = None) -> None:
        self._store = store
        self._embedder = embedder

    def discover_relationships(
        self,
        now: datetime,
        progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Discovery:
        """Find the relations of all patterns; those found before and not any more go, unless a person confirmed them.

        ``now``: crashes said to be later are left out. ``should_stop``: asked often; stops between two writes. Run
        again, it goes over everything again and ends with the same. Raises StoreError.
        """
        return _Work(self._store, self._embedder, None, now, progress, should_stop).done()

    def update_relationships(self, instance_id: int, now: datetime | None = None) -> Discovery:
        """Find the relations of the pattern that a stored crash belongs to. Raises UnknownRecord, StoreError."""
        with self._store.reading() as unit:
            pattern_id = unit.crashes.get(instance_id).pattern_id
        if pattern_id is None:
            return Discovery((), 0, 0, 0, stopped=False)
        return _Work(self._store, self._embedder, pattern_id, now, None, None).done()


class _Work:
    """One run: reads, then finds and stores kind after kind. ``pattern_id``: only of this pattern."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder | None,
        pattern_id: int | None,
        now: datetime | None,
        progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._pattern_id = pattern_id
        self._now = now
        self._progress = progress
        self._should_stop = should_stop
        self._found: Counter[RelationKind] = Counter()
        self._dropped = 0

    def done(self) -> Discovery:
        stopped, patterns, events = False, 0, 0
        try:
            known = read(self._store, LEAST_TOGETHER, self._pattern_id, lambda share: self._tell("reading", share))
            occurrences = fold(known.events.until(self._now))
            patterns, events = len(known.stacks.pattern_ids), len(occurrences.at)
            self._keep(_COME_TOGETHER, self._coincidences(known, occurrences))
            self._keep(_HAVE_LIKE_STACKS, self._like_stacks(known.stacks, occurrences))
            self._keep(_CURED_ALIKE, self._shared_fixes(known))
        except _StopAsked:
            stopped = True
        found = tuple(sorted(self._found.items()))
        return Discovery(found, self._dropped, patterns, events, stopped)

    def _coincidences(self, known: Evidences, occurrences: Occurrences) -> Sequence[NewRelation]:
        one_only, before = self._pattern_id is not None, 0
        if one_only:
            with self._store.reading() as unit:
                before = len(unit.relations.inferred(_COME_TOGETHER))
        return together(
            occurrences,
            known.customers,
            of_pattern=self._pattern_id,
            known=before,
            tested=possible_tests(known.frequent_patterns) if one_only else None,
            progress=lambda share: self._tell("coincidences", share),
        )

    def _like_stacks(self, stacks: Stacks, occurrences: Occurrences) -> Sequence[NewRelation]:
        if self._pattern_id is None:
            pairs = alike(stacks, progress=lambda share: self._tell("stacks", share))
        else:
            pairs = alike_of(stacks, self._pattern_id)
        handed = hand_overs(occurrences, pairs)
        near = neighbours(pairs, (frozenset((one.new_id, one.old_id)) for one in handed))
        first_seen = dict(zip(stacks.pattern_ids, stacks.first_seen, strict=True))
        found = [*self._evolved(handed), *(_neighbour(pair, first_seen) for pair in near)]
        return [one for one in found if self._pattern_id in (None, one.source_id, one.target_id)]

    def _evolved(self, handed: Sequence[HandOver]) -> Iterator[NewRelation]:
        with self._store.reading() as unit:
            versions = {
                one: (
                    unit.relations.end_version(one.old_id, last=True),
                    unit.relations.end_version(one.new_id, last=False),
                )
                for one in handed
            }
        for one, (ended_in, began_in) in versions.items():
            evidence = Succession(
                handed_over=one.handed_over,
                customers=one.customers,
                gap_days=one.gap_days,
                ended_in=ended_in,
                began_in=began_in,
                similarity=round(one.alike.similarity, 4),
                same_methods=one.alike.same_methods,
            )
            yield NewRelation(
                one.new_id, one.old_id, "evolves_from", one.confidence, to_plain(evidence), one.ended_at, one.began_at
            )

    def _shared_fixes(self, known: Evidences) -> Sequence[NewRelation]:
        self._tell("fixes", 0.0)
        try:
            cures = same_cures(known.solutions, None if self._embedder is None else self._embedder.embed)
        except EmbeddingUnavailable:
            cures = same_cures(known.solutions, None)
        found = []
        for cure in cures:
            one, other = sorted((cure.one, cure.other), key=lambda solution: solution.pattern_id)
            if self._pattern_id not in (None, one.pattern_id, other.pattern_id):
                continue
            evidence = SharedFix(one.description, other.description, round(cure.similarity, 4), cure.link)
            moments = sorted((one.created_at, other.created_at))
            ends = (one.pattern_id, other.pattern_id)
            found.append(NewRelation(*ends, "similar_fix", cure.similarity, to_plain(evidence), *moments))
        return found

    def _keep(self, kinds: tuple[RelationKind, ...], relations: Sequence[NewRelation]) -> None:
        """Store what was found of some kinds, and drop what was found before and is not any more."""
        for begin in range(0, len(relations), _ROWS_A_TRANSACTION):
            self._stop_if_asked()
            with self._store.transaction() as unit:
                unit.relations.put_inferred(relations[begin : begin + _ROWS_A_TRANSACTION])
        self._found.update(one.kind for one in relations)
        self._stop_if_asked()
        still = {(one.source_id, one.target_id, one.kind) for one in relations}
        with self._store.transaction() as unit:
            before = unit.relations.inferred(kinds, self._pattern_id)
            gone = [one.id for one in before if (one.source_id, one.target_id, one.kind) not in still]
            self._dropped += unit.relations.drop_inferred(gone)

    def _tell(self, step: Step, share: float) -> None:
        self._stop_if_asked()
        if self._progress is not None:
            self._progress(Progress(step, share))

    def _stop_if_asked(self) -> None:
        if self._should_stop is not None and self._should_stop():
            raise _StopAsked


def _neighbour(pair: Alike, first_seen: dict[int, datetime]) -> NewRelation:
    moments = sorted((first_seen[pair.first_id], first_seen[pair.second_id]))
    evidence = Neighbours(round(pair.similarity, 4), pair.shared_methods)
    confidence = min(max(pair.similarity, 0.01), 1.0)
    return NewRelation(pair.first_id, pair.second_id, "related_to", confidence, to_plain(evidence), *moments)
