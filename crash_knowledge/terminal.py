"""The verdict and the inspection as text for a terminal. Control characters of a dump never reach it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from crash_knowledge.analyzer import Analysis
from crash_knowledge.diagnosis import user_action
from crash_knowledge.fingerprint.naming import pattern_name
from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.wording import (
    base_name,
    clipped,
    confidence_sentence,
    history_sentence,
    solution_label,
    solution_record,
    stored_sentence,
    time_of_crash,
    verdict_title,
    visible,
)

FRAMES_SHOWN = 12
SOLUTIONS_SHOWN = 3
MISSING = "not in the dump"


def verdict_text(analysis: Analysis, learned: Learned | None = None, explain: bool = False) -> str:
    """The verdict card: answer first, then what helped, then the facts."""
    match, judged = analysis.match, analysis.judged
    color = "yellow" if match.is_new else "green"
    title = f"{verdict_title(match)}: {visible(match.pattern_name or pattern_name(analysis.fingerprint))}"
    lines = [
        f"{visible(analysis.file_name)}, dump {analysis.dump.index + 1}",
        click.style(title, fg=color, bold=True),
        f"  {visible(confidence_sentence(match))}",
    ]
    if judged.history is not None:
        lines.append(f"  {history_sentence(judged.history)}")
    lines += [
        f"  {solution_label(solution)}: {visible(solution.description)} ({solution_record(solution)})"
        for solution in match.verified_solutions[:SOLUTIONS_SHOWN]
    ]
    if not match.is_new and not match.verified_solutions:
        lines.append("  No solution is recorded yet.")
    lines += _aligned(_facts(analysis))
    lines += [click.style(f"  ! {visible(secret.sentence)}", fg="red") for secret in analysis.secrets]
    if not analysis.dump.complete:
        lines.append("  ! The dump was cut off: what came after the cut is not in the verdict.")
    if judged.stored_before is not None and judged.stored_as is not None:
        lines.append(f"  {visible(stored_sentence(judged.stored_before, judged.stored_as.pattern_name))}")
    if explain:
        lines += _explanation(analysis)
    if learned is not None:
        lines += ["  Saved.", *(f"    {visible(sentence)}" for sentence in learned.sentences)]
    return "\n".join(lines) + "\n"


def _facts(analysis: Analysis) -> list[tuple[str, str]]:
    header = analysis.dump.header
    first = next(iter(analysis.fingerprint.in_app), None)
    action = user_action(analysis.diagnosis)
    return [
        ("Cause", clipped(analysis.dump.cause) or MISSING),
        ("First application frame", first.text if first else "none"),
        ("Customer", header.site.customer if header.site else MISSING),
        ("Version", header.version.text if header.version else MISSING),
        ("When", time_of_crash(analysis.dump) or MISSING),
        *([("User action", action)] if action else []),
    ]


def _explanation(analysis: Analysis) -> list[str]:
    explanation = analysis.match.explanation
    lines = ["  Why:"] + [f"    {visible(sentence)}" for sentence in explanation.sentences]
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


def _aligned(facts: Sequence[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in facts)
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
