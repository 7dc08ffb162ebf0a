"""The decision: one logistic regression over candidate patterns gives the calibrated probability that it is this one.

The weights lie in ``data/matching/decision.toml``, written by the fitting script with how they were made. There are two
sets: with a text model, and without one.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from crash_knowledge.errors import DataFileError
from crash_knowledge.matching.encoding import Floats
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.settings import DATA_DIR

DECISION_FILE = DATA_DIR / "matching" / "decision.toml"


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """``log-odds = intercept + sum of weight * (feature - mean) / scale``, features in the order of FEATURES."""

    intercept: float
    weights: Floats
    means: Floats
    scales: Floats

    def contributions(self, values: Floats) -> Floats:
        """What each feature adds to the log-odds: an array of the shape of ``values`` (patterns, features)."""
        added: Floats = (values - self.means) / self.scales * self.weights
        return added

    def log_odds(self, values: Floats) -> Floats:
        """Of each row (a candidate pattern) to be the right one."""
        log_odds: Floats = self.intercept + self.contributions(values).sum(axis=1)
        return log_odds

    def probabilities(self, values: Floats) -> Floats:
        """The probability of each row (a candidate pattern) to be the right one."""
        probabilities: Floats = 1.0 / (1.0 + np.exp(-np.clip(self.log_odds(values), -30.0, 30.0)))
        return probabilities

    def calibrated(self, offset: float, slope: float) -> DecisionModel:
        """The same weights with ``offset + slope * log-odds`` worked in; contributions still add up to the log-odds."""
        return DecisionModel(offset + slope * self.intercept, self.weights * slope, self.means, self.scales)


@dataclass(frozen=True, slots=True)
class DecisionModels:
    with_text: DecisionModel
    without_text: DecisionModel


@cache
def shipped_models() -> DecisionModels:
    """The models of this installation, read once per process."""
    return load_models(DECISION_FILE)


def load_models(path: Path) -> DecisionModels:
    """Read and check the weights. Raises DataFileError naming file and place."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataFileError(f"{path}: cannot be read: {error}") from error
    return DecisionModels(_model(path, content, "with_text"), _model(path, content, "without_text"))


def _model(path: Path, content: Mapping[str, Any], name: str) -> DecisionModel:
    table = _table(path, content, name)
    features = _table(path, table, "features", f"{name}.features")
    if set(features) != set(FEATURES):
        wrong = ", ".join(sorted(set(features) ^ set(FEATURES)))
        line = _line_of(path, f"[{name}.features]")
        raise DataFileError(f"{path}:{line}: the features must be those of the program; missing or unknown: {wrong}.")
    columns = [_numbers(path, name, feature, features[feature]) for feature in FEATURES]
    weights, means, scales = (np.array(column, dtype=np.float64) for column in zip(*columns, strict=True))
    return DecisionModel(_number(path, f"{name}.intercept", table.get("intercept")), weights, means, scales)


def _table(path: Path, content: Mapping[str, Any], key: str, shown: str | None = None) -> Mapping[str, Any]:
    table = content.get(key)
    if not isinstance(table, Mapping):
        raise DataFileError(f"{path}:1: there is no table [{shown or key}].")
    return table


def _numbers(path: Path, model: str, feature: str, entry: Any) -> tuple[float, float, float]:
    """Weight, mean and scale of a feature."""
    shown = f"{model}.features.{feature}"
    if not isinstance(entry, Mapping):
        raise DataFileError(f"{path}:{_line_of(path, feature)}: {shown} must be a table of weight, mean and scale.")
    weight, mean, scale = (_number(path, f"{shown}.{key}", entry.get(key)) for key in ("weight", "mean", "scale"))
    if scale <= 0:
        raise DataFileError(f"{path}:{_line_of(path, feature)}: {shown}.scale must be greater than 0.")
    return weight, mean, scale


def _number(path: Path, shown: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        key = shown.split(".")[-2 if ".features." in shown else -1]
        raise DataFileError(f"{path}:{_line_of(path, key)}: {shown} must be a number, not {value!r}.")
    return float(value)


def _line_of(path: Path, text: str) -> int:
    """The first line that begins with ``text``; 1 when none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if line.strip().startswith(text)), 1)
