"""What the page is asked for: read from the widgets, or from the address before they are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import streamlit as st

from crash_knowledge.store.catalogue_records import FACETS, HAS_SOLUTION, NO_SOLUTION, NOT_KNOWN, CatalogueQuery, Sort

NOT_KNOWN_LABEL = "not known"
LABELS: Mapping[str, str] = {HAS_SOLUTION: "with a solution", NO_SOLUTION: "without a solution"}
SORTS: Mapping[str, Sort] = {
    "latest first": "last_seen",
    "earliest first": "first_seen",
    "most seen first": "crashes",
    "most severe first": "severity",
}
TEXT, SORT, FROM, UNTIL = "search", "sort", "from", "until"
KEYS = (TEXT, *FACETS, SORT, FROM, UNTIL)
"""The parameters of the address, and the keys of the widgets."""


def asked(limit: int, offset: int = 0) -> CatalogueQuery:
    """The query as it stands now. What the address says that makes no sense is passed over."""
    facets: dict[str, Any] = {name: tuple(value_of(label) for label in _many(name)) for name in FACETS}
    since, until = _day(FROM), _day(UNTIL)
    return CatalogueQuery(
        text=_one(TEXT),
        **facets,
        since=None if since is None else datetime.combine(since, time(), UTC),
        until=None if until is None else datetime.combine(until, time(), UTC) + timedelta(days=1, seconds=-1),
        sort=SORTS.get(_one(SORT), "last_seen"),
        limit=limit,
        offset=offset,
    )


def label_of(value: str) -> str:
    """A facet's value as the page and its address write it."""
    return NOT_KNOWN_LABEL if value == NOT_KNOWN else LABELS.get(value, value)


def value_of(label: str) -> str:
    """The value that ``label_of`` wrote."""
    if label == NOT_KNOWN_LABEL:
        return NOT_KNOWN
    return next((value for value, written in LABELS.items() if written == label), label)


def parameters() -> dict[str, list[str]]:
    """What the search is kept as: parameter of the address -> its values."""
    found = {TEXT: [_one(TEXT)], SORT: [_one(SORT)]} | {name: _many(name) for name in FACETS}
    found |= {key: [day.isoformat()] for key in (FROM, UNTIL) if (day := _day(key))}
    return {key: values for key, values in found.items() if any(values)}


def ask(found: Mapping[str, list[str]]) -> None:
    """Let the widgets show a kept search: for callbacks, before they are drawn."""
    for name in FACETS:
        st.session_state[name] = found.get(name, [])
    st.session_state[TEXT] = next(iter(found.get(TEXT, [])), "")
    sort = next(iter(found.get(SORT, [])), "")
    st.session_state[SORT] = sort if sort in SORTS else next(iter(SORTS))
    for key in (FROM, UNTIL):
        st.session_state[key] = _as_day(next(iter(found.get(key, [])), ""))


def _one(key: str) -> str:
    return str(st.session_state[key] or "") if key in st.session_state else st.query_params.get(key, "")


def _many(key: str) -> list[str]:
    return list(st.session_state[key] or []) if key in st.session_state else st.query_params.get_all(key)


def _day(key: str) -> date | None:
    return st.session_state[key] if key in st.session_state else _as_day(st.query_params.get(key, ""))


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
