"""Why this match, or why new: sentences, what was compared, aligned frames, and the other candidates."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crash_knowledge.matching.model import CrashMatch, Explanation
from crash_knowledge.wording import signed
from pages.widgets.texts import plain


def explanation(match: CrashMatch) -> None:
    """What the matcher computed, as it computed it."""
    explained = match.explanation
    for sentence in explained.sentences:
        st.markdown(f"- {plain(sentence)}")
    if explained.contributions:
        _contributions(explained)
    if explained.frames:
        _frames(explained)
    if explained.candidates:
        _candidates(explained)
    if explained.left_out:
        _left_out(explained)


def _contributions(explained: Explanation) -> None:
    name = explained.candidates[0].pattern_name
    st.markdown(f"**What spoke for and against “{plain(name)}”**")
    st.dataframe(
        pd.DataFrame(
            {
                "Compared": one.compared,
                "Found": one.shown,
                "This says": one.words,
                "For (+) or against (−)": one.log_odds,
            }
            for one in explained.contributions
        ),
        hide_index=True,
        column_config={"For (+) or against (−)": st.column_config.NumberColumn(format="%+.1f")},
        alt="What was compared with the pattern, what was found, and how much it spoke for or against it",
    )
    total = explained.starting_log_odds + sum(one.log_odds for one in explained.contributions)
    st.caption(
        f"Points are log-odds: 0.7 more doubles the odds. An average candidate starts at "
        f"{plain(signed(explained.starting_log_odds))}; with the points above the sum is {plain(signed(total))}, which "
        f"is a probability of {plain(f'{explained.candidates[0].confidence:.1%}')}."
    )


def _frames(explained: Explanation) -> None:
    st.markdown("**Frames side by side**")
    st.dataframe(
        pd.DataFrame(
            {
                "Relation": frame.relation.replace("_", " "),
                "This crash": frame.here,
                "Known pattern": frame.there,
                "Share of the likeness": frame.weight,
            }
            for frame in explained.frames
        ),
        hide_index=True,
        column_config={"Share of the likeness": st.column_config.NumberColumn(format="percent")},
        alt="Frames of this crash beside those of the nearest known one",
    )


def _candidates(explained: Explanation) -> None:
    st.markdown("**Patterns that were considered**")
    st.dataframe(
        pd.DataFrame(
            {
                "Pattern": candidate.pattern_name,
                "Level": candidate.level,
                "Confidence": candidate.confidence,
                "Why": candidate.reason,
            }
            for candidate in explained.candidates
        ),
        hide_index=True,
        column_config={"Confidence": st.column_config.NumberColumn(format="percent")},
        alt="Candidate patterns",
    )


def _left_out(explained: Explanation) -> None:
    st.markdown("**Patterns that were left out**")
    st.dataframe(
        pd.DataFrame({"Pattern": one.pattern_name, "Why": one.reason} for one in explained.left_out),
        hide_index=True,
        alt="Patterns that a reviewer refused for this crash",
    )
