"""Fitting the decision's weights: first so that they rank, then so that the best candidate's probability is right.

1. The weights have the least ``RANKING_SHARE * ranking loss + (1 - RANKING_SHARE) * log-loss``, with a ridge and with
   signs, by L-BFGS-B. The ranking loss is that of a conditional logit (McFadden 1974, "Conditional logit analysis of
   qualitative choice behavior"): a crash's candidates and "none of them", whose log-odds are 0, compete for it. The
   log-loss takes each candidate by itself, as logistic regression does.
2. Platt's two numbers, fitted to the best candidates alone, are worked in: theirs are the probabilities that are acted
   on.

No feature may speak against its meaning: likeness never counts against a pattern, age never for it. That keeps the
explanation sensible and the weights sound on crashes unlike those they were fitted to.

The ridge draws the weights towards those of a prior model (to 0 without one), so that a few labelled crashes move the
shipped weights a little and many replace them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from crash_knowledge.matching.decision import DecisionModel, DecisionModels
from crash_knowledge.matching.encoding import Floats, Ids
from crash_knowledge.matching.features import FEATURES

RIDGE = 10.0
"""Strength of the pull towards the prior, as that of so many squared units of weight."""

RANKING_SHARE = 0.5
"""How much of the loss asks for the right order of a crash's candidates; the rest asks for each one's probability."""

CALIBRATION_PULL = 1.0
"""Strength of the pull of Platt's offset and slope towards 0 and 1."""
SMALLEST_SLOPE = 0.05
START_LOG_ODDS = -3.0
"""Where the intercept starts without a prior; it is not drawn to it."""

TEXT_FEATURES = ("text", "text_margin", "text_mean", "text_vote")

_BOUNDS = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
_PRECISION = {"maxiter": 5_000, "ftol": 1e-12, "gtol": 1e-8}


@dataclass(frozen=True, slots=True)
class LabelledTable:
    """One judged crash: the features of its candidate patterns (rows) and which of them is the right one, if any.

    ``weight``: how much it counts. ``is_real``: the crash met these very candidates; the calibration hears no others.
    """

    values: Floats
    right: np.ndarray
    weight: float = 1.0
    is_real: bool = True


def fit_model(
    tables: Sequence[LabelledTable], prior: DecisionModel | None = None, ridge: float = RIDGE
) -> DecisionModel:
    """Fit the weights to judged crashes. With a ``prior`` its means and scales are kept, and its weights drawn to.

    Raises ValueError when there is nothing to learn from: no right and no wrong candidate among the tables.
    """
    tables = [table for table in tables if len(table.right)]
    right = np.concatenate([table.right for table in tables]) if tables else np.empty(0, dtype=bool)
    if right.all() or not right.any():
        raise ValueError("fitting needs right and wrong candidates")
    prior = prior or _unfitted(np.vstack([table.values for table in tables]))
    weights = _minimum(_Judged.of(tables, prior), np.concatenate(([prior.intercept], prior.weights)), ridge)
    ranking = DecisionModel(float(weights[0]), weights[1:], prior.means, prior.scales)
    return ranking.calibrated(*_calibration(ranking, [table for table in tables if table.is_real]))


def without_text(tables: Sequence[LabelledTable]) -> list[LabelledTable]:
    """The same tables as they are when there is no text model: its features are 0."""
    columns = [list(FEATURES).index(name) for name in TEXT_FEATURES]
    blind = []
    for table in tables:
        values = table.values.copy()
        values[:, columns] = 0.0
        blind.append(replace(table, values=values))
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


