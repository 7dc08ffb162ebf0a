"""One chain told as a timeline, from the failure through the attempts to its resolution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crash_knowledge.knowledge.chain_steps import ATTEMPT_RECORDED, event_of
from crash_knowledge.store import Unit
from crash_knowledge.store.audit import AuditFilter
from crash_knowledge.store.error_events import StoredEvent
from crash_knowledge.store.records import Chain, EvolutionEntry, FixAttempt

StepKind = Literal["failed", "tried", "did_not_help", "succeeded", "resolved", "reopened", "needs_review", "abandoned"]

LONGEST_LABEL = 80
MOST_CHANGES_READ = 1_000

_HARMLESS = " #,.:-/()+=!?'…–—→·“”‘’‹›"
_LOOK_ALIKES = dict(zip('"<>;[]{}|`_', "”‹›,()()¦‘-", strict=True))

_OUTCOMES: dict[str, tuple[StepKind, str]] = {
    "succeeded": ("succeeded", "worked"),
    "same_error": ("did_not_help", "the same error again"),
    "different_error": ("did_not_help", "another error instead"),
    "unknown": ("tried", "outcome not known"),
}
_CHANGES: dict[str, tuple[StepKind, str]] = {
    "open": ("reopened", "Opened again"),
    "needs_review": ("needs_review", "Waits for a person's review"),
    "abandoned": ("abandoned", "Given up"),
}
_COLOURS: dict[StepKind, str] = {
    "failed": "fill:#ffcdd2,color:#000",
    "did_not_help": "fill:#ffe0b2,color:#000",
    "succeeded": "fill:#c8e6c9,color:#000",
    "resolved": "fill:#a5d6a7,color:#000",
    "needs_review": "fill:#fff9c4,color:#000",
    "abandoned": "fill:#e0e0e0,color:#000",
}
_MINUTES_AN_HOUR, _MINUTES_A_DAY = 60, 1440


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened. ``words``: a sentence without a full stop; ``by``: who, None for a program."""

    at: datetime
    kind: StepKind
    words: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """``steps``: oldest first, the failure at the beginning."""

    chain: Chain
    event: StoredEvent
    steps: tuple[Step, ...]


def timeline(unit: Unit, handle: str) -> Timeline:
    """The chain that an ``err-``, ``chain-`` or ``fix-`` id leads to. Raises UnknownRecord."""
    event_id = event_of(unit, handle)
    event, chain = unit.error_events.get(event_id), unit.chains.of_event(event_id)
    failed = Step(event.occurred_at, "failed", event.error_message)
    who = _who_tried(unit, chain)
    tried = [_attempted(attempt, who.get(attempt.id)) for attempt in chain.attempts]
    steps = [*tried, *_changed(chain, unit.evolution.of_event(event_id))]
    return Timeline(chain, event, (failed, *sorted(steps, key=lambda step: step.at)))


def duration(minutes: float) -> str:
    """``45 seconds``, ``7.5 minutes``, ``3 hours``, ``2.5 days``."""
    for unit_minutes, name in ((_MINUTES_A_DAY, "day"), (_MINUTES_AN_HOUR, "hour"), (1, "minute")):
        if minutes >= (2 if name != "minute" else 1) * unit_minutes:
            return _amount(minutes / unit_minutes, name)
    return _amount(round(minutes * 60), "second")


def mermaid(told: Timeline) -> str:
    """The timeline as a Mermaid flowchart. Labels are escaped: no text of a failure can become Mermaid or HTML."""
    lines = ["flowchart LR"]
    for number, step in enumerate(told.steps):
        lines.append(f'    s{number}["{escaped(f"{step.at:%Y-%m-%d %H:%M} {step.words}")}"]')
    lines += [f"    s{number} --> s{number + 1}" for number in range(len(told.steps) - 1)]
    for number, step in enumerate(told.steps):
        if step.kind in _COLOURS:
            lines.append(f"    style s{number} {_COLOURS[step.kind]}")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """The text as a Mermaid label, on one line. Signs that mean something in Mermaid, Markdown or HTML are replaced by
    others that look alike, or by a dot: Mermaid's own ``#code;`` is shown as it stands where labels are no HTML.
    """
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST_LABEL else f"{line[: LONGEST_LABEL - 1]}…"
    return "".join(_safe(character) for character in line)


def _safe(character: str) -> str:
    if character.isalnum() or character in _HARMLESS:
        return character
    return _LOOK_ALIKES.get(character, "·") if character.isprintable() else ""


def _who_tried(unit: Unit, chain: Chain) -> dict[str, str | None]:
    """Attempt -> who recorded it, as far as the log of changes knows."""
    log = unit.audit.entries(AuditFilter(subject="chain", subject_id=chain.id), MOST_CHANGES_READ)
    return {entry.changes["attempt"]: entry.by for entry in log if entry.action == ATTEMPT_RECORDED}


def _attempted(attempt: FixAttempt, by: str | None) -> Step:
    kind, outcome = _OUTCOMES[attempt.outcome]
    return Step(attempt.attempted_at, kind, f"{attempt.action_taken}: {outcome}", by)


def _changed(chain: Chain, entries: tuple[EvolutionEntry, ...]) -> Iterator[Step]:
    """The changes of the chain's status. What a review of a dump resolved has no entry of its own."""
    resolution_is_told = False
    for entry in entries:
        if entry.changes.get("chain") != chain.id:
            continue
        status = entry.changes["chain_status"]["after"]
        if status == "resolved":
            resolution_is_told |= entry.changes.get("fix") == chain.successful_fix_id
            yield _resolved(entry.created_at, entry.changes.get("resolution_time_minutes"), entry.created_by)
        else:
            kind, words = _CHANGES[status]
            reason = entry.changes.get("reason")
            yield Step(entry.created_at, kind, f"{words}: {reason}" if reason else words, entry.created_by)
    if chain.resolved_at is not None and not resolution_is_told:
        yield _resolved(chain.resolved_at, chain.resolution_time_minutes, None)


def _resolved(at: datetime, minutes: float | None, by: str | None) -> Step:
    took = "it is not known how long it took" if minutes is None else f"after {duration(minutes)}"
    return Step(at, "resolved", f"Resolved, {took}", by)


def _amount(count: float, name: str) -> str:
    shown = f"{count:,.1f}".removesuffix(".0")
    return f"{shown} {name}" if shown == "1" else f"{shown} {name}s"
