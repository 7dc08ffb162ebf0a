"""Crash analyzer: give dumps, read the verdict, review it."""

from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.verdict.card import card_of
from pages.widgets.annotated import show_line
from pages.widgets.comments import comments
from pages.widgets.dumps import choose_dump
from pages.widgets.explanation import explanation
from pages.widgets.history import history
from pages.widgets.intake import intakes, take_in
from pages.widgets.outgoing import outgoing
from pages.widgets.review import review_form
from pages.widgets.saved import just_saved, remember_saved
from pages.widgets.sections import sections
from pages.widgets.services import store
from pages.widgets.texts import plain
from pages.widgets.verdict import verdict_card
from pages.widgets.welcome import welcome

if not intakes():
    st.title("Crash analyzer")
    welcome()
with st.expander("Analyse dumps", expanded=not intakes(), icon=":material/upload_file:"):
    take_in()

chosen = choose_dump(tuple(intakes().values()))
if chosen is not None:
    key, analysis = chosen
    card = card_of(analysis, datetime.now(UTC))
    verdict_card(analysis, card, key)
    if analysis.judged.history is not None and analysis.match.pattern_id is not None:
        with st.expander(f"History of “{plain(analysis.match.pattern_name or '')}”", icon=":material/history:"):
            with store().reading() as unit:
                evolution = unit.evolution.of_pattern(analysis.match.pattern_id)
            history(analysis.judged.history, evolution, key)
    with st.expander("Why is it new?" if analysis.match.is_new else "Why this match?", icon=":material/help:"):
        explanation(analysis.match)
    outgoing(analysis, key)
    st.subheader("Review", anchor="review")
    if not just_saved(key):
        learned = review_form(analysis, key)
        if learned is not None:
            remember_saved(key, learned)
    if analysis.judged.stored_before is not None:
        comments("crash", analysis.judged.stored_before.id, key)
    heading, whole = st.columns([5, 1], vertical_alignment="bottom")
    heading.subheader("The dump", anchor="dump")
    whole.button(
        "Read the whole dump",
        icon=":material/article:",
        on_click=show_line,
        args=(analysis.dump.line_of(0),),
        width="stretch",
    )
    sections(analysis, card, key)
