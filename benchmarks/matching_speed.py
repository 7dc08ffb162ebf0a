"""How the time of a match grows with the number of known patterns.

    python benchmarks/matching_speed.py [--patterns 1000 --patterns 10000] [--queries 200] [--json]

The store is filled with made-up stacks, one a pattern; each query is one of them with frames changed. Measured is
the CPU time from a fingerprint and its vector to the verdict with its explanation; reading and embedding have
benchmarks of their own. The vectors stand for those of the text model: equal for equal texts, near for stacks of one
pattern.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np

from benchmarks.protocol import Report
from benchmarks.replay import learn
from crash_knowledge.fingerprint.keys import fingerprint_stack
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.store import Store

SIZES = (1_000, 10_000)
QUERIES = 200
SEED = 20_260
DIMENSIONS = 384
MODEL_ID = "made-up"
WORDS = ("Schedule", "Contract", "Rights", "Trailer", "Slot", "Window", "Planner", "Broker", "Cache", "Report")
BOTTOM = tuple(f"WindowManager>>dispatch{level}" for level in range(12))
"""Frames that every stack ends with."""

FRAMES = 12
CHANGED_SHARE = 0.2
NOISE = 0.3
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class Crashes:
    """Made-up crashes: each pattern has a cause and a stack of its own, of which its crashes differ in some frames."""

    def __init__(self, patterns: int) -> None:
        self._random = np.random.default_rng(SEED)
        self._classes = max(200, patterns // 5)
        self._stacks = [tuple(self._frame() for _ in range(FRAMES)) for _ in range(patterns)]
        self._directions = self._random.normal(size=(patterns, DIMENSIONS)).astype(np.float32)

    def crash(self, pattern: int, minutes: int) -> tuple[Report, np.ndarray]:
        """Another crash of a pattern, and its vector."""
        kept = self._random.random(FRAMES) >= CHANGED_SHARE
        own = [frame if keep else self._frame() for frame, keep in zip(self._stacks[pattern], kept, strict=True)]
        frames, cause = (*own, *BOTTOM), f"Unhandled exception: {WORDS[pattern % len(WORDS)]} is not there"
        vector = self._directions[pattern] + NOISE * self._random.normal(size=DIMENSIONS)
        report = Report(
            group=str(pattern),
            message=cause,
            frames=frames,
            customers=(),
            process=None,
            at=_BEGIN + timedelta(minutes=minutes),
            fingerprint=fingerprint_stack(cause, frames),
        )
        return report, (vector / np.linalg.norm(vector)).astype(np.float32)

    def _frame(self) -> str:
        number = int(self._random.zipf(1.3)) % self._classes
        word, selector = WORDS[number % len(WORDS)], int(self._random.integers(20))
        return f"PL{word}{number}>>step{selector}"


def measure(patterns: int, queries: int) -> dict[str, float | int]:
    """CPU milliseconds of a match against so many patterns (median and 95th percentile), and how often it was right."""
    crashes = Crashes(patterns)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/speed.db")
        known = _fill(store, crashes, patterns)
        spent, right = [], 0
        matcher = SmartCrashMatcher(store)
        for pattern, (report, vector) in _queries(crashes, patterns, queries):
            begin = time.process_time()
            match = matcher.match_crash(report.fingerprint, vector, report.at, MODEL_ID)
            spent.append((time.process_time() - begin) * 1000)
            right += match.pattern_id == known[str(pattern)]
        store.close()
    return {
        "patterns": patterns,
        "queries": queries,
        "p50_cpu_ms": float(np.percentile(spent, 50)),
        "p95_cpu_ms": float(np.percentile(spent, 95)),
        "right_share": right / queries,
    }


def _fill(store: Store, crashes: Crashes, patterns: int) -> dict[str, int]:
    """Teach one crash of each pattern; gives the ids of the patterns by group."""
    pattern_of: dict[str, int] = {}
    for place in range(patterns):
        learn(store, *crashes.crash(place, place), MODEL_ID, pattern_of)
    return pattern_of


def _queries(crashes: Crashes, patterns: int, count: int) -> Iterator[tuple[int, tuple[Report, np.ndarray]]]:
    for place in range(count):
        pattern = place * patterns // count
        yield pattern, crashes.crash(pattern, patterns + place)


@click.command()
@click.option("--patterns", "sizes", multiple=True, type=click.IntRange(min=1), help="Default: 1000 and 10000.")
@click.option("--queries", default=QUERIES, type=click.IntRange(min=1), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
def main(sizes: Sequence[int], queries: int, as_json: bool) -> None:
    """Measure the time of a match against stores of several sizes."""
    rows = [measure(size, queries) for size in sorted(sizes or SIZES)]
    growth = rows[-1]["p95_cpu_ms"] / rows[0]["p95_cpu_ms"]
    if as_json:
        click.echo(json.dumps({"sizes": rows, "p95_growth": growth}, indent=2))
        return
    click.echo("".join(f"{name:>14}" for name in rows[0]))
    for row in rows:
        click.echo("".join(f"{value:14.3f}" if isinstance(value, float) else f"{value:14}" for value in row.values()))
    click.echo(f"p95 of the largest: {growth:.2f} x that of the smallest")


if __name__ == "__main__":
    main()
