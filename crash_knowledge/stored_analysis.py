"""A stored crash analysed anew, as what it is known to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crash_knowledge.analyzer import Analysis, CrashAnalyzer, release_standing
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.store.records import Crash


def stored_analysis(analyzer: CrashAnalyzer, crash_id: int, now: datetime | None = None) -> Analysis:
    """The analysis of a stored crash from its redacted dump; its pattern is the one it belongs to today.

    The text was redacted before it was stored: a password that stood in it is not seen any more.
    Raises UnknownRecord, StoreError.
    """
    with analyzer.store.reading() as unit:
        crash, text = unit.crashes.get(crash_id), unit.crashes.text(crash_id)
    content = text.encode("utf-8", "surrogatepass")
    analysis = analyzer.analyze(content, crash.file_name, now)[0]
    dump = replace(analysis.dump, index=crash.dump_index)
    return _as_stored(
        analyzer, replace(analysis, dump=dump, file_hash=crash.file_hash, dump_hash=crash.dump_hash), crash
    )


def _as_stored(analyzer: CrashAnalyzer, analysis: Analysis, crash: Crash) -> Analysis:
    """With the stored pattern in place of the one that the matcher finds, where they differ."""
    found = analysis.match
    if crash.pattern_id is None or crash.pattern_id == found.pattern_id:
        return analysis
    with analyzer.store.reading() as unit:
        pattern = unit.patterns.current(crash.pattern_id)
        solutions = unit.solutions.verified_of_pattern(pattern.id)
        best = next(iter(solutions), None)
        judged = replace(
            analysis.judged,
            match=CrashMatch(
                is_new=False,
                pattern_id=pattern.id,
                pattern_name=pattern.pattern_name,
                level="exact",
                confidence=1.0,
                explanation=found.explanation,
                verified_solutions=solutions,
            ),
            pattern=pattern,
            fix_last_worked=unit.solutions.last_success(best.id) if best else None,
            release=release_standing(unit, pattern, analysis.dump, analysis.occurred_at),
            history=unit.patterns.summary(pattern.id),
        )
    return replace(analysis, judged=judged)
