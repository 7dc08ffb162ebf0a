"""One line of a stack, taken apart."""

from __future__ import annotations

import re
from functools import lru_cache

from crash_knowledge.wcr.model import Frame

_FRAME = re.compile(
    r"(optimized )?"
    r"((?:\[\] in )*)"
    r"([^\s()>]+)( class)?"
    r"(?:\(([^\s()>]+)( class)?\))?"
    r">>(\S+)"
)


def parse_frame(text: str, number: int = 0, line: int = 0) -> Frame:
    """Take a frame apart: ``[optimized] [[] in ]* Receiver[ class][(Implementor[ class])]>>selector``.

    Args:
        text: the frame as printed, without its ``[number]``.
        number: its number in the stack.
        line: the line of the file it stands on.

    Returns:
        The frame; with empty receiver, implementor and selector when the text has another form.
    """
    return Frame(number, text, *_parts(text), line)


@lru_cache(maxsize=8192)
def _parts(text: str) -> tuple[str, str, str, int, bool, bool]:
    """Receiver, implementor, selector, blocks, class_side, optimized."""
    match = _FRAME.fullmatch(text.strip())
    if match is None:
        return "", "", "", 0, False, False
    optimized, blocks, receiver, receiver_class, implementor, implementor_class, selector = match.groups()
    class_side = bool(implementor_class if implementor else receiver_class)
    return receiver, implementor or receiver, selector, len(blocks) // len("[] in "), class_side, bool(optimized)
