"""A comparison of two dumps as sentences, as text for a terminal and as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click

from crash_knowledge.comparison.compare import ComparedDump, ComparedFact, DumpComparison, FramePair, NilVariable
from crash_knowledge.wording import clipped, counted, visible

FACTS_NAMED = 10
CLASSES_SHOWN = 12
NILS_SHOWN = 12
LONGEST_CELL = 70
NOTHING = "–"


def side_name(side: ComparedDump) -> str:
    """``WCR_2-4_16-2-37.txt, dump 1 (crash 12), 2024-04-02 16:02``."""
    crash = f" (crash {side.crash_id})" if side.crash_id is not None else ""
    when = f", {side.local_time:%Y-%m-%d %H:%M:%S}" if side.local_time else ""
    return f"{side.file_name}, dump {side.dump_number}{crash}{when}"


def comparison_sentences(comparison: DumpComparison) -> tuple[str, ...]:
    """What is the same and what differs, the most telling first."""
    return tuple(_sentences(comparison))


def comparison_json(comparison: DumpComparison) -> dict[str, Any]:
    """The comparison as plain values, with its sentences."""
    return {"sentences": list(comparison_sentences(comparison)), **asdict(comparison)}


def comparison_text(comparison: DumpComparison) -> str:
    """The comparison as a page of text."""
    lines = [
        f"First:  {visible(side_name(comparison.first))}",
        f"Second: {visible(side_name(comparison.second))}",
        *(f"  {visible(sentence)}" for sentence in comparison_sentences(comparison)),
        click.style("Frames, innermost first", bold=True),
        *_frame_lines(comparison.frames),
    ]
    differing = [fact for fact in comparison.facts if not fact.same]
    if differing:
        lines += [click.style("What differs", bold=True), *map(_fact_line, differing)]
    if comparison.nil_variables:
        lines += [click.style("Nil variables of the application frames", bold=True)]
        lines += map(_nil_line, comparison.nil_variables[:NILS_SHOWN])
        lines += _more(len(comparison.nil_variables) - NILS_SHOWN)
    if comparison.census:
        lines += [click.style("Objects, the biggest changes first", bold=True)]
        lines += [
            f"  {change.change:>+12,}  {visible(change.class_name)} ({change.first_count:,} → {change.second_count:,})"
            for change in comparison.census[:CLASSES_SHOWN]
        ]
        lines += _more(len(comparison.census) - CLASSES_SHOWN)
    return "\n".join(lines)


def fact_values(values: tuple[str, ...]) -> str:
    """The values of a fact in one cell."""
    return ", ".join(values) or NOTHING


def nil_state(is_nil: bool | None) -> str:
    """``nil``, ``set`` or a dash for a variable that the dump does not print."""
    return NOTHING if is_nil is None else "nil" if is_nil else "set"


def _sentences(comparison: DumpComparison) -> Iterator[str]:
    if comparison.same_exact:
        yield "Cause and stack are the same."
    elif comparison.same_structure:
        yield "The cause and the innermost application frames are the same; the stacks differ further out."
    else:
        yield "Cause or stack differ."
    yield _frames_sentence(comparison.frames)
    if differing := [fact.name.replace("_", " ") for fact in comparison.facts if not fact.same]:
        more = f" and {len(differing) - FACTS_NAMED} more" if len(differing) > FACTS_NAMED else ""
        yield f"Differing facts: {', '.join(differing[:FACTS_NAMED])}{more}."
    if comparison.nil_variables:
        yield _nil_sentence(comparison.nil_variables)
    yield from _memory_sentences(comparison)
    if not comparison.in_order:
        yield "A dump does not tell its time: which came first is not known."


def _frames_sentence(frames: tuple[FramePair, ...]) -> str:
    only_first = sum(pair.second is None for pair in frames)
    only_second = sum(pair.first is None for pair in frames)
    shared = counted(len(frames) - only_first - only_second, "frame")
    return f"{shared} in both, {only_first} only in the first, {only_second} only in the second."


def _nil_sentence(variables: tuple[NilVariable, ...]) -> str:
    both = sum(one.nil_in_both for one in variables)
    differing = sum(one.differs for one in variables)
    told = f"{counted(both, 'variable is', 'variables are')} nil in both dumps"
    told += f", {differing} nil in one and set in the other"
    alone = len(variables) - both - differing
    return f"{told}; {alone} nil where the other dump does not print it." if alone else f"{told}."


def _memory_sentences(comparison: DumpComparison) -> Iterator[str]:
    total = next((change for change in comparison.memory if change.name == "Total"), None)
    if total is not None and total.first_kb is not None and total.second_kb is not None:
        first, second = (f"{kilobytes / 1024:,.0f} MB" for kilobytes in (total.first_kb, total.second_kb))
        yield f"Memory in use: {first} in the first, {second} in the second."
    since = "since the earlier dump" if comparison.in_order else "from the first to the second"
    if comparison.census is None:
        yield "Objects cannot be compared: a dump has no census."
    elif comparison.census:
        top = ", ".join(f"{change.class_name} {change.change:+,}" for change in comparison.census[:3])
        yield f"{top} {since}."
    else:
        yield "Every class has as many objects in both."


def _frame_lines(frames: tuple[FramePair, ...]) -> Iterator[str]:
    """One line a frame; a run of frames beneath the application that are the same in both becomes one line."""
    for is_plain, run in groupby(frames, key=lambda pair: pair.in_both and not pair.in_app):
        pairs = list(run)
        if is_plain and len(pairs) > 1:
            yield f"  =  … {len(pairs)} frames beneath the application, the same in both"
        else:
            yield from map(_frame_line, pairs)


def _frame_line(pair: FramePair) -> str:
    mark = "=" if pair.in_both else "<" if pair.second is None else ">"
    app = "*" if pair.in_app else " "
    first, second = visible(pair.first or ""), visible(pair.second or "")
    text = first if not second or first.lower() == second.lower() else second if not first else f"{first} | {second}"
    return f"  {mark}{app} {text}"


def _fact_line(fact: ComparedFact) -> str:
    first, second = (
        clipped(visible(fact_values(values)), LONGEST_CELL) for values in (fact.only_first, fact.only_second)
    )
    return f"  {fact.name.replace('_', ' '):<18} {first} | {second}"


def _nil_line(one: NilVariable) -> str:
    states = f"{nil_state(one.nil_in_first)} | {nil_state(one.nil_in_second)}"
    return f"  {states:<11} {visible(one.variable)} in {visible(one.method)}"


def _more(left: int) -> list[str]:
    return [f"  … {left:,} more (--json has all)"] if left > 0 else []
