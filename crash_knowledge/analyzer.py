"""The way of a dump: bytes, reading, redaction, diagnosis, fingerprint, matching, verdict; then review and learning."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from crash_knowledge.diagnosis import Diagnosis, diagnose
from crash_knowledge.errors import EmbeddingUnavailable, InputTooLarge, StoreError
from crash_knowledge.facts import crash_facts, facts_revision
from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.fingerprint.keys import fingerprint
from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.rules import Rules
from crash_knowledge.knowledge.assignment import text_hash
from crash_knowledge.knowledge.learner import CrashPatternLearner, CrashToLearn, Learned
from crash_knowledge.knowledge.review import Review
from crash_knowledge.knowledge.rulebook import RuleBook, rule_book
from crash_knowledge.knowledge.standing import Standing, standing_of
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.matching.model import CrashMatch
from crash_knowledge.redaction import Redactor, SecretFinding
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.records import Crash, NewCrash, Pattern, PatternSummary, SolutionUse
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps
from crash_knowledge.wording import base_name


@dataclass(frozen=True)
class Judged:
    """What the store knows of a dump at one moment.

    ``pattern`` is the matched one and ``history`` its history, None for a new one; ``fix_last_worked`` is of its best
    solution, ``release`` what the dump's version says of the pattern's fixes. ``stored_before`` is the same dump,
    saved earlier, ``stored_as`` the pattern it was saved under.
    """

    match: CrashMatch
    pattern: Pattern | None
    fix_last_worked: SolutionUse | None
    release: Standing | None
    history: PatternSummary | None
    stored_before: Crash | None
    stored_as: Pattern | None


@dataclass(frozen=True)
class Analysis:
    """Everything known of one dump before a person judged it. All texts are redacted.

    ``given_name`` is the file as the user named it, with its folders or not. ``vector`` is None when no text model
    could embed it now. ``occurred_at`` is the dump's time; without a time zone its local time is taken for UTC, and
    without any time it is that of the analysis.
    """

    given_name: str
    file_hash: str
    dump_hash: str
    dump: Dump
    occurred_at: datetime
    secrets: tuple[SecretFinding, ...]
    diagnosis: Diagnosis
    fingerprint: Fingerprint
    rules: Rules
    vector: np.ndarray | None
    model_id: str | None
    judged: Judged

    @property
    def file_name(self) -> str:
        """The name of the file without its folders."""
        return base_name(self.given_name)

    @property
    def match(self) -> CrashMatch:
        return self.judged.match


class CrashAnalyzer:
    """Analyses dumps and saves judged ones; the one service behind the page, the command line and the API."""

    def __init__(self, store: Store, redactor: Redactor, embedder: Embedder, max_bytes: int) -> None:
        self.store = store
        self.redactor = redactor
        self.embedder = embedder
        self._max_bytes = max_bytes
        self._matcher = SmartCrashMatcher(store)
        self._learner = CrashPatternLearner(store)

    def analyze(self, content: bytes, file_name: str, now: datetime | None = None) -> tuple[Analysis, ...]:
        """Analyse every dump of a file, in file order. Nothing is stored.

        Raises NotADump, InputTooLarge, StoreError.
        """
        if len(content) > self._max_bytes:
            raise InputTooLarge(
                f"{self.redactor.redact_text(base_name(file_name))} has {len(content) / 1e6:,.0f} MB; "
                f"the limit is {self._max_bytes / 1e6:,.0f} MB (setting CRASH_KNOWLEDGE_MAX_UPLOAD_MB)."
            )
        file = read_dumps(content, base_name(file_name))
        rules = rule_book(self.store)
        return tuple(self._analyze_dump(dump, rules, file.sha256, file_name, now) for dump in file.dumps)

    def rematch(self, analysis: Analysis) -> Analysis:
        """The same analysis, by the rules in force now and judged by what the store knows now. Raises StoreError."""
        rules = rule_book(self.store)
        made = fingerprint(analysis.dump, rules.current, rules.earlier)
        same_text = made.semantic_text == analysis.fingerprint.semantic_text
        vector = analysis.vector if same_text else self._embed(made.semantic_text)
        return replace(
            analysis,
            fingerprint=made,
            rules=rules.current,
            vector=vector,
            model_id=self.embedder.model_id if vector is not None else None,
            judged=self._judge(made, vector, analysis.dump, analysis.dump_hash, analysis.occurred_at),
        )

    def save(self, analysis: Analysis, review: Review | None, now: datetime | None = None) -> Learned:
        """Store the crash with its redacted dump and learn from it. Raises InvalidReview, UnknownRecord, StoreError."""
        crash = CrashToLearn(
            record=_record(analysis),
            fingerprint=analysis.fingerprint,
            rules=analysis.rules,
            match=analysis.match,
            vector=analysis.vector,
            model_id=analysis.model_id,
            facts=crash_facts(analysis.dump, analysis.diagnosis),
            facts_revision=facts_revision(),
        )
        learned = self._learner.learn_from_crash(
            crash, self._redacted(review) if review else None, now or datetime.now(UTC)
        )
        with suppress(StoreError):  # the crash is saved; the next save embeds what is missing
            self.embed_missing()
        return learned

    def embed_missing(self, batch: int = 64) -> int:
        """Embed stored variants that have no vector of the current model yet; returns how many were done."""
        done = 0
        while True:
            with self.store.reading() as unit:
                missing = unit.vectors.missing(self.embedder.model_id, batch)
            if not missing:
                return done
            try:
                vectors = self.embedder.embed([text for _, text in missing])
            except EmbeddingUnavailable:
                return done
            with self.store.transaction() as unit:
                for (variant_id, text), vector in zip(missing, vectors, strict=True):
                    unit.vectors.put(variant_id, self.embedder.model_id, text_hash(text), vector)
            done += len(missing)

    def fingerprint_text(self, text: str, rules: Rules) -> Fingerprint:
        """The fingerprint of a stored dump, from its redacted text. Raises NotADump."""
        return fingerprint(read_dumps(text.encode("utf-8", "surrogatepass")).dumps[0], rules)

    def _analyze_dump(
        self, raw: Dump, rules: RuleBook, file_hash: str, file_name: str, now: datetime | None
    ) -> Analysis:
        redacted = self.redactor.redact(raw)
        dump = redacted.dump
        print_of_crash = fingerprint(dump, rules.current, rules.earlier)
        vector = self._embed(print_of_crash.semantic_text)
        occurred_at = _time_of(dump) or now or datetime.now(UTC)
        return Analysis(
            given_name=self.redactor.redact_beside(raw, file_name),
            file_hash=file_hash,
            dump_hash=raw.sha256,
            dump=dump,
            occurred_at=occurred_at,
            secrets=redacted.secrets,
            diagnosis=diagnose(dump),
            fingerprint=print_of_crash,
            rules=rules.current,
            vector=vector,
            model_id=self.embedder.model_id if vector is not None else None,
            judged=self._judge(print_of_crash, vector, dump, raw.sha256, occurred_at),
        )

    def _judge(
        self, print_of_crash: Fingerprint, vector: np.ndarray | None, dump: Dump, dump_hash: str, happened_at: datetime
    ) -> Judged:
        match = self._matcher.match_crash(print_of_crash, vector, happened_at, model_id=self.embedder.model_id)
        with self.store.reading() as unit:
            stored_before = unit.crashes.find_by_dump_hash(dump_hash)
            known_as = stored_before.pattern_id if stored_before else match.pattern_id
            best = next(iter(match.verified_solutions), None)
            pattern = unit.patterns.get(match.pattern_id) if match.pattern_id is not None else None
            return Judged(
                match=match,
                pattern=pattern,
                fix_last_worked=unit.solutions.last_success(best.id) if best else None,
                release=release_standing(unit, pattern, dump, happened_at) if pattern else None,
                history=unit.patterns.summary(match.pattern_id) if match.pattern_id is not None else None,
                stored_before=stored_before,
                stored_as=unit.patterns.get(known_as) if stored_before and known_as else None,
            )

    def _embed(self, text: str) -> np.ndarray | None:
        try:
            vector: np.ndarray = self.embedder.embed([text])[0]
        except EmbeddingUnavailable:
            return None
        return vector

    def _redacted(self, review: Review) -> Review:
        """The review with secrets taken out of its free texts; the validator's own name stays."""
        return replace(
            review,
            new_solution=self.redactor.redact_text(review.new_solution),
            solution_steps=self.redactor.redact_text(review.solution_steps),
            prevention=self.redactor.redact_text(review.prevention),
            notes=self.redactor.redact_text(review.notes),
            affected_features=tuple(self.redactor.redact_text(feature) for feature in review.affected_features),
        )


