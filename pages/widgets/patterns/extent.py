"""How often a pattern comes lately, how it is labelled and who looks after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import streamlit as st

from crash_knowledge.store.catalogue_records import WEEKS_SHOWN
from crash_knowledge.store.records import Pattern
from crash_knowledge.wording import day
from pages.widgets.services import store
from pages.widgets.texts import plain

CHART_HEIGHT = 90


def extent(pattern: Pattern) -> None:
    """A small chart of crashes a week, of how many and over which time; then tags and who looks after it."""
    now = datetime.now(UTC)
    with store().reading() as unit:
        weeks = unit.catalogue.weeks(pattern.id, now)
        tags, assignee = unit.tags.of_pattern(pattern.id), unit.tags.assignee(pattern.id)
    lately = f"{sum(weeks):,} of its {pattern.occurrence_count:,} crashes in the last {WEEKS_SHOWN} weeks"
    chart, labels = st.columns([2, 3], vertical_alignment="center")
    with chart:
        st.caption(f"{lately}{', a bar a week' if any(weeks) else ''}")
        if any(weeks):
            st.plotly_chart(
                _bars(weeks, now),
                key=f"weeks-{pattern.id}",
                config={"displayModeBar": False},
                alt=lately,
            )
    with labels:
        st.markdown(f"Looked after by **{plain(assignee)}**" if assignee else "Nobody looks after it yet.")
        st.markdown(f"Tags: {plain(', '.join(tags))}" if tags else "No tag yet: tick it in the list to put one on.")


def _bars(weeks: tuple[int, ...], now: datetime) -> go.Figure:
    begins = [now - timedelta(weeks=ago) for ago in range(len(weeks), 0, -1)]
    told = [
        f"{day(begin)} to {day(begin + timedelta(weeks=1))}: {count:,}"
        for begin, count in zip(begins, weeks, strict=True)
    ]
    figure = go.Figure(
        go.Bar(x=begins, y=weeks, text=told, textposition="none", hovertemplate="%{text}<extra></extra>")
    )
    figure.update_layout(height=CHART_HEIGHT, margin={"l": 0, "r": 0, "t": 0, "b": 0}, bargap=0.15)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, rangemode="tozero")
    return figure
