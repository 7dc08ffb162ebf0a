"""The crash that waits: what happened, and what the verdict said."""

from __future__ import annotations

import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.knowledge.queue import WaitingVerdict, reason_sentence
from crash_knowledge.store.records import Crash
from crash_knowledge.wording import clipped, counted, history_sentence, percent, solution_record
from pages.widgets.services import store
from pages.widgets.texts import moment, plain

FRAMES_SHOWN = 8
SOLUTIONS_SHOWN = 3
LEVELS = {
    "exact": "the same stack",
    "structural": "the same structure",
    "semantic": "a similar meaning",
    "fuzzy": "similar frames",
}


def heading(waiting: WaitingVerdict) -> None:
    """Which crash it is, and why it wants a person now."""
    st.subheader(f"Crash {waiting.crash_id}", anchor="crash")
    st.markdown(plain(reason_sentence(waiting)))


def what_happened(waiting: WaitingVerdict, analysis: Analysis) -> None:
    """The failure, where and when, and its innermost frames."""
    st.markdown("**What happened**")
    st.text(waiting.error_message)
    facts = [waiting.customer, waiting.service_version, moment(waiting.occurred_at), waiting.file_name]
    st.caption(plain(" · ".join(fact for fact in facts if fact)))
    frames = [frame.text for frame in analysis.fingerprint.frames][:FRAMES_SHOWN]
    st.code("\n".join(frames), language=None, wrap_lines=True)
    st.caption(f"The innermost {counted(len(frames), 'frame')} of {len(analysis.fingerprint.frames):,}.")


def what_the_verdict_said(waiting: WaitingVerdict, analysis: Analysis) -> None:
    """The verdict, its pattern, and a dump of that to compare with."""
    st.markdown("**What the verdict said**")
    st.markdown(plain(_said(waiting)))
    st.page_link(
        "patterns.py",
        label=f"Pattern: {plain(clipped(waiting.pattern_name, 120))}",
        icon=":material/category:",
        query_params={"pattern": str(waiting.pattern_id)},
    )
    if analysis.judged.history is not None:
        st.caption(plain(history_sentence(analysis.judged.history)))
    for solution in analysis.match.verified_solutions[:SOLUTIONS_SHOWN]:
        st.markdown(f"- {plain(solution.description)} *({solution_record(solution)})*")
    other = _another(waiting)
    if other is not None:
        st.page_link(
            "compare.py",
            label="Compare it with another dump of this pattern",
            icon=":material/compare_arrows:",
            query_params={"a": str(other.id), "b": str(waiting.crash_id)},
        )


def _said(waiting: WaitingVerdict) -> str:
    sure = "not known how" if waiting.match_confidence is None else percent(waiting.match_confidence)
    if waiting.match_level == "new":
        return f"New, {sure} sure. A pattern of its own was made."
    return f"Known by {LEVELS.get(waiting.match_level or '', 'a person')}, {sure} sure."


def _another(waiting: WaitingVerdict) -> Crash | None:
    """The newest other dump of the pattern."""
    with store().reading() as unit:
        newest = unit.crashes.of_pattern(waiting.pattern_id, limit=2)
    return next((crash for crash in newest if crash.id != waiting.crash_id), None)
