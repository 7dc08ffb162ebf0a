"""What was just learnt, shown in place of the form after a review was saved."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.knowledge.learner import Learned
from pages.widgets.intake import refresh
from pages.widgets.texts import plain


def remember_saved(key: str, learned: Learned) -> None:
    """Judge the open dumps anew with what was learnt, and start the page over to show it."""
    st.session_state.setdefault("learned", {})[key] = learned
    refresh()
    st.rerun()


def just_saved(key: str) -> bool:
    """The sentences of the review of this dump, if it was saved; a button brings the form back."""
    learned: Learned | None = st.session_state.get("learned", {}).get(key)
    if learned is None:
        return False
    st.success("**Saved.** " + plain(" ".join(learned.sentences)), icon=":material/school:")
    if st.button("Review this dump again", key=f"{key}-again"):
        del st.session_state["learned"][key]
        st.rerun()
    return True
