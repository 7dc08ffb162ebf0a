"""The versions of the decision's weights in a store: recalibrating, going back, and telling how things stand.

Every step is taken by a person, noted with who and when, and can be taken back. Only verdicts that people judged teach;
demo knowledge never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crash_knowledge.errors import ModelStepRefused
from crash_knowledge.knowledge.calibration import (
    Check,
    Sample,
    calibrated_samples,
    fit_calibration,
    log_odds,
    quality,
    refuse_if_worse,
    split_by_time,
)
from crash_knowledge.matching.serving import (
    Calibration,
    calibration_of,
    content_of,
    fits,
    shipped_base,
    weights_of,
)
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.decision_models import ModelStep, NewModel, StoredModel
from crash_knowledge.store.history import JudgedVerdict

RECALIBRATE_FROM = 50
REFIT_FROM = 300


@dataclass(frozen=True, slots=True)
class Made:
    """A version that was made and serves now, and how it was checked."""

    version: StoredModel
    check: Check


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """The best candidate of a judged verdict: ``raw`` as the weights saw it, ``shown`` with the calibration of then."""

    raw: Sample
    shown: Sample


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """How things stand with the decision's weights.

    ``active``: the version noted as serving, None before the first crash was saved; ``is_used``: it fits this program
    (otherwise the shipped weights serve). ``since``, ``by``: of the step that made it serve.
    ``judged``: judged verdicts that are not demo knowledge, ``demo`` those that are; ``usable``: those of ``judged``
    that were given by the weights in use, which is what a recalibration learns from.
    """

    active: StoredModel | None
    is_used: bool
    since: datetime | None
    by: str | None
    judged: int
    usable: int
    demo: int
    steps: tuple[ModelStep, ...]

    @property
    def missing_for_recalibration(self) -> int:
        return max(0, RECALIBRATE_FROM - self.usable)

    @property
    def missing_for_refit(self) -> int:
        return max(0, REFIT_FROM - self.judged)


class StepLog:
    """Which version served when."""

    def __init__(self, unit: Unit) -> None:
        self._versions = {one.id: one for one in unit.decision_models.list()}
        self._steps = unit.decision_models.steps()

    def version_at(self, moment: datetime) -> StoredModel | None:
        """The version that served at a moment; None before the first step."""
        served = [step.model_id for step in self._steps if step.taken_at <= moment]
        return self._versions[served[-1]] if served else None


def model_status(store: Store) -> ModelStatus:
    """Which weights serve and what the reviews allow. Raises StoreError."""
    with store.reading() as unit:
        active, steps, judged = unit.decision_models.active(), unit.decision_models.steps(), real_verdicts(unit)
        demo = len(unit.history.judged_verdicts()) - len(judged)
        return ModelStatus(
            active=active,
            is_used=active is not None and fits(active),
            since=steps[-1].taken_at if steps else None,
            by=steps[-1].taken_by if steps else None,
            judged=len(judged),
            usable=len(samples_of(unit, active, judged)) if active is not None and fits(active) else 0,
            demo=demo,
            steps=steps,
        )


def recalibrate(store: Store, by: str, now: datetime) -> Made:
    """Fit Platt's two numbers on the judged verdicts that the weights in use gave, and let the result serve.

    What it would have made of the last fifth is held against what was shown then, which knew nothing of it either.
    ``by``: who takes the step. Raises ModelStepRefused (fewer than 50 judged verdicts, or worse than before on the
    last fifth), StoreError.
    """
    with store.transaction() as unit:
        active = serving_version(unit, now)
        samples = samples_of(unit, active, real_verdicts(unit))
        if len(samples) < RECALIBRATE_FROM:
            raise ModelStepRefused(too_few("Recalibrating", RECALIBRATE_FROM, len(samples)))
        earlier, later = split_by_time(samples)
        check = Check(
            size=len(later),
            before=quality([one.shown for one in later]),
            after=quality(calibrated_samples([one.raw for one in later], _fitted(earlier))),
        )
        refuse_if_worse(check, "Recalibrating")
        calibration = _fitted(samples)
        own_weights = None if active.content.get("weights") is None else weights_of(active)
        new = NewModel(
            kind="recalibrated",
            weights_id=active.weights_id,
            content=content_of(calibration, own_weights),
            base=active.base,
            judged_count=len(samples),
            right_count=sum(one.raw.is_right for one in samples),
            figures=check.figures,
        )
        return Made(unit.decision_models.add(new, "recalibrate", named(by), now), check)


def rollback(store: Store, by: str, now: datetime, to: int | None = None) -> StoredModel:
    """Let the version serve that served before the present one was made, or the version ``to``; returns it.

    Raises ModelStepRefused (nothing to go back to, or a version that does not fit this program), UnknownRecord,
    StoreError.
    """
    with store.transaction() as unit:
        active = unit.decision_models.active()
        target_id = to if to is not None else active.previous_id if active is not None else None
        if target_id is None:
            raise ModelStepRefused("There is no earlier version to go back to.")
        target = unit.decision_models.get(target_id)
        if active is not None and target.id == active.id:
            raise ModelStepRefused(f"Version {target.id} serves already.")
        if not fits(target):
            raise ModelStepRefused(f"Version {target.id} was made for other shipped weights or features than these.")
        unit.decision_models.activate(target.id, "rollback", named(by), now)
        return target


def named(by: str) -> str:
    """Who takes a step. Raises ModelStepRefused for an empty name."""
    if not by.strip():
        raise ModelStepRefused("A name is missing: a step needs to say who takes it.")
    return by.strip()


def too_few(what: str, needed: int, there: int) -> str:
    return f"{what} needs {needed} judged verdicts; there are {there:,}, so {needed - there:,} are missing."


def serving_version(unit: Unit, now: datetime) -> StoredModel:
    """The version that serves, one for the shipped weights noted when there is none that fits."""
    unit.decision_models.serve_shipped(shipped_base(), now)
    active = unit.decision_models.active()
    if active is None:
        raise ModelStepRefused("Demo knowledge teaches the decision nothing.")
    return active


def real_verdicts(unit: Unit) -> list[JudgedVerdict]:
    """The judged verdicts that are not demo knowledge, in the order they were given."""
    return [one for one in unit.history.judged_verdicts() if not one.is_demo]


def samples_of(unit: Unit, active: StoredModel, judged: Sequence[JudgedVerdict]) -> list[JudgedSample]:
    """What the weights of ``active``, before any calibration, said of the best candidate of each judged verdict.

    A wrong “new” is taken to mean that the best candidate was the right one; which candidate was best then is not kept.
    A “new” without any candidate has no probability, and verdicts of other weights say nothing of these.
    """
    log = StepLog(unit)
    samples = []
    for one in judged:
        version = log.version_at(one.given_at)
        if version is None or version.weights_id != active.weights_id or (one.level == "new" and one.confidence == 1.0):
            continue
        samples.append(_sample(one, calibration_of(version)))
    return samples


def _sample(one: JudgedVerdict, shown_by: Calibration) -> JudgedSample:
    is_new = one.level == "new"
    shown = -log_odds(one.confidence) if is_new else log_odds(one.confidence)
    best_is_right = one.is_right != is_new
    return JudgedSample(Sample(shown_by.undone(shown), best_is_right), Sample(shown, best_is_right))


def _fitted(samples: Sequence[JudgedSample]) -> Calibration:
    return fit_calibration([one.raw for one in samples])
