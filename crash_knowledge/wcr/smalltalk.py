"""Smalltalk literals as a dump prints them."""

from __future__ import annotations


def unquote(literal: str) -> str:
    """Return the text of a string literal: ``'WHATS''ON'`` is WHATS'ON. A literal that was cut keeps what is there."""
    if not literal.startswith("'"):
        return literal
    end = len(literal) - 1 if len(literal) > 1 and literal.endswith("'") else len(literal)
    return literal[1:end].replace("''", "'")


def text_or_none(literal: str) -> str | None:
    """Return the text of a string literal, or None for ``nil`` and for nothing."""
    return None if literal in ("nil", "") else unquote(literal)


def is_number(text: str) -> bool:
    """Whether the text is a number of at most nine plain digits, as lists are numbered with."""
    return len(text) < 10 and text.isdigit() and text.isascii()


def integer_or_none(text: str) -> int | None:
    """Return a plain decimal integer, or None for anything else."""
    text = text.strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 30 else None
