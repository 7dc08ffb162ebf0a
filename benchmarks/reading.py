"""Measures how fast dumps are read, against the floor of hashing and decoding the same bytes.

    python benchmarks/reading.py [--json] [FILE ...]

Without files it measures generated text of 1, 4 and 16 MB. One run measures everything, so that ratios hold on a
noisy machine; times are CPU time, the best of several rounds.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import DumpFile, read_dumps
from crash_knowledge.wcr.samples import samples

MEGABYTE = 1_000_000
GROWTH_MEGABYTES = (1, 4, 16)
SECTIONS = (
    "header",
    "active_process",
    "exception",
    "frame_arguments",
    "quiescent_processes",
    "suspended_processes",
    "transcript",
    "connections",
    "sessions",
    "windows",
    "memory",
    "census",
    "persistent_census",
)
GOALS = {"triage_x_sha256": 4.0, "full_x_sha256": 40.0, "full_x_decode": 25.0, "memory_x_file": 6.0}


@dataclass(frozen=True)
class Measurement:
    """Milliseconds of CPU time and ratios for one content."""

    name: str
    size_bytes: int
    dumps: int
    sha256_ms: float
    decode_ms: float
    triage_ms: float
    full_ms: float
    full_mb_per_s: float
    triage_x_sha256: float
    full_x_sha256: float
    full_x_decode: float
    memory_x_file: float


def triage(content: bytes) -> DumpFile:
    """Read what tells one crash from another: header, cause, active stack."""
    read = read_dumps(content)
    for dump in read.dumps:
        _ = dump.header, dump.cause, dump.active_process
    return read


def full(content: bytes) -> DumpFile:
    """Read everything."""
    read = read_dumps(content)
    for dump in read.dumps:
        read_all(dump)
    return read


def read_all(dump: Dump) -> None:
    """Read every section of a dump."""
    for section in SECTIONS:
        getattr(dump, section)


def cpu_ms(work: Callable[[], object], rounds: int) -> float:
    """Return the least CPU time of several rounds, in milliseconds."""
    least = float("inf")
    for _ in range(rounds):
        gc.collect()
        start = time.process_time_ns()
        work()
        least = min(least, (time.process_time_ns() - start) / 1e6)
    return least


def repeated(work: Callable[[], object], times: int) -> Callable[[], object]:
    """Return work done several times over, for a clock tick is long against one hash of one dump.

    The results are kept until the end, as a program keeps what it reads: memory that was just freed would be used
    again, and decoding would seem ten times faster than it is.
    """

    def work_repeatedly() -> list[object]:
        return [work() for _ in range(times)]

    return work_repeatedly


def peak_memory(content: bytes) -> int:
    """Return the most bytes held at once while the full model is read and kept, the content not counted."""
    gc.collect()
    tracemalloc.start()
    read = full(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read.dumps
    return peak


def measure(name: str, content: bytes) -> Measurement:
    """Measure one content."""
    rounds = 5 if len(content) > 3 * MEGABYTE else 15
    fast_times = max(1, 64 * MEGABYTE // len(content))

    def cpu_ms_of_fast(work: Callable[[], object]) -> float:
        return cpu_ms(repeated(work, fast_times), rounds) / fast_times

    sha256_ms = cpu_ms_of_fast(lambda: hashlib.sha256(content).hexdigest())
    decode_ms = cpu_ms_of_fast(lambda: content.decode("utf-8"))
    triage_ms = cpu_ms_of_fast(lambda: triage(content))
    full_ms = cpu_ms(lambda: full(content), rounds)
    return Measurement(
        name=name,
        size_bytes=len(content),
        dumps=len(read_dumps(content).dumps),
        sha256_ms=round(sha256_ms, 3),
        decode_ms=round(decode_ms, 3),
        triage_ms=round(triage_ms, 3),
        full_ms=round(full_ms, 3),
        full_mb_per_s=round(len(content) / MEGABYTE / (full_ms / 1000), 1),
        triage_x_sha256=round(triage_ms / sha256_ms, 2),
        full_x_sha256=round(full_ms / sha256_ms, 1),
        full_x_decode=round(full_ms / decode_ms, 1),
        memory_x_file=round(peak_memory(content) / len(content), 2),
    )


def grown(contents: Sequence[bytes], megabytes: int) -> bytes:
    """Return the contents, one after the other and over again, until they have the size."""
    parts: list[bytes] = []
    size = 0
    while size < megabytes * MEGABYTE:
        part = contents[len(parts) % len(contents)]
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def generated() -> dict[str, bytes]:
    """Return dumps written by the sample generator."""
    return {sample.file_name: sample.content for sample in samples() if is_utf8(sample.content)}


def is_utf8(content: bytes) -> bool:
    """Whether the content can be measured against decoding it as UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="dumps to measure; default: generated ones")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    contents = {path.name: path.read_bytes() for path in options.files} or generated()
    measurements = [measure(name, content) for name, content in contents.items()]
    growth = [measure(f"{size} MB", grown(list(contents.values()), size)) for size in GROWTH_MEGABYTES]
    if options.json:
        print(json.dumps({"goals": GOALS, "files": [*map(asdict, measurements)], "growth": [*map(asdict, growth)]}))
        return 0
    columns = list(asdict(growth[0]))
    print("  ".join(f"{column:>15}" for column in columns))
    for measurement in [*measurements, *growth]:
        print("  ".join(f"{str(value)[-15:]:>15}" for value in asdict(measurement).values()))
    print("goals:", ", ".join(f"{name} <= {value:g}" for name, value in GOALS.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
