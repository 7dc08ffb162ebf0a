"""Speed of the catalogue: search, facets with counts, sort and page, over many stored crashes.

    python benchmarks/search.py [--instances 100000] [--repetitions 15] [--json]

Fills a store in a temporary folder with made-up stacks, then asks for pages of patterns and of crashes as the dashboard
does, each in a reading of its own. Told are medians and 95th percentiles in milliseconds, of CPU and of wall time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from crash_knowledge.store import Store, Unit
from crash_knowledge.store.bulk import NewKnowledge
from crash_knowledge.store.catalogue_records import CatalogueQuery
from crash_knowledge.store.records import NewPattern, NewVariant
from crash_knowledge.store.schema import causal_chains, crash_instances, error_events, event_facts
from crash_knowledge.store.text_search import TABLE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CRASHES_A_PATTERN = 10
FRAMES = 40
VOCABULARY = (
    "Asset Contract Transmission Schedule Overlap Day Period Rights Window Title Cell View List Row Selection Model "
    "Planner Slot Media File Cost Budget Channel Grid Editor Action Command Session Database Table Event Handler"
)
WORDS = VOCABULARY.split()
KINDS = ("nil_receiver", "wrong_type", "database", "memory", "missing_record", "interrupt", "other")
SEVERITIES = (None, None, "low", "medium", "high", "critical")

QUERIES = {
    "everything": CatalogueQuery(),
    "a word of many stacks": CatalogueQuery(text="overlap"),
    "a part of a word": CatalogueQuery(text="erlapSche"),
    "two words": CatalogueQuery(text="budget planner"),
    "one selector": CatalogueQuery(text="dayOverlapPlanner"),
    "nothing": CatalogueQuery(text="zzzz"),
    "one customer": CatalogueQuery(customer=("customer-01",)),
    "word, customers and a time": CatalogueQuery(
        text="contract", customer=("customer-01", "customer-02"), since=NOW - timedelta(days=180)
    ),
    "status and kind": CatalogueQuery(status=("ongoing",), kind=("database", "memory"), sort="crashes"),
    "the 100th page": CatalogueQuery(offset=99 * 50),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--instances", type=int, default=100_000)
    arguments.add_argument("--repetitions", type=int, default=15)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    os.nice(10)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/knowledge.db")
        fill(store, asked.instances)
        found = measured(store, asked.repetitions) | {"size": sizes(store, Path(folder))}
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    for name, figures in found.items():
        print(f"{name:45}" + "  ".join(f"{key} {value:,.1f}" for key, value in figures.items()))


def fill(store: Store, instances: int) -> None:
    """One pattern in ten crashes, each pattern with one stack."""
    random = Random(1)
    methods = [_method(random) for _ in range(20_000)]
    patterns = max(1, instances // CRASHES_A_PATTERN)
    for begin in range(0, patterns, 1_000):
        known = [_knowledge(random, methods, number) for number in range(begin, min(begin + 1_000, patterns))]
        with store.transaction() as unit:
            pattern_ids = unit.bulk.add(known, "none")
            _crashes(unit, random, list(zip(pattern_ids, known, strict=True)))


def _method(random: Random) -> str:
    class_name = "PSI" + "".join(random.choices(WORDS, k=3))
    first, *more = random.choices(WORDS, k=3)
    return f"{class_name}>>{first.lower()}{''.join(more)}:with{random.choice(WORDS)}:"


def _knowledge(random: Random, methods: list[str], number: int) -> NewKnowledge:
    frames = tuple(methods[int(len(methods) * random.random() ** 3)] for _ in range(FRAMES))
    cause = f"Unhandled exception: Message not understood: #{random.choice(methods).partition('>>')[2]}"
    key = hashlib.sha256(str(number).encode()).hexdigest()
    seen = NOW - timedelta(days=random.random() * 900)
    pattern = NewPattern("crash", key, key, 1, f"{cause} in {frames[0]}", "MessageNotUnderstood", None, cause, "", seen)
    variant = NewVariant(key, key, key, key, 1, cause, frames, (True,) * FRAMES, cause)
    return NewKnowledge(pattern, variant, frozenset(frames[:3]), CRASHES_A_PATTERN)


def _crashes(unit: Unit, random: Random, known: list[tuple[int, NewKnowledge]]) -> None:
    events, details, facts, chains = [], [], [], []
    for pattern_id, one in known:
        for number in range(CRASHES_A_PATTERN):
            key = hashlib.sha256(f"{pattern_id} {number}".encode()).hexdigest()
            event_id = f"err-{pattern_id * CRASHES_A_PATTERN + number:08x}"
            customer = int(40 * random.random() ** 2)
            events.append(
                {
                    "id": event_id,
                    "source": "crash",
                    "error_message": one.pattern.cause_of_dump,
                    "severity": random.choice(SEVERITIES),
                    "pattern_id": pattern_id,
                    "variant_id": pattern_id,
                    "customer": f"customer-{customer:02d}",
                    "service_version": f"202{random.randrange(3, 6)}r{random.randrange(1, 9)}.00{random.randrange(9)}",
                    "occurred_at": one.pattern.seen_at - timedelta(hours=number),
                    "recorded_at": one.pattern.seen_at,
                }
            )
            details.append(
                {
                    "error_event_id": event_id,
                    "file_name": f"WCR_{key[:8]}.txt",
                    "file_hash": key,
                    "dump_hash": key,
                    "facts_revision": "1",
                }
            )
            facts.append({"event_id": event_id, "name": "kind_of_cause", "value": random.choice(KINDS)})
            chains.append({"id": f"chain-{event_id[4:]}", "error_event_id": event_id, "created_at": NOW})
    for table, rows in ((error_events, events), (crash_instances, details), (event_facts, facts)):
        unit.connection.execute(table.insert(), rows)
    unit.connection.execute(causal_chains.insert(), chains)


def measured(store: Store, repetitions: int) -> dict[str, dict[str, float]]:
    """Name of a query -> figures in milliseconds; the first reading of a process, which fetches all, by itself."""
    found = {"the first reading of a process": _timed(lambda: _patterns(store, CatalogueQuery()), 1)}
    for name, query in QUERIES.items():
        found[f"patterns: {name}"] = _timed(lambda query=query: _patterns(store, query), repetitions)
        found[f"crashes: {name}"] = _timed(lambda query=query: _crash_page(store, query), repetitions)
    found["patterns, after a crash was changed"] = _timed(lambda: _after_a_change(store), repetitions)
    return found


def _patterns(store: Store, query: CatalogueQuery) -> None:
    with store.reading() as unit:
        unit.catalogue.patterns(query, NOW)


def _crash_page(store: Store, query: CatalogueQuery) -> None:
    with store.reading() as unit:
        unit.catalogue.crashes(query)


def _after_a_change(store: Store) -> None:
    with store.transaction() as unit:
        unit.crashes.set_impact(1, "low", None, ())
    _patterns(store, CatalogueQuery())


def _timed(action: Callable[[], None], repetitions: int) -> dict[str, float]:
    cpu, wall = [], []
    for _ in range(repetitions):
        began = time.process_time(), time.perf_counter()
        action()
        cpu.append((time.process_time() - began[0]) * 1000)
        wall.append((time.perf_counter() - began[1]) * 1000)
    return {
        "cpu_median": statistics.median(cpu),
        "cpu_p95": _p95(cpu),
        "wall_median": statistics.median(wall),
        "wall_p95": _p95(wall),
    }


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def sizes(store: Store, folder: Path) -> dict[str, float]:
    """Megabytes of the text index, of its dictionary's words, and of the whole database; and how many crashes."""
    with store.reading() as unit:
        data = f"SELECT sum(length(block)) FROM {TABLE}_data"
        index = unit.connection.exec_driver_sql(data).scalar_one()
        words = unit.connection.exec_driver_sql("SELECT sum(length(word)) FROM search_words").scalar_one()
        crashes = unit.crashes.count()
    whole = (folder / "knowledge.db").stat().st_size
    return {"index_mb": index / 1e6, "words_mb": words / 1e6, "database_mb": whole / 1e6, "crashes": crashes}


if __name__ == "__main__":
    main()
