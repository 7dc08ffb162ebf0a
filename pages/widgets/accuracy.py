"""How often the first verdict was right, by this installation's own reviews."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crash_knowledge.knowledge.accuracy import Accuracy, ConfidenceBand, LevelAccuracy, recognition_accuracy
from pages.widgets.services import store
from pages.widgets.texts import plain

SHARE = st.column_config.NumberColumn(format="percent")


def accuracy() -> None:
    """The figure in a sentence; by level and by confidence on demand."""
    found = recognition_accuracy(store())
    st.markdown(plain(found.sentence))
    if found.overall is not None:
        with st.expander("By level and by confidence", icon=":material/target:"):
            _tables(found)


def _tables(found: Accuracy) -> None:
    st.dataframe(
        pd.DataFrame({"Level": level.level, **_figures(level)} for level in found.by_level),
        hide_index=True,
        column_config=dict.fromkeys(("Share", "At least", "At most"), SHARE),
        alt="Right verdicts by level",
    )
    st.caption("At least, at most: the 95 % interval of the share, which is wide where few were judged.")
    st.dataframe(
        pd.DataFrame(
            {"Confidence shown": f"{band.above:.0%} to {band.up_to:.0%}", "Mean": band.confidence, **_figures(band)}
            for band in found.bands
        ),
        hide_index=True,
        column_config=dict.fromkeys(("Mean", "Share", "At least", "At most"), SHARE),
        alt="Right verdicts by the confidence that was shown",
    )
    st.caption("Confidence is honest where the mean that was shown lies between at least and at most.")


def _figures(one: LevelAccuracy | ConfidenceBand) -> dict[str, float]:
    return {
        "Judged": one.judged,
        "Right": one.right,
        "Share": one.share,
        "At least": one.low,
        "At most": one.high,
    }
