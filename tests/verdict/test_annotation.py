"""The dump as it is read: rows and lines, sections, marks, finding words."""

from __future__ import annotations

import pytest

from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.verdict.annotation import AnnotatedDump, Mark, next_of, previous_of
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

PLAIN, DOUBLED, MANY = "WCR_14-1_9-5-12.txt", "WCR_9-4_13-14-36.txt", "WCR_2-4_9-59-17.txt"


def dumps(name: str) -> tuple[Dump, ...]:
    return read_dumps((SAMPLES_DIR / name).read_bytes()).dumps


def lines_of_file(name: str) -> list[str]:
    return (SAMPLES_DIR / name).read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize(("name", "index"), [(PLAIN, 0), (DOUBLED, 0), (MANY, 2)])
def test_a_line_number_is_that_of_the_file(name: str, index: int) -> None:
    dump = dumps(name)[index]
    annotated = AnnotatedDump(dump)
    frame = dump.active_process.frames[0]
    row = annotated.row_of(frame.line)
    ((number, text),) = annotated.blocks(row, row)[0].rows
    assert number == frame.line
    assert text == lines_of_file(name)[frame.line - 1].rstrip("\r")
    assert frame.text in text


def test_a_line_that_the_dump_does_not_have_gives_the_nearest() -> None:
    annotated = AnnotatedDump(dumps(DOUBLED)[0])
    assert annotated.row_of(0) == 0
    assert annotated.row_of(10**12) == annotated.rows - 1
    assert annotated.line_of(annotated.row_of(annotated.line_of(7) - 1)) == annotated.line_of(7)


@pytest.mark.parametrize(("name", "index"), [(PLAIN, 0), (DOUBLED, 0), (MANY, 0), (MANY, 3)])
def test_the_sections_cover_every_row_once(name: str, index: int) -> None:
    annotated = AnnotatedDump(dumps(name)[index])
    assert annotated.parts[0].first == 0
    assert annotated.parts[-1].last == annotated.rows - 1
    assert [part.first for part in annotated.parts[1:]] == [part.last + 1 for part in annotated.parts[:-1]]
    for part in annotated.parts:
        assert annotated.part_of(part.first) == annotated.part_of(part.last) == part


def test_blocks_begin_at_marked_lines_and_lose_no_row() -> None:
    dump = dumps(PLAIN)[0]
    annotated = AnnotatedDump(dump, [Mark(40, "one"), Mark(42, "two"), Mark(42, "three"), Mark(10**9, "nowhere")])
    first, last = annotated.row_of(36), annotated.row_of(50)
    blocks = annotated.blocks(first, last)
    assert [[mark.sentence for mark in block.marks] for block in blocks] == [[], ["one"], ["two", "three"]]
    assert [block.rows[0][0] for block in blocks] == [36, 40, 42]
    assert [number for block in blocks for number, _ in block.rows] == list(range(36, 51))
    assert annotated.marked_rows == (annotated.row_of(40), annotated.row_of(42))
    assert annotated.marks_in(annotated.part_of(annotated.row_of(40))) == 2


def test_words_are_found_in_every_line_once_capitals_or_not() -> None:
    dump = dumps(PLAIN)[0]
    annotated = AnnotatedDump(dump)
    expected = tuple(row for row, text in enumerate(dump.text.split("\n")) if "runwindow" in text.lower())
    assert len(expected) > 5
    assert annotated.find("RunWindow") == annotated.find("RUNWINDOW") == expected
    assert annotated.find("no such words") == annotated.find("  ") == ()


@pytest.mark.parametrize(
    ("rows", "row", "after", "before"),
    [((), 5, None, None), ((3, 5, 9), 5, 9, 3), ((3, 5, 9), 9, 3, 5), ((3, 5, 9), 3, 5, 9), ((4,), 4, 4, 4)],
)
def test_next_and_previous_go_round(rows: tuple[int, ...], row: int, after: int | None, before: int | None) -> None:
    assert next_of(rows, row) == after
    assert previous_of(rows, row) == before
