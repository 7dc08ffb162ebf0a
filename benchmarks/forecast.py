"""How well the days and the week to come are forecast, beside other methods, from rolling origins.

    python benchmarks/forecast.py FILE.csv.gz [--method product|snaive|theta|ets|imapa|tsb|croston|ma28] [--json]

``product`` runs through the product's own forecaster. The others are point forecasts by statsforecast in an
environment of its own (``make .venv-peers/ready``); around them stands a negative binomial, with the dispersion of the
days and of the weeks of the last 90 days, so that all of them are distributions of counts. ``day_crps_ratio`` and
``week_crps_ratio``: continuous ranked probability score of the days, and of the week's total, by that of seasonal
naive; the geometric mean over series (those that seasonal naive forecasts without any error are left out).
``coverage_80`` and ``coverage_95``: the share of weeks whose total ended in its interval.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np

from crash_knowledge.insights.forecast import Forecast, forecast
from crash_knowledge.insights.forecast.backtest import coverage, crps
from crash_knowledge.insights.forecast.mixture import single
from crash_knowledge.insights.forecast.model import LEVELS

PRODUCT, NAIVE = "product", "snaive"
METHODS = (PRODUCT, NAIVE, "theta", "ets", "imapa", "tsb", "croston", "ma28")
WEEK = 7
FIRST_ORIGIN, LEAST_ORIGIN = 84, 28
DISPERSION_DAYS = 90
PEER_DAYS = 730
"""Days of history given to a method; the product's forecaster uses as many."""

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / ".venv-peers" / "bin" / "python"


@dataclass(frozen=True)
class Series:
    name: str
    start: date
    counts: np.ndarray
    origins: np.ndarray


@dataclass(frozen=True)
class Scored:
    """One method on one series: mean scores, and for each origin whether the week ended in its intervals."""

    day_crps: float
    week_crps: float
    within_80: float
    within_95: float


@dataclass(frozen=True)
class Measurement:
    file: str
    method: str
    series: int
    origins: int
    day_crps_ratio: float
    week_crps_ratio: float
    coverage_80: float
    coverage_95: float
    ms_per_series: float


def load(path: Path, most_series: int | None, origins: int) -> list[Series]:
    """The series of a file that are long enough; of more than ``most_series`` an even choice."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            counts = np.array(row["counts"].split(), dtype=np.float64)
            first = FIRST_ORIGIN if len(counts) >= 2 * FIRST_ORIGIN else LEAST_ORIGIN
            if len(counts) >= first + WEEK:
                chosen = np.unique(np.linspace(first, len(counts) - WEEK, origins).astype(int))
                found.append(Series(f"{row['ds']} {row['series']}", date.fromisoformat(row["start"]), counts, chosen))
    if most_series is not None and len(found) > most_series:
        return [found[at] for at in np.linspace(0, len(found) - 1, most_series).astype(int)]
    return found


def by_product(series: Sequence[Series]) -> tuple[list[Scored], float]:
    """The scores of each series through the product's forecaster, and CPU milliseconds a forecast after a first one."""
    forecast([int(n) for n in series[0].counts], series[0].start, WEEK)
    began, made, scored = time.process_time(), 0, []
    for one in series:
        forecasts = [forecast([int(n) for n in one.counts[:origin]], one.start, WEEK) for origin in one.origins]
        made += len(forecasts)
        scored.append(_scored_forecasts(one, [some for some in forecasts if isinstance(some, Forecast)]))
    return scored, (time.process_time() - began) * 1000 / made


def _scored_forecasts(series: Series, forecasts: Sequence[Forecast]) -> Scored:
    days, totals = _happened(series)
    whole = [some.total for some in forecasts]
    return Scored(
        float(crps(np.array([day.quantiles for some in forecasts for day in some.days]), days).mean()),
        float(crps(np.array([one.quantiles for one in whole]), totals).mean()),
        _share([one.within_80.lower for one in whole], [one.within_80.upper for one in whole], totals),
        _share([one.within_95.lower for one in whole], [one.within_95.upper for one in whole], totals),
    )


def _share(lower: Sequence[int], upper: Sequence[int], happened: np.ndarray) -> float:
    return coverage(np.array(lower), np.array(upper), happened)


def by_peer(method: str, series: Sequence[Series], python: Path) -> tuple[list[Scored], float]:
    """The scores of each series by a method of statsforecast, and milliseconds a forecast."""
    histories = [one.counts[max(0, origin - PEER_DAYS) : origin] for one in series for origin in one.origins]
    began = time.perf_counter()
    points = _points(method, histories, python)
    milliseconds = (time.perf_counter() - began) * 1000 / len(histories)
    scored, at = [], 0
    for one in series:
        some = slice(at, at + len(one.origins))
        scored.append(_scored_points(one, points[some], histories[some]))
        at += len(one.origins)
    return scored, milliseconds


