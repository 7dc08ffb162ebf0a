"""What was just learnt, shown once at the top after a review was saved."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.knowledge.learner import Learned
from pages.widgets.intake import refresh
from pages.widgets.texts import plain


def remember_saved(key: str, learned: Learned) -> None:
    """Judge the open dumps anew with what was learnt, and start the page over to show it."""
    st.session_state["learned"] = (key, learned)
    refresh()
    st.rerun()


def just_saved(key: str) -> None:
    """The sentences of the last save, if it was of this dump."""
    saved_key, learned = st.session_state.get("learned", ("", None))
    if learned is not None and saved_key == key:
        st.success("**Saved.** " + plain(" ".join(learned.sentences)), icon=":material/school:")
