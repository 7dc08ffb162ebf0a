"""How near to air the plan is that was being edited: from the label of its window and the dump's local date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from crash_knowledge.diagnosis.commands import command_of
from crash_knowledge.diagnosis.dates import day_in
from crash_knowledge.diagnosis.expertise import expertise
from crash_knowledge.diagnosis.labels import caption_of, window_at_work, window_of
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.stack import work
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Window

_URGENT_DAYS = 1
_SOON_DAYS = 7
_LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class _Plan:
    window: Window
    channel: str
    day: date


def near_to_air(dump: Dump) -> Iterator[Finding]:
    """Says which channel's plan was being edited, for which day, and how many days that is before air: how urgent.

    The window that the user worked in counts; otherwise, of the windows that show a plan, the one nearest to air.
    Which labels show a plan stands in ``data/diagnosis/window_labels.txt``. Says nothing when no window shows one, or
    the dump has no date. Example: "The plan of ONE for 15 Apr 2025 was being edited: on air tomorrow, urgent".
    """
    moment = dump.header.local_time
    if moment is None:
        return
    today = moment.date()
    at_work = _at_work(dump)
    plan = _plan_of(at_work) if at_work else None
    opened = [found for window in dump.windows if (found := _plan_of(window))]
    worked_in = plan is not None
    if plan is None and opened:
        plan = min(opened, key=lambda found: (found.day < today, abs((found.day - today).days)))
    if plan is None:
        return
    days = (plan.day - today).days
    doing = "was being edited" if worked_in else "was open"
    shown = f"{plan.day.day} {plan.day:%b %Y}"
    sentence = f"The plan of {plan.channel} for {shown} {doing}: {_spoken(days)}"
    facts = (
        Fact("channel", plan.channel),
        Fact("schedule_date", plan.day.isoformat()),
        Fact("days_to_air", str(days)),
    )
    yield Finding("near_to_air", "urgency", sentence, "certain" if worked_in else "likely", (plan.window.line,), facts)


def _at_work(dump: Dump) -> Window | None:
    frames = work(dump).frames
    command = command_of(dump, frames)
    return window_of(dump, command.executor) if command else window_at_work(dump, frames)


def _plan_of(window: Window) -> _Plan | None:
    caption = caption_of(window, _LONGEST_LABEL)
    for label in expertise().labels:
        match = label.fullmatch(caption)
        day = day_in(match["date"]) or day_in(caption) if match else None
        if match and day:
            return _Plan(window, match["channel"].strip(), day)
    return None


def _spoken(days: int) -> str:
    if days < 0:
        return "it was on air yesterday" if days == -1 else f"it was on air {-days} days before"
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    urgency = "urgent" if days <= _URGENT_DAYS else "soon" if days <= _SOON_DAYS else "not urgent for the air"
    return f"on air {when}, {urgency}"
