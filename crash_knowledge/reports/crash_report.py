"""Everything that is known of one crash, put together once for every format. All texts are redacted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.analyzer import Analysis
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.matching.model import AlignedFrame, Candidate
from crash_knowledge.verdict.card import CardFact, Fix, Statement, card_of
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Note

FRAMES_SHOWN = 40
NOTES_SHOWN = 50
CANDIDATES_SHOWN = 5
KB_PER_MB = 1024


@dataclass(frozen=True, slots=True)
class StackLine:
    """A frame of the stack that was compared; ``number`` as in the dump."""

    number: int
    text: str
    in_app: bool


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One crash. ``stack`` has the innermost frames, ``frame_count`` tells how many there are.

    ``confidence``: 0..1, None for a new crash. ``frames``: alignment with the nearest stored stack. ``made_at``: UTC.
    """

    title: str
    verdict: str
    pattern_id: int | None
    pattern_name: str
    confidence: float | None
    how_sure: str
    release: str | None
    history: tuple[str, ...]
    solutions: tuple[Fix, ...]
    without_solution: str | None
    warnings: tuple[str, ...]
    facts: tuple[CardFact, ...]
    findings: tuple[Statement, ...]
    why: tuple[str, ...]
    frames: tuple[AlignedFrame, ...]
    candidates: tuple[Candidate, ...]
    stack: tuple[StackLine, ...]
    frame_count: int
    environment: tuple[CardFact, ...]
    notes: tuple[Note, ...]
    note_count: int
    made_at: datetime


def crash_report(analysis: Analysis, now: datetime) -> CrashReport:
    """The report of an analysis. ``now``: aware, stands in the report as the time it was made."""
    card, match = card_of(analysis, now), analysis.match
    notes = (*analysis.dump.notes, *analysis.diagnosis.notes)
    return CrashReport(
        title=f"Crash report: {analysis.file_name}, dump {analysis.dump.index + 1}",
        verdict=card.title,
        pattern_id=match.pattern_id,
        pattern_name=card.name,
        confidence=card.confidence,
        how_sure=card.how_sure,
        release=card.release,
        history=(*card.who, *((card.stored,) if card.stored else ())),
        solutions=(*((card.fix,) if card.fix else ()), *card.other_fixes),
        without_solution=card.without_fix,
        warnings=tuple(warning.sentence for warning in card.warnings),
        facts=(*card.crash, *card.origin),
        findings=(*card.statements, *card.more),
        why=match.explanation.sentences,
        frames=match.explanation.frames[:FRAMES_SHOWN],
        candidates=match.explanation.candidates[:CANDIDATES_SHOWN],
        stack=_stack(analysis.fingerprint),
        frame_count=len(analysis.fingerprint.frames),
        environment=_environment(analysis.dump),
        notes=notes[:NOTES_SHOWN],
        note_count=len(notes),
        made_at=now,
    )


def _stack(made: Fingerprint) -> tuple[StackLine, ...]:
    return tuple(StackLine(frame.number, frame.text, frame.in_app) for frame in made.frames[:FRAMES_SHOWN])


def _environment(dump: Dump) -> tuple[CardFact, ...]:
    """Versions, memory and counts of the machine, as far as the dump has them."""
    header, memory = dump.header, dump.memory
    total = memory.total_kb if memory else None
    limit = memory.limit_upper_bound_kb if memory else None
    active = (dump.active_process,) if dump.active_process else ()
    processes = (active, dump.quiescent_processes, dump.suspended_processes)
    values = (
        ("Build", header.build.text if header.build else None),
        ("Smalltalk", header.smalltalk_version),
        ("Database server", header.database_server_version),
        ("Database client", header.database_client_version),
        ("User", header.user),
        ("Computer", header.computer),
        ("Memory in use", f"{total / KB_PER_MB:,.0f} MB" if total is not None else None),
        ("Memory limit", f"{limit / KB_PER_MB:,.0f} MB" if limit is not None else None),
        ("Processes", str(sum(map(len, processes)))),
        ("Database connections", str(dump.distinct_connections)),
        ("Database sessions", str(dump.distinct_sessions)),
        ("Windows", str(len(dump.windows))),
    )
    return tuple(CardFact(name, value) for name, value in values if value)
