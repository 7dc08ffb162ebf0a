"""The verdict card on the page: known or new, how sure, what helped, who has it, what the dump tells."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.verdict.card import Answer, Fix, VerdictCard
from crash_knowledge.wording import counted
from pages.widgets.annotated import dump_when_asked
from pages.widgets.card import facts, statements
from pages.widgets.texts import plain

ICONS: dict[Answer, str] = {
    "known": ":material/verified:",
    "variant": ":material/alt_route:",
    "regressed": ":material/replay:",
    "new": ":material/fiber_new:",
}


@st.fragment
def verdict_card(analysis: Analysis, card: VerdictCard, key: str) -> None:
    """Everything the reader needs first, without scrolling; its buttons open the dump over the page."""
    banner = {"new": st.warning, "regressed": st.error}.get(card.answer, st.success)
    banner(f"**{card.title}**: {plain(card.name)}", icon=ICONS[card.answer])
    st.caption(" · ".join(plain(fact.value) for fact in card.origin))
    if card.release:
        st.markdown(f":material/new_releases: **{plain(card.release)}**")
    _fixes(card)
    st.markdown(plain(" ".join(filter(None, (card.how_sure, card.without_fix, *card.who)))))
    with st.container(gap="xsmall"):
        statements((*card.statements, *card.warnings), f"{key}-statement")
        facts(card.crash)
    if card.stored:
        st.info(plain(card.stored), icon=":material/content_copy:")
    if card.more:
        with st.expander(counted(len(card.more), "more finding")):
            statements(card.more, f"{key}-more")
    dump_when_asked(analysis, card, key)


def _fixes(card: VerdictCard) -> None:
    if card.fix is None:
        return
    st.markdown(f":material/build: **{card.fix.label}:** {_fix(card.fix)}")
    if card.other_fixes:
        with st.expander(counted(len(card.other_fixes), "other solution")):
            for fix in card.other_fixes:
                st.markdown(f"- {fix.label}: {_fix(fix)}")


def _fix(fix: Fix) -> str:
    return f"{plain(fix.description)} *({plain(fix.record)})*"
