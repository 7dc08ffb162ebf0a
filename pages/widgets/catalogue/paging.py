"""Which page of the rows is shown."""

from __future__ import annotations

import streamlit as st

PAGE = "page"


def page_number() -> int:
    """The page that is asked for, from 1 on, before the widget is drawn."""
    if PAGE in st.session_state:
        return max(1, int(st.session_state[PAGE] or 1))
    asked = st.query_params.get(PAGE, "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def turn_pages(total: int, rows_a_page: int) -> None:
    """The widget to go to another page; nothing when all is on one. Behind the last page the first is shown."""
    pages = -(-total // rows_a_page)
    if page_number() > max(pages, 1):
        st.session_state[PAGE] = 1
        st.rerun()
    if pages > 1:
        st.pagination(pages, key=PAGE, bind="query-params")
