"""What a reply may speak of: the facts of one analysis, each with how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from crash_knowledge.diagnosis import Confidence, Diagnosis, FactName
from crash_knowledge.matching.model import Level
from crash_knowledge.replies.shapes import CUSTOMER, PSEUDONYM, SHAPES, VERSION, shaped
from crash_knowledge.store.records import PatternSummary, Solution, SolutionUse

if TYPE_CHECKING:
    from crash_knowledge.analyzer import Analysis

_SURE: tuple[Confidence, ...] = ("certain", "likely", "possible")


@dataclass(frozen=True, slots=True)
class Known:
    """Distinct values of a fact, the surest first, and how sure all of them are: as the least sure one."""

    values: tuple[str, ...]
    confidence: Confidence

    @property
    def first(self) -> str:
        return self.values[0]


@dataclass(frozen=True)
class ReplyFacts:
    """The facts of one analysis.

    ``level`` is ``manual`` when a person decided on the pattern. ``last_worked``: of the best solution.
    ``resolved_in``: the version with the fix, that of the dump's own line where it has one. ``user``: a pseudonym.
    ``customer``, ``version``, ``line``: None where the dump has none, or has something that is no such name.
    """

    file_name: str
    dump_number: int
    complete: bool
    local_time: datetime | None
    customer: str | None
    version: str | None
    line: str | None
    user: str | None
    password_in_clear: bool
    pattern_id: int | None
    level: Level | str
    match_confidence: float
    history: PatternSummary | None
    solutions: tuple[Solution, ...]
    last_worked: SolutionUse | None
    resolved_in: str | None
    diagnosis: Diagnosis

    @property
    def is_new(self) -> bool:
        return self.pattern_id is None

    @property
    def match_sureness(self) -> Confidence:
        """How sure it is that the crash is of the pattern: certain for the same stack or a person's decision."""
        return "certain" if self.is_new or self.level in ("exact", "manual") else "likely"

    def known(self, name: FactName, most: int = 1) -> Known | None:
        """Up to ``most`` values of a fact that are fit to be said; None when there is none."""
        sure: dict[str, Confidence] = {}
        for finding in sorted(self.diagnosis.findings, key=lambda one: _SURE.index(one.confidence)):
            for fact in finding.facts:
                if fact.name == name and shaped(fact.value, SHAPES[name]):
                    sure.setdefault(fact.value, finding.confidence)
        values = tuple(sure)[:most]
        return Known(values, max((sure[value] for value in values), key=_SURE.index)) if values else None


def reply_facts(analysis: Analysis) -> ReplyFacts:
    """The facts of an analysis, of which only those are kept that are fit to be said."""
    header, match, release = analysis.dump.header, analysis.match, analysis.judged.release
    secret_found = bool(analysis.secrets) or bool(analysis.diagnosis.of_kind("secret"))
    return ReplyFacts(
        file_name=analysis.file_name,
        dump_number=analysis.dump.index + 1,
        complete=analysis.dump.complete,
        local_time=header.local_time,
        customer=shaped(header.site.customer if header.site else None, CUSTOMER),
        version=shaped(header.version.text if header.version else None, VERSION),
        line=header.version.line if header.version else None,
        user=shaped(header.user, PSEUDONYM),
        password_in_clear=secret_found,
        pattern_id=None if match.is_new else match.pattern_id,
        level=match.level,
        match_confidence=match.confidence,
        history=analysis.judged.history,
        solutions=match.verified_solutions,
        last_worked=analysis.judged.fix_last_worked,
        resolved_in=shaped(release.fix, VERSION) if release else None,
        diagnosis=analysis.diagnosis,
    )