def release_standing(unit: Unit, pattern: Pattern, dump: Dump, happened_at: datetime) -> Standing | None:
    """What the version and build of a dump say of the fixes of a pattern; None when it was never fixed."""
    version, build = dump.header.version, dump.header.build
    return standing_of(unit, pattern, version.text if version else None, build.text if build else None, happened_at)


def save_and_learn_from_crash(
    analyzer: CrashAnalyzer,
    filename: str,
    content: bytes,
    validation_data: Mapping[str, Any],
) -> tuple[Learned, ...]:
    """Seed 002's one call: analyse every dump of a file, save it and learn from the validation.

    ``validation_data``: ``validator_name`` and optionally ``business_impact`` (``downtime_minutes``,
    ``affected_features``, ``severity``), ``verdict``, ``solution``, ``solution_steps``, ``solution_link``,
    ``fixed_in_version``, ``prevention``, ``notes``, ``quality``.
    A later dump of the file is judged by what the earlier ones taught. Raises NotADump, InvalidReview, StoreError.
    """
    impact = validation_data.get("business_impact") or {}
    features = impact.get("affected_features") or ()
    review = Review(
        validator=str(validation_data.get("validator_name", "")),
        verdict=validation_data.get("verdict", "right"),
        severity=impact.get("severity"),
        new_solution=str(validation_data.get("solution", "")),
        solution_steps=str(validation_data.get("solution_steps", "")),
        solution_link=str(validation_data.get("solution_link", "")),
        fixed_in_version=str(validation_data.get("fixed_in_version", "")),
        prevention=str(validation_data.get("prevention", "")),
        notes=str(validation_data.get("notes", "")),
        quality=validation_data.get("quality"),
        downtime_minutes=impact.get("downtime_minutes"),
        affected_features=(features,) if isinstance(features, str) else tuple(features),
    )
    return tuple(analyzer.save(analyzer.rematch(analysis), review) for analysis in analyzer.analyze(content, filename))


