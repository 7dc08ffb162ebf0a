"""The section ``All objects``: how many instances each class has and how many bytes they take."""

from __future__ import annotations

from crash_knowledge.wcr.model import CensusRow
from crash_knowledge.wcr.section import Read, SectionText, Unread


def read_census(section: SectionText) -> Read[tuple[CensusRow, ...]]:
    """Read every row, in the order listed (largest count first)."""
    unread = Unread(section)
    rows: list[CensusRow] = []
    for line, number in section.numbered_lines():
        try:
            class_name, count, size_bytes = line.split("\t")
            rows.append(CensusRow(class_name, int(count), int(size_bytes)))
        except ValueError:
            if line.strip():
                unread.add(number)
    return Read(tuple(rows), unread.notes(anything_read=bool(rows)))
