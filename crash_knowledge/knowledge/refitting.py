"""Refitting the decision's weights to this installation: judged crashes are matched again as they were.

All stored crashes are learnt anew, in the order in which they were stored, into a store in memory; each judged one is
matched against those before it just before it is learnt. That is as it was, apart from what the store does not keep:
crashes stand in the patterns and have the fingerprints and vectors of today, and what was removed since is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from crash_knowledge.errors import ModelStepRefused
from crash_knowledge.fingerprint.frames import class_of
from crash_knowledge.fingerprint.model import Fingerprint, NormalFrame
from crash_knowledge.knowledge.calibration import Check, Sample, log_odds, quality, refuse_if_worse, split_by_time
from crash_knowledge.knowledge.model_versions import (
    REFIT_FROM,
    Made,
    StepLog,
    named,
    real_verdicts,
    serving_version,
    too_few,
)
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.matching.decision import DecisionModels, shipped_models
from crash_knowledge.matching.fitting import LabelledTable, fit_model, without_text
from crash_knowledge.matching.serving import Calibration, content_of, fits, models_of
from crash_knowledge.matching.terms import terms_of
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.decision_models import NewModel
from crash_knowledge.store.history import PastCrash
from crash_knowledge.store.records import NewPattern, NewVariant, Pattern, Variant

Progress = Callable[[int, int], None]
"""Called with the crashes replayed and their number."""

_NOTHING = "There is nothing to learn from: too few judged crashes had candidates."


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """The candidates of one judged crash, and whether a text model had a say."""

    event_id: str
    labelled: LabelledTable
    has_text: bool


@dataclass(frozen=True, slots=True)
class _Past:
    """All that the replay needs of the store, read at one moment."""

    crashes: tuple[PastCrash, ...]
    judged: frozenset[str]
    patterns: Mapping[int, Pattern]
    variants: Mapping[int, Variant]
    vectors: Mapping[int, np.ndarray]


def refit(store: Store, by: str, now: datetime, model_id: str, progress: Progress | None = None) -> Made:
    """Fit the weights to the judged crashes, drawn towards the shipped ones, and let the result serve.

    ``model_id``: of the text model whose vectors are used. Raises ModelStepRefused (fewer than 300 judged crashes,
    nothing to learn from, worse than before on the last fifth, or another step taken meanwhile), StoreError.
    """
    with store.transaction() as unit:
        active = serving_version(unit, now)
        serving = _serving_then(unit)
    if len(serving) < REFIT_FROM:
        raise ModelStepRefused(too_few("Refitting", REFIT_FROM, len(serving)))
    tables = judged_tables(store, frozenset(serving), model_id, progress)
    models, check = _fitted(tables, serving)
    right = sum(bool(one.labelled.right.any()) for one in tables)
    new = NewModel(
        kind="refitted",
        weights_id=None,
        content=content_of(Calibration(), models),
        base=active.base,
        judged_count=len(tables),
        right_count=right,
        figures=check.figures,
    )
    with store.transaction() as unit:
        if unit.decision_models.active_id() != active.id:
            raise ModelStepRefused("Another version was made meanwhile; nothing was changed. Look at it and try again.")
        return Made(unit.decision_models.add(new, "refit", named(by), now), check)


def judged_tables(
    store: Store, judged: frozenset[str], model_id: str, progress: Progress | None = None
) -> list[JudgedTable]:
    """The candidate tables of judged crashes (by event id) as they were, in the order of time.

    Crashes that had no candidate have no table.
    """
    with store.reading() as unit:
        past = _past(unit, judged, model_id)
    return list(_replayed(past, model_id, progress))


def _serving_then(unit: Unit) -> dict[str, DecisionModels]:
    """Event id of every judged crash -> the weights that served when it came; the shipped ones where unknown."""
    log = StepLog(unit)
    serving = {}
    for one in real_verdicts(unit):
        version = log.version_at(one.given_at)
        serving[one.event_id] = models_of(version) if version is not None and fits(version) else shipped_models()
    return serving


def _fitted(tables: Sequence[JudgedTable], serving: Mapping[str, DecisionModels]) -> tuple[DecisionModels, Check]:
    """The fit on all tables, and the check of the one on the first four fifths against what served on the last."""
    if not tables:
        raise ModelStepRefused(_NOTHING)
    earlier, later = split_by_time(tables)
    candidate = _fit(earlier)
    before = quality([_best(one, serving[one.event_id]) for one in later])
    check = Check(len(later), before, quality([_best(one, candidate) for one in later]))
    refuse_if_worse(check, "Refitting")
    return _fit(tables), check


def _fit(tables: Sequence[JudgedTable]) -> DecisionModels:
    """Both models; the one with text learns only from tables where a text model had a say."""
    shipped = shipped_models()
    every = [one.labelled for one in tables]
    seen = [one.labelled for one in tables if one.has_text]
    try:
        return DecisionModels(
            with_text=fit_model(seen, shipped.with_text) if seen else shipped.with_text,
            without_text=fit_model(without_text(every), shipped.without_text),
        )
    except ValueError as error:
        raise ModelStepRefused(_NOTHING) from error


def _best(table: JudgedTable, models: DecisionModels) -> Sample:
    """The best candidate by these weights."""
    model = models.with_text if table.has_text else models.without_text
    probabilities = model.probabilities(table.labelled.values)
    best = int(np.argmax(probabilities))
    return Sample(log_odds(float(probabilities[best])), bool(table.labelled.right[best]))


def _past(unit: Unit, judged: frozenset[str], model_id: str) -> _Past:
    crashes = unit.history.crashes()
    return _Past(
        crashes=crashes,
        judged=judged,
        patterns=unit.patterns.get_many({one.pattern_id for one in crashes}),
        variants=unit.variants.get_many({one.variant_id for one in crashes}),
        vectors=unit.history.vectors(model_id, {one.variant_id for one in crashes}),
    )


def _replayed(past: _Past, model_id: str, progress: Progress | None) -> Iterator[JudgedTable]:
    store = Store.open("sqlite://")
    matcher = SmartCrashMatcher(store, shipped_models())
    pattern_of: dict[int, int] = {}
    waiting: list[PastCrash] = []
    for done, crash in enumerate(past.crashes):
        if crash.event_id in past.judged:
            _learn(store, past, waiting, pattern_of, model_id)
            waiting = []
            table = _table(matcher, past, crash, pattern_of, model_id)
            if table is not None:
                yield table
            if progress is not None:
                progress(done, len(past.crashes))
        waiting.append(crash)
    store.close()


def _table(
    matcher: SmartCrashMatcher, past: _Past, crash: PastCrash, pattern_of: Mapping[int, int], model_id: str
) -> JudgedTable | None:
    fingerprint = fingerprint_of(past.variants[crash.variant_id])
    ranking = matcher.rank(fingerprint, past.vectors.get(crash.variant_id), crash.occurred_at, model_id)
    if not ranking.patterns:
        return None
    truth = pattern_of.get(crash.pattern_id)
    right = np.array([one == truth for one in ranking.table.pattern_ids], dtype=bool)
    return JudgedTable(crash.event_id, LabelledTable(ranking.table.values, right), ranking.has_text)


def _learn(store: Store, past: _Past, crashes: Sequence[PastCrash], pattern_of: dict[int, int], model_id: str) -> None:
    with store.transaction() as unit:
        for crash in crashes:
            known = past.variants[crash.variant_id]
            fingerprint = fingerprint_of(known)
            if crash.pattern_id not in pattern_of:
                pattern = _new_pattern(past.patterns[crash.pattern_id], fingerprint, crash.occurred_at)
                pattern_of[crash.pattern_id] = unit.patterns.add(pattern).id
            pattern_id = pattern_of[crash.pattern_id]
            unit.patterns.record_occurrence(pattern_id, crash.occurred_at)
            variant = unit.variants.add(pattern_id, _new_variant(known), crash.occurred_at)
            if variant.occurrence_count == 1:
                unit.postings.add(variant.id, terms_of(fingerprint))
                if crash.variant_id in past.vectors:
                    unit.vectors.put(variant.id, model_id, known.exact, past.vectors[crash.variant_id])


def fingerprint_of(variant: Variant) -> Fingerprint:
    """The fingerprint that a variant was made of, as far as matching reads it."""
    frames = tuple(
        NormalFrame(method=method, class_name=class_of(method), text=method, in_app=in_app, number=number)
        for number, (method, in_app) in enumerate(zip(variant.frames, variant.in_app, strict=True), start=1)
    )
    return Fingerprint(
        version=variant.fingerprint_version,
        exact=variant.exact,
        structural=variant.structural,
        seed_exact="",
        seed_structural="",
        error_type="",
        cause=variant.cause,
        receiver_class=None,
        frames=frames,
        semantic_text=variant.semantic_text,
    )


def _new_pattern(pattern: Pattern, fingerprint: Fingerprint, seen_at: datetime) -> NewPattern:
    return NewPattern(
        source=pattern.source,
        fingerprint_exact=fingerprint.exact,
        fingerprint_structural=fingerprint.structural,
        fingerprint_version=fingerprint.version,
        pattern_name=pattern.pattern_name,
        error_type=pattern.error_type,
        error_category=pattern.error_category,
        cause_of_dump=pattern.cause_of_dump,
        stack_signature=pattern.stack_signature,
        seen_at=seen_at,
    )


def _new_variant(variant: Variant) -> NewVariant:
    return NewVariant(
        exact=variant.exact,
        structural=variant.structural,
        seed_exact="",
        seed_structural="",
        fingerprint_version=variant.fingerprint_version,
        cause=variant.cause,
        frames=variant.frames,
        in_app=variant.in_app,
        semantic_text=variant.semantic_text,
    )
