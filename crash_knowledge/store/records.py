"""Rows of the store as frozen dataclasses. Timestamps are aware UTC datetimes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Source = Literal["crash", "ai_call", "script_run", "manual"]
PatternStatus = Literal["new", "ongoing", "resolved", "regressed", "muted", "merged"]
Severity = Literal["critical", "high", "medium", "low"]
Judgement = Literal["confirmed", "rejected", "unsure"]
MatchLevel = Literal["exact", "structural", "semantic", "fuzzy", "new", "manual"]
ValidationSubject = Literal["analysis", "pattern_match", "solution", "relationship"]
SolutionOrigin = Literal["person", "ai"]
FixOutcome = Literal["unknown", "succeeded", "same_error", "different_error"]
ChainStatus = Literal["open", "resolved", "needs_review", "abandoned"]
ChangeType = Literal[
    "created",
    "new_solution",
    "pattern_update",
    "merge",
    "split",
    "validated",
    "invalidated",
    "resolved",
    "regressed",
    "muted",
]


CorrectionKind = Literal["move", "merge", "split", "same", "never_merge", "allow_merge"]


@dataclass(frozen=True, slots=True)
class NewPattern:
    source: Source
    fingerprint_exact: str
    fingerprint_structural: str
    fingerprint_version: int
    pattern_name: str
    error_type: str
    error_category: str | None
    cause_of_dump: str
    stack_signature: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Pattern:
    """A class of failures with one cause. ``confidence_score`` is the Beta mean of its reviews, 0.5 at the start."""

    id: int
    source: Source
    pattern_name: str
    error_type: str
    error_category: str | None
    cause_of_dump: str
    stack_signature: str
    status: PatternStatus
    merged_into_id: int | None
    resolved_in_version: str | None
    occurrence_count: int
    first_seen: datetime
    last_seen: datetime
    confidence_score: float
    validation_count: int
    false_positive_count: int
    prevention_strategies: tuple[str, ...]
    severity: Severity | None
    version: int


@dataclass(frozen=True, slots=True)
class Solution:
    """A fix known for a pattern, with how often it worked and failed.

    ``steps``: what to do, one by one; ``link``: where more is said. ``verified_by``: who vouches for what an AI wrote.
    ``withdrawn_by``, ``withdrawn_at``: None while it stands.
    """

    id: int
    pattern_id: int
    description: str
    success_count: int
    failure_count: int
    added_by: str | None
    created_at: datetime
    steps: str | None = None
    link: str | None = None
    origin: SolutionOrigin = "person"
    verified_by: str | None = None
    verified_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_verified(self) -> bool:
        """Whether a person stands behind it: wrote it, or verified what an AI wrote."""
        return self.origin == "person" or self.verified_by is not None


@dataclass(frozen=True, slots=True)
class SolutionUse:
    """When a solution worked for a crash, and the version of the program that crashed (None: not known)."""

    at: datetime
    service_version: str | None


@dataclass(frozen=True, slots=True)
class NewVariant:
    """One distinct exact fingerprint. ``frames``: normalised methods, innermost first; ``in_app``: one flag a frame."""

    exact: str
    structural: str
    seed_exact: str
    seed_structural: str
    fingerprint_version: int
    cause: str
    frames: tuple[str, ...]
    in_app: tuple[bool, ...]
    semantic_text: str


@dataclass(frozen=True, slots=True)
class Variant:
    """A distinct stack within a pattern: what the matcher compares with, instead of every instance."""

    id: int
    pattern_id: int
    exact: str
    structural: str
    fingerprint_version: int
    cause: str
    frames: tuple[str, ...]
    in_app: tuple[bool, ...]
    semantic_text: str
    occurrence_count: int
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class NewCrash:
    """A crash to be stored: the error event and its WCR details, already redacted."""

    file_name: str
    file_hash: str
    dump_index: int
    dump_hash: str
    redacted_text: str
    error_message: str
    exception_type: str | None
    error_category: str | None
    severity: Severity | None
    stacktrace: str
    customer: str | None
    site: str | None
    service_version: str | None
    release_line: str | None
    user_name: str | None
    computer: str | None
    database_version: str | None
    environment: Mapping[str, Any]
    analysis: Mapping[str, Any]
    occurred_at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Crash:
    """A stored crash instance with its error event. ``text`` is not loaded; ask the store for it."""

    id: int
    error_event_id: str
    chain_id: str
    pattern_id: int | None
    variant_id: int | None
    match_level: MatchLevel | None
    match_confidence: float | None
    file_name: str
    file_hash: str
    dump_index: int
    dump_hash: str
    error_message: str
    exception_type: str | None
    severity: Severity | None
    customer: str | None
    site: str | None
    service_version: str | None
    user_name: str | None
    computer: str | None
    occurred_at: datetime
    recorded_at: datetime
    downtime_minutes: int | None
    affected_features: tuple[str, ...]
    environment: Mapping[str, Any] = field(default_factory=dict)
    analysis: Mapping[str, Any] = field(default_factory=dict)
    error_category: str | None = None
    stacktrace: str | None = None
    release_line: str | None = None
    database_version: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """A person's judgement. ``subject``: analysis, pattern_match, solution (``subject_id`` its id) or relationship.

    ``shown_level``, ``shown_confidence``: of the first verdict on the crash, None when it is not known any more.
    """

    id: int
    error_event_id: str | None
    pattern_id: int | None
    subject: ValidationSubject
    subject_id: int | None
    verdict: Judgement
    shown_level: str | None
    shown_confidence: float | None
    quality_rating: int | None
    validated_by: str
    notes: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FixAttempt:
    """Something that was done about a failure, and what came of it."""

    id: str
    error_event_id: str
    action_taken: str
    code_changes: str | None
    successful: bool
    outcome: FixOutcome
    solution_id: int | None
    session_id: str | None
    attempted_at: datetime


@dataclass(frozen=True, slots=True)
class Chain:
    """From a failure through its fix attempts (oldest first) to its resolution.

    ``resolution_time_minutes`` is None while open, and where it is not known.
    """

    id: str
    error_event_id: str
    status: ChainStatus
    successful_fix_id: str | None
    resolution_time_minutes: float | None
    resolution_time_source: Literal["computed", "reported"] | None
    created_at: datetime
    resolved_at: datetime | None
    attempts: tuple[FixAttempt, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """A stored value that is not what the rows behind it say. ``where``: the row, ``crash_patterns 12 count``."""

    where: str
    stored: object
    actual: object


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """What a person corrected of the grouping; ``sentence`` tells it.

    ``undone_by``, ``undone_at``: None while it stands.
    """

    id: int
    kind: CorrectionKind
    sentence: str
    corrected_by: str
    corrected_at: datetime
    undone_by: str | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Separation:
    """A person's word that two patterns must never be merged; ``pattern_ids``: the lower id first."""

    pattern_ids: tuple[int, int]
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A crash of a pattern, as far as grouping needs it."""

    crash_id: int
    error_event_id: str
    variant_id: int | None
    severity: Severity | None
    customer: str | None
    service_version: str | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class EvolutionEntry:
    pattern_id: int
    version: int
    change_type: ChangeType
    changes: Mapping[str, Any]
    learned_from_event_id: str | None
    created_by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PatternSummary:
    """What the verdict says of a pattern: how often, where, since when.

    ``customers`` and ``versions``: distinct, sorted. ``user_count``: distinct users (pseudonyms).
    ``by_month``: (``2024-03``, count), oldest first, months without a crash left out.
    """

    occurrence_count: int
    customers: tuple[str, ...]
    versions: tuple[str, ...]
    user_count: int
    first_seen: datetime
    last_seen: datetime
    by_month: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class EventFact:
    """One thing that is known of a failure, for counting: ``command`` is ``Save``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FactExtent:
    """How far something spreads over crashes whose facts are known.

    ``site_days``: distinct pairs of customer and day (UTC), which a user's retries do not add to.
    """

    events: int
    customers: int
    site_days: int


@dataclass(frozen=True, slots=True)
class FactSpread:
    """A fact of a pattern's crashes, and how far it spreads among them."""

    fact: EventFact
    extent: FactExtent


@dataclass(frozen=True, slots=True)
class Sighting:
    """A crash as far as counting incidents needs it.

    ``runs``: what identifies the run of the program that crashed; empty when the dump does not tell.
    """

    crash_id: int | None
    occurred_at: datetime
    customer: str | None
    site: str | None
    user_name: str | None
    computer: str | None
    runs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordSighting:
    """A crash in which a record of the customer's database had a part.

    ``record``: as its fact says; ``services``: those that were running; ``pattern_id``: of the crash.
    """

    record: str
    pattern_id: int
    services: tuple[str, ...]
    crash: Sighting


@dataclass(frozen=True, slots=True)
class UndiagnosedCrash:
    """A stored crash whose facts are of other rules; ``text``: its redacted dump."""

    crash_id: int
    error_event_id: str
    text: str
