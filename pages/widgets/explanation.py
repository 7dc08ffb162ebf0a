"""Why this match, or why new: sentences, aligned frames, and the other candidates."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crash_knowledge.matching.model import CrashMatch
from pages.widgets.texts import plain


def explanation(match: CrashMatch) -> None:
    """What the matcher computed, as it computed it."""
    for sentence in match.explanation.sentences:
        st.markdown(f"- {plain(sentence)}")
    if match.explanation.frames:
        st.markdown("**Frames side by side**")
        st.dataframe(
            pd.DataFrame(
                {
                    "Relation": frame.relation.replace("_", " "),
                    "This crash": frame.here,
                    "Known pattern": frame.there,
                    "Share of the likeness": frame.weight,
                }
                for frame in match.explanation.frames
            ),
            hide_index=True,
            column_config={"Share of the likeness": st.column_config.NumberColumn(format="percent")},
            alt="Frames of this crash beside those of the nearest known one",
        )
    if match.explanation.candidates:
        st.markdown("**Patterns that were considered**")
        st.dataframe(
            pd.DataFrame(
                {
                    "Pattern": candidate.pattern_name,
                    "Level": candidate.level,
                    "Confidence": candidate.confidence,
                    "Why": candidate.reason,
                }
                for candidate in match.explanation.candidates
            ),
            hide_index=True,
            column_config={"Confidence": st.column_config.NumberColumn(format="percent")},
            alt="Candidate patterns",
        )
