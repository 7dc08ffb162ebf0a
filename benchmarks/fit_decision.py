"""Fit the decision's weights on the 20-50 % stretch of labelled sets and write data/matching/decision.toml.

python -m benchmarks.fit_decision SET.jsonl.gz... --date 2026-01-31 [--out FILE] [--cache FOLDER]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from benchmarks.protocol import HISTORY_SHARE, TEST_SHARE, Report, load_reports
from benchmarks.replay import Played, Vectors, replay
from benchmarks.vectors import embed_reports
from crash_knowledge.matching.decision import DECISION_FILE, DecisionModel, DecisionModels
from crash_knowledge.matching.features import FEATURES
from crash_knowledge.matching.fitting import RIDGE, LabelledTable, fit_models, write_models


def fitting_tables(reports: Sequence[Report], vectors: Vectors | None) -> list[LabelledTable]:
    """The judged candidates of the stretch that the protocol gives for fitting."""
    begin, end = int(len(reports) * HISTORY_SHARE), int(len(reports) * TEST_SHARE)
    return [labelled(one) for one in replay(reports[:end], vectors, begin, _UNFITTED) if one.ranking is not None]


def labelled(played: Played) -> LabelledTable:
    if played.ranking is None:
        raise ValueError("a report that was not ranked has no candidates")
    table = played.ranking.table
    return LabelledTable(table.values, np.array([one == played.pattern_id for one in table.pattern_ids], dtype=bool))


def _no_weights() -> DecisionModel:
    ones = np.ones(len(FEATURES))
    return DecisionModel(0.0, ones * 0, ones * 0, ones)


_UNFITTED = DecisionModels(_no_weights(), _no_weights())


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--date", required=True, help="Day of the fit, for the provenance.")
@click.option("--out", default=DECISION_FILE, type=click.Path(dir_okay=False, path_type=Path), show_default=True)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Folder that keeps embeddings.")
def main(sets: tuple[Path, ...], date: str, out: Path, cache: Path | None) -> None:
    """Fit the decision's weights on labelled SETS."""
    tables: list[LabelledTable] = []
    told: list[str] = []
    model_id = ""
    for path in sets:
        reports = load_reports(path)
        vectors = embed_reports(reports, cache)
        found = fitting_tables(reports, vectors)
        told.append(f"{path.name.removesuffix('.jsonl.gz')} ({len(found)} of {len(reports)} reports)")
        tables += found
        model_id = vectors.model_id
    provenance = {
        "script": "benchmarks/fit_decision.py",
        "sets": ", ".join(told),
        "stretch": "the reports from 20 % to 50 % of each set in time order",
        "candidates": str(sum(len(table.right) for table in tables)),
        "right": str(sum(int(table.right.sum()) for table in tables)),
        "text_model": model_id,
        "ridge": str(RIDGE),
        "randomness": "none",
        "date": date,
    }
    write_models(out, fit_models(tables), provenance)
    click.echo(f"{out}: fitted on {', '.join(told)}")


if __name__ == "__main__":
    main()
