"""The protocol of the FaST and TraceSim papers: every report is a query against all earlier ones.

The first 20 % of a set are history only, 20-50 % may be used for fitting, the last half is the test.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from crash_knowledge.fingerprint.keys import fingerprint_stack
from crash_knowledge.fingerprint.model import Fingerprint

HISTORY_SHARE = 0.2
TEST_SHARE = 0.5
AUTO_ASSIGN = 0.9
CALIBRATION_BINS = 10

_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_WITHOUT_TIME = timedelta(hours=18)
"""Between two reports, on average, of a set without times."""


@dataclass(frozen=True, slots=True)
class Report:
    """A labelled stack: ``group`` is the cause by people's judgement."""

    group: str
    message: str
    frames: tuple[str, ...]
    customers: tuple[str, ...]
    process: str | None
    at: datetime
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method said of one query: groups, best first, with their scores; ``truth`` is the right group."""

    truth: str
    seen_before: bool
    ranked: tuple[tuple[str, float], ...]
    milliseconds: float


def load_reports(path: Path) -> list[Report]:
    """The reports of a ``.jsonl.gz`` file in time order: by ``ts``, else ``seq``, else as they stand."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    numbered = sorted(enumerate(rows), key=lambda pair: _order(pair[0], pair[1]))
    times = _times([row for _, row in numbered])
    return [_report(row, at) for (_, row), at in zip(numbered, times, strict=True)]


def metrics(answers: Sequence[Answer]) -> dict[str, float | int]:
    """The measures of the protocol over the answers to the test's queries."""
    ranks = [_rank(one) for one in answers if one.seen_before]
    best = np.array([one.ranked[0][1] if one.ranked else -np.inf for one in answers])
    right = np.array([bool(one.ranked) and one.ranked[0][0] == one.truth for one in answers])
    known = np.array([one.seen_before for one in answers])
    assigned = best >= AUTO_ASSIGN
    return {
        "queries": len(answers),
        "with_duplicate": len(ranks),
        **{f"rr{k}": float(np.mean([rank <= k for rank in ranks])) for k in (1, 5, 10)},
        "mrr": float(np.mean([1 / rank for rank in ranks])),
        "auc_seen": _auc(best, known),
        "precision_at_90": float(right[assigned].mean()) if assigned.any() else float("nan"),
        "recall_at_90": float((right & assigned).sum() / max(known.sum(), 1)),
        "swallowed_at_90": float((assigned & ~known).sum() / max((~known).sum(), 1)),
        "ece": _calibration_error(best, right),
        "ms_per_query": float(np.mean([one.milliseconds for one in answers])),
    }


def _order(place: int, row: dict[str, object]) -> tuple[str, float, int]:
    seq = row.get("seq")
    return str(row.get("ts") or ""), float(seq) if isinstance(seq, int | float) else 0.0, place


def _times(rows: Sequence[dict[str, object]]) -> list[datetime]:
    """Their times; without, a time in proportion to ``seq``, else to the place, at ``_WITHOUT_TIME`` a report."""
    if all(row.get("ts") for row in rows):
        read = [datetime.fromisoformat(str(row["ts"])) for row in rows]
        return [at if at.tzinfo else at.replace(tzinfo=UTC) for at in read]
    numbered = all(isinstance(row.get("seq"), int | float) for row in rows)
    order = np.array([row["seq"] if numbered else place for place, row in enumerate(rows)], dtype=float)
    span = max(float(order[-1] - order[0]), 1.0)
    return [_BEGIN + float(share) * len(rows) * _WITHOUT_TIME for share in (order - order[0]) / span]


def _report(row: dict[str, object], at: datetime) -> Report:
    site, process = row.get("site"), row.get("process")
    customers = (str(site),) if site else ()
    frames = tuple(str(frame) for frame in row["frames"])  # type: ignore[attr-defined]
    message = str(row.get("message") or "")
    return Report(
        group=str(row["group"]),
        message=message,
        frames=frames,
        customers=customers,
        process=str(process) if process else None,
        at=at,
        fingerprint=fingerprint_stack(message, frames, customers=customers, process=str(process) if process else None),
    )


def _rank(answer: Answer) -> float:
    places = [place for place, (group, _) in enumerate(answer.ranked, start=1) if group == answer.truth]
    return float(places[0]) if places else float("inf")


def _auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve by ranks (ties count half)."""
    above = scores[positive][:, None] > scores[~positive][None, :]
    equal = scores[positive][:, None] == scores[~positive][None, :]
    return float((above + 0.5 * equal).mean()) if above.size else float("nan")


def _calibration_error(probabilities: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error in ten equal bins; not a number for scores that are no probabilities."""
    if probabilities.min(initial=0.0) < 0.0 or probabilities.max(initial=0.0) > 1.0:
        return float("nan")
    bins = np.minimum((probabilities * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    used = [bins == one for one in range(CALIBRATION_BINS) if (bins == one).any()]
    return float(sum(abs(probabilities[one].mean() - right[one].mean()) * one.mean() for one in used))
