"""Measures the prepared text model against the same model through sentence-transformers and PyTorch.

    python benchmarks/embedding.py [--json]

One run measures both in turns, so that ratios hold on a noisy machine; times are CPU time on one thread, medians.
A cold start is a new process that imports, loads and embeds one text; its memory is the most it ever held.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crash_knowledge.fingerprint.embedding import Embedder
from crash_knowledge.fingerprint.preparation import prepare_model
from crash_knowledge.fingerprint.prepared import load_prepared_model
from crash_knowledge.fingerprint.sample_texts import SAMPLE_TEXTS
from crash_knowledge.fingerprint.sentence_model import load_bundled_model
from crash_knowledge.settings import ROOT, settings

LENGTHS_TOKENS = (255, 104)
MARK_TOKENS = 2
ROUNDS = 15
COLD_STARTS = 3
GOALS = {"prepared_x_torch": 0.5, "cold_start_cpu_s": 0.6, "lowest_cosine": 0.99}

COLD_START = """
import json, resource, sys, time
from pathlib import Path
from crash_knowledge.fingerprint.embedding import load_embedder
embedder = load_embedder("", Path(sys.argv[1]) if sys.argv[1] else None)
embedder.embed(["Message not understood duration"])
largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "cpu_s": time.process_time(),
    "memory_mb": largest / (1e6 if sys.platform == "darwin" else 1e3),
    "torch_imported": "torch" in sys.modules,
}))
"""


@dataclass(frozen=True)
class TextTimes:
    """Milliseconds of CPU time for one text of that many tokens."""

    tokens: int
    torch_ms: float
    prepared_ms: float
    prepared_x_torch: float


@dataclass(frozen=True)
class ColdStart:
    """From an empty process to the first vector."""

    name: str
    cpu_s: float
    memory_mb: float
    torch_imported: bool


def text_of(tokens: int) -> str:
    """A text of that many tokens with its start and end mark; each word here is one token."""
    words = itertools.cycle(["planning", "list", "view", "update", "item", "title", "contract", "schedule"])
    return " ".join(itertools.islice(words, tokens - MARK_TOKENS))


def milliseconds(embedder: Embedder, text: str) -> float:
    start = time.process_time()
    embedder.embed([text])
    return (time.process_time() - start) * 1000


def measure_texts(torch: Embedder, prepared: Embedder) -> list[TextTimes]:
    times = []
    for tokens in LENGTHS_TOKENS:
        text = text_of(tokens)
        milliseconds(torch, text), milliseconds(prepared, text)
        rounds = [(milliseconds(torch, text), milliseconds(prepared, text)) for _ in range(ROUNDS)]
        torch_ms, prepared_ms = (statistics.median(column) for column in zip(*rounds, strict=True))
        times.append(TextTimes(tokens, torch_ms, prepared_ms, prepared_ms / torch_ms))
    return times


def cold_start(name: str, prepared_dir: str) -> ColdStart:
    runs = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", COLD_START, prepared_dir], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(COLD_STARTS)
    ]
    return ColdStart(
        name,
        cpu_s=statistics.median(run["cpu_s"] for run in runs),
        memory_mb=statistics.median(run["memory_mb"] for run in runs),
        torch_imported=runs[0]["torch_imported"],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print figures for programs")
    options = parser.parse_args(arguments)

    model_dir = settings().model_dir
    prepare_model(model_dir)
    cold = [cold_start("prepared", str(model_dir)), cold_start("torch", "")]
    torch, prepared = load_bundled_model(), load_prepared_model(model_dir)
    lowest_cosine = float((torch.embed(SAMPLE_TEXTS) * prepared.embed(SAMPLE_TEXTS)).sum(axis=1).min())
    times = measure_texts(torch, prepared)
    met = (
        all(time.prepared_x_torch <= GOALS["prepared_x_torch"] for time in times)
        and cold[0].cpu_s <= GOALS["cold_start_cpu_s"]
        and not cold[0].torch_imported
        and lowest_cosine >= GOALS["lowest_cosine"]
    )

    if options.json:
        figures = {
            "texts": [asdict(time) for time in times],
            "cold_starts": [asdict(start) for start in cold],
            "lowest_cosine": lowest_cosine,
            "goals": GOALS,
            "goals_met": met,
        }
        print(json.dumps(figures, indent=2))
    else:
        print_table(times, cold, lowest_cosine)
        print("Goals met." if met else "Goals NOT met.")
    return 0 if met else 1


def print_table(times: Sequence[TextTimes], cold: Sequence[ColdStart], lowest_cosine: float) -> None:
    for time_of in times:
        print(
            f"{time_of.tokens:4d} tokens: torch {time_of.torch_ms:6.1f} ms, prepared {time_of.prepared_ms:5.1f} ms "
            f"= {time_of.prepared_x_torch:.2f} x torch (goal {GOALS['prepared_x_torch']})"
        )
    for start in cold:
        print(
            f"cold start, {start.name}: {start.cpu_s:.2f} CPU s, {start.memory_mb:.0f} MB"
            + (f" (goal {GOALS['cold_start_cpu_s']} CPU s)" if start.name == "prepared" else "")
        )
    print(f"lowest cosine between the two on the sample texts: {lowest_cosine:.4f} (goal {GOALS['lowest_cosine']})")


if __name__ == "__main__":
    sys.exit(main())
