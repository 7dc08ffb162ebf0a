"""Where in the file a piece of a dump's text stands."""

from __future__ import annotations

from crash_knowledge.wcr.dump import Dump


def line_at(dump: Dump, position: int) -> int:
    """The line of the file of a position in the dump's text."""
    return dump.line_of(dump.text.count("\n", 0, position))


def line_with(dump: Dump, text: str, skip: int = 0) -> tuple[int, ...]:
    """The line of the file where this text first stands, without its first ``skip`` characters; empty when nowhere."""
    position = dump.text.find(text)
    return (line_at(dump, position + skip),) if position >= 0 else ()
