"""Sentences that the page and the command line share, so that both say the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from crash_knowledge.knowledge.life_cycle import Life
from crash_knowledge.knowledge.standing import Standing
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.store.life_cycle import MuteEnd, PatternFix, PatternStep, StepKind
from crash_knowledge.store.records import Crash, PatternSummary, Solution
from crash_knowledge.wcr.dump import Dump

if TYPE_CHECKING:
    from crash_knowledge.network.builder import Discovery

LEVELS = {
    "exact": "the same cause and the same stack",
    "structural": "the same cause and the same innermost application frames",
    "semantic": "a cause and stack of very similar meaning",
    "fuzzy": "a largely overlapping stack",
    "manual": "a person's decision",
    "new": "nothing close enough is known",
}
"""What each level of the cascade means, in words."""


STANDARD_INPUT = "-"
MOST_VERSIONS = 4

_STEPS: dict[StepKind, str] = {
    "resolve": "Resolved",
    "withdraw": "Fix taken back",
    "regress": "Seen again, though fixed,",
    "mute": "Muted",
    "wake": "Mute ended",
    "reopen": "Reopened",
}


def visible(text: str) -> str:
    """The text on one line, control and direction characters taken out."""
    return "".join(c for c in " ".join(text.split()) if not unicodedata.category(c).startswith("C"))


def base_name(given_name: str) -> str:
    """The name of a file without its folders, those of Windows too; ``standard input`` for ``-``."""
    return "standard input" if given_name == STANDARD_INPUT else PureWindowsPath(given_name).name or given_name


def clipped(text: str, longest: int = 300) -> str:
    """The text, cut with an ellipsis when it is too long to be read at a glance."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def day(when: datetime) -> str:
    """``2 Apr 2024``."""
    return f"{when.day} {when:%b %Y}"


def time_of_crash(dump: Dump) -> str | None:
    """The dump's local time, and UTC where it tells its time zone; None when it has no time."""
    local, utc = dump.header.local_time, dump.utc_time
    if local is None:
        return None
    if utc is None:
        return f"{local:%Y-%m-%d %H:%M} local time"
    same_day = local.date() == utc.date()
    return f"{local:%Y-%m-%d %H:%M} local time, {utc:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}} UTC"


def times(count: int) -> str:
    """``once``, ``twice``, ``7 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """``1 site``, ``2 sites``."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def percent(probability: float) -> str:
    """``87%``; never a certainty: ``over 99%`` and ``under 1%`` at the ends."""
    if probability > 0.99:
        return "over 99%"
    return f"{probability:.0%}" if probability >= 0.01 else "under 1%"


def signed(number: float) -> str:
    """``+2.1`` or ``−0.4``."""
    return f"{'−' if number < 0 else '+'}{abs(number):.1f}"


