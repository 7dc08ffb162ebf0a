"""The history of a pattern: how often, where, which versions, what was learnt when."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from crash_knowledge.store.records import EvolutionEntry, PatternSummary
from crash_knowledge.wording import day, history_sentence
from pages.widgets.texts import moment, plain

MOST_MONTH_LABELS = 24
CHANGES = {
    "created": "Pattern found",
    "pattern_update": "Pattern grew",
    "new_solution": "New solution",
    "validated": "Confirmed by a reviewer",
    "invalidated": "Refused by a reviewer",
    "resolved": "Resolved",
    "regressed": "Came back",
    "muted": "Muted",
    "merge": "Merged",
    "split": "Split",
}
CHART_HEIGHT = 220


def history(summary: PatternSummary, evolution: tuple[EvolutionEntry, ...], key: str) -> None:
    """Months as bars, then customers and versions, then the entries of the pattern's evolution."""
    st.markdown(plain(history_sentence(summary)))
    st.plotly_chart(
        _months(summary),
        key=f"{key}-months",
        config={"displayModeBar": False},
        alt=f"Crashes of this pattern by month, {summary.occurrence_count} in all",
    )
    st.table(
        {
            "Customers": plain(", ".join(summary.customers) or "not known"),
            "Versions": plain(", ".join(summary.versions) or "not known"),
            "Users": str(summary.user_count),
            "First seen": day(summary.first_seen),
            "Last seen": day(summary.last_seen),
        },
        border="horizontal",
        hide_header=True,
        alt="Where and when this pattern was seen",
    )
    if evolution:
        st.markdown("**What changed**")
        st.dataframe(
            pd.DataFrame(
                {
                    "When": moment(entry.created_at),
                    "What": CHANGES.get(entry.change_type, entry.change_type),
                    "Detail": _detail(entry),
                    "By": entry.created_by or "the program",
                }
                for entry in evolution
            ),
            hide_index=True,
            alt="Evolution of this pattern",
        )


def _months(summary: PatternSummary) -> go.Figure:
    months = [f"{month}-01" for month, _ in summary.by_month]
    counts = [count for _, count in summary.by_month]
    figure = go.Figure(go.Bar(x=months, y=counts, xperiod="M1", hovertemplate="%{x|%b %Y}: %{y}<extra></extra>"))
    figure.update_layout(height=CHART_HEIGHT, margin={"l": 0, "r": 0, "t": 8, "b": 0})
    figure.update_xaxes(type="date", tickformat="%b %Y", dtick="M1" if len(months) <= MOST_MONTH_LABELS else None)
    figure.update_yaxes(title="crashes a month", rangemode="tozero")
    return figure


def _detail(entry: EvolutionEntry) -> str:
    changes = []
    for name, value in entry.changes.items():
        label = name.replace("_", " ")
        if isinstance(value, dict) and {"before", "after"} <= value.keys():
            changes.append(f"{label}: {_shown(value['before'])} → {_shown(value['after'])}")
        else:
            changes.append(f"{label}: {_shown(value)}")
    return "; ".join(changes)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
