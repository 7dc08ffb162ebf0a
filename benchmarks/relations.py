"""How well relations between patterns are found, on failures with planted ones (see ``planted``).

    python -m benchmarks.relations [--seed 1] [--patterns 2000] [--events 100000] [--null] [--json]

A temporary SQLite store is filled in bulk, and the product's own builder discovers over it; its CPU time and the memory
of the process are measured. Beside it stand the naive counts on the same data: for ``co_occurs`` the same customer on
the same day, five times or more; for ``causes`` the same with one before the other in 60 % of them.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np

from benchmarks.planted import BEGIN, DAYS, Planted, planted
from crash_knowledge.network.builder import CrashGraphBuilder
from crash_knowledge.network.candidates import meetings, tally
from crash_knowledge.network.occurrences import DAY, Events, fold
from crash_knowledge.store import Store
from crash_knowledge.store.relations import GraphFilter
from crash_knowledge.store.schema import crash_patterns, error_events, pattern_solutions, pattern_variants

ROWS_AT_ONCE = 50_000
NAIVE_TIMES = 5
NAIVE_IN_ORDER = 0.6
KINDS = ("related", "co_occurs", "causes", "evolves_from", "related_to", "similar_fix")

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Of the pairs found those that were planted, and of the pairs planted those that were found; NaN: of none."""

    found: int
    planted: int
    precision: float
    recall: float


def measure(seed: int, patterns: int, events: int, null: bool) -> dict[str, object]:
    """Scores by kind, those of the naive counts, and what it cost."""
    made = planted(seed, patterns, events, null)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/relations.db")
        fill(store, made, patterns)
        filled_mb = _memory_mb()
        began = time.process_time()
        discovery = CrashGraphBuilder(store).discover_relationships(datetime.fromtimestamp(BEGIN, UTC) + timedelta(500))
        spent, memory_mb = time.process_time() - began, _memory_mb()
        found = _found(store)
        store.close()
    naive = naive_pairs(made.events)
    truth = _truth(made)
    come_together = found["co_occurs"] | found["causes"]
    return {
        "seed": seed,
        "patterns": patterns,
        "events": len(made.events.at),
        "null": null,
        "scores": {kind: _scored(found[kind], truth[kind]) for kind in KINDS},
        "naive": {kind: _scored(pairs, truth[kind]) for kind, pairs in naive.items()},
        "confounded_flagged": len({(min(pair), max(pair)) for pair in come_together} & made.confounded),
        "confounded": len(made.confounded),
        "events_after_folding": discovery.events,
        "cpu_s": round(spent, 1),
        "memory_mb": round(memory_mb),
        "memory_before_mb": round(filled_mb),
    }


def fill(store: Store, made: Planted, patterns: int) -> None:
    """Store the patterns, each with its stack, their events and their solutions; nothing else of a crash."""
    counts = np.bincount(made.events.pattern, minlength=patterns + 1)
    begin = datetime.fromtimestamp(BEGIN, UTC)
    seen = {"first_seen": begin, "last_seen": begin + timedelta(DAYS)}
    with store.transaction() as unit:
        keys = [sha256(str(one).encode()).hexdigest() for one in range(1, patterns + 1)]
        unit.connection.execute(
            crash_patterns.insert(),
            [
                {
                    "id": number,
                    "source": "crash",
                    "fingerprint_exact": key,
                    "pattern_name": f"Pattern {number}",
                    "occurrence_count": int(counts[number]),
                    **seen,
                }
                for number, key in enumerate(keys, 1)
            ],
        )
        stacks = zip(range(1, patterns + 1), keys, made.stacks, strict=True)
        unit.connection.execute(
            pattern_variants.insert(),
            [
                {
                    "pattern_id": number,
                    **dict.fromkeys(("exact", "structural", "seed_exact", "seed_structural", "semantic_text"), key),
                    "fingerprint_version": 1,
                    "cause": "",
                    "frames": frames,
                    "in_app": [not frame.startswith("Framework") for frame in frames],
                    **seen,
                }
                for number, key, frames in stacks
            ],
        )
        if made.links:
            unit.connection.execute(
                pattern_solutions.insert(),
                [
                    {
                        "pattern_id": number,
                        "description": f"Solution {number}",
                        "description_hash": str(number),
                        "success_count": 1,
                        "link": link,
                        "created_at": begin,
                    }
                    for number, link in made.links.items()
                ],
            )
    _fill_events(store, made.events)


