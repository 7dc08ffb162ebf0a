"""Who is at the keyboard: asked once, kept for the session, the same on every page."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.knowledge.review import LONGEST_NAME


def your_name() -> str:
    """The field for the name; returns what stands in it, without blanks around it."""
    name = st.text_input("Your name", max_chars=LONGEST_NAME, key="validator", persist_state="session")
    return (name or "").strip()


def needs_name(name: str) -> str | None:
    """Why a button cannot be pressed yet; None when there is a name."""
    return None if name else "Say who you are first: your name is kept with what you do."
