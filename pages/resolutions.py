"""Resolutions: unresolved failures, what was tried, what worked, and how long it takes."""

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.wording import counted
from pages.widgets.resolutions import lists, times
from pages.widgets.resolutions.chain import heading, picture_and_table
from pages.widgets.resolutions.similar import what_worked_before
from pages.widgets.resolutions.steps import next_step, tell_last_step
from pages.widgets.services import resolution_desk
from pages.widgets.texts import plain

SHOWN = {
    "open": "Open",
    "review": "Waiting for a person",
    "times": "Time to resolution",
    "hotspots": "Hotspots",
}


def back() -> None:
    st.session_state["chain"] = ""


st.title("Resolutions")
counts = resolution_desk().counts()
st.caption(
    f"{counted(counts['open'], 'chain')} open, {counts['needs_review']:,} waiting for a person, "
    f"{counts['resolved']:,} resolved, {counts['abandoned']:,} given up."
)
handle = st.text_input(
    "Chain, failure or attempt",
    key="chain",
    bind="query-params",
    placeholder="chain-0a1b2c3d, err-… or fix-…",
    help="A chain leads from a failure through what was tried to its resolution.",
)
if handle and handle.strip():
    st.button("Back to the list", on_click=back, icon=":material/arrow_back:")
    tell_last_step()
    try:
        told = resolution_desk().timeline(handle.strip())
    except CrashKnowledgeError as error:
        st.warning(f"{plain(str(error))} Look for it in the lists, or check the id.")
        st.stop()
    heading(told)
    story, work = st.columns([3, 2], gap="large")
    with story:
        picture_and_table(told)
        what_worked_before(told)
    with work:
        next_step(told.chain)
    st.stop()

show = st.segmented_control(
    "Show",
    list(SHOWN),
    format_func=SHOWN.__getitem__,
    default="open",
    required=True,
    key="show",
    bind="query-params",
)
if show == "review":
    lists.review_queue(counts["needs_review"])
elif show == "times":
    times.time_to_resolution()
elif show == "hotspots":
    times.hotspots()
else:
    lists.open_chains(counts["open"])
