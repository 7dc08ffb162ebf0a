"""Chains to work through: the open ones, and those that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from crash_knowledge.knowledge.resolutions import ChainOrder, ListedChain, age
from crash_knowledge.wording import clipped, counted
from pages.widgets.services import resolution_desk

MOST_SHOWN = 100
TABLE_HEIGHT = 360
ROWS_IN_TABLE = 9
ORDERS: Mapping[ChainOrder, str] = {
    "oldest": "Oldest first",
    "most_frequent": "Most frequent first",
    "most_costly": "Most costly first",
}
DATE = st.column_config.DatetimeColumn(format="D MMM YYYY")


def open_chains(total: int) -> None:
    """The open chains, in an order that the address keeps. ``total``: how many there are."""
    if not total:
        st.info(
            "No failure is open: all are resolved, given up, or wait for a person's review. "
            "A chain opens by itself when a dump is saved or a program reports a failure."
        )
        st.page_link("analyzer.py", label="Analyse a dump", icon=":material/troubleshoot:")
        return
    order = st.segmented_control(
        "Which first?",
        list(ORDERS),
        format_func=ORDERS.__getitem__,
        default="oldest",
        required=True,
        key="order",
        bind="query-params",
    )
    chains = resolution_desk().open_chains(order or "oldest", MOST_SHOWN)
    st.caption(f"{_shown(len(chains), total)}. Click a row to see what was tried, and to go on with it.")
    _table(chains, "open-chains", "Open chains")


def review_queue(total: int) -> None:
    """The chains whose attempts all failed, the oldest first. ``total``: how many there are."""
    if not total:
        st.info(
            "No chain waits for a person. One comes here when somebody asks for a review on its page, "
            "or when a program has used up its retries."
        )
        return
    chains = resolution_desk().review_queue(MOST_SHOWN)
    st.caption(f"{_shown(len(chains), total)}, the oldest first. All that was tried failed: a person is needed.")
    _table(chains, "chains-in-review", "Chains that wait for a person")


def _shown(count: int, total: int) -> str:
    return counted(total, "chain") if count == total else f"{count:,} of {total:,} chains"


def _table(chains: Sequence[ListedChain], key: str, alt: str) -> None:
    st.dataframe(
        pd.DataFrame(_row(chain) for chain in chains),
        hide_index=True,
        height=TABLE_HEIGHT if len(chains) > ROWS_IN_TABLE else "auto",
        column_config={
            "Failed on": DATE,
            "Age, days": st.column_config.NumberColumn(format="%.0f", help="Days since the failure"),
            "Pattern seen": st.column_config.NumberColumn(help="Failures of its pattern, this one too"),
            "Downtime, min": st.column_config.NumberColumn(
                help="Reported downtime in minutes, of all failures of its pattern together"
            ),
        },
        selection_mode="single-row",
        on_select=lambda: _open_row(chains, key),
        key=key,
        alt=alt,
    )


def _open_row(chains: Sequence[ListedChain], key: str) -> None:
    rows = st.session_state[key].selection.rows
    if rows:
        st.session_state["chain"] = chains[rows[0]].chain_id


def _row(chain: ListedChain) -> dict[str, object]:
    return {
        "Chain": chain.chain_id,
        "Failure": clipped(chain.error_message, 120),
        "Failed on": chain.occurred_at,
        "Age, days": age(chain, datetime.now(UTC)).total_seconds() / 86_400,
        "Attempts": chain.attempt_count,
        "Pattern seen": chain.pattern_count,
        "Downtime, min": chain.pattern_downtime_minutes or None,
        "Customer": chain.customer,
        "Version": chain.service_version,
        "Pattern": chain.pattern_name,
    }
