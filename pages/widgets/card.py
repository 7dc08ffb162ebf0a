"""The rows of the verdict card: what it is about, the sentence, and the button that shows its line in the dump."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from crash_knowledge.diagnosis.documentation import documentation_of
from crash_knowledge.verdict.card import CardFact, Statement, Topic
from pages.widgets.annotated import show_line
from pages.widgets.texts import plain

ICONS: dict[Topic, str] = {
    "urgency": ":material/schedule:",
    "action": ":material/touch_app:",
    "who_acts": ":material/engineering:",
    "cause": ":material/search:",
    "code": ":material/code:",
    "unsaved": ":material/save:",
    "memory": ":material/memory:",
    "database": ":material/database:",
    "records": ":material/list_alt:",
    "run": ":material/history:",
    "secret": ":material/key:",
    "health": ":material/healing:",
}
ICON_OF_FACTS = ":material/notes:"


def statements(told: Iterable[Statement], key: str) -> None:
    """One row a statement: the sentence, how sure it is, and its line; its topic once. The help tells its rule."""
    topic = None
    for number, statement in enumerate(told):
        sure = "" if statement.confidence == "certain" else f" *({statement.confidence})*"
        heading = "" if statement.topic == topic else f"{ICONS[statement.topic]} **{statement.label}**"
        topic = statement.topic
        line = _row(heading, plain(statement.sentence) + sure)
        if statement.lines:
            line.button(
                f"line {statement.lines[0]:,}",
                key=f"{key}-{number}",
                type="tertiary",
                icon=":material/visibility:",
                help=_help(statement),
                on_click=show_line,
                args=(statement.lines[0],),
            )


def facts(told: Iterable[CardFact]) -> None:
    for fact in told:
        _row(f"{ICON_OF_FACTS} **{fact.name}**", plain(fact.value))


def _row(heading: str, sentence: str) -> DeltaGenerator:
    """Draw a row of Markdown texts and return the place for its button."""
    left, middle, right = st.columns([9, 40, 7], vertical_alignment="center", gap="xsmall")
    left.markdown(heading)
    middle.markdown(sentence)
    return right


def _help(statement: Statement) -> str | None:
    documentation = documentation_of(statement.rule) if statement.rule else None
    return plain(documentation.says) if documentation else None
