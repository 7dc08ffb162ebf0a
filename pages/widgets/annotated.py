"""The dump itself, opened at a line: findings marked, one section unfolded, searchable. The address keeps the line."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.verdict.annotation import AnnotatedDump, Block, Mark, next_of, previous_of
from crash_knowledge.verdict.card import Statement, VerdictCard
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wording import clipped, counted
from pages.widgets.texts import plain

LINE = "line"
"""The parameter of the address that holds the line that is shown."""

_NUMBER = re.compile("[0-9]{1,9}")
ROWS_SHOWN = 150
ROWS_ABOVE = 4
LONGEST_ROW = 400


def show_line(line: int) -> None:
    """Open the dump at this line of the file: for the callbacks of buttons."""
    st.query_params[LINE] = str(line)


def close_dump() -> None:
    st.query_params.pop(LINE, None)


def dump_when_asked(analysis: Analysis, card: VerdictCard, key: str) -> None:
    """Open the dump over the page when the address names a line."""
    if _asked_line() is not None:
        _dump_dialog(analysis.dump, card.all_statements, key)


@st.dialog("The dump", width="large", on_dismiss=close_dump)
def _dump_dialog(dump: Dump, statements: Sequence[Statement], key: str) -> None:
    annotated = AnnotatedDump(dump, _marks(statements))
    row = annotated.row_of(_asked_line() or annotated.first_line)
    found = _search(annotated, row, key)
    _places(annotated, row, key)
    part = annotated.part_of(row)
    first = max(part.first, row - ROWS_ABOVE)
    last = min(part.last, first + ROWS_SHOWN - 1)
    blocks = annotated.blocks(first, last)
    longest = _longest_shown(blocks, key)
    for block in blocks:
        _block(block, annotated.line_of(row), {annotated.line_of(hit) for hit in found}, longest)
    _turn_the_page(annotated, first, last, key)


def _asked_line() -> int | None:
    asked = st.query_params.get(LINE, "")
    return int(asked) if _NUMBER.fullmatch(asked) else None


def _marks(statements: Sequence[Statement]) -> list[Mark]:
    return [Mark(line, statement.sentence) for statement in statements for line in statement.lines]


def _search(annotated: AnnotatedDump, row: int, key: str) -> tuple[int, ...]:
    """Find words, and go from one to the next or from finding to finding; returns the rows found."""
    field, buttons = st.columns(2, vertical_alignment="bottom")

    def find_first() -> None:
        hits = annotated.find(st.session_state[f"{key}-find"])
        if hits and row not in hits:
            _go(annotated, next_of(hits, row))

    words = field.text_input("Find in the dump", key=f"{key}-find", on_change=find_first)
    hits = annotated.find(words or "")
    with buttons.container(horizontal=True, gap="xsmall"):
        _step("Previous", annotated, previous_of(hits, row), key)
        _step("Next", annotated, next_of(hits, row), key)
        _step("Next finding", annotated, next_of(annotated.marked_rows, row), key)
    if words:
        place = f", this is number {hits.index(row) + 1}" if row in hits else ""
        st.caption(f"{counted(len(hits), 'line')} of {annotated.rows:,} with these words{place}.")
    return hits


def _step(label: str, annotated: AnnotatedDump, row: int | None, key: str) -> None:
    st.button(label, key=f"{key}-{label}", disabled=row is None, on_click=_go, args=(annotated, row))


def _go(annotated: AnnotatedDump, row: int | None) -> None:
    if row is not None:
        show_line(annotated.line_of(row))


def _places(annotated: AnnotatedDump, row: int, key: str) -> None:
    """The sections as a list, of which one is unfolded, and a field for a line number; both follow the position."""
    sections, line = st.columns([10, 3], vertical_alignment="bottom")
    labels = {
        part: f"{part.title.rstrip(':')}: lines {annotated.line_of(part.first):,} to {annotated.line_of(part.last):,}"
        + (f", {counted(annotated.marks_in(part), 'marked line')}" if annotated.marks_in(part) else "")
        for part in annotated.parts
    }
    st.session_state[f"{key}-part"] = annotated.part_of(row)
    st.session_state[f"{key}-line"] = annotated.line_of(row)
    sections.selectbox(
        f"Section (one of {len(labels)} is unfolded)",
        list(labels),
        format_func=labels.__getitem__,
        key=f"{key}-part",
        on_change=lambda: _go(annotated, st.session_state[f"{key}-part"].first),
    )
    line.number_input(
        "Line",
        min_value=annotated.first_line,
        max_value=annotated.last_line,
        key=f"{key}-line",
        on_change=lambda: show_line(st.session_state[f"{key}-line"]),
    )


def _longest_shown(blocks: Sequence[Block], key: str) -> int:
    """How many characters of a line are shown: all of them when the reader wants so."""
    longest = max(len(text) for block in blocks for _, text in block.rows)
    if longest <= LONGEST_ROW:
        return longest
    whole = st.toggle(f"Show long lines whole (the longest here has {longest:,} characters)", key=f"{key}-whole")
    return longest if whole else LONGEST_ROW


def _block(block: Block, asked: int, hits: set[int], longest: int) -> None:
    """A marked line begins with what is said of it."""
    line = block.rows[0][0]
    if block.marks:
        banner = st.warning if line == asked else st.info
        said = dict.fromkeys(plain(mark.sentence) for mark in block.marks)
        banner(f"**Line {line:,}:** " + "  \n".join(said), icon=":material/flag:")
    width = len(f"{block.rows[-1][0]:,}")
    text = "\n".join(
        f"{'▶' if number == asked else '»' if number in hits else ' '} {number:>{width},}  {clipped(row, longest)}"
        for number, row in block.rows
    )
    st.code(text, language=None, wrap_lines=True)


def _row_before(annotated: AnnotatedDump, first: int) -> int:
    """Where to go from the first row shown to see those before it: within the section of the row just before."""
    return max(annotated.part_of(max(first - 1, 0)).first, first - ROWS_SHOWN + ROWS_ABOVE, 0)


def _turn_the_page(annotated: AnnotatedDump, first: int, last: int, key: str) -> None:
    earlier, later = st.columns(2)
    earlier.button(
        "Earlier lines",
        key=f"{key}-earlier",
        disabled=first == 0,
        on_click=_go,
        args=(annotated, _row_before(annotated, first)),
        width="stretch",
    )
    later.button(
        "Later lines",
        key=f"{key}-later",
        disabled=last == annotated.rows - 1,
        on_click=_go,
        args=(annotated, min(last + 1, annotated.rows - 1)),
        width="stretch",
    )
