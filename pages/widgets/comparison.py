"""Two dumps side by side: the choice of them, and what is the same and what differs."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import pandas as pd
import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.comparison.as_text import NOTHING, comparison_sentences, fact_values, nil_state, side_name
from crash_knowledge.comparison.compare import (
    CensusChange,
    ComparableDump,
    DumpComparison,
    MemoryChange,
    analysed_dump,
    stored_dump,
)
from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store.records import Crash
from crash_knowledge.wording import day
from pages.widgets.intake import intakes
from pages.widgets.services import store
from pages.widgets.texts import plain

MOST_OFFERED = 200
TABLE_HEIGHT = 420
ROWS_IN_TABLE = 11
SIDES = ("a", "b")
SMALL = st.column_config.CheckboxColumn(width="small")
CHANGE = st.column_config.NumberColumn(format="%+,d")
NUMBER = st.column_config.NumberColumn(format="localized")


def choose_two() -> tuple[str, str] | None:
    """The choice of both dumps, which the address keeps (``?a=12&b=17``); None until two different ones are chosen."""
    labels = {**_analysed_labels(), **_stored_labels()}
    if len(labels) < 2:
        st.info("Two dumps are needed: analyse them, or save them first.")
        st.page_link("analyzer.py", label="Go to the crash analyzer", icon=":material/troubleshoot:")
        return None
    first, second = (_choice(side, labels) for side in SIDES)
    st.query_params.from_dict({side: key for side, key in zip(SIDES, (first, second), strict=True) if key})
    if first is None or second is None:
        st.caption("Choose two dumps. The earlier one becomes the first, whichever is chosen first.")
        return None
    if first == second:
        st.warning("This is the same dump twice. Choose another one.")
        return None
    return first, second


def comparable(key: str) -> ComparableDump:
    """The dump that was chosen. Raises UnknownRecord when its text is not kept, NotADump, StoreError."""
    analysis = _analysed().get(key)
    return analysed_dump(analysis) if analysis is not None else stored_dump(store(), int(key))


def comparison_in_full(comparison: DumpComparison) -> None:
    """What differs, in words and in tables."""
    for name, side in (("First", comparison.first), ("Second", comparison.second)):
        st.markdown(f"**{name}**: {plain(side_name(side))}")
    for sentence in comparison_sentences(comparison):
        st.markdown(f"- {plain(sentence)}")
    _facts(comparison)
    _frames(comparison)
    _nil_variables(comparison)
    _memory(comparison.memory)
    if comparison.census:
        _census(comparison.census)


def _choice(side: str, labels: dict[str, str]) -> str | None:
    wanted = st.query_params.get(side)
    if side not in st.session_state and wanted in labels:
        st.session_state[side] = wanted
    return st.selectbox(
        "One dump" if side == SIDES[0] else "Another dump",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose a dump",
        key=side,
    )


def _analysed() -> dict[str, Analysis]:
    return {
        f"{intake.key}#{analysis.dump.index}": analysis for intake in intakes().values() for analysis in intake.analyses
    }


def _analysed_labels() -> dict[str, str]:
    return {
        key: f"Just analysed: {analysis.file_name}, dump {analysis.dump.index + 1}"
        for key, analysis in _analysed().items()
    }


def _stored_labels() -> dict[str, str]:
    """The latest crashes, and those that the address names."""
    with store().reading() as unit:
        crashes = {str(crash.id): crash for crash in unit.crashes.latest(MOST_OFFERED)}
        for wanted in (st.query_params.get(side, "") for side in SIDES):
            if wanted.isdecimal() and wanted.isascii() and len(wanted) < 19 and wanted not in crashes:
                with suppress(UnknownRecord):
                    crashes[wanted] = unit.crashes.get(int(wanted))
    return {key: _label(crash) for key, crash in crashes.items()}


def _label(crash: Crash) -> str:
    return f"{crash.id}: {crash.file_name}, {day(crash.occurred_at)}, {crash.customer or 'unknown customer'}"


def _facts(comparison: DumpComparison) -> None:
    st.markdown("**Circumstances, those that differ first**")
    st.dataframe(
        pd.DataFrame(
            {
                "Fact": fact.name.replace("_", " "),
                "First": fact_values(fact.first),
                "Second": fact_values(fact.second),
                "Same": fact.same,
            }
            for fact in comparison.facts
        ),
        hide_index=True,
        height=_height(len(comparison.facts)),
        column_config={"Same": SMALL},
        alt="Facts of both dumps, those that differ first",
    )


def _frames(comparison: DumpComparison) -> None:
    st.markdown("**Frames side by side, innermost first**")
    st.dataframe(
        pd.DataFrame(
            {
                "First": pair.first or NOTHING,
                "Second": pair.second or NOTHING,
                "Same": pair.in_both,
                "Application": pair.in_app,
            }
            for pair in comparison.frames
        ),
        hide_index=True,
        height=_height(len(comparison.frames)),
        column_config={"Same": SMALL, "Application": SMALL},
        alt="Frames of both dumps, aligned",
    )


def _nil_variables(comparison: DumpComparison) -> None:
    if not comparison.nil_variables:
        return
    st.markdown("**Nil variables of the application frames, those that differ first**")
    st.dataframe(
        pd.DataFrame(
            {
                "Variable": one.variable,
                "First": nil_state(one.nil_in_first),
                "Second": nil_state(one.nil_in_second),
                "Method": one.method,
            }
            for one in comparison.nil_variables
        ),
        hide_index=True,
        height=_height(len(comparison.nil_variables)),
        alt="Variables that are nil in one of the dumps or both",
    )


def _memory(changes: tuple[MemoryChange, ...]) -> None:
    if not changes:
        return
    st.markdown("**Memory, in KB**")
    st.dataframe(
        pd.DataFrame(
            {"Space": one.name, "First": one.first_kb, "Second": one.second_kb, "Change": one.change_kb}
            for one in changes
        ),
        hide_index=True,
        column_config={"First": NUMBER, "Second": NUMBER, "Change": CHANGE},
        alt="Memory of both dumps in KB",
    )


def _census(changes: tuple[CensusChange, ...]) -> None:
    st.markdown(f"**Objects, the biggest changes first** ({len(changes):,} classes differ)")
    st.dataframe(
        pd.DataFrame(
            {
                "Class": one.class_name,
                "Change": one.change,
                "First": one.first_count,
                "Second": one.second_count,
                "Change in bytes": one.second_bytes - one.first_bytes,
            }
            for one in changes
        ),
        hide_index=True,
        height=_height(len(changes)),
        column_config={"First": NUMBER, "Second": NUMBER, "Change": CHANGE, "Change in bytes": CHANGE},
        alt="Classes whose number of objects differs",
    )


def _height(rows: int) -> int | Literal["auto"]:
    return TABLE_HEIGHT if rows > ROWS_IN_TABLE else "auto"
