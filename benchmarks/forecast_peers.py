"""Point forecasts by statsforecast, in an environment of its own (make .venv-peers/ready): it needs an older pandas.

    .venv-peers/bin/python benchmarks/forecast_peers.py METHOD HISTORIES.npz POINTS.npy

HISTORIES.npz: ``counts`` of all histories one after another and their ``lengths``. POINTS.npy: seven days each.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np
from statsforecast.models import IMAPA, TSB, AutoETS, CrostonSBA, SeasonalNaive, Theta, WindowAverage

WEEK = 7

MODELS = {
    "snaive": lambda: SeasonalNaive(season_length=WEEK),
    "theta": lambda: Theta(season_length=WEEK),
    "ets": lambda: AutoETS(season_length=WEEK),
    "imapa": IMAPA,
    "tsb": lambda: TSB(alpha_d=0.1, alpha_p=0.1),
    "croston": CrostonSBA,
    "ma28": lambda: WindowAverage(window_size=28),
}


def points(method: str, history: np.ndarray) -> np.ndarray:
    """The seven days after one history; those of a series without any count are zeros."""
    if not history.any():
        return np.zeros(WEEK)
    try:
        found = MODELS[method]().forecast(y=history, h=WEEK)["mean"]
    except (ValueError, ZeroDivisionError):
        found = np.full(WEEK, history[-4 * WEEK :].mean())
    return np.nan_to_num(np.maximum(found, 0.0))


def main(method: str, histories: str, target: str) -> None:
    """Forecast every history of one file."""
    warnings.simplefilter("ignore")
    stored = np.load(histories)
    each = np.split(stored["counts"].astype(np.float64), np.cumsum(stored["lengths"])[:-1])
    np.save(target, np.array([points(method, history) for history in each]))


if __name__ == "__main__":
    main(*sys.argv[1:])
