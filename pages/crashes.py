"""Crashes: every stored crash, searched and filtered; one of them with its verdict and its dump."""

import streamlit as st

from pages.widgets.catalogue.asked import asked
from pages.widgets.catalogue.filters import facet_filters, search_box
from pages.widgets.catalogue.paging import page_number, turn_pages
from pages.widgets.catalogue.searches import saved_searches
from pages.widgets.crashes.export import export
from pages.widgets.crashes.instance import crash_in_full
from pages.widgets.crashes.table import choose_crash, crash_table
from pages.widgets.reviewer import your_name
from pages.widgets.services import store

ROWS_A_PAGE = 50

st.title("Crashes")
with store().reading() as unit:
    known = unit.crashes.count()
    query = asked(ROWS_A_PAGE, (page_number() - 1) * ROWS_A_PAGE)
    page = unit.catalogue.crashes(query)

if not known:
    st.info("No crash is stored yet. Analyse a dump and review it: that stores the first one.")
    st.page_link("analyzer.py", label="Go to the crash analyzer", icon=":material/troubleshoot:")
    st.stop()

search_box()
facet_filters(page.facets, "crashes")
told, who, kept, file = st.columns([3, 1, 1, 1], vertical_alignment="center")
told.caption(f"{page.total:,} of {known:,} stored crashes. Click a row to see its verdict and its dump.")
with who:
    by = your_name()
with kept:
    saved_searches(by)
with file:
    export(query, page.total)
if page.rows:
    crash_table(page.rows)
else:
    st.info("No crash has all of this. Take words or filters away.")
turn_pages(page.total, ROWS_A_PAGE)

chosen = choose_crash()
if chosen is not None:
    crash_in_full(chosen, by)
