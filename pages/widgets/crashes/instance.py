"""One stored crash: the verdict as it was given, what is said of it today, its facts and its dump."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.store.records import Crash
from crash_knowledge.stored_analysis import stored_analysis
from crash_knowledge.verdict.card import card_of
from crash_knowledge.wording import LEVELS, percent
from pages.widgets.annotated import show_line
from pages.widgets.comments import comments
from pages.widgets.outgoing import outgoing
from pages.widgets.sections import sections
from pages.widgets.services import analyzer, store
from pages.widgets.texts import moment, plain
from pages.widgets.verdict import verdict_card

KEPT_ANALYSES = 20


def crash_in_full(crash: Crash, by: str) -> None:
    """Everything of a stored crash; its dump opens at a line as on the page of the analyzer. ``by``: who comments."""
    key = f"crash-{crash.id}"
    st.subheader(f"Crash {crash.id}", anchor="crash")
    st.markdown(plain(_as_given(crash)))
    st.markdown(plain(_where(crash)))
    _pattern_link(crash)
    comments("crash", crash.id, key, by)
    try:
        with store().reading() as unit:
            revision = (
                (crash.pattern_id, crash.severity, unit.evolution.of_pattern(crash.pattern_id)[:1])
                if crash.pattern_id
                else ()
            )
        analysis = _analysis(crash.id, repr(revision))
    except CrashKnowledgeError as error:
        st.warning(plain(f"The dump cannot be shown: {error}"))
        _facts(crash)
        return
    st.markdown("**What the program says of it today**")
    card = card_of(analysis, datetime.now(UTC))
    verdict_card(analysis, card, key)
    outgoing(analysis, key)
    st.page_link(
        "compare.py",
        label="Compare it with another dump",
        icon=":material/compare_arrows:",
        query_params={"a": str(crash.id)},
    )
    _facts(crash)
    st.button(
        "Read the whole dump",
        icon=":material/article:",
        key=f"{key}-whole",
        on_click=show_line,
        args=(analysis.dump.line_of(0),),
    )
    sections(analysis, card, key)


@st.cache_data(ttl=600, max_entries=KEPT_ANALYSES, show_spinner="Reading the stored dump", scope="session")
def _analysis(crash_id: int, revision: str) -> Analysis:
    """Made again when the crash or what is known of its pattern has changed."""
    return stored_analysis(analyzer(), crash_id)


def _as_given(crash: Crash) -> str:
    if crash.match_level is None:
        return "It was stored without a verdict."
    told = crash.match_level != "new" and crash.match_confidence is not None
    sure = f", {percent(crash.match_confidence or 0.0)} sure" if told else ""
    meaning = LEVELS.get(crash.match_level, crash.match_level)
    return f"Verdict when it was stored, on {moment(crash.recorded_at)}: {crash.match_level}{sure} ({meaning})."


def _where(crash: Crash) -> str:
    known = (
        f"Crashed on {moment(crash.occurred_at)}",
        f"at {crash.customer}" if crash.customer else "at an unknown customer",
        f"version {crash.service_version}" if crash.service_version else "unknown version",
        f"severity {crash.severity}" if crash.severity else "severity not judged",
        f"file {crash.file_name}",
    )
    return ", ".join(known) + "."


def _pattern_link(crash: Crash) -> None:
    if crash.pattern_id is None:
        return
    with store().reading() as unit:
        pattern = unit.patterns.current(crash.pattern_id)
    st.page_link(
        "patterns.py",
        label=plain(f"Pattern {pattern.id}: {pattern.pattern_name}"),
        icon=":material/category:",
        query_params={"pattern": str(pattern.id)},
    )


def _facts(crash: Crash) -> None:
    with store().reading() as unit:
        facts = unit.facts.of_event(crash.error_event_id)
    with st.expander(f"Facts that are counted ({len(facts)})", icon=":material/fact_check:", key=f"facts-{crash.id}"):
        if not facts:
            st.info("No facts are stored of it.")
            return
        st.dataframe(
            pd.DataFrame({"Fact": fact.name.replace("_", " "), "Value": fact.value} for fact in facts),
            hide_index=True,
            alt="Facts of this crash",
        )
