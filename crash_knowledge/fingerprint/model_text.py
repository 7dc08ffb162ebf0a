"""The text as every embedder reads it."""

from __future__ import annotations

LONGEST_TEXT = 100_000
"""Characters; far beyond what a text model reads, so that an endless text costs no endless time."""


def model_text(text: str) -> str:
    """The start of ``text``, with what cannot be written as UTF-8 (lone surrogates) replaced by ``?``."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")
