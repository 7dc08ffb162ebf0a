"""The facts of a crash that the store keeps: what diagnosis established, and what the header says."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crash_knowledge.diagnosis import Diagnosis, diagnose
from crash_knowledge.diagnosis.knowledge import FOLDER
from crash_knowledge.store.records import EventFact, Sighting
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Header
from crash_knowledge.wcr.reading import read_dumps

if TYPE_CHECKING:
    from crash_knowledge.analyzer import Analysis

_ROOMS = ("diagnosis", "wcr")
"""What facts depend on: the rules, and the reading of dumps."""


def crash_facts(dump: Dump, diagnosis: Diagnosis) -> tuple[EventFact, ...]:
    """All facts of a redacted dump: those of its findings, then those of its header; each once."""
    established = [EventFact(fact.name, fact.value) for finding in diagnosis.findings for fact in finding.facts]
    return tuple(dict.fromkeys((*established, *_header_facts(dump))))


def facts_of_text(text: str) -> tuple[EventFact, ...]:
    """The facts of a stored dump, from its redacted text. Raises NotADump."""
    dump = read_dumps(text.encode("utf-8", "surrogatepass")).dumps[0]
    return crash_facts(dump, diagnose(dump))


def sighting_of(analysis: Analysis) -> Sighting:
    """A crash that was just analysed, for counting incidents among the dumps of an upload."""
    header = analysis.dump.header
    return Sighting(
        crash_id=None,
        occurred_at=analysis.occurred_at,
        customer=header.site.customer if header.site else None,
        site=header.site.text if header.site else None,
        user_name=header.user,
        computer=header.computer,
        runs=analysis.diagnosis.values("run"),
    )


@cache
def facts_revision() -> str:
    """What tells facts of these rules from those of earlier ones: a hash of the rules' own files and lists."""
    package = Path(__file__).parent
    files = [Path(__file__), *(file for room in _ROOMS for file in sorted((package / room).glob("*.py")))]
    files += sorted(file for file in FOLDER.iterdir() if file.is_file())
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _header_facts(dump: Dump) -> tuple[EventFact, ...]:
    header = dump.header
    values = {
        "customer": header.site.customer if header.site else None,
        "version": header.version.text if header.version else None,
        "release_line": header.version.line if header.version else None,
        "build": header.build.text if header.build else None,
        "database_kind": _database_kind(header),
        "database_version": header.database_server_version,
        "database_client": header.database_client_version,
        "database_encoding": header.database_encoding,
        "smalltalk_version": header.smalltalk_version,
        "time_zone_seconds": None if header.tz_offset_seconds is None else str(header.tz_offset_seconds),
        "frame_rate": header.frame_rate_mode or header.frame_rate,
        "user": None if (header.user or "").startswith("<") else header.user,
        "computer": header.computer,
    }
    return tuple(EventFact(name, value) for name, value in values.items() if value)


def _database_kind(header: Header) -> str | None:
    """As the site's text tells, else as the server names itself."""
    told = header.site.database_kind if header.site else None
    return told or ("oracle" if (header.database_server_version or "").startswith("Oracle") else None)