def listed(names: Sequence[str], most: int) -> str:
    """``FJORD, MAREA and 3 more``."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def ago(when: datetime, now: datetime) -> str:
    """``today``, ``yesterday``, ``5 days ago``, ``3 weeks ago``, ``4 months ago``, ``2 years ago``; by UTC days."""
    days = (now.astimezone(UTC).date() - when.astimezone(UTC).date()).days
    if days < 2:
        return "today" if days < 1 else "yesterday"
    for length, unit in ((365, "year"), (30, "month"), (7, "week")):
        if days >= 2 * length:
            return f"{days // length} {unit}s ago"
    return f"{days} days ago"


def confidence_sentence(match: CrashMatch) -> str:
    """How sure the verdict is and at which level, or why it is new."""
    if match.is_new:
        nearest = next(iter(match.explanation.candidates), None)
        if nearest is None and match.explanation.left_out:
            return "The stored patterns like it were refused for it by a reviewer."
        if nearest is None:
            return "No stored pattern shares anything with it."
        return f"The nearest pattern, “{nearest.pattern_name}”, reaches {percent(nearest.confidence)}: too little."
    return f"{percent(match.confidence).capitalize()} sure, by {LEVELS[match.level]} ({match.level})."


def history_sentence(history: PatternSummary) -> str:
    """``Seen 7 times at 2 sites since 2 Apr 2024, last on 16 Apr 2024.``"""
    sites = f" at {counted(len(history.customers), 'site')}" if history.customers else ""
    if history.occurrence_count == 1:
        return f"Seen once{sites}, on {day(history.first_seen)}."
    if day(history.first_seen) == day(history.last_seen):
        return f"Seen {times(history.occurrence_count)}{sites}, all on {day(history.first_seen)}."
    return (
        f"Seen {times(history.occurrence_count)}{sites} since {day(history.first_seen)}, "
        f"last on {day(history.last_seen)}."
    )


def life_sentence(life: Life) -> str:
    """What became of a pattern: its status, with the versions, the person or the end that belong to it."""
    versions = listed([fix.version for fix in life.fixes], MOST_VERSIONS)
    fixed = f", fixed in {versions}" if versions else ""
    if life.pattern.status == "resolved":
        return f"Resolved in {versions}." if versions else "Resolved; in which version is not recorded."
    if life.pattern.status == "regressed":
        again = next((step.version for step in life.steps if step.kind == "regress" and not step.undone_at), None)
        return f"Regressed{fixed}, seen again{f' in {again}' if again else ''}."
    if life.mute is not None and life.pattern.status == "muted":
        why = f" ({life.mute.why})" if life.mute.why else ""
        return f"Muted by {life.mute.muted_by} on {day(life.mute.muted_at)} {end_of_mute(life.mute.end)}{fixed}{why}."
    return f"{life.pattern.status.capitalize()}{fixed}."


def end_of_mute(end: MuteEnd) -> str:
    """``until 3 Mar 2025``, ``for 5 further dumps``: what ends a mute."""
    if end.at is not None:
        return f"until {day(end.at)}"
    if end.count is not None:
        return f"for {counted(end.count, 'further dump')}"
    if end.version is not None:
        return f"until a dump of {end.version} or later"
    return f"until it is seen more than {end.escalation_factor:g} times as often as usual"


def fix_sentence(fix: PatternFix, solutions: Sequence[Solution]) -> str:
    """``Line 2024r1: fixed in 2024r1.002 (Ann, 2 Apr 2024).`` with the solution that it is and why, where known."""
    solution = next((one.description for one in solutions if one.id == fix.solution_id), None)
    line = f"Line {fix.release_line}: fixed" if fix.release_line else "Fixed"
    more = "".join(f" {clipped(text)}" for text in (solution, fix.why) if text)
    return f"{line} in {fix.version} ({fix.fixed_by}, {day(fix.fixed_at)}).{more}"


def step_sentence(step: PatternStep) -> str:
    """What was done, by whom and why: ``Resolved in 2024r1.002 by Ann: delivered.``"""
    version = f" in {step.version}" if step.version else ""
    why = f": {clipped(step.why)}" if step.why else ""
    undone = f" (undone by {step.undone_by})" if step.undone_by else ""
    return f"{_STEPS[step.kind]}{version} by {step.taken_by or 'the program'}{why}{undone}"


def release_sentence(standing: Standing) -> str:
    """What the version of a dump says of the fixes of its pattern."""
    again = f" It was seen again in {standing.seen_again_in} since." if standing.seen_again_in else ""
    if standing.is_back:
        return f"Regressed: fixed in {standing.fix}, seen again in {standing.version}."
    return _fix_sentence(standing) + again


def _fix_sentence(standing: Standing) -> str:
    fix, version = standing.fix, standing.version
    if standing.place == "before_the_fix":
        return f"Your version {version} is older than the fix: upgrade to {fix}."
    if standing.place == "earlier_line":
        return f"Fixed in {fix}, not in your {standing.line} line: ask for a back-port."
    if standing.place == "later_line":
        return f"Fixed in {fix}; it is not known whether the fix is in line {standing.line}."
    if standing.place == "fixed" and standing.fixed_at is not None:
        return (
            f"Fixed in {fix}. This dump is of {version}, which has the fix, but it happened before the fix was "
            f"recorded on {day(standing.fixed_at)}."
        )
    told = f"this dump is of {version}" if version else "this dump does not tell its version"
    return f"Fixed in {fix}; {told}, so whether it has the fix is not known."


def discovery_sentence(found: Discovery) -> str:
    """How many relations were found, in what."""
    looked_at = f"{counted(found.events, 'crash', 'crashes')} of {counted(found.patterns, 'pattern')}"
    return f"{counted(found.total, 'relation')} in {looked_at} (repeats within an hour are one)."


def solution_record(solution: Solution) -> str:
    """``worked once``, ``worked 4 of 5 times``, ``failed twice`` or ``proposed, not tried yet``."""
    if not solution.success_count and not solution.failure_count:
        return "proposed, not tried yet"
    if not solution.failure_count:
        return f"worked {times(solution.success_count)}"
    if not solution.success_count:
        return f"failed {times(solution.failure_count)}"
    return f"worked {solution.success_count:,} of {solution.success_count + solution.failure_count:,} times"


def solution_label(solution: Solution) -> str:
    """What its record makes of a solution: ``What helped``, ``Did not help`` or ``Proposed``."""
    if not solution.is_verified:
        return "Proposed by AI, verified by nobody"
    if solution.success_count:
        return "What helped"
    return "Did not help" if solution.failure_count else "Proposed"


def stored_sentence(crash: Crash, pattern_name: str) -> str:
    """Said when the very same dump is in the store already."""
    return (
        f"This very dump was saved on {day(crash.recorded_at)} as crash {crash.id}, under “{pattern_name}”. "
        "Saving it again adds your review but does not count it twice."
    )
