"""Fitting the decision's weights: logistic regression with a ridge and with signs, by L-BFGS-B.

No feature may speak against its meaning: likeness never counts against a pattern, age never for it. That keeps the
explanation sensible and the weights sound on crashes unlike those they were fitted to.

The ridge draws the weights towards those of a prior model (to 0 without one), so that a few labelled crashes move the
shipped weights a little and many replace them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from crash_knowledge.matching.decision import DecisionModel, DecisionModels
from crash_knowledge.matching.encoding import Floats
from crash_knowledge.matching.features import FEATURES

RIDGE = 10.0
"""Strength of the pull towards the prior, as that of so many squared units of weight."""

TEXT_FEATURES = ("text", "text_margin", "text_mean", "text_vote")

_BOUNDS = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
_PRECISION = {"maxiter": 5_000, "ftol": 1e-12, "gtol": 1e-8}


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """One judged crash: the features of its candidate patterns (rows) and which of them is the right one, if any."""

    values: Floats
    right: np.ndarray


def fit_model(
    tables: Sequence[LabelledTable], prior: DecisionModel | None = None, ridge: float = RIDGE
) -> DecisionModel:
    """Fit the weights to judged crashes. With a ``prior`` its means and scales are kept, and its weights drawn to.

    Raises ValueError when there is nothing to learn from: no right and no wrong candidate among the tables.
    """
    values = np.vstack([table.values for table in tables])
    right = np.concatenate([table.right for table in tables]).astype(np.float64)
    if right.all() or not right.any():
        raise ValueError("fitting needs right and wrong candidates")
    if prior is None:
        scales = values.std(axis=0)
        prior = DecisionModel(0.0, np.zeros(len(FEATURES)), values.mean(axis=0), np.where(scales > 0, scales, 1.0))
    design = np.column_stack((np.ones(len(values)), (values - prior.means) / prior.scales))
    start = np.concatenate(([prior.intercept], prior.weights))
    penalty = np.full(len(start), ridge)
    penalty[0] = 0.0
    weights = _minimum(design, right, start, penalty)
    return DecisionModel(float(weights[0]), weights[1:], prior.means, prior.scales)


def without_text(tables: Sequence[LabelledTable]) -> list[LabelledTable]:
    """The same tables as they are when there is no text model: its features are 0."""
    columns = [list(FEATURES).index(name) for name in TEXT_FEATURES]
    blind = []
    for table in tables:
        values = table.values.copy()
        values[:, columns] = 0.0
        blind.append(LabelledTable(values, table.right))
    return blind


def fit_models(
    tables: Sequence[LabelledTable], prior: DecisionModels | None = None, ridge: float = RIDGE
) -> DecisionModels:
    """Both models from the same judged crashes, whose tables have the text features."""
    return DecisionModels(
        with_text=fit_model(tables, prior.with_text if prior else None, ridge),
        without_text=fit_model(without_text(tables), prior.without_text if prior else None, ridge),
    )


def write_models(path: Path, models: DecisionModels, provenance: Mapping[str, str]) -> None:
    """Write the weights as ``load_models`` reads them, with how they were made."""
    lines = ["# Weights of crash_knowledge/matching/decision.py, written by the fitting script; not to be edited."]
    lines += ["", "[provenance]", *(f'{key} = "{text}"' for key, text in provenance.items())]
    for name, model in (("with_text", models.with_text), ("without_text", models.without_text)):
        lines += ["", f"[{name}]", f"intercept = {model.intercept:.6f}", "", f"[{name}.features]"]
        rows = zip(FEATURES, model.weights, model.means, model.scales, strict=True)
        lines += [
            f"{feature} = {{ weight = {weight:.6f}, mean = {mean:.6f}, scale = {scale:.6f} }}"
            for feature, weight, mean, scale in rows
        ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _minimum(design: Floats, right: Floats, start: Floats, penalty: Floats) -> Floats:
    """The weights (intercept first) of least penalised log-loss within their signs."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        log_odds = design @ weights
        moved = weights - start
        value = np.sum(np.logaddexp(0.0, log_odds) - right * log_odds) + 0.5 * np.sum(penalty * moved**2)
        return float(value), design.T @ (expit(log_odds) - right) + penalty * moved

    bounds = [(None, None), *(_BOUNDS[meaning.sign] for meaning in FEATURES.values())]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=_PRECISION)
    weights: Floats = found.x
    return weights
