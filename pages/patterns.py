"""Patterns: search what is known, work with several at once, and see one pattern in full."""

from datetime import UTC, datetime

import streamlit as st

from pages.widgets.catalogue.asked import asked
from pages.widgets.catalogue.filters import facet_filters, search_box
from pages.widgets.catalogue.paging import page_number, turn_pages
from pages.widgets.catalogue.searches import saved_searches
from pages.widgets.pattern import pattern_in_full
from pages.widgets.patterns.bulk import bulk_actions
from pages.widgets.patterns.table import choose_pattern, pattern_table
from pages.widgets.reviewer import your_name
from pages.widgets.services import store

ROWS_A_PAGE = 50

st.title("Patterns")
with store().reading() as unit:
    known = unit.patterns.count("crash")
    query = asked(ROWS_A_PAGE, (page_number() - 1) * ROWS_A_PAGE)
    page = unit.catalogue.patterns(query, datetime.now(UTC))

if not known:
    st.info("No pattern is known yet. Analyse a dump and review it: that makes the first one.")
    st.page_link("analyzer.py", label="Go to the crash analyzer", icon=":material/troubleshoot:")
    st.stop()

search_box()
facet_filters(page.facets, "patterns")
told, who, kept = st.columns([3, 1, 1], vertical_alignment="center")
told.caption(f"{page.total:,} of {known:,} patterns. Click a row to see it in full; tick several to work with them.")
with who:
    by = your_name()
with kept:
    saved_searches(by)
if page.rows:
    bulk_actions(page.rows, pattern_table(page.rows), by)
else:
    st.info("No pattern has all of this. Take words or filters away.")
turn_pages(page.total, ROWS_A_PAGE)

chosen = choose_pattern(page.rows)
if chosen is not None:
    pattern_in_full(chosen, by)
