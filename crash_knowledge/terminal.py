"""The verdict and the inspection as text for a terminal. Control characters of a dump never reach it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from crash_knowledge.analyzer import Analysis
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.matching.model import Explanation
from crash_knowledge.verdict.card import MISSING, Answer, Fix, Statement, VerdictCard, aside
from crash_knowledge.wording import base_name, clipped, signed, visible

FRAMES_SHOWN = 12
CONTRIBUTIONS_SHOWN = 10
SOLUTIONS_SHOWN = 3
_COLORS: dict[Answer, str] = {"known": "green", "variant": "green", "regressed": "red", "new": "yellow"}


def verdict_text(analysis: Analysis, card: VerdictCard, learned: Learned | None = None, explain: bool = False) -> str:
    """The verdict card: answer, what helped, who else has it, what the dump tells, with lines of the file."""
    sure = f"  {visible(card.how_sure)}"
    lines = [
        visible(card.origin[-1].value),
        click.style(f"{card.title}: {visible(card.name)}", fg=_COLORS[card.answer], bold=True),
        sure,
        *([f"  {visible(card.release)}"] if card.release else []),
        *(_fix(fix) for fix in _fixes(card)),
        *([f"  {card.without_fix}"] if card.without_fix else []),
        *(f"  {visible(sentence)}" for sentence in card.who),
    ]
    lines += _aligned([(one.label, _told(one)) for one in card.statements])
    lines += [click.style(f"  ! {visible(_told(warning))}", fg="red") for warning in card.warnings]
    lines += _aligned([(fact.name, fact.value) for fact in (*card.crash, *card.origin[:-1])])
    if card.stored:
        lines.append(f"  {visible(card.stored)}")
    if explain:
        lines += _aligned([(one.label, _told(one)) for one in card.more])
        lines += _explanation(analysis)
    if learned is not None:
        lines += ["  Saved.", *(f"    {visible(sentence)}" for sentence in learned.sentences)]
    return "\n".join(lines) + "\n"


def _fixes(card: VerdictCard) -> list[Fix]:
    return [fix for fix in (card.fix, *card.other_fixes) if fix][:SOLUTIONS_SHOWN]


def _fix(fix: Fix) -> str:
    return f"  {fix.label}: {visible(fix.description)} ({fix.record})"


def _told(statement: Statement) -> str:
    """The sentence, how sure it is, and where it can be seen."""
    return f"{statement.sentence} ({aside(statement)})" if aside(statement) else statement.sentence


def _explanation(analysis: Analysis) -> list[str]:
    explanation = analysis.match.explanation
    lines = ["  Why:"] + [f"    {visible(sentence)}" for sentence in explanation.sentences]
    lines += _contributions(explanation)
    for frame in explanation.frames[:FRAMES_SHOWN]:
        here, there = visible(frame.here or "–"), visible(frame.there or "–")
        pair = here if here.lower() == there.lower() else f"{here} | {there}"
        lines.append(f"    {frame.relation.replace('_', ' '):>10} {frame.weight:>4.0%}  {pair}")
    if len(explanation.frames) > FRAMES_SHOWN:
        lines.append(f"    … {len(explanation.frames) - FRAMES_SHOWN} more frames (--json has all)")
    lines += [
        f"    {candidate.confidence:>4.0%} {visible(candidate.pattern_name)}: {visible(candidate.reason)}"
        for candidate in explanation.candidates[:5]
    ]
    return lines


def _contributions(explanation: Explanation) -> list[str]:
    """What was compared with the chosen or nearest pattern, and what it added to the log-odds."""
    shown, rest = explanation.contributions[:CONTRIBUTIONS_SHOWN], explanation.contributions[CONTRIBUTIONS_SHOWN:]
    if not shown:
        return []
    width = max(len(one.compared) for one in shown)
    lines = [f"    For (+) and against (−) “{visible(explanation.candidates[0].pattern_name)}”, in log-odds:"]
    lines += [f"    {signed(one.log_odds):>6}  {one.compared:<{width}}  {one.shown}" for one in shown]
    if rest:
        lines.append(f"    {signed(sum(one.log_odds for one in rest)):>6}  {len(rest)} more together")
    lines.append(f"    {signed(explanation.starting_log_odds):>6}  where an average candidate starts")
    return lines


def _aligned(facts: Sequence[tuple[str, str]]) -> list[str]:
    width = max((len(name) for name, _ in facts), default=0)
    return [f"  {name:<{width}}  {visible(value)}" for name, value in facts]


def inspection_text(facts: dict[str, Any]) -> str:
    """The inspection as a page of text: header, counts, application frames, notes."""
    process = facts["active_process"] or {"name": "none", "frames": []}
    frames = process["frames"]
    strong = [frame for frame in frames if frame["in_app"]]
    memory = facts["memory"] or {}
    rows = [
        ("Complete", "yes" if facts["complete"] else "no, it was cut off"),
        ("Local time", facts["local_time"] or MISSING),
        ("Site", facts["site"] or MISSING),
        ("Version", facts["version"] or MISSING),
        ("User, computer", f"{facts['user'] or '–'}, {facts['computer'] or '–'}"),
        ("Cause", clipped(facts["cause"]) or MISSING),
        ("Active process", f"{process['name']}, {len(frames)} frames, {len(strong)} of the application"),
        ("Other processes", str(len(facts["quiescent_processes"]) + len(facts["suspended_processes"]))),
        ("Connections", str(len(facts["connections"]))),
        ("Sessions", f"{facts['distinct_sessions']} ({len(facts['sessions'])} as listed)"),
        ("Windows", str(len(facts["windows"]))),
        ("Memory", f"{memory['total_kb']:,} KB" if memory.get("total_kb") is not None else MISSING),
        ("Classes counted", f"{facts['census_rows']:,}"),
    ]
    lines = [click.style(f"{visible(base_name(facts['file']))}, dump {facts['index'] + 1}", bold=True), *_aligned(rows)]
    lines += [f"  [{frame['number']}] {visible(frame['text'])}" for frame in strong[:FRAMES_SHOWN]]
    lines += [f"  line {note['line']}: {visible(note['what'])} ({note['level']})" for note in facts["notes"]]
    return "\n".join(lines)