def _fill_events(store: Store, events: Events) -> None:
    for start in range(0, len(events.at), ROWS_AT_ONCE):
        some = slice(start, start + ROWS_AT_ONCE)
        columns = (events.pattern[some].tolist(), events.customer[some].tolist(), events.at[some].tolist())
        rows = [
            {
                "id": f"err-{start + place:08x}",
                "source": "crash",
                "error_message": "",
                "pattern_id": pattern,
                "customer": f"customer {customer}",
                "occurred_at": when,
                "recorded_at": when,
            }
            for place, (pattern, customer, at) in enumerate(zip(*columns, strict=True))
            for when in [datetime.fromtimestamp(at, UTC)]
        ]
        with store.transaction() as unit:
            unit.connection.execute(error_events.insert(), rows)


def naive_pairs(events: Events) -> dict[str, set[Pair]]:
    """What counting finds: the same customer on the same day, five times; and mostly in one order."""
    folded = fold(events)
    site_day = folded.customer * (int(folded.day.max()) + 1) + folded.day
    once = np.unique(site_day * folded.pattern_count + folded.pattern, return_index=True)[1]
    met = meetings(site_day[once], folded.pattern[once], folded.at[once], DAY)
    codes, counts = tally(((one * folded.pattern_count + other, apart) for one, other, apart in met), (DAY,))
    counts, first, second = counts[:, 0], codes // folded.pattern_count, codes % folded.pattern_count
    low, high = np.minimum(first, second), np.maximum(first, second)
    pairs, place = np.unique(low * folded.pattern_count + high, return_inverse=True)
    together = np.bincount(place, counts)
    often = together >= NAIVE_TIMES
    ids = folded.pattern_ids
    chosen = pairs[often]
    in_order = (together[place] >= NAIVE_TIMES) & (counts >= NAIVE_IN_ORDER * together[place])
    return {
        "co_occurs": set(_ids(ids, chosen // folded.pattern_count, chosen % folded.pattern_count)),
        "causes": set(_ids(ids, first[in_order], second[in_order])),
    }


def _ids(ids: np.ndarray, first: np.ndarray, second: np.ndarray) -> Iterable[Pair]:
    return zip(ids[first].tolist(), ids[second].tolist(), strict=True)


def _found(store: Store) -> dict[str, set[Pair]]:
    with store.reading() as unit:
        relations = unit.relations.graph(GraphFilter()).relations
    found: dict[str, set[Pair]] = {kind: set() for kind in KINDS}
    for one in relations:
        found[one.kind].add((one.source_id, one.target_id))
        if one.kind in ("co_occurs", "causes"):
            found["related"].add((min(one.source_id, one.target_id), max(one.source_id, one.target_id)))
    return found


def _truth(made: Planted) -> dict[str, frozenset[Pair]]:
    return {
        "related": made.co_occurs | {(min(pair), max(pair)) for pair in made.causes},
        "co_occurs": made.co_occurs,
        "causes": made.causes,
        "evolves_from": made.evolves_from,
        "related_to": made.related_to,
        "similar_fix": made.similar_fix,
    }


def _scored(found: set[Pair], truth: frozenset[Pair]) -> Score:
    right = len(found & truth)
    return Score(
        found=len(found),
        planted=len(truth),
        precision=right / len(found) if found else float("nan"),
        recall=right / len(truth) if truth else float("nan"),
    )


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--patterns", default=2_000, type=click.IntRange(min=200), show_default=True)
@click.option("--events", default=100_000, type=click.IntRange(min=2_000), show_default=True)
@click.option("--null", is_flag=True, help="Plant no relation, only patterns that share busy days.")
@click.option("--json", "as_json", is_flag=True, help="Print an object.")
def main(seed: int, patterns: int, events: int, null: bool, as_json: bool) -> None:
    """Measure discovery of relations against what was planted, beside naive counts."""
    row = measure(seed, patterns, events, null)
    if as_json:
        click.echo(json.dumps(row, default=_plain, indent=2))
        return
    click.echo(f"seed {seed}, {patterns:,} patterns, {row['events']:,} events ({row['events_after_folding']:,} folded)")
    click.echo(f"{'':22}{'found':>10}{'planted':>10}{'precision':>11}{'recall':>9}")
    for title in ("scores", "naive"):
        for kind, score in row[title].items():  # type: ignore[attr-defined]
            name = kind if title == "scores" else f"{kind}, naive"
            click.echo(f"{name:22}{score.found:10,}{score.planted:10,}{score.precision:11.4f}{score.recall:9.3f}")
    click.echo(f"confounded pairs flagged: {row['confounded_flagged']} of {row['confounded']}")
    click.echo(f"discovery: {row['cpu_s']} s of CPU; peak memory of the process {row['memory_mb']:,} MB")


def _plain(score: object) -> dict[str, float | int | None]:
    if not isinstance(score, Score):
        raise TypeError(f"no plain form for {score!r}")
    shares = {
        name: None if np.isnan(getattr(score, name)) else getattr(score, name) for name in ("precision", "recall")
    }
    return {"found": score.found, "planted": score.planted, **shares}


if __name__ == "__main__":
    main()
