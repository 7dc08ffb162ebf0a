"""Generated dumps for the tests of learning: small, quick to read, and of few kinds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crash_knowledge.wcr.generator import catalogue
from crash_knowledge.wcr.generator.compose import compose
from crash_knowledge.wcr.generator.incident import Circumstances, Extent, Incident
from crash_knowledge.wcr.writer import encode, join_dumps, render

TINY = Extent(scale=0.05, argument_frames=2, bystanders=False)
FIRST_DAY = datetime(2025, 1, 14, 9, 5, 12)  # noqa: DTZ001 (a dump's time is local)

RUN_WINDOW, PERMISSION, DATABASE = catalogue.RUN_WINDOW, catalogue.PERMISSION, catalogue.INVALID_IDENTIFIER


def dump_text(
    incident: Incident = RUN_WINDOW, days: int = 0, customer=catalogue.FJORD, seed: int = 1, **changes
) -> str:
    """The text of one dump of a crash that happened some days after the first."""
    circumstances = Circumstances(
        customer=customer,
        local_time=FIRST_DAY + timedelta(days=days),
        version="2024r2.000.012",
        user="i.solberg",
        windows_user="i.solberg",
        computer="FJV-TS-04",
    )
    return render(compose(incident, replace(circumstances, **changes), seed, TINY))


def dump_bytes(incident: Incident = RUN_WINDOW, days: int = 0, **changes) -> bytes:
    return file_of(dump_text(incident, days, **changes))


def file_of(*texts: str, **how) -> bytes:
    return encode(join_dumps(texts), **how)
