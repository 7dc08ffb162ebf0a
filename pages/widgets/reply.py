"""Answering about a crash: choose who reads it and the language, read it over, copy or download it."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.replies import LANGUAGES, READERS, Format, Language, Reader, compose, render, reply_facts

_READERS: dict[Reader, str] = {
    "customer": "The customer",
    "support": "A support colleague",
    "developer": "A developer",
    "manager": "A manager",
}
_LANGUAGES: dict[Language, str] = {"en": "English", "nl": "Nederlands", "fr": "Français", "de": "Deutsch"}
_DOWNLOADS: tuple[tuple[str, Format, str, str], ...] = (
    ("Markdown", "markdown", "md", "text/markdown"),
    ("E-mail draft (.eml)", "eml", "eml", "message/rfc822"),
    ("Ticket text (Jira)", "ticket", "jira.txt", "text/plain"),
)


def reply_panel(analysis: Analysis, key: str) -> None:
    """A reply of established facts, with what nobody confirmed yet marked."""
    left, right = st.columns(2)
    reader = left.selectbox("Who reads it", READERS, format_func=_READERS.__getitem__, key=f"{key}-reply-reader")
    language = right.selectbox("Language", LANGUAGES, format_func=_LANGUAGES.__getitem__, key=f"{key}-reply-language")
    reply = compose(reply_facts(analysis), reader, language)
    open_count = sum(not sentence.verified for sentence in reply.sentences)
    if open_count:
        what = "1 sentence is" if open_count == 1 else f"{open_count} sentences are"
        st.warning(
            f"{what} marked as not verified: confirm or take out before you send the reply.",
            icon=":material/fact_check:",
        )
    st.code(render(reply, "text"), language=None, wrap_lines=True)
    with st.container(horizontal=True):
        for label, form, ending, mime in _DOWNLOADS:
            st.download_button(
                label,
                render(reply, form).encode("utf-8"),
                file_name=f"reply-{reader}-{language}.{ending}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{key}-reply-{form}",
            )
