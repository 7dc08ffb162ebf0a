"""Two dumps side by side: frames, nil variables, circumstances, memory and objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from crash_knowledge.diagnosis import Diagnosis, diagnose
from crash_knowledge.diagnosis.knowledge import dull_variables
from crash_knowledge.facts import crash_facts
from crash_knowledge.fingerprint.keys import fingerprint
from crash_knowledge.fingerprint.model import Fingerprint, NormalFrame
from crash_knowledge.fingerprint.rules import Rules
from crash_knowledge.knowledge.rulebook import rule_book
from crash_knowledge.matching.encoding import Encoder
from crash_knowledge.matching.fast import Pair, align
from crash_knowledge.redaction import Redactor
from crash_knowledge.store import Store
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import CensusRow, MemoryReport
from crash_knowledge.wcr.reading import read_dumps
from crash_knowledge.wording import base_name

if TYPE_CHECKING:
    from crash_knowledge.analyzer import Analysis

NIL = "nil"


@dataclass(frozen=True)
class ComparableDump:
    """A redacted dump with what was made of it. ``crash_id``: None when it is not taken from the store."""

    file_name: str
    crash_id: int | None
    dump: Dump
    diagnosis: Diagnosis
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class ComparedDump:
    """Which dump a side is. ``dump_number`` counts the dumps of a file from 1; ``local_time`` is the machine's."""

    file_name: str
    crash_id: int | None
    dump_number: int
    local_time: datetime | None
    cause: str


@dataclass(frozen=True, slots=True)
class FramePair:
    """A frame of the first dump beside the same method of the second; None where it is missing."""

    first: str | None
    second: str | None
    in_app: bool

    @property
    def in_both(self) -> bool:
        return self.first is not None and self.second is not None


@dataclass(frozen=True, slots=True)
class NilVariable:
    """A variable that is nil in one of the dumps or both. None: that dump does not print the variable."""

    method: str
    variable: str
    nil_in_first: bool | None
    nil_in_second: bool | None

    @property
    def nil_in_both(self) -> bool:
        return bool(self.nil_in_first and self.nil_in_second)

    @property
    def differs(self) -> bool:
        """Nil in one dump, set in the other."""
        return None not in (self.nil_in_first, self.nil_in_second) and not self.nil_in_both


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """The values that each dump has of a fact; empty where it has none."""

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]

    @property
    def same(self) -> bool:
        return self.first == self.second

    @property
    def only_first(self) -> tuple[str, ...]:
        return tuple(value for value in self.first if value not in self.second)

    @property
    def only_second(self) -> tuple[str, ...]:
        return tuple(value for value in self.second if value not in self.first)


@dataclass(frozen=True, slots=True)
class MemoryChange:
    """A memory space, the total or a limit. ``change_kb`` is None when one dump does not print it."""

    name: str
    first_kb: int | None
    second_kb: int | None

    @property
    def change_kb(self) -> int | None:
        return None if self.first_kb is None or self.second_kb is None else self.second_kb - self.first_kb


@dataclass(frozen=True, slots=True)
class CensusChange:
    """The objects of a class in both dumps; 0 where a census does not list it."""

    class_name: str
    first_count: int
    second_count: int
    first_bytes: int
    second_bytes: int

    @property
    def change(self) -> int:
        return self.second_count - self.first_count


@dataclass(frozen=True, slots=True)
class DumpComparison:
    """Two dumps side by side.

    ``first`` is the earlier one when both tell their time (``in_order``), else the one that was given first.
    ``same_exact``, ``same_structure``: cause and stack, or cause and innermost frames, have the same fingerprint.
    ``frames``: of the stack that failed, innermost first.
    ``nil_variables``: of the application frames, without those that are nil everywhere: first those that differ, then
    those nil in both, then those that only one dump prints.
    ``facts``: those that differ first.
    ``census``: classes whose count differs, the biggest change first; None when a dump has no census.
    """

    first: ComparedDump
    second: ComparedDump
    in_order: bool
    same_exact: bool
    same_structure: bool
    frames: tuple[FramePair, ...]
    nil_variables: tuple[NilVariable, ...]
    facts: tuple[ComparedFact, ...]
    memory: tuple[MemoryChange, ...]
    census: tuple[CensusChange, ...] | None


