"""Measures what all rules of the diagnosis cost over a dump, against reading the same dump.

    python benchmarks/diagnosis.py [--json] [--rules] [FILE ...]

Without files it measures generated dumps of about 100, 600 and 1,600 KB. Times are CPU time, the least of several
rounds; reading is the full model of the dump, the rules work on the model that was read. Exit code 1 when the rules
cost more than reading.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.reading import cpu_ms, full
from crash_knowledge.diagnosis import RULES, diagnose
from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Extent
from crash_knowledge.wcr.samples import AT_FJORD
from crash_knowledge.wcr.writer import encode, join_dumps, render

GOAL = 1.0
"""Rules divided by reading, at most."""

ROUNDS = 15
SCALES = (1, 6, 16)


@dataclass(frozen=True)
class Measurement:
    """Milliseconds of CPU time; ``slowest``: the dearest rules with theirs."""

    name: str
    size_bytes: int
    read_ms: float
    rules_ms: float
    ratio: float
    slowest: dict[str, float]


def measure(name: str, content: bytes) -> Measurement:
    read_ms = cpu_ms(lambda: full(content), ROUNDS)
    dumps = full(content).dumps
    rules_ms = cpu_ms(lambda: [diagnose(dump) for dump in dumps], ROUNDS)
    each = {
        rule.__name__: round(cpu_ms(lambda rule=rule: [list(rule(dump)) for dump in dumps], ROUNDS), 3)
        for rule in RULES
    }
    return Measurement(
        name=name,
        size_bytes=len(content),
        read_ms=round(read_ms, 2),
        rules_ms=round(rules_ms, 2),
        ratio=round(rules_ms / read_ms, 3),
        slowest=dict(sorted(each.items(), key=lambda entry: -entry[1])[:8]),
    )


def generated() -> dict[str, bytes]:
    """Dumps written by the generator, of three sizes."""
    extents = {scale: Extent(scale=float(scale), census=True) for scale in SCALES}
    return {
        f"generated x{scale}": encode(join_dumps([render(compose(catalogue.RUN_WINDOW, AT_FJORD, 1, extent))]))
        for scale, extent in extents.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    parser.add_argument("--rules", action="store_true", help="also print the dearest rules of each dump")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    contents = {path.name: path.read_bytes() for path in options.files} or generated()
    measured = [measure(name, content) for name, content in contents.items()]
    if options.json:
        print(json.dumps([asdict(one) for one in measured], indent=2))
    else:
        print_table(measured, options.rules)
    return int(any(one.ratio > GOAL for one in measured))


def print_table(measured: Sequence[Measurement], with_rules: bool) -> None:
    print(f"{'dump':40} {'KB':>6} {'read ms':>9} {'rules ms':>9} {'rules/read':>11}")
    for one in measured:
        size = one.size_bytes // 1000
        print(f"{one.name[:40]:40} {size:6,} {one.read_ms:9.2f} {one.rules_ms:9.2f} {one.ratio:11.3f}")
        if with_rules:
            print("   " + ", ".join(f"{name} {cost}" for name, cost in one.slowest.items()))


if __name__ == "__main__":
    sys.exit(main())
