"""The verdict card: what the reader of a dump needs first, chosen and ordered once for page, terminal and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crash_knowledge.analyzer import Analysis, Judged
from crash_knowledge.diagnosis import Confidence, Diagnosis, Finding, FindingKind
from crash_knowledge.fingerprint.naming import pattern_name
from crash_knowledge.store.records import PatternSummary, Solution, SolutionUse
from crash_knowledge.wording import (
    ago,
    clipped,
    confidence_sentence,
    history_sentence,
    listed,
    release_sentence,
    solution_label,
    solution_record,
    stored_sentence,
    time_of_crash,
)

Answer = Literal["known", "variant", "regressed", "new"]
Topic = Literal[
    "urgency",
    "action",
    "who_acts",
    "cause",
    "records",
    "code",
    "unsaved",
    "memory",
    "database",
    "run",
    "secret",
    "health",
]

TITLES: dict[Answer, str] = {
    "known": "Known crash",
    "variant": "Variant of a known crash",
    "regressed": "Regressed: a fixed crash is back",
    "new": "New crash",
}
TOPICS: dict[Topic, str] = {
    "urgency": "On air",
    "action": "What happened",
    "who_acts": "Who should act",
    "cause": "What went wrong",
    "code": "Whose code",
    "unsaved": "Unsaved work",
    "memory": "Memory",
    "database": "Database",
    "records": "Records",
    "run": "This run",
    "secret": "Secrets",
    "health": "This dump",
}
"""The topics of a card with their labels, in the order in which they are told."""

FIRST_SENTENCES: dict[Topic, int] = {
    "urgency": 1,
    "action": 1,
    "who_acts": 1,
    "cause": 2,
    "code": 2,
    "unsaved": 2,
    "memory": 2,
    "database": 1,
    "records": 1,
}
"""How many sentences of a topic belong to the first glance; the others are told below it."""

AT_SECOND_GLANCE = frozenset(
    {
        "written_tables",
        "busy_statements",
        "unmade_connection",
        "record_age",
        "full_space",
        "memory_limit_differs",
        "unprintable_objects",
    }
)
"""Rules whose findings help who looks closer, and only delay who must answer at once."""

MOST_AT_FIRST_GLANCE = 7
SOON_DAYS = 7
MOST_NAMED = 4
MISSING = "not in the dump"

_TOPIC_OF_KIND: dict[FindingKind, Topic] = {
    "action": "action",
    "cause": "cause",
    "code": "code",
    "memory": "memory",
    "database": "database",
    "records": "records",
    "urgency": "urgency",
    "run": "run",
    "health": "health",
    "secret": "secret",
}
_FACTS_OF_UNSAVED = {"unsaved", "transaction", "new_objects", "modified_objects", "removed_objects"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the card, with the lines of the file where it can be seen and the rule that says it.

    ``rule`` is None for what no rule of the diagnosis says (secrets that were taken out).
    """

    topic: Topic
    label: str
    sentence: str
    confidence: Confidence
    lines: tuple[int, ...]
    rule: str | None


@dataclass(frozen=True, slots=True)
class Fix:
    """A known fix: ``label`` is what its record makes of it, ``record`` the record itself."""

    label: str
    description: str
    record: str


@dataclass(frozen=True, slots=True)
class CardFact:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class VerdictCard:
    """The verdict on one dump, in the order in which it is read.

    ``confidence``: the calibrated probability of the match, 0..1; None for a new crash. ``release``: what the version
    says of a fix that was released, None without one. ``who``: who else has it. ``statements`` are for the first
    glance, ``more`` for the second; ``warnings`` are secrets and the health of the dump. ``crash`` is what the dump
    prints of the failure, ``origin`` where the dump is from.
    """

    answer: Answer
    title: str
    name: str
    confidence: float | None
    how_sure: str
    release: str | None
    fix: Fix | None
    other_fixes: tuple[Fix, ...]
    without_fix: str | None
    who: tuple[str, ...]
    statements: tuple[Statement, ...]
    warnings: tuple[Statement, ...]
    more: tuple[Statement, ...]
    stored: str | None
    crash: tuple[CardFact, ...]
    origin: tuple[CardFact, ...]

    @property
    def all_statements(self) -> tuple[Statement, ...]:
        return (*self.statements, *self.warnings, *self.more)


def card_of(analysis: Analysis, now: datetime) -> VerdictCard:
    """The card of an analysis; ``now`` (aware) tells how long ago something was."""
    judged, match = analysis.judged, analysis.match
    answer = _answer(analysis)
    first, more = _glances(analysis.diagnosis)
    best, *others = match.verified_solutions or (None,)
    return VerdictCard(
        answer=answer,
        title=TITLES[answer],
        name=match.pattern_name or pattern_name(analysis.fingerprint),
        confidence=None if match.is_new else match.confidence,
        how_sure=confidence_sentence(match),
        release=release_sentence(judged.release) if judged.release else None,
        fix=_fix(best, judged.fix_last_worked, now) if best else None,
        other_fixes=tuple(_fix(other, None, now) for other in others if other),
        without_fix=_without_fix(answer) if best is None else None,
        who=_who(analysis, judged.history) if judged.history else (),
        statements=first,
        warnings=(*_secrets(analysis), *(one for one in more if _warns(one, first))),
        more=tuple(statement for statement in more if not _warns(statement, first)),
        stored=_stored(judged),
        crash=_crash(analysis),
        origin=_origin(analysis),
    )