def comparable_dumps(content: bytes, file_name: str, store: Store, redactor: Redactor) -> tuple[ComparableDump, ...]:
    """The dumps of a file, redacted and ready to be compared. Raises NotADump, StoreError."""
    rules = rule_book(store).current
    return tuple(
        _comparable(redactor.redact(dump).dump, redactor.redact_beside(dump, base_name(file_name)), None, rules)
        for dump in read_dumps(content, base_name(file_name)).dumps
    )


def stored_dump(store: Store, crash_id: int) -> ComparableDump:
    """A stored crash, ready to be compared.

    Raises UnknownRecord when there is no such crash or its dump is not kept, NotADump, StoreError.
    """
    with store.reading() as unit:
        crash = unit.crashes.get(crash_id)
        text = unit.crashes.text(crash_id)
    dump = read_dumps(text.encode("utf-8", "surrogatepass")).dumps[0]
    return _comparable(dump, crash.file_name, crash_id, rule_book(store).current)


def analysed_dump(analysis: Analysis) -> ComparableDump:
    """A dump that was just analysed, ready to be compared."""
    stored = analysis.judged.stored_before
    crash_id = stored.id if stored else None
    return ComparableDump(analysis.file_name, crash_id, analysis.dump, analysis.diagnosis, analysis.fingerprint)


def compare(one: ComparableDump, other: ComparableDump) -> DumpComparison:
    """Compare two dumps; the earlier one becomes the first."""
    times = _times(one.dump, other.dump)
    first, second = (other, one) if times is not None and times[1] < times[0] else (one, other)
    return DumpComparison(
        first=_side(first),
        second=_side(second),
        in_order=times is not None,
        same_exact=first.fingerprint.exact == second.fingerprint.exact,
        same_structure=first.fingerprint.structural == second.fingerprint.structural,
        frames=_frames(first.fingerprint, second.fingerprint),
        nil_variables=_nil_variables(first, second),
        facts=_facts(first, second),
        memory=_memory(first.dump.memory, second.dump.memory),
        census=_census(first.dump.census, second.dump.census),
    )


def _comparable(dump: Dump, file_name: str, crash_id: int | None, rules: Rules) -> ComparableDump:
    return ComparableDump(file_name, crash_id, dump, diagnose(dump), fingerprint(dump, rules))


def _side(side: ComparableDump) -> ComparedDump:
    dump = side.dump
    return ComparedDump(side.file_name, side.crash_id, dump.index + 1, dump.header.local_time, dump.cause)


def _times(one: Dump, other: Dump) -> tuple[datetime, datetime] | None:
    """When the two happened: in UTC if both tell it, else by their local clocks."""
    if one.utc_time is not None and other.utc_time is not None:
        return one.utc_time, other.utc_time
    local = one.header.local_time, other.header.local_time
    return None if local[0] is None or local[1] is None else (local[0], local[1])


def _frames(first: Fingerprint, second: Fingerprint) -> tuple[FramePair, ...]:
    """The matcher's alignment of the two stacks, every frame counting alike."""
    encoder = Encoder()
    stacks = [encoder.fingerprint(one) for one in (first, second)]
    methods = [stack.sequence[int(stack.has_cause) :] for stack in stacks]
    pairs = align(methods[0], methods[1], np.ones(len(encoder)))
    return tuple(_frame_pair(pair, first.frames, second.frames) for pair in _interleaved(pairs))


