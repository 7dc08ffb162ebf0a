"""How soon emerging patterns are found, and how many alarms are false, beside other detectors.

    python benchmarks/detection.py --seed N [--json]

Made-up histories of 500 patterns over 400 days with busy days, quiet weekends and dispersed counts; planted in 150 of
them: steps (to 3-8 times the rate), ramps (over two weeks) and patterns that are new. Retry storms multiply dumps, not
site-days, which every detector gets (the last row: the product's on dumps). The bound of each detector is set to one
false alarm a day in this very history; Sentry's rule has no bound to set and runs as published, a day where it has an
hour. A pattern whose score stays above the bound raises one alarm, and another after 14 quiet days. An alarm is true
within 28 days of its pattern's change, neither true nor false later, and false otherwise.

``found_N``: the share of planted changes above the bound within N days; ``median_delay``: days, a change not found
within 14 counting 14; ``precision``: the share of true alarms among true and false ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np
from scipy.signal import lfilter

from crash_knowledge.insights.surveillance import (
    alarms,
    calibrated_bound,
    emergence_scores,
    farrington_scores,
    scan_scores,
    window_sums,
)

PATTERNS, DAYS, PLANTED = 500, 400, 150
FIRST_DAY = 100
"""The first day that is judged: detectors have a past by then."""
BUDGET = 1.0
"""False alarms a day over all patterns."""
FOUND_WITHIN = (3, 7, 14)
LONGEST_DELAY = 14
TRUE_FOR_DAYS = 28
NONE = -1

Detector = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class History:
    """Site-days and dumps (patterns x days), and the day on which each pattern's change began, or NONE."""

    site_days: np.ndarray
    dumps: np.ndarray
    onset: np.ndarray


@dataclass(frozen=True)
class Measurement:
    detector: str
    found_3: float
    found_7: float
    found_14: float
    median_delay: float
    precision: float
    false_alarms_a_day: float


def history(seed: int) -> History:
    """A made-up history."""
    random = np.random.default_rng(seed)
    rates = np.clip(random.lognormal(np.log(0.08), 1.2, PATTERNS), 0.01, 3.0)[:, None] * np.ones(DAYS)
    onset = np.full(PATTERNS, NONE)
    for at, pattern in enumerate(random.choice(PATTERNS, PLANTED, replace=False)):
        onset[pattern] = begin = random.integers(FIRST_DAY + 10, DAYS - TRUE_FOR_DAYS)
        _plant(rates[pattern], begin, ("step", "ramp", "new")[at % 3], random)
    week = np.where(np.arange(DAYS) % 7 < 5, 1.15, 0.62)
    busy = random.lognormal(0.0, 0.15, DAYS)
    noise = random.gamma(5.0, 1 / 5.0, (PATTERNS, DAYS))
    site_days = random.poisson(rates * week * busy * noise)
    storms = np.where(random.random((PATTERNS, DAYS)) < 0.05, random.integers(5, 60, (PATTERNS, DAYS)), 1)
    return History(site_days, site_days * storms, onset)


def _plant(rates: np.ndarray, begin: int, kind: str, random: np.random.Generator) -> None:
    """Change one pattern's rates, in place, from the day ``begin`` on."""
    if kind == "new":
        rates[:begin] = 0.0
        rates[begin:] = random.uniform(0.35, 1.4)
        return
    after = max(0.35, rates[0] * random.uniform(3.0, 8.0))
    days = np.arange(DAYS - begin)
    share = np.minimum((days + 1) / 14.0, 1.0) if kind == "ramp" else np.ones(len(days))
    rates[begin:] += (after - rates[0]) * share


def ears_c3(site_days: np.ndarray) -> np.ndarray:
    """EARS C3 (Hutwagner et al. 2003): three days above a week's baseline that ends two days before them."""
    mean = _late(window_sums(site_days, 7) / 7.0, 3)
    square = _late(window_sums(site_days**2, 7) / 7.0, 3)
    deviation = np.sqrt(np.maximum(square - mean**2, 0.0) * 7 / 6)
    return window_sums(np.maximum((site_days - mean) / np.maximum(deviation, 0.2) - 1.0, 0.0), 3)


def cusum(site_days: np.ndarray) -> np.ndarray:
    """A Poisson CUSUM (Lucas 1985) for three times the rate of the eight weeks that ended two weeks before."""
    rate = np.maximum(_late(window_sums(site_days, 56) / 56.0, 14), 0.02)
    excess = site_days - 2.0 * rate / np.log(3.0)
    scores = np.zeros(site_days.shape)
    for day in range(1, site_days.shape[1]):
        scores[:, day] = np.maximum(scores[:, day - 1] + excess[:, day], 0.0)
    return scores * np.log(3.0)


