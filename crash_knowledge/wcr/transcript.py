"""The section ``Transcript:``."""

from __future__ import annotations

from crash_knowledge.wcr.section import Read, SectionText

BEGIN = "<<<BEGIN TRANSCRIPT>>>"
END = "<<<END TRANSCRIPT>>>"


def read_transcript(section: SectionText) -> Read[str]:
    """Return what was logged, without the markers."""
    text = section.text.strip("\n").removeprefix(BEGIN)
    end = text.find(END)
    return Read((text if end < 0 else text[:end]).strip("\n"))
