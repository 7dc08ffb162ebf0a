"""How long resolving takes, and where failures pile up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from crash_knowledge.knowledge.resolutions import Estimate, Hotspot, ResolutionTime, duration
from crash_knowledge.wording import counted
from pages.widgets.services import resolution_desk
from pages.widgets.texts import plain

HOTSPOT_DAYS = 30
MOST_PATTERNS = 50
TABLE_HEIGHT = 320
ROWS_IN_TABLE = 8


def time_to_resolution() -> None:
    """Median and 90 % point with their intervals: over all, per pattern, per month."""
    report = resolution_desk().report()
    if not report.overall.count:
        st.info(
            "No chain with a known time is resolved yet. Resolve one on its page, or save a review with a solution "
            "that worked: then this shows how long it took."
        )
        return
    overall = report.overall
    median, ninetieth = st.columns(2)
    median.metric("Half were resolved within", _minutes(overall.median), border=True)
    median.caption(_interval(overall.median))
    ninetieth.metric("90 % were resolved within", _minutes(overall.ninetieth), border=True)
    ninetieth.caption(_interval(overall.ninetieth))
    st.caption(_basis(overall))
    st.markdown("**Per pattern**, the most often resolved first")
    _table(report.by_pattern[:MOST_PATTERNS], "Pattern", "Time to resolution per pattern")
    st.markdown("**Per month of resolution** (UTC)")
    _table(report.by_month, "Month", "Time to resolution per month")


def hotspots() -> None:
    """Patterns with unresolved failures that still happen."""
    found = resolution_desk().hotspots(datetime.now(UTC), HOTSPOT_DAYS)
    if not found:
        st.info(
            "No pattern has an unresolved failure. A hotspot is a pattern that fails often while nothing helped yet."
        )
        return
    st.caption(
        f"Patterns by their unresolved failures times their failures of the last {HOTSPOT_DAYS} days; the most first."
    )
    for spot in found:
        _hotspot(spot)


def _hotspot(spot: Hotspot) -> None:
    name, unresolved, recent = st.columns([4, 1, 2], vertical_alignment="center")
    with name:
        st.page_link(
            "patterns.py",
            label=plain(spot.pattern_name),
            icon=":material/local_fire_department:",
            query_params={"pattern": str(spot.pattern_id)},
        )
    unresolved.markdown(f"{spot.unresolved_count:,} unresolved")
    recent.markdown(f"{spot.recent_count:,} in the last {HOTSPOT_DAYS} days")


def _table(times: Sequence[ResolutionTime], what: str, alt: str) -> None:
    st.dataframe(
        pd.DataFrame(_row(time, what) for time in times),
        hide_index=True,
        height=TABLE_HEIGHT if len(times) > ROWS_IN_TABLE else "auto",
        column_config={"Median, 95 % interval": "Its 95 % interval", "90 % point, 95 % interval": "Its 95 % interval"},
        alt=alt,
    )


def _row(time: ResolutionTime, what: str) -> dict[str, object]:
    row: dict[str, object] = {
        what: time.name,
        "Resolved (n)": time.count,
        "Median": _minutes(time.median),
        "Median, 95 % interval": _span(time.median),
        "90 % point": _minutes(time.ninetieth),
        "90 % point, 95 % interval": _span(time.ninetieth),
        "Resolved, time not known": time.without_time,
    }
    if time.pattern_id is not None:
        row["Unresolved"] = time.unresolved
    return row


def _basis(time: ResolutionTime) -> str:
    told = f"Over {counted(time.count, 'resolved chain')} whose time is known"
    if time.without_time:
        told += f"; of {time.without_time:,} more it is not known"
    if time.unresolved:
        told += f". {time.unresolved:,} are still unresolved and in no figure, so the true times are longer"
    return f"{told}."


def _interval(estimate: Estimate | None) -> str:
    span = _span(estimate)
    return f"95 % interval: {span}" if span else "No interval"


def _span(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    if estimate.low is not None and estimate.high is not None:
        return f"{duration(estimate.low)} to {duration(estimate.high)}"
    if estimate.low is not None:
        return f"{duration(estimate.low)} or more"
    return f"{duration(estimate.high)} or less" if estimate.high is not None else "too few for an interval"


def _minutes(estimate: Estimate | None) -> str:
    return "–" if estimate is None else duration(estimate.minutes)