def _time_of(dump: Dump) -> datetime | None:
    local = dump.header.local_time
    return dump.utc_time or (local.replace(tzinfo=UTC) if local else None)


def _record(analysis: Analysis) -> NewCrash:
    dump, header = analysis.dump, analysis.dump.header
    return NewCrash(
        file_name=analysis.file_name,
        file_hash=analysis.file_hash,
        dump_index=dump.index,
        dump_hash=analysis.dump_hash,
        redacted_text=dump.text,
        error_message=dump.cause or "no cause in the dump",
        exception_type=dump.exception.class_name if dump.exception else None,
        error_category=None,
        severity=None,
        stacktrace="\n".join(frame.text for frame in analysis.fingerprint.frames),
        customer=header.site.customer if header.site else None,
        site=header.site.text if header.site else None,
        service_version=header.version.text if header.version else None,
        release_line=header.version.line if header.version else None,
        user_name=header.user,
        computer=header.computer,
        database_version=header.database_server_version,
        environment=_environment(dump),
        analysis={"findings": [asdict(finding) for finding in analysis.diagnosis.findings]},
        occurred_at=analysis.occurred_at,
    )


def _environment(dump: Dump) -> dict[str, Any]:
    """What the seed keeps of the machine: memory in KB, processes, connections, sessions, versions."""
    memory = dump.memory
    return {
        "memory_total_kb": memory.total_kb if memory else None,
        "memory_limit_kb": memory.limit_upper_bound_kb if memory else None,
        "process_count": 1 + len(dump.quiescent_processes) + len(dump.suspended_processes),
        "connection_count": len(dump.connections),
        "session_count": dump.distinct_sessions,
        "smalltalk_version": dump.header.smalltalk_version,
        "database_client_version": dump.header.database_client_version,
        "build": dump.header.build.text if dump.header.build else None,
    }
