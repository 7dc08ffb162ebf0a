"""Crashes as a table for a spreadsheet. A cell that a spreadsheet would take for a formula is defused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from crash_knowledge.store.catalogue_records import CrashRow

COLUMNS = (
    "crash",
    "when (UTC)",
    "customer",
    "version",
    "severity",
    "kind of cause",
    "cause",
    "pattern",
    "pattern name",
    "pattern status",
    "verdict",
    "confidence",
    "user",
    "file",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def crashes_csv(rows: Iterable[CrashRow]) -> bytes:
    """CSV in UTF-8 with a byte order mark, for spreadsheets know it by that; one line a crash."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(cell) for cell in _cells(row)] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _cells(row: CrashRow) -> list[str]:
    values = (
        row.id,
        f"{row.occurred_at:%Y-%m-%d %H:%M:%S}",
        row.customer,
        row.service_version,
        row.severity,
        row.kind,
        row.error_message,
        row.pattern_id,
        row.pattern_name,
        row.pattern_status,
        row.match_level,
        None if row.match_confidence is None else f"{row.match_confidence:.3f}",
        row.user_name,
        row.file_name,
    )
    return ["" if value is None else str(value) for value in values]