def growth(site_days: np.ndarray) -> np.ndarray:
    """The last seven days by the seven before."""
    week = window_sums(site_days, 7)
    return np.where(week >= 2, week / (_late(week, 7) + 1.0), 0.0)


def sentry(site_days: np.ndarray) -> np.ndarray:
    """The count of each day by the limit of Sentry's escalating issues, 1 being an alarm.

    The limit is that of the week before: its greatest count and its mean, each times what their spread asks for.
    """
    mean = _late(window_sums(site_days, 7) / 7.0, 1)
    square = _late(window_sums(site_days**2, 7) / 7.0, 1)
    safe = np.maximum(mean, 1e-9)
    deviation = np.sqrt(np.maximum(square - mean**2, 0.0) * 7 / 6)
    greatest = np.max([_late(site_days, back) for back in range(1, 8)], axis=0)
    bursty = greatest * np.clip(5.0 * np.exp(-0.65 * deviation / safe), 2.0, 5.0)
    same_weekday = (mean * 7 + _late(site_days, 7)) / 8
    spread = mean * np.clip((mean + 5.0 * deviation) / safe, 5.0, 8.0)
    limit = np.maximum(bursty, same_weekday + spread)
    return np.where(mean > 0, site_days / np.maximum(np.floor(limit), 1.0), 0.0)


def _late(values: np.ndarray, days: int) -> np.ndarray:
    return lfilter([0.0] * days + [1.0], [1.0], values, axis=1)


def measure(name: str, scores: np.ndarray, bound: float, onset: np.ndarray) -> Measurement:
    """The measures of a detector with these scores (patterns x days)."""
    planted = np.flatnonzero(onset != NONE)
    listed = [np.flatnonzero(scores[pattern, onset[pattern] :] >= bound) for pattern in planted]
    delays = np.array([days[0] + 1.0 if len(days) else np.inf for days in listed])
    pattern, day = np.nonzero(alarms(scores, bound)[:, FIRST_DAY:])
    after = day + FIRST_DAY - onset[pattern]
    false = int(((onset[pattern] == NONE) | (after < 0)).sum())
    true = int(((onset[pattern] != NONE) & (after >= 0) & (after < TRUE_FOR_DAYS)).sum())
    found = [float(np.mean(delays <= days)) for days in FOUND_WITHIN]
    median = float(np.median(np.minimum(delays, LONGEST_DELAY)))
    return Measurement(name, *found, median, true / max(true + false, 1), false / (DAYS - FIRST_DAY))


def compare(seed: int) -> list[Measurement]:
    """All detectors on one history."""
    made_up = history(seed)
    single: Mapping[str, Detector] = {
        "EARS C3": ears_c3,
        "Poisson CUSUM": cusum,
        "growth 7 by 7 days": growth,
        "scan": scan_scores,
        "Farrington": farrington_scores,
        "scan and Farrington": emergence_scores,
    }
    rows = [measure("Sentry as published", sentry(made_up.site_days), 1.0, made_up.onset)]
    for name, detector in single.items():
        rows.append(_at_budget(name, detector(made_up.site_days), made_up.onset))
    rows.append(_at_budget("the same on dumps", emergence_scores(made_up.dumps), made_up.onset))
    return rows


def _at_budget(name: str, scores: np.ndarray, onset: np.ndarray) -> Measurement:
    changed = (onset[:, None] != NONE) & (np.arange(DAYS) >= onset[:, None])
    unchanged = np.where(changed, 0.0, scores)[:, FIRST_DAY:]
    return measure(name, scores, calibrated_bound(unchanged, BUDGET, least=0.5), onset)


@click.command()
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--json", "as_json", is_flag=True, help="Print an array.")
def main(seed: int, as_json: bool) -> None:
    """Compare detectors of emerging patterns on a made-up history."""
    rows = compare(seed)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    measures = [key for key in asdict(rows[0]) if key != "detector"]
    click.echo(f"{'detector':24}" + "".join(f"{key:>20}" for key in measures))
    for row in rows:
        click.echo(f"{row.detector:24}" + "".join(f"{getattr(row, key):20.3f}" for key in measures))


if __name__ == "__main__":
    main()
