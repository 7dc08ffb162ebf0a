"""A crash report laid out for reading: headings, paragraphs, tables, lists and listings, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crash_knowledge.reports.crash_report import CrashReport
from crash_knowledge.verdict.card import Statement, aside
from crash_knowledge.wording import percent


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` is empty for a table of names and values."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines in a fixed order, as in a dump."""

    lines: tuple[str, ...]


Block = Heading | Text | Items | Table | Listing


def blocks(report: CrashReport) -> Iterator[Block]:
    """The report in reading order: the verdict, what helps, what happened, and why."""
    yield Text(f"{report.verdict}: {report.pattern_name}", strong=True)
    yield Text(report.how_sure)
    if report.release:
        yield Text(report.release)
    if report.history:
        yield Text(" ".join(report.history))
    if report.warnings:
        yield Items(tuple(f"Note: {warning}" for warning in report.warnings))
    yield from _solutions(report)
    yield Heading("Facts")
    yield Table((), tuple((fact.name, fact.value) for fact in report.facts))
    yield from _findings(report.findings)
    yield from _why(report)
    yield from _stack(report)
    yield Heading("Program and machine")
    yield Table((), tuple((fact.name, fact.value) for fact in report.environment))
    yield from _notes(report)
    yield Text(f"Made on {report.made_at:%Y-%m-%d %H:%M} UTC. Names of users and computers are pseudonyms.")


def _solutions(report: CrashReport) -> Iterator[Block]:
    yield Heading("What to do")
    if report.solutions:
        yield Items(tuple(f"{one.label}: {one.description} ({one.record})" for one in report.solutions))
    if report.without_solution:
        yield Text(report.without_solution)


def _findings(findings: tuple[Statement, ...]) -> Iterator[Block]:
    yield Heading("What the dump tells")
    if not findings:
        yield Text("No rule found anything worth saying in this dump.")
        return
    yield Table(
        ("About", "Finding", "Sureness, lines"),
        tuple((one.label, one.sentence, aside(one) or "certain") for one in findings),
    )


def _why(report: CrashReport) -> Iterator[Block]:
    yield Heading("Why this verdict")
    if report.why:
        yield Items(report.why)
    if report.frames:
        yield Table(
            ("Frames", "Here", "In the nearest known crash", "Weight"),
            tuple(
                (frame.relation.replace("_", " "), frame.here or "–", frame.there or "–", f"{frame.weight:.0%}")
                for frame in report.frames
            ),
        )
    if report.candidates:
        yield Table(
            ("Pattern considered", "Confidence", "Why"),
            tuple((one.pattern_name, percent(one.confidence), one.reason) for one in report.candidates),
        )


def _stack(report: CrashReport) -> Iterator[Block]:
    yield Heading("Stack")
    if not report.stack:
        yield Text("This dump has no stack.")
        return
    yield Listing(tuple(f"{'*' if line.in_app else ' '} [{line.number}] {line.text}" for line in report.stack))
    left = report.frame_count - len(report.stack)
    yield Text("* marks frames of the application." + (f" {left:,} more frames are left out." if left else ""))


def _notes(report: CrashReport) -> Iterator[Block]:
    if not report.notes:
        return
    yield Heading("What could not be read")
    yield Table(("Line", "Level", "What"), tuple((f"{note.line:,}", note.level, note.what) for note in report.notes))
    left = report.note_count - len(report.notes)
    if left:
        yield Text(f"{left:,} more notes are left out.")
