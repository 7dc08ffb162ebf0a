"""Intervals recalibrated on the weeks that a backtest forecast (split conformal prediction)."""

from __future__ import annotations

import numpy as np

from crash_knowledge.insights.forecast.mixture import Floats, Ints, Table

PRIOR_WEEKS = 40
"""Weeks, as many as a backtest would need, that speak for the method's own intervals; a backtest has 16 at most."""


def recalibrated(level: float, scores: Floats) -> float:
    """The level at which to read the distribution so that the share ``level`` of weeks ends inside.

    ``scores``: conformity scores of past weeks (Vovk, Gammerman, Shafer 2005; Lei et al. 2018); the fewer they are,
    the more the answer is drawn to ``level`` itself.
    """
    weeks = len(scores)
    if weeks == 0:
        return level
    rank = min(int(np.ceil((weeks + 1) * level)), weeks)
    own = float(np.sort(scores)[rank - 1])
    return (weeks * own + PRIOR_WEEKS * level) / (weeks + PRIOR_WEEKS)


def intervals(table: Table, level: float, nearest: bool) -> tuple[Ints, Ints]:
    """The bounds of the central interval of each row.

    With ``nearest``, a bound is moved in by one where that brings the interval's chance nearer to ``level``: whole
    numbers else hold more than they promise.
    """
    bounds = table.quantiles([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    lower, upper = bounds[:, 0], bounds[:, 1]
    if not nearest:
        return lower, upper
    for lower_move, upper_move in ((0, 1), (1, 0)):
        closer_lower, closer_upper = lower + lower_move, upper - upper_move
        gain = _miss(table, lower, upper, level) - _miss(table, closer_lower, closer_upper, level)
        moved = (gain > 0) & (closer_lower <= closer_upper)
        lower, upper = np.where(moved, closer_lower, lower), np.where(moved, closer_upper, upper)
    return lower, upper


def _miss(table: Table, lower: Ints, upper: Ints, level: float) -> Floats:
    """How far the chance of each interval is from the level."""
    return np.abs(table.at_most(upper) - table.at_most(lower - 1) - level)
