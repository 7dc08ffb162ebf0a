"""How well known crashes are recognised, by the protocol of benchmarks/protocol.py.

    python benchmarks/recognition.py DATASET.jsonl.gz [--method product|fast|tracesim|seed|prefix|tfidf|minilm] [--json]

``product`` runs through the product's own matcher and an in-memory store; its weights are the shipped ones, drawn to
the set's 20-50 % stretch as the protocol allows (``--shipped``: without that).
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click

from benchmarks import baselines
from benchmarks.embedded import embed_reports
from benchmarks.fit_decision import fitting_tables
from benchmarks.protocol import TEST_SHARE, Answer, Report, load_reports, metrics
from benchmarks.replay import Played, Vectors, replay
from crash_knowledge.matching.decision import shipped_models
from crash_knowledge.matching.fitting import fit_models

METHODS = ("product", "fast", "tracesim", "seed", "prefix", "tfidf", "minilm")


def measure(reports: Sequence[Report], method: str, shipped: bool, cache: Path | None) -> dict[str, float | int]:
    """The measures of one method over the last half of the set."""
    begin = int(len(reports) * TEST_SHARE)
    if method == "product":
        return metrics(list(_product_answers(reports, begin, embed_reports(reports, cache), shipped)))
    scorers = {
        "fast": baselines.fast_scorer,
        "tracesim": baselines.tracesim_scorer,
        "seed": baselines.seed_scorer,
        "prefix": baselines.prefix_scorer,
        "tfidf": baselines.tfidf_scorer,
    }
    if method == "minilm":
        scorer = baselines.minilm_scorer(embed_reports(reports, cache).rows)
    else:
        scorer = scorers[method](reports)
    return metrics(list(baselines.answers(reports, begin, scorer)))


def _product_answers(reports: Sequence[Report], begin: int, vectors: Vectors, shipped: bool) -> Iterable[Answer]:
    models = shipped_models()
    tables = [] if shipped else fitting_tables(reports, vectors)
    if any(table.right.any() for table in tables) and not all(table.right.all() for table in tables):
        models = fit_models(tables, models)
    group_of: dict[int, str] = {}
    for played in replay(reports, vectors, begin, models):
        group = reports[played.place].group
        if played.ranking is not None:
            yield _answer(played, group, group_of)
        group_of[played.learnt_as] = group


def _answer(played: Played, truth: str, group_of: dict[int, str]) -> Answer:
    if played.ranking is None:
        raise ValueError("a report that was not ranked has no answer")
    ranked = tuple((group_of[one.pattern.id], one.probability) for one in played.ranking.patterns)
    return Answer(truth, played.pattern_id is not None, ranked, played.milliseconds)


@click.command()
@click.argument("dataset", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--method", "methods", multiple=True, type=click.Choice(METHODS), help="Default: all.")
@click.option("--json", "as_json", is_flag=True, help="Print an object; with several methods an array.")
@click.option("--shipped", is_flag=True, help="Use the shipped weights as they are.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Folder that keeps embeddings.")
def main(dataset: Path, methods: tuple[str, ...], as_json: bool, shipped: bool, cache: Path | None) -> None:
    """Measure recognition on the labelled set DATASET."""
    reports = load_reports(dataset)
    rows = []
    for method in methods or METHODS:
        found = measure(reports, method, shipped, cache)
        rows.append({"dataset": dataset.name.removesuffix(".jsonl.gz"), "method": method, **found})
        if not as_json:
            _print_row(rows[-1], header=len(rows) == 1)
    if as_json:
        plain = [
            {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
            for row in rows
        ]
        click.echo(json.dumps(plain[0] if len(plain) == 1 else plain, indent=2))


def _print_row(row: dict[str, str | float | int], header: bool) -> None:
    measures = [key for key in row if key not in ("dataset", "method")]
    if header:
        click.echo(f"{row['dataset']}\n{'method':10}" + "".join(f"{key:>17}" for key in measures))
    click.echo(f"{row['method']:10}" + "".join(f"{row[key]:17.3f}" for key in measures))


if __name__ == "__main__":
    main()