def _frame_pair(pair: Pair, first: Sequence[NormalFrame], second: Sequence[NormalFrame]) -> FramePair:
    here = None if pair.here is None else first[pair.here]
    there = None if pair.there is None else second[pair.there]
    in_app = any(frame is not None and frame.in_app for frame in (here, there))
    return FramePair(here.text if here else None, there.text if there else None, in_app)


def _interleaved(pairs: Sequence[Pair]) -> list[Pair]:
    """Pairs in the order of the first stack, with frames of the second alone where they stand in it."""
    alone = [pair for pair in pairs if pair.here is None]
    rows: list[Pair] = []
    for pair in pairs:
        if pair.here is None:
            continue
        while pair.there is not None and alone and (alone[0].there or 0) < pair.there:
            rows.append(alone.pop(0))
        rows.append(pair)
    return rows + alone


def _nil_variables(first: ComparableDump, second: ComparableDump) -> tuple[NilVariable, ...]:
    here, there = _variables(first), _variables(second)
    found = [
        NilVariable(*place, nil_in_first=here.get(place), nil_in_second=there.get(place))
        for place in {**here, **there}
        if here.get(place) or there.get(place)
    ]
    return tuple(sorted(found, key=lambda one: (not one.differs, not one.nil_in_both)))


def _variables(side: ComparableDump) -> dict[tuple[str, str], bool]:
    """(method, variable) -> whether it is nil, in the innermost such application frame of the active process."""
    if side.fingerprint.culprit:
        return {}
    methods = {frame.number: frame.text for frame in side.fingerprint.in_app}
    is_boilerplate = dull_variables().is_boilerplate
    variables: dict[tuple[str, str], bool] = {}
    for known in side.dump.frame_arguments:
        for variable in known.variables if known.number in methods else ():
            if not is_boilerplate(variable.name):
                variables.setdefault((methods[known.number], variable.name), variable.value.text == NIL)
    return variables


def _facts(first: ComparableDump, second: ComparableDump) -> tuple[ComparedFact, ...]:
    here, there = (_fact_values(side) for side in (first, second))
    names = {**here, **there}
    found = [ComparedFact(name, tuple(here.get(name, ())), tuple(there.get(name, ()))) for name in names]
    return tuple(sorted(found, key=lambda fact: fact.same))


def _fact_values(side: ComparableDump) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for fact in crash_facts(side.dump, side.diagnosis):
        values.setdefault(fact.name, []).append(fact.value)
    return {name: sorted(some) for name, some in values.items()}


def _memory(first: MemoryReport | None, second: MemoryReport | None) -> tuple[MemoryChange, ...]:
    here, there = _sizes(first), _sizes(second)
    return tuple(MemoryChange(name, here.get(name), there.get(name)) for name in {**here, **there})


def _sizes(memory: MemoryReport | None) -> dict[str, int]:
    """Total, spaces and limit -> KB, as far as the dump prints them."""
    if memory is None:
        return {}
    sizes = {
        "Total": memory.total_kb,
        **{space.name: space.size_kb for space in memory.spaces},
        "Limit": memory.limit_upper_bound_kb,
    }
    return {name: size for name, size in sizes.items() if size is not None}


def _census(first: Sequence[CensusRow], second: Sequence[CensusRow]) -> tuple[CensusChange, ...] | None:
    if not first or not second:
        return None
    here, there = ({row.class_name: row for row in rows} for rows in (first, second))
    changes = [_census_change(name, here.get(name), there.get(name)) for name in {**here, **there}]
    changed = [one for one in changes if one.change]
    return tuple(sorted(changed, key=lambda one: (-abs(one.change), one.class_name)))


def _census_change(name: str, first: CensusRow | None, second: CensusRow | None) -> CensusChange:
    return CensusChange(
        class_name=name,
        first_count=first.count if first else 0,
        second_count=second.count if second else 0,
        first_bytes=first.size_bytes if first else 0,
        second_bytes=second.size_bytes if second else 0,
    )