@dataclass(frozen=True, slots=True)
class _Judged:
    """All candidates of all tables end to end.

    ``design``: a column of ones and the scaled features; ``right``: 0 or 1; ``weight``: of the table, one a candidate;
    ``table``: the number of the table that a candidate stands in; ``begins``: where each table begins.
    """

    design: Floats
    right: Floats
    weight: Floats
    table: Ids
    begins: Ids

    @classmethod
    def of(cls, tables: Sequence[LabelledTable], scaled_as: DecisionModel) -> _Judged:
        values = np.vstack([table.values for table in tables])
        sizes = np.array([len(table.right) for table in tables], dtype=np.int64)
        return cls(
            design=np.column_stack((np.ones(len(values)), (values - scaled_as.means) / scaled_as.scales)),
            right=np.concatenate([table.right for table in tables]).astype(np.float64),
            weight=np.repeat([table.weight for table in tables], sizes),
            table=np.repeat(np.arange(len(tables)), sizes),
            begins=np.cumsum(sizes) - sizes,
        )

    def ranking_loss(self, log_odds: Floats) -> tuple[float, Floats]:
        """The conditional logit's loss and its slope by each log-odds."""
        highest = np.maximum(np.maximum.reduceat(log_odds, self.begins), 0.0)
        odds = np.exp(log_odds - highest[self.table])
        total = np.add.reduceat(odds, self.begins) + np.exp(-highest)
        loss = np.sum(self.weight[self.begins] * (np.log(total) + highest)) - np.sum(
            self.weight * self.right * log_odds
        )
        return float(loss), self.weight * (odds / total[self.table] - self.right)

    def log_loss(self, log_odds: Floats) -> tuple[float, Floats]:
        """The logistic regression's loss and its slope by each log-odds."""
        loss = np.sum(self.weight * (np.logaddexp(0.0, log_odds) - self.right * log_odds))
        return float(loss), self.weight * (expit(log_odds) - self.right)


def _unfitted(values: Floats) -> DecisionModel:
    """Weights of 0, with the means and scales of the values."""
    scales = values.std(axis=0)
    weights = np.zeros(len(FEATURES))
    return DecisionModel(START_LOG_ODDS, weights, values.mean(axis=0), np.where(scales > 0, scales, 1.0))


def _minimum(judged: _Judged, start: Floats, ridge: float) -> Floats:
    """The weights (intercept first) of least penalised loss within their signs."""
    penalty = np.full(len(start), ridge)
    penalty[0] = 0.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        log_odds = judged.design @ weights
        moved = weights - start
        ranking, ranking_slope = judged.ranking_loss(log_odds)
        single, single_slope = judged.log_loss(log_odds)
        value = RANKING_SHARE * ranking + (1.0 - RANKING_SHARE) * single + 0.5 * np.sum(penalty * moved**2)
        slope = RANKING_SHARE * ranking_slope + (1.0 - RANKING_SHARE) * single_slope
        return value, judged.design.T @ slope + penalty * moved

    bounds = [(None, None), *(_BOUNDS[meaning.sign] for meaning in FEATURES.values())]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=_PRECISION)
    weights: Floats = found.x
    return weights


def _calibration(model: DecisionModel, tables: Sequence[LabelledTable]) -> tuple[float, float]:
    """Platt's offset and slope (above 0) of least log-loss of the best candidates of the tables."""
    log_odds = [model.log_odds(table.values) for table in tables]
    best = np.array([one.max() for one in log_odds])
    weight = np.array([table.weight for table in tables])
    right = np.array([table.right[np.argmax(one)] for table, one in zip(tables, log_odds, strict=True)], dtype=float)

    def loss(numbers: Floats) -> tuple[float, Floats]:
        calibrated = numbers[0] + numbers[1] * best
        wrong_by = weight * (expit(calibrated) - right)
        moved = numbers - np.array([0.0, 1.0])
        value = weight @ (np.logaddexp(0.0, calibrated) - right * calibrated) + 0.5 * CALIBRATION_PULL * moved @ moved
        return float(value), np.array([wrong_by.sum(), wrong_by @ best]) + CALIBRATION_PULL * moved

    bounds = [(None, None), (SMALLEST_SLOPE, None)]
    found = minimize(loss, [0.0, 1.0], jac=True, method="L-BFGS-B", bounds=bounds, options=_PRECISION)
    return float(found.x[0]), float(found.x[1])
