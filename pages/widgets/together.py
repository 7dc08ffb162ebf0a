"""What the dumps of a pattern tell together: incidents, common factors, poison records."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from crash_knowledge.analyzer import Analysis
from crash_knowledge.facts import sighting_of
from crash_knowledge.insights.common_factors import CommonFactor, CommonFactors
from crash_knowledge.insights.incidents import count
from crash_knowledge.insights.poison_records import PoisonRecord
from crash_knowledge.insights.together import FACTORS_TOLD, ToldTogether, told_together
from crash_knowledge.settings import settings
from crash_knowledge.store.records import Crash, Pattern
from crash_knowledge.wording import counted, day
from pages.widgets.services import store
from pages.widgets.texts import moment, plain

MOST_INCIDENTS_SHOWN = 50
MOST_RECORDS_SHOWN = 3
PROBABILITY = st.column_config.NumberColumn(format="scientific")


def what_dumps_tell_together(pattern: Pattern) -> None:
    """Incidents behind the dumps, what they share, and the records that they have in common."""
    with store().reading() as unit:
        crashes = unit.crashes.count()
    told = _told(settings().effective_database_url, pattern.id, pattern.occurrence_count, crashes)
    for poison in told.poison_records[:MOST_RECORDS_SHOWN]:
        _poison_record(poison)
    _incidents(told)
    _common_factors(told.factors)


def incidents_of_upload(analyses: Sequence[Analysis]) -> None:
    """How many incidents, users and runs the dumps of an upload are; nothing for a single dump."""
    if len(analyses) > 1:
        st.caption(plain(count([sighting_of(analysis) for analysis in analyses]).sentence))


@st.cache_data(ttl=300, max_entries=100, show_spinner="Counting what its dumps share")
def _told(database_url: str, pattern_id: int, of_pattern: int, crashes: int) -> ToldTogether:
    """Counted again when there are more crashes, of the pattern or in all, and after five minutes."""
    return told_together(store(), pattern_id)


def compare_two(crashes: tuple[Crash, ...]) -> None:
    """The choice of two dumps of a pattern, and the way to their comparison."""
    labels = {crash.id: f"{crash.id}: {crash.file_name}, {day(crash.occurred_at)}" for crash in crashes}
    if len(labels) < 2:
        return
    chosen = st.multiselect(
        "Compare two of them",
        list(labels),
        format_func=labels.__getitem__,
        max_selections=2,
        placeholder="Choose two dumps",
        key="dumps-to-compare",
    )
    if len(chosen) == 2:
        first, second = map(str, chosen)
        st.page_link(
            "compare.py",
            label="Compare them side by side",
            icon=":material/compare_arrows:",
            query_params={"a": first, "b": second},
        )


def _poison_record(poison: PoisonRecord) -> None:
    st.warning(plain(poison.sentence), icon=":material/bug_report:")
    with st.expander(f"A statement for the database administrator of {plain(poison.customer or 'this customer')}"):
        st.code(poison.select, language="sql")


def _incidents(told: ToldTogether) -> None:
    st.markdown(f"**Incidents**: {plain(told.counted.sentence)}")
    repeated = [incident for incident in reversed(told.incidents) if len(incident.sightings) > 1]
    if not repeated:
        return
    with st.expander(f"{counted(len(repeated), 'incident')} with several dumps", icon=":material/replay:"):
        for incident in repeated[:MOST_INCIDENTS_SHOWN]:
            who = incident.sightings[0]
            where = f"{who.customer or 'unknown customer'}, {who.user_name or 'unknown user'}"
            st.markdown(f"- {plain(f'{moment(incident.began)}, {where}: {incident.sentence}')}")
        if len(repeated) > MOST_INCIDENTS_SHOWN:
            st.caption(f"The latest {MOST_INCIDENTS_SHOWN} of {len(repeated):,}.")


def _common_factors(found: CommonFactors) -> None:
    st.markdown(f"**What its dumps share and others do not**: {plain(found.sentence)}")
    if not found.factors:
        return
    st.markdown("\n".join(f"- {plain(factor.sentence)}" for factor in found.factors[:FACTORS_TOLD]))
    with st.expander("All common factors with their figures", icon=":material/table:"):
        st.dataframe(
            pd.DataFrame(map(_factor_row, found.factors)),
            hide_index=True,
            column_config={"p": PROBABILITY, "q": PROBABILITY},
            alt="Common factors of this pattern",
        )
        st.caption(
            "Counted are incidents: a customer on a day. p: the chance of so many here if the factor fell on all "
            "incidents at random (Fisher, one-sided). q: the same, adjusted for all that was tested "
            "(Benjamini-Hochberg)."
        )


def _factor_row(factor: CommonFactor) -> dict[str, object]:
    return {
        "Factor": factor.name.replace("_", " "),
        "Value": factor.value,
        "Here": f"{factor.having} of {factor.of}",
        "Others": f"{factor.others_having} of {factor.of_others}",
        "p": factor.p_value,
        "q": factor.q_value,
    }
