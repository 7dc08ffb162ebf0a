"""How fast and how completely the store finds the nearest vectors, beside NumPy by brute force.

    python -m benchmarks.vectors [--rows 10000 --rows 100000] [--queries 100] [--json]

The vectors are made up, in the likeness of the text model's on the recognition sets: 384 components, a common mean of
length .6, variances that fall as theirs do (about 40 directions matter), families of ten, whose members have cosines of
.5 to .99. ``recall_10`` and ``recall_60``: which share of the 10 and 60 nearest rows the store finds.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np

from crash_knowledge.store import Store
from crash_knowledge.store.vectors import NewVector

SIZES = (10_000, 100_000)
DIMENSIONS = 384
FAMILY = 10
MEAN_LENGTH = 0.6
K = 60
MODEL_ID = "made-up"
SEED = 20_260
ROWS_A_TRANSACTION = 2_000

GOALS = {10_000: 4.0, 100_000: 0.6, 1_000_000: 0.2}
"""Rows -> the time of a search, as a multiple of NumPy's."""
GOAL_RECALL = 0.98


class Space:
    """Where the made-up vectors lie."""

    def __init__(self, families: int) -> None:
        self._random = np.random.default_rng(SEED)
        turned, _ = np.linalg.qr(self._random.normal(size=(DIMENSIONS, DIMENSIONS)))
        deviation = (1.0 + np.arange(DIMENSIONS) / 8.0) ** -0.85
        self._axes = (turned * deviation / np.linalg.norm(deviation)).T.astype(np.float32)
        mean = self._random.normal(size=DIMENSIONS)
        self._mean = (MEAN_LENGTH * mean / np.linalg.norm(mean)).astype(np.float32)
        self._centres = self._random.normal(size=(families, DIMENSIONS)).astype(np.float32)

    def rows(self, count: int) -> np.ndarray:
        """Vectors of random families, of length 1."""
        family = self._random.integers(len(self._centres), size=count)
        own = self._random.uniform(0.02, 0.9, size=(count, 1)).astype(np.float32)
        apart = self._random.normal(size=(count, DIMENSIONS)).astype(np.float32)
        mixed = np.sqrt(1.0 - own) * self._centres[family] + np.sqrt(own) * apart
        rows = self._mean + np.sqrt(1.0 - MEAN_LENGTH**2) * (mixed @ self._axes)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def measure(size: int, queries: int) -> dict[str, float | int]:
    """CPU milliseconds of a search by the store and by NumPy (medians), their ratio, recall, and rows stored a CPU
    second."""
    space = Space(max(1, size // FAMILY))
    rows, asked = space.rows(size), space.rows(queries)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/vectors.db")
        began = time.process_time()
        for begin in range(0, size, ROWS_A_TRANSACTION):
            some = rows[begin : begin + ROWS_A_TRANSACTION]
            with store.transaction() as unit:
                unit.vectors.put_many(MODEL_ID, [NewVector(begin + at, "", row) for at, row in enumerate(some)])
        stored_in = time.process_time() - began
        began = time.process_time()
        _nearest(store, asked[0])
        first = (time.process_time() - began) * 1000
        by_store, by_numpy, recalls = [], [], []
        for query in asked:
            began = time.process_time()
            found = _nearest(store, query)
            by_store.append((time.process_time() - began) * 1000)
            began = time.process_time()
            wanted = _by_brute_force(rows, query)
            by_numpy.append((time.process_time() - began) * 1000)
            recalls.append([len(set(found) & set(wanted[:k])) / k for k in (10, K)])
        store.close()
    return {
        "rows": size,
        "store_ms": float(np.median(by_store)),
        "numpy_ms": float(np.median(by_numpy)),
        "ratio": float(np.median(by_store) / np.median(by_numpy)),
        "recall_10": float(np.mean([one[0] for one in recalls])),
        "recall_60": float(np.mean([one[1] for one in recalls])),
        "first_ms": first,
        "stored_per_s": round(size / stored_in),
    }


def _nearest(store: Store, query: np.ndarray) -> list[int]:
    with store.reading() as unit:
        return [variant_id for variant_id, _ in unit.vectors.nearest(MODEL_ID, query, K)]


def _by_brute_force(rows: np.ndarray, query: np.ndarray) -> list[int]:
    scores = rows @ query
    best = np.argpartition(scores, -K)[-K:]
    return [int(one) for one in best[np.argsort(-scores[best])]]


@click.command()
@click.option("--rows", "sizes", multiple=True, type=click.IntRange(min=K), help="Default: 10000 and 100000.")
@click.option("--queries", default=100, type=click.IntRange(min=1), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print an array.")
def main(sizes: Sequence[int], queries: int, as_json: bool) -> None:
    """Measure the search for the 60 nearest vectors in stores of several sizes."""
    rows = [measure(size, queries) for size in sorted(sizes or SIZES)]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    click.echo("".join(f"{name:>13}" for name in rows[0]))
    for row in rows:
        click.echo("".join(f"{value:13.3f}" if isinstance(value, float) else f"{value:13}" for value in row.values()))
    goals = ", ".join(f"{ratio} x NumPy at {size:,} rows" for size, ratio in GOALS.items())
    click.echo(f"Goals: at most {goals}; recall at least {GOAL_RECALL}.")


if __name__ == "__main__":
    main()
