"""How the time of a match grows with the number of known patterns.

    python -m benchmarks.matching_speed [--patterns 1000 --patterns 10000] [--stacks short] [--queries 200] [--json]

The store is filled with made-up crashes, one a pattern (see ``made_up``); each query is one of them with frames
changed. Measured is the CPU time from a fingerprint and its vector to the verdict with its explanation; reading and
embedding have benchmarks of their own.
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

from benchmarks.made_up import MODEL_ID, STACKS, Crashes, known_crash
from crash_knowledge.matching.cascade import SmartCrashMatcher
from crash_knowledge.store import Store

SIZES = (1_000, 10_000)
QUERIES = 200
WARM_UP = 20
"""Queries before the clock starts: a process that serves has its weights and its search index read."""
PATTERNS_A_TRANSACTION = 2_000

GOAL_P95_CPU_MS = 60.0
GOAL_GROWTH = 5.0
GOAL_PATTERNS = 100_000


def measure(patterns: int, queries: int, stacks: str, folder: Path) -> dict[str, float | int]:
    """CPU milliseconds of a match against so many patterns (median and 95th percentile), and which share of the queries
    had the right pattern as the nearest one."""
    crashes = Crashes(stacks, patterns)
    store = Store.open(f"sqlite:///{folder}/{stacks}-{patterns}.db")
    began = time.process_time()
    _fill(store, crashes, patterns)
    filled_in = time.process_time() - began
    matcher = SmartCrashMatcher(store)
    spent, right_first = [], 0
    for number in range(-WARM_UP, queries):
        pattern = number % queries * patterns // queries
        crash = crashes.crash(pattern, patterns + number)
        began = time.process_time()
        match = matcher.match_crash(crash.fingerprint, crash.vector, crash.at, MODEL_ID)
        if number >= 0:
            spent.append((time.process_time() - began) * 1000)
            right_first += match.explanation.candidates[0].pattern_id == pattern + 1
    store.close()
    return {
        "patterns": patterns,
        "queries": queries,
        "p50_cpu_ms": float(np.percentile(spent, 50)),
        "p95_cpu_ms": float(np.percentile(spent, 95)),
        "right_first": right_first / queries,
        "fill_cpu_s": filled_in,
    }


def _fill(store: Store, crashes: Crashes, patterns: int) -> None:
    """One crash of each pattern; the patterns' ids are 1, 2, 3... A store that is full already stays as it is."""
    with store.reading() as unit:
        known = unit.patterns.count()
    for begin in range(known, patterns, PATTERNS_A_TRANSACTION):
        places = range(begin, min(begin + PATTERNS_A_TRANSACTION, patterns))
        with store.transaction() as unit:
            unit.bulk.add([known_crash(crashes.crash(place, place)) for place in places], MODEL_ID)


@click.command()
@click.option("--patterns", "sizes", multiple=True, type=click.IntRange(min=1), help="Default: 1000 and 10000.")
@click.option(
    "--stacks", default="real", type=click.Choice(STACKS), show_default=True, help="What the stacks are like."
)
@click.option("--queries", default=QUERIES, type=click.IntRange(min=1), show_default=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Keep the stores, and use them again.")
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
def main(sizes: Sequence[int], stacks: str, queries: int, folder: Path | None, as_json: bool) -> None:
    """Measure the time of a match against stores of several sizes."""
    with tempfile.TemporaryDirectory() as made:
        rows = [measure(size, queries, stacks, folder or Path(made)) for size in sorted(sizes or SIZES)]
    growth = rows[-1]["p95_cpu_ms"] / rows[0]["p95_cpu_ms"]
    if as_json:
        click.echo(json.dumps({"stacks": stacks, "sizes": rows, "p95_growth": growth}, indent=2))
        return
    click.echo("".join(f"{name:>14}" for name in rows[0]))
    for row in rows:
        click.echo("".join(f"{value:14.3f}" if isinstance(value, float) else f"{value:14}" for value in row.values()))
    click.echo(
        f"p95 of the largest: {growth:.2f} x that of the smallest. Goal at {GOAL_PATTERNS:,} patterns: at most "
        f"{GOAL_P95_CPU_MS:.0f} ms and {GOAL_GROWTH:.0f} x that at 1,000."
    )


if __name__ == "__main__":
    main()