def _points(method: str, histories: Sequence[np.ndarray], python: Path) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "histories.npz"), Path(folder, "points.npy")
        np.savez(given, counts=np.concatenate(histories), lengths=[len(one) for one in histories])
        subprocess.run([python, HERE / "forecast_peers.py", method, given, found], check=True)
        points: np.ndarray = np.load(found)
        return points


def _scored_points(series: Series, points: np.ndarray, histories: Sequence[np.ndarray]) -> Scored:
    """The scores of point forecasts (origins x 7), each within a negative binomial."""
    days, totals = _happened(series)
    recent = [one[-DISPERSION_DAYS:] for one in histories]
    of_day = np.array([_dispersion(one) for one in recent])
    of_week = np.array([_dispersion(np.convolve(one, np.ones(WEEK), "valid")) for one in recent])
    least = np.array([1.0 / (len(one) + 1.0) for one in recent])
    points = np.maximum(points, least[:, None])
    day = single(points.ravel(), (points * of_day[:, None]).ravel()).table()
    week = single(points.sum(axis=1), points.sum(axis=1) * np.maximum(of_week, of_day)).table()
    bounds = week.quantiles([0.025, 0.1, 0.9, 0.975])
    return Scored(
        float(crps(day.quantiles(LEVELS), days).mean()),
        float(crps(week.quantiles(LEVELS), totals).mean()),
        coverage(bounds[:, 1], bounds[:, 2], totals),
        coverage(bounds[:, 0], bounds[:, 3], totals),
    )


def _dispersion(counts: np.ndarray) -> float:
    """Variance by mean, at least 1."""
    return max(1.0, float(counts.var() / counts.mean())) if counts.any() else 1.0


def _happened(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """The counts of the seven days after each origin, in one row, and their totals."""
    weeks = np.array([series.counts[origin : origin + WEEK] for origin in series.origins])
    return weeks.ravel(), weeks.sum(axis=1)


def compare(
    path: Path, method: str, scored: Sequence[Scored], naive: Sequence[Scored], made: int, ms: float
) -> Measurement:
    """The measures of one method, from its scores and those of seasonal naive on the same series."""
    pairs = [pair for pair in zip(scored, naive, strict=True) if pair[1].day_crps > 0 and pair[1].week_crps > 0]
    weights = [1.0 / len(scored)] * len(scored)
    return Measurement(
        path.name,
        method,
        len(scored),
        made,
        _geometric_mean([own.day_crps / other.day_crps for own, other in pairs]),
        _geometric_mean([own.week_crps / other.week_crps for own, other in pairs]),
        float(np.dot(weights, [one.within_80 for one in scored])),
        float(np.dot(weights, [one.within_95 for one in scored])),
        ms,
    )


def _geometric_mean(ratios: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(np.maximum(ratios, 1e-3)))))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--method", "methods", multiple=True, type=click.Choice(METHODS), help="Default: all.")
@click.option("--json", "as_json", is_flag=True, help="Print an object; with several methods an array.")
@click.option("--series", type=click.IntRange(min=1), help="Use so many series. Default: all.")
@click.option("--origins", default=12, show_default=True, type=click.IntRange(min=2), help="Origins a series.")
@click.option("--peers", default=PEERS, type=click.Path(path_type=Path), help="Python that has statsforecast.")
def main(file: Path, methods: tuple[str, ...], as_json: bool, series: int | None, origins: int, peers: Path) -> None:
    """Backtest forecasts on the daily count series of FILE."""
    if not peers.exists():
        raise click.ClickException(
            f"{peers} is missing: seasonal naive is run by it too. Run 'make .venv-peers/ready'."
        )
    some = load(file, series, origins)
    made = sum(len(one.origins) for one in some)
    naive = by_peer(NAIVE, some, peers)
    rows = []
    for method in methods or METHODS:
        if method == NAIVE:
            scored, ms = naive
        else:
            scored, ms = by_product(some) if method == PRODUCT else by_peer(method, some, peers)
        rows.append(compare(file, method, scored, naive[0], made, ms))
        if not as_json:
            _print_row(rows[-1], header=len(rows) == 1)
    if as_json:
        plain = [asdict(row) for row in rows]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, indent=2))
    else:
        _print_best_peer(rows)


def _print_row(row: Measurement, header: bool) -> None:
    measures = [key for key in asdict(row) if key not in ("file", "method", "series", "origins")]
    if header:
        click.echo(f"{row.file}: {row.series} series, {row.origins} origins")
        click.echo(f"{'method':10}" + "".join(f"{key:>17}" for key in measures))
    click.echo(f"{row.method:10}" + "".join(f"{getattr(row, key):17.3f}" for key in measures))


def _print_best_peer(rows: Sequence[Measurement]) -> None:
    peers = [row for row in rows if row.method not in (PRODUCT, NAIVE)]
    own = [row for row in rows if row.method == PRODUCT]
    if own and peers:
        best = min(peers, key=lambda row: row.week_crps_ratio)
        ratio = own[0].week_crps_ratio / best.week_crps_ratio
        click.echo(f"Week of the product by the best single peer ({best.method}): {ratio:.3f}")


if __name__ == "__main__":
    main()
