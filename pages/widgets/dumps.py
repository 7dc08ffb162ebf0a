"""The dumps that were given: choose one, see at once what each is."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.wording import clipped, counted, percent
from pages.widgets.intake import MOST_REMATCHED, Intake
from pages.widgets.services import analyzer
from pages.widgets.texts import plain
from pages.widgets.together import incidents_of_upload


def choose_dump(intakes: Sequence[Intake]) -> tuple[str, Analysis] | None:
    """Errors beside their file names, then a choice among the dumps that were read; returns its key and analysis."""
    for intake in intakes:
        if intake.error:
            st.error(f"**{plain(intake.file_name)}**: {plain(intake.error)}", icon=":material/error:")
    dumps = {f"{intake.key}#{analysis.dump.index}": analysis for intake in intakes for analysis in intake.analyses}
    if not dumps:
        return None
    key = next(iter(dumps))
    if len(dumps) > 1:
        known = sum(not analysis.match.is_new for analysis in dumps.values())
        key = st.selectbox(
            f"Dump ({counted(len(dumps), 'dump')} read: {known} known, {len(dumps) - known} new)",
            list(dumps),
            format_func=lambda key: _label(dumps[key]),
            key="dump",
        )
        incidents_of_upload(tuple(dumps.values()))
        _compare(key, tuple(dumps))
    many = len(dumps) > MOST_REMATCHED
    return key, analyzer().rematch(dumps[key]) if many else dumps[key]


def _compare(chosen: str, keys: Sequence[str]) -> None:
    """The way to comparing the chosen dump with the next one."""
    other = keys[(keys.index(chosen) + 1) % len(keys)]
    st.page_link(
        "compare.py",
        label="Compare two of these dumps",
        icon=":material/compare_arrows:",
        query_params={"a": chosen, "b": other},
    )


def _label(analysis: Analysis) -> str:
    verdict = "new" if analysis.match.is_new else f"known, {percent(analysis.match.confidence)}"
    cause = clipped(" ".join(analysis.dump.cause.split()), 100) or "no cause"
    return f"{analysis.file_name}, dump {analysis.dump.index + 1}: {verdict}: {cause}"
