"""What speaks for a relation, typed, with the sentence a person reads; kept in the store as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from crash_knowledge.errors import StoreError

End = Literal["source", "target"]


@dataclass(frozen=True, slots=True)
class Together:
    """Two patterns meet more often than by chance.

    ``counted``: the end of the relation whose occurrences (``occasions``, at customers that have both; repeats within
    an hour are one) were gone through. ``together``: of these, with the other pattern within the window, ``later`` and
    ``earlier`` (some may be both); ``by_chance``: as many were to be expected. ``apart_minutes``: median.
    ``q_value``: share of false ones among relations as sure as this; ``order_p_value``: chance of so uneven an order.
    """

    window_minutes: int
    counted: End
    occasions: int
    together: int
    later: int
    earlier: int
    by_chance: float
    site_days: int
    customers: tuple[str, ...]
    apart_minutes: float
    q_value: float
    order_p_value: float

    def sentence(self, source: str, target: str) -> str:
        one, other = (source, target) if self.counted == "source" else (target, source)
        return (
            f"Within {_span(self.window_minutes)} of {self.together:,} of {self.occasions:,} occurrences of “{one}” "
            f"came “{other}”: {self.later:,} times after it, {self.earlier:,} times before; by chance it would be "
            f"{_number(self.by_chance)}. On {_counted(self.site_days, 'day')} at "
            f"{_counted(len(self.customers), 'customer')}, typically {_minutes(self.apart_minutes)} apart."
        )


@dataclass(frozen=True, slots=True)
class Succession:
    """The source began where the target ended.

    ``handed_over``: customers where it did, of ``customers`` that have both. ``ended_in``: last version of the target;
    ``began_in``: first version of the source. ``similarity``: of their stacks (FaST). ``same_methods``: the same
    application methods. ``gap_days``: median, from the last of the one to the first of the other.
    """

    handed_over: int
    customers: int
    gap_days: float
    ended_in: str | None
    began_in: str | None
    similarity: float
    same_methods: bool

    def sentence(self, source: str, target: str) -> str:
        versions = f" ({self.ended_in or 'unknown version'}, then {self.began_in or 'unknown version'})"
        alike = "the same application methods" if self.same_methods else f"stacks {self.similarity:.0%} alike"
        return (
            f"At {self.handed_over:,} of {_counted(self.customers, 'customer')} with both, “{source}” began where "
            f"“{target}” ended{versions}, {_days(self.gap_days)}; {alike}."
        )


@dataclass(frozen=True, slots=True)
class SharedFix:
    """A solution of either, both proven. ``link``: the same in both, None where they only read alike."""

    source_solution: str
    target_solution: str
    similarity: float
    link: str | None

    def sentence(self, source: str, target: str) -> str:
        if self.link is not None:
            return f"Proven solutions of both link to {self.link}."
        if self.source_solution == self.target_solution:
            return f"The same solution is proven for both: “{self.source_solution}”."
        return (
            f"Proven solutions read {self.similarity:.0%} alike: “{self.source_solution}” for “{source}”, "
            f"“{self.target_solution}” for “{target}”."
        )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Stacks that are alike, though not the same pattern. ``shared_methods``: application methods in both."""

    similarity: float
    shared_methods: int

    def sentence(self, source: str, target: str) -> str:
        return (
            f"The most frequent stacks of “{source}” and “{target}” are {self.similarity:.0%} alike and share "
            f"{_counted(self.shared_methods, 'application method')}."
        )


@dataclass(frozen=True, slots=True)
class Said:
    """A person linked the two."""

    by: str
    why: str

    def sentence(self, source: str, target: str) -> str:
        return f"{self.by} linked “{source}” and “{target}”{f': {self.why}' if self.why else '.'}"


Evidence = Together | Succession | SharedFix | Neighbours | Said

_FORMS: Mapping[str, type[Evidence]] = {
    "together": Together,
    "succession": Succession,
    "shared_fix": SharedFix,
    "neighbours": Neighbours,
    "said": Said,
}
_NAMES = {form: name for name, form in _FORMS.items()}


def to_plain(evidence: Evidence) -> dict[str, Any]:
    """Plain values, as the store keeps them."""
    return {"form": _NAMES[type(evidence)], **asdict(evidence)}


def from_plain(stored: Mapping[str, Any]) -> Evidence:
    """What ``to_plain`` made. Raises StoreError for anything else."""
    form = _FORMS.get(str(stored.get("form")))
    if form is None or any(one.name not in stored for one in fields(form)):
        raise StoreError("A relation has evidence of an unknown form; run `crash-knowledge network discover` again.")
    values = {one.name: stored[one.name] for one in fields(form)}
    if form is Together:
        values["customers"] = tuple(values["customers"])
    return form(**values)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"


def _span(minutes: int) -> str:
    return _counted(minutes, "minute") if minutes < 120 else _counted(minutes // 60, "hour")


def _minutes(minutes: float) -> str:
    if minutes < 1:
        return "less than a minute"
    return _counted(round(minutes), "minute") if minutes < 120 else f"{minutes / 60:.1f} hours"


def _number(count: float) -> str:
    return f"{count:.1f}" if count >= 0.1 else "less than 0.1"


def _days(gap: float) -> str:
    if abs(gap) < 1:
        return "within a day"
    return f"{_counted(round(gap), 'day')} later" if gap > 0 else f"overlapping by {_counted(round(-gap), 'day')}"
