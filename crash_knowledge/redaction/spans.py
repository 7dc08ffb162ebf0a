"""Places in a text that must be replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["password", "user", "host", "mail", "ip"]


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` is a value of this kind. Never crosses a line end."""

    start: int
    end: int
    kind: Kind


def lowered(text: str) -> str:
    """Lower case with every character at its place (``İ`` alone would become two)."""
    return text.replace("İ", "i").lower()


@dataclass(frozen=True, slots=True)
class Line:
    """``text[start:end]`` is a line; ``index`` counts from 0."""

    index: int
    start: int
    end: int


def with_lines(text: str, spans: Iterable[Span]) -> Iterator[tuple[Span, Line]]:
    """Every span with the line it stands on, in the order of the text."""
    line = Line(0, 0, _line_end(text, 0))
    for span in sorted(spans, key=lambda span: span.start):
        if span.start > line.end:
            index = line.index + text.count("\n", line.start, span.start)
            start = text.rfind("\n", line.end, span.start) + 1
            line = Line(index, start, _line_end(text, start))
        yield span, line


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def replace(text: str, spans: Iterable[Span], replacement: Callable[[Kind, str], str]) -> str:
    """The text with every span replaced.

    Passwords go first, then longer spans before shorter, of equals users first. What is left of a span that overlaps
    an earlier one is replaced too, when there is a letter or digit in it.
    """
    taken = bytearray(len(text))
    pieces: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=_precedence):
        value = text[span.start : span.end]
        for start, end in _free_runs(taken, span):
            whole = end - start == span.end - span.start
            if whole or any(character.isalnum() for character in text[start:end]):
                pieces.append((start, end, replacement(span.kind, value)))
                taken[start:end] = b"\1" * (end - start)
    return _join(text, sorted(pieces))


def _precedence(span: Span) -> tuple[bool, int, bool, int]:
    return span.kind != "password", span.start - span.end, span.kind != "user", span.start


def _free_runs(taken: bytearray, span: Span) -> list[tuple[int, int]]:
    runs = []
    position = span.start
    while position < span.end:
        if taken[position]:
            position += 1
            continue
        end = taken.find(1, position, span.end)
        end = span.end if end < 0 else end
        runs.append((position, end))
        position = end
    return runs


def _join(text: str, pieces: list[tuple[int, int, str]]) -> str:
    parts = []
    position = 0
    for start, end, new in pieces:
        parts += [text[position:start], new]
        position = end
    parts.append(text[position:])
    return "".join(parts)
