"""The search box, the facets with their counts, and the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from crash_knowledge.store.catalogue_records import Facet, FacetName
from crash_knowledge.wording import clipped, counted
from pages.widgets.catalogue.asked import FROM, SORT, SORTS, TEXT, UNTIL, ask, label_of, parameters
from pages.widgets.texts import plain

LONGEST_SEARCH = 300
COUNTS_SHOWN = 6
IN_A_ROW = 4
TITLES: Mapping[FacetName, str] = {
    "status": "Status",
    "customer": "Customer",
    "version": "Version",
    "kind": "Kind of cause",
    "severity": "Severity",
    "solution": "Solution",
    "tag": "Tag",
    "assignee": "Looked after by",
}


def search_box() -> None:
    """Text and order, beside each other."""
    text, order = st.columns([4, 1], vertical_alignment="bottom")
    text.text_input(
        "Search in causes, stacks and names",
        max_chars=LONGEST_SEARCH,
        key=TEXT,
        bind="query-params",
        placeholder="part of a class or selector, words of a cause",
        help="All words must be found, each anywhere in a class or selector. "
        'In "quotes": only as a whole word of a camelCase name, or a whole name.',
    )
    order.selectbox("Order", list(SORTS), key=SORT, bind="query-params")


def facet_filters(facets: Sequence[Facet], what: str) -> None:
    """A choice a facet, each with how many ``what`` there would be; and the bounds in time."""
    chosen = len([key for key in parameters() if key not in (TEXT, SORT)])
    label = f"Filters ({chosen} set)" if chosen else "Filters"
    with st.expander(label, icon=":material/filter_alt:", expanded=bool(chosen), key="filters"):
        for begin in range(0, len(facets), IN_A_ROW):
            for column, facet in zip(st.columns(IN_A_ROW), facets[begin : begin + IN_A_ROW], strict=False):
                with column:
                    _choice(facet)
        since, until, clear = st.columns([1, 1, 2], vertical_alignment="bottom")
        since.date_input("Crashed from", value=None, key=FROM, bind="query-params", format="YYYY-MM-DD")
        until.date_input("until", value=None, key=UNTIL, bind="query-params", format="YYYY-MM-DD")
        clear.button("Clear search and filters", icon=":material/filter_alt_off:", on_click=ask, args=({},))
        st.caption(f"A number says how many {what} there are with that value, the other filters staying as they are.")


def _choice(facet: Facet) -> None:
    labels = {label_of(one.value): one.count for one in facet.counts}
    st.multiselect(
        TITLES[facet.name],
        list(labels),
        key=facet.name,
        bind="query-params",
        placeholder="any" if labels else "nothing known",
        disabled=not labels,
    )
    shown = [f"{clipped(label, 30)} {count:,}" for label, count in list(labels.items())[:COUNTS_SHOWN]]
    more = len(labels) - len(shown)
    if more > 0:
        shown.append(counted(more, "more value"))
    st.caption(plain(" · ".join(shown)) if shown else "–")
