"""The whole text of sixteen replies about one crash, as somebody read and approved them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge.replies import LANGUAGES, READERS, Language, Reader, compose, render
from tests.replies.known_crash import KNOWN

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reader", READERS)
def test_the_reply_reads_as_approved(reader: Reader, language: Language) -> None:
    approved = (EXPECTED / f"{reader}.{language}.txt").read_text(encoding="utf-8")
    assert render(compose(KNOWN, reader, language), "text") == approved
