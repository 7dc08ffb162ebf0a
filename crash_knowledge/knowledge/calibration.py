"""Platt's calibration and the check of it: log-odds of shown probabilities beside what people said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TypeVar

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import expit  # type: ignore[import-untyped]

from crash_knowledge.errors import ModelStepRefused
from crash_knowledge.matching.encoding import Floats
from crash_knowledge.matching.serving import Calibration

PULL = 5.0
"""Strength of the pull towards changing nothing: a squared unit of offset or slope costs half of it."""
SMALLEST_SLOPE = 0.05
CHECKED_SHARE = 0.2
"""The last fifth, in the order of time, checks what the rest taught."""

_BINS = 10
_FURTHEST = 36.0
"""Log-odds beyond this are a probability of 0 or 1 in floating point."""
Row = TypeVar("Row")

_PRECISION = {"maxiter": 1_000, "ftol": 1e-14, "gtol": 1e-10}


@dataclass(frozen=True, slots=True)
class Sample:
    """One best candidate: the log-odds it was given, and whether it was the right one."""

    log_odds: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """Log loss (nats a verdict) and expected calibration error (ten equal bins); less is better for both."""

    log_loss: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Check:
    """How the last ``size`` judged verdicts fare with the weights that serve and with those to replace them."""

    size: int
    before: Quality
    after: Quality

    @property
    def sentence(self) -> str:
        return (
            f"Checked on the last {self.size} judged verdicts: "
            f"log loss {self.before.log_loss:.4f} before, {self.after.log_loss:.4f} after; "
            f"calibration error {self.before.calibration_error:.4f} before, {self.after.calibration_error:.4f} after."
        )

    @property
    def figures(self) -> dict[str, float]:
        return {
            "checked": self.size,
            "log_loss_before": self.before.log_loss,
            "log_loss_after": self.after.log_loss,
            "calibration_error_before": self.before.calibration_error,
            "calibration_error_after": self.after.calibration_error,
        }


def log_odds(probability: float) -> float:
    """``ln(p / (1 - p))``, kept within what floating point can turn back."""
    if probability in (0.0, 1.0):
        return _FURTHEST if probability else -_FURTHEST
    return min(max(log(probability) - log(1.0 - probability), -_FURTHEST), _FURTHEST)


def fit_calibration(samples: Sequence[Sample], pull: float = PULL) -> Calibration:
    """The calibration of least log loss, drawn towards the one that changes nothing; its slope is above 0."""
    given, right = _arrays(samples)

    def loss(numbers: Floats) -> tuple[float, Floats]:
        offset, slope = numbers
        odds = offset + slope * given
        wrong_by = expit(odds) - right
        moved = numbers - np.array([0.0, 1.0])
        value = np.sum(np.logaddexp(0.0, odds) - right * odds) + 0.5 * pull * np.sum(moved**2)
        return float(value), np.array([wrong_by.sum(), wrong_by @ given]) + pull * moved

    bounds = [(None, None), (SMALLEST_SLOPE, None)]
    found = minimize(loss, [0.0, 1.0], jac=True, method="L-BFGS-B", bounds=bounds, options=_PRECISION)
    return Calibration(offset=float(found.x[0]), slope=float(found.x[1]))


def calibrated_samples(samples: Sequence[Sample], calibration: Calibration) -> list[Sample]:
    return [Sample(calibration.applied(one.log_odds), one.is_right) for one in samples]


def split_by_time(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Row]]:
    """The first four fifths, and the last fifth, which is never empty."""
    checked = max(1, int(len(rows) * CHECKED_SHARE))
    return rows[:-checked], rows[-checked:]


def quality(samples: Sequence[Sample]) -> Quality:
    """How well the probabilities of the samples foretold what was right."""
    given, right = _arrays(samples)
    loss = float(np.mean(np.logaddexp(0.0, given) - right * given))
    probabilities = expit(given)
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = np.abs(np.bincount(bins, probabilities - right, _BINS))
    return Quality(loss, float(gaps.sum() / len(samples)))


def refuse_if_worse(check: Check, what: str) -> None:
    """Raise ModelStepRefused when the last judged verdicts would have been less probable than they were."""
    if check.after.log_loss > check.before.log_loss:
        raise ModelStepRefused(f"{what} would make verdicts worse, so nothing was changed. {check.sentence}")


def _arrays(samples: Sequence[Sample]) -> tuple[Floats, Floats]:
    given = np.array([one.log_odds for one in samples], dtype=np.float64)
    return given, np.array([one.is_right for one in samples], dtype=np.float64)
