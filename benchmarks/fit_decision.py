"""Fit the decision's weights on the 20-50 % stretch of labelled sets and write data/matching/decision.toml.

python -m benchmarks.fit_decision SET.jsonl.gz... --date 2026-01-31 [--out FILE] [--cache FOLDER]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
import numpy as np

from benchmarks.embedded import embed_reports
from benchmarks.protocol import HISTORY_SHARE, TEST_SHARE, Report, load_reports
from benchmarks.replay import Vectors, replay
from crash_knowledge.matching.decision import DECISION_FILE, DecisionModel, DecisionModels
from crash_knowledge.matching.features import FEATURES, feature_table
from crash_knowledge.matching.fitting import RANKING_SHARE, RIDGE, LabelledTable, fit_models, write_models
from crash_knowledge.matching.ranking import Ranking

LEFT_OUT_WEIGHT = 0.1
"""What a crash counts that is taken to be new by leaving its pattern out."""


def fitting_tables(reports: Sequence[Report], vectors: Vectors | None) -> list[LabelledTable]:
    """The judged candidates of the stretch that the protocol gives for fitting.

    A crash that was seen before stands in two tables: as it was, and once more, with little weight, as it would have
    been had its pattern not been known. New crashes are few, and they are what must not be swallowed.
    """
    begin, end = int(len(reports) * HISTORY_SHARE), int(len(reports) * TEST_SHARE)
    tables: list[LabelledTable] = []
    for played in replay(reports[:end], vectors, begin, _UNFITTED):
        if played.ranking is not None:
            tables.append(_labelled(played.ranking, played.pattern_id))
            if tables[-1].right.any():
                tables.append(_left_out(played.ranking, played.pattern_id, reports[played.place].at))
    return tables


def _labelled(ranking: Ranking, truth: int | None) -> LabelledTable:
    table = ranking.table
    return LabelledTable(table.values, np.array([one == truth for one in table.pattern_ids], dtype=bool))


def _left_out(ranking: Ranking, truth: int | None, now: datetime) -> LabelledTable:
    """The candidates without the right one."""
    kept = np.array([variant.pattern_id != truth for variant in ranking.candidates.variants], dtype=bool)
    variants = tuple(variant for variant, keep in zip(ranking.candidates.variants, kept, strict=True) if keep)
    others = replace(ranking.candidates, variants=variants)
    values = feature_table(others, ranking.comparison.scores.of(kept), now).values
    return LabelledTable(values, np.zeros(len(values), dtype=bool), LEFT_OUT_WEIGHT, is_real=False)


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
        judged = sum(table.is_real for table in found)
        told.append(f"{path.name.removesuffix('.jsonl.gz')} ({judged} of {len(reports)} reports)")
        tables += found
        model_id = vectors.model_id
    provenance = {
        "script": "benchmarks/fit_decision.py",
        "sets": ", ".join(told),
        "stretch": "the reports from 20 % to 50 % of each set in time order",
        "candidates": str(sum(len(table.right) for table in tables if table.is_real)),
        "right": str(sum(int(table.right.sum()) for table in tables)),
        "text_model": model_id,
        "left_out": f"{sum(not table.is_real for table in tables)} of these once more without their pattern, weight "
        f"{LEFT_OUT_WEIGHT}",
        "ranking_share": str(RANKING_SHARE),
        "ridge": str(RIDGE),
        "randomness": "none",
        "date": date,
    }
    write_models(out, fit_models(tables), provenance)
    click.echo(f"{out}: fitted on {', '.join(told)}")


if __name__ == "__main__":
    main()