def aside(statement: Statement) -> str:
    """What stands in brackets behind a statement: ``likely, line 3,412``; empty when there is nothing to say."""
    sure = "" if statement.confidence == "certain" else statement.confidence
    return ", ".join(part for part in (sure, lines_sentence(statement.lines)) if part)


def lines_sentence(lines: Sequence[int]) -> str:
    """``line 3,412``, ``lines 39 and 40``, ``lines 770, 96 and 5,324``; empty without a line."""
    numbers = [f"{line:,}" for line in lines]
    if len(numbers) < 2:
        return f"line {numbers[0]}" if numbers else ""
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def _answer(analysis: Analysis) -> Answer:
    """Known: the same cause and stack, or the same cause and innermost frames; by likeness it is a variant."""
    if analysis.match.is_new:
        return "new"
    if analysis.judged.release is not None and analysis.judged.release.is_back:
        return "regressed"
    return "known" if analysis.match.level in ("exact", "structural") else "variant"


def _statement(finding: Finding) -> Statement:
    topic = _topic_of(finding)
    return Statement(topic, TOPICS[topic], finding.sentence, finding.confidence, finding.lines, finding.rule)


def _topic_of(finding: Finding) -> Topic:
    names = {fact.name for fact in finding.facts}
    if "kind_of_cause" in names:
        return "who_acts"
    if finding.kind in ("records", "database") and names & _FACTS_OF_UNSAVED:
        return "unsaved"
    return _TOPIC_OF_KIND[finding.kind]


def _glances(diagnosis: Diagnosis) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements of the first glance and the others, both in the order of the topics; within one, of the rules."""
    topics = _order_of_topics(diagnosis)
    ordered = sorted(map(_statement, diagnosis.findings), key=lambda one: topics.index(one.topic))
    first: list[Statement] = []
    for statement in ordered:
        told = sum(one.topic == statement.topic for one in first)
        if statement.rule in AT_SECOND_GLANCE:
            continue
        if told < FIRST_SENTENCES.get(statement.topic, 0) and len(first) < MOST_AT_FIRST_GLANCE:
            first.append(statement)
    return tuple(first), tuple(statement for statement in ordered if statement not in first)


def _order_of_topics(diagnosis: Diagnosis) -> list[Topic]:
    """What is on air within days comes first; what is on air later, or was before, comes last."""
    topics = list(TOPICS)
    days = diagnosis.value("days_to_air")
    if days is None or not 0 <= int(days) <= SOON_DAYS:
        topics.remove("urgency")
        topics.append("urgency")
    return topics


def _secrets(analysis: Analysis) -> Iterator[Statement]:
    for secret in analysis.secrets:
        yield Statement("secret", TOPICS["secret"], secret.sentence, "certain", (secret.line,), None)


def _warns(statement: Statement, first: Sequence[Statement]) -> bool:
    """Secrets and the health of the dump do; a missing census only where memory is spoken of."""
    if statement.rule == "no_census":
        return any(one.topic == "memory" for one in first)
    return statement.topic in ("secret", "health") and statement.rule not in AT_SECOND_GLANCE


def _fix(solution: Solution, last: SolutionUse | None, now: datetime) -> Fix:
    record = solution_record(solution)
    if last is not None:
        record += f", last {ago(last.at, now)}" + (f" on {last.service_version}" if last.service_version else "")
    return Fix(solution_label(solution), solution.description, record)


def _without_fix(answer: Answer) -> str:
    if answer == "new":
        return "Your review makes it known: the next dump of this crash will find what you write."
    return "No solution is recorded yet. If you find one, write it in the review."


def _who(analysis: Analysis, history: PatternSummary) -> tuple[str, ...]:
    """How often and where it was seen, and whether this customer had it before."""
    sentences = [history_sentence(history)]
    places = []
    if history.customers:
        places.append(listed(history.customers, MOST_NAMED))
    if history.versions:
        places.append(f"on {listed(history.versions, MOST_NAMED)}")
    if places:
        sentences.append(f"Seen at {' '.join(places)}." if history.customers else f"Seen {places[0]}.")
    site = analysis.dump.header.site
    if site is not None and site.customer not in history.customers:
        sentences.append(f"It is new at {site.customer}.")
    return tuple(sentences)


def _stored(judged: Judged) -> str | None:
    if judged.stored_before is None or judged.stored_as is None:
        return None
    return stored_sentence(judged.stored_before, judged.stored_as.pattern_name)


def _crash(analysis: Analysis) -> tuple[CardFact, ...]:
    first = next(iter(analysis.fingerprint.in_app), None)
    return (
        CardFact("Cause", clipped(analysis.dump.cause) or MISSING),
        CardFact("Where", first.text if first else "none"),
    )


def _origin(analysis: Analysis) -> tuple[CardFact, ...]:
    header = analysis.dump.header
    environment = _environment(analysis.diagnosis)
    return (
        CardFact("Customer", header.site.customer if header.site else MISSING),
        *([CardFact("Environment", environment)] if environment else []),
        CardFact("Version", header.version.text if header.version else MISSING),
        CardFact("When", time_of_crash(analysis.dump) or MISSING),
        CardFact("File", f"{analysis.file_name}, dump {analysis.dump.index + 1}"),
    )


def _environment(diagnosis: Diagnosis) -> str | None:
    """``production (likely)``; None when no rule could tell."""
    for finding in diagnosis.findings:
        for fact in finding.facts:
            if fact.name == "environment":
                return fact.value if finding.confidence == "certain" else f"{fact.value} ({finding.confidence})"
    return None
