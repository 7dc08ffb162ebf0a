"""What a split would make of a pattern, before anybody decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge.founding import founding
from crash_knowledge.knowledge.grouping import founder_of
from crash_knowledge.store import Unit
from crash_knowledge.store.records import Member, Pattern


@dataclass(frozen=True, slots=True)
class Half:
    """One part of a split pattern. ``customers`` and ``versions``: distinct, sorted."""

    pattern_name: str
    crash_count: int
    variant_count: int
    customers: tuple[str, ...]
    versions: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class SharedVariant:
    """A stack that both halves have: a new crash with it could be of either.

    ``first_frame``: the innermost in-app frame, in lower case.
    """

    variant_id: int
    cause: str
    first_frame: str | None
    staying: int
    leaving: int


@dataclass(frozen=True, slots=True)
class SplitPreview:
    """``staying`` keeps the pattern's name; ``leaving`` becomes a new pattern."""

    staying: Half
    leaving: Half
    shared_variants: tuple[SharedVariant, ...]


def preview(unit: Unit, pattern: Pattern, crash_ids: Sequence[int]) -> SplitPreview:
    """What each half would be. Raises CorrectionRefused as ``halves`` does."""
    staying, leaving = halves(unit, pattern, crash_ids)
    new_name = founding(unit, unit.crashes.get(founder_of(leaving).crash_id)).pattern_name
    return SplitPreview(
        staying=_half(pattern.pattern_name, staying),
        leaving=_half(new_name, leaving),
        shared_variants=_shared(unit, staying, leaving),
    )


def halves(unit: Unit, pattern: Pattern, crash_ids: Sequence[int]) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    """The crashes that stay and those that leave, first to happen first.

    Raises CorrectionRefused when none or all were chosen, or one that is not of the pattern.
    """
    chosen, members = set(crash_ids), unit.corrections.members(pattern.id)
    strange = chosen - {member.crash_id for member in members}
    if strange:
        raise CorrectionRefused(
            f"Crash {min(strange)} is not one of “{pattern.pattern_name}”. Reload and choose again."
        )
    staying = tuple(member for member in members if member.crash_id not in chosen)
    leaving = tuple(member for member in members if member.crash_id in chosen)
    if not leaving:
        raise CorrectionRefused("Choose the crashes that go into the new pattern.")
    if not staying:
        raise CorrectionRefused(f"These are all crashes of “{pattern.pattern_name}”; leave at least one where it is.")
    return staying, leaving


def _half(pattern_name: str, members: Sequence[Member]) -> Half:
    return Half(
        pattern_name=pattern_name,
        crash_count=len(members),
        variant_count=len({member.variant_id for member in members}),
        customers=tuple(sorted({member.customer for member in members if member.customer})),
        versions=tuple(sorted({member.service_version for member in members if member.service_version})),
        first_seen=min(member.occurred_at for member in members),
        last_seen=max(member.occurred_at for member in members),
    )


def _shared(unit: Unit, staying: Sequence[Member], leaving: Sequence[Member]) -> tuple[SharedVariant, ...]:
    here, there = (Counter(member.variant_id for member in half) for half in (staying, leaving))
    both = sorted(one for one in here.keys() & there.keys() if one is not None)
    variants = unit.variants.get_many(both)
    return tuple(
        SharedVariant(
            variant_id=one,
            cause=variants[one].cause,
            first_frame=next(
                (f for f, in_app in zip(variants[one].frames, variants[one].in_app, strict=True) if in_app), None
            ),
            staying=here[one],
            leaving=there[one],
        )
        for one in both
    )
