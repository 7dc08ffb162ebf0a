"""Saved searches: kept under a name for everybody, and shown again with one click."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

import streamlit as st

from crash_knowledge.store.saved_searches import SavedSearch
from crash_knowledge.wording import counted
from pages.widgets.catalogue.asked import ask, parameters
from pages.widgets.reviewer import needs_name
from pages.widgets.services import store
from pages.widgets.texts import plain

LONGEST_TITLE = 60


def saved_searches(by: str) -> None:
    """The searches that are kept, and the field to keep the present one. ``by``: in whose name."""
    with store().reading() as unit:
        kept = unit.saved_searches.all()
    with st.popover(f"Saved searches ({len(kept)})", icon=":material/bookmark:"):
        for search in kept:
            _search(search)
        present = parameters()
        if not present:
            st.caption("Search or filter first: then the search can be saved here under a name.")
            return
        st.markdown(f"**Save this search** ({counted(sum(map(len, present.values())), 'condition')})")
        title = st.text_input("Name of the search", max_chars=LONGEST_TITLE, key="search-title")
        st.button(
            "Save search",
            disabled=not ((title or "").strip() and by),
            help=needs_name(by),
            on_click=_save,
            args=(title, by, urlencode(present, doseq=True)),
        )


def _search(search: SavedSearch) -> None:
    show, forget = st.columns([5, 1], vertical_alignment="center")
    show.button(
        plain(f"{search.name} ({search.owner})"),
        key=f"search-{search.id}",
        on_click=ask,
        args=(parse_qs(search.query),),
        width="stretch",
    )
    forget.button(
        "Remove",
        icon=":material/delete:",
        key=f"forget-{search.id}",
        help=f"Remove “{plain(search.name)}”",
        on_click=_forget,
        args=(search.id,),
    )


def _save(title: str, owner: str, query: str) -> None:
    with store().transaction() as unit:
        unit.saved_searches.save(title, query, owner, datetime.now(UTC))


def _forget(search_id: int) -> None:
    with store().transaction() as unit:
        unit.saved_searches.remove(search_id)
