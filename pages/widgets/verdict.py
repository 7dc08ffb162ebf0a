"""The verdict on one dump: known or new, how sure, what helped, what it is."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.diagnosis import user_action
from crash_knowledge.fingerprint.naming import pattern_name
from crash_knowledge.wording import (
    clipped,
    confidence_sentence,
    history_sentence,
    solution_label,
    solution_record,
    stored_sentence,
    time_of_crash,
    verdict_title,
)
from pages.widgets.texts import plain


def verdict_card(analysis: Analysis) -> None:
    """Everything the reader needs first, without scrolling."""
    match = analysis.match
    answer, facts = st.columns([11, 9], gap="medium")
    with answer:
        banner = st.warning if match.is_new else st.success
        name = match.pattern_name or pattern_name(analysis.fingerprint)
        banner(
            f"**{verdict_title(match)}**: {plain(name)}",
            icon=":material/fiber_new:" if match.is_new else ":material/verified:",
        )
        st.markdown(plain(confidence_sentence(match)))
        if analysis.judged.history is not None:
            st.markdown(f"**{plain(history_sentence(analysis.judged.history))}**")
        _solution(analysis)
        action = user_action(analysis.diagnosis)
        if action:
            st.markdown(f":material/touch_app: **What happened:** {plain(action)}")
        _warnings(analysis)
    with facts:
        st.table(_facts(analysis), border="horizontal", hide_header=True, alt="What this dump says of itself")


def _solution(analysis: Analysis) -> None:
    if analysis.match.is_new:
        st.markdown("Your review makes it known: the next dump of this crash will find what you write below.")
        return
    solutions = analysis.match.verified_solutions
    if not solutions:
        st.markdown("No solution is recorded yet. If you find one, write it in the review below.")
        return
    best, *others = solutions
    st.markdown(f":material/build: **{solution_label(best)}:** {plain(best.description)} *({solution_record(best)})*")
    if others:
        with st.expander(f"{len(others)} more"):
            for solution in others:
                st.markdown(f"- {plain(solution.description)} *({solution_record(solution)})*")


def _warnings(analysis: Analysis) -> None:
    judged = analysis.judged
    if judged.stored_before is not None and judged.stored_as is not None:
        sentence = stored_sentence(judged.stored_before, judged.stored_as.pattern_name)
        st.info(plain(sentence), icon=":material/content_copy:")
    for secret in analysis.secrets:
        st.warning(plain(secret.sentence), icon=":material/key:")
    if not analysis.dump.complete:
        st.warning(
            "The dump was cut off: what came after the cut is not in the verdict.", icon=":material/content_cut:"
        )


def _facts(analysis: Analysis) -> dict[str, str]:
    header = analysis.dump.header
    first = next(iter(analysis.fingerprint.in_app), None)
    facts = {
        "Cause": clipped(analysis.dump.cause) or "not in the dump",
        "Where": first.text if first else "none",
        "Customer": header.site.customer if header.site else "not in the dump",
        "Version": header.version.text if header.version else "not in the dump",
        "When": time_of_crash(analysis.dump) or "not in the dump",
        "File": f"{analysis.file_name}, dump {analysis.dump.index + 1}",
    }
    return {name: plain(value) for name, value in facts.items()}
