"""Which weights decide: the shipped ones, or a version that this installation's confirmed reviews made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from crash_knowledge.matching.decision import DECISION_FILE, DecisionModel, DecisionModels, shipped_models
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.store import Unit
from crash_knowledge.store.decision_models import ModelBase, StoredModel


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's two numbers: ``calibrated log-odds = offset + slope * log-odds``, ``slope`` > 0, so order is kept.

    Platt, J. (1999), Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers.
    """

    offset: float = 0.0
    slope: float = 1.0

    def applied(self, log_odds: float) -> float:
        return self.offset + self.slope * log_odds

    def undone(self, log_odds: float) -> float:
        """The log-odds before the calibration."""
        return (log_odds - self.offset) / self.slope


class ServingModels:
    """The weights that serve in a store, read again only when another version does."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._models = shipped_models()

    def of(self, unit: Unit) -> DecisionModels:
        """The weights of the version that serves; the shipped ones when there is none, or it was made for others."""
        version = unit.decision_models.active_id()
        if version != self._version:
            active = unit.decision_models.active()
            self._models = models_of(active) if active is not None and fits(active) else shipped_models()
            self._version = version
        return self._models


@cache
def shipped_base() -> ModelBase:
    """The shipped weights and the list of features of this program, as hashes."""
    weights = DECISION_FILE.read_text(encoding="utf-8")
    return ModelBase(_sha256(weights), _sha256("\n".join(FEATURES)))


def fits(version: StoredModel) -> bool:
    """Whether the version was made for the shipped weights and the features of this program."""
    return version.base == shipped_base()


def models_of(version: StoredModel) -> DecisionModels:
    """The weights of a version that fits, its calibration included."""
    return calibrated(weights_of(version), calibration_of(version))


def weights_of(version: StoredModel) -> DecisionModels:
    """The weights of a version before its calibration."""
    weights = version.content.get("weights")
    if weights is None:
        return shipped_models()
    return DecisionModels(_model(weights["with_text"]), _model(weights["without_text"]))


def calibration_of(version: StoredModel) -> Calibration:
    return Calibration(**version.content.get("calibration", {}))


def calibrated(models: DecisionModels, calibration: Calibration) -> DecisionModels:
    """The same weights with a calibration worked in, so that contributions still add up to the log-odds."""
    if calibration == Calibration():
        return models
    offset, slope = calibration.offset, calibration.slope
    return DecisionModels(models.with_text.calibrated(offset, slope), models.without_text.calibrated(offset, slope))


def content_of(calibration: Calibration, weights: DecisionModels | None) -> dict[str, Any]:
    """What a version stores. ``weights``: None for the shipped ones."""
    content: dict[str, Any] = {"calibration": {"offset": calibration.offset, "slope": calibration.slope}}
    if weights is not None:
        content["weights"] = {"with_text": _numbers(weights.with_text), "without_text": _numbers(weights.without_text)}
    return content


def _numbers(model: DecisionModel) -> dict[str, Any]:
    return {
        "intercept": model.intercept,
        "weights": model.weights.tolist(),
        "means": model.means.tolist(),
        "scales": model.scales.tolist(),
    }


def _model(numbers: Mapping[str, Any]) -> DecisionModel:
    weights, means, scales = (np.array(numbers[name], dtype=np.float64) for name in ("weights", "means", "scales"))
    return DecisionModel(numbers["intercept"], weights, means, scales)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
