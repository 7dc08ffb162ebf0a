"""What a newcomer sees before the first dump, and the demo knowledge that can be loaded and removed."""

from __future__ import annotations

import streamlit as st

from crash_knowledge import demo
from crash_knowledge.knowledge.reindex import Progress, index_status, reindex
from crash_knowledge.wording import counted
from pages.widgets.accuracy import accuracy
from pages.widgets.services import analyzer, store


def welcome() -> None:
    """What the store knows, or how to begin when it knows nothing."""
    with store().reading() as unit:
        patterns, crashes = unit.patterns.count("crash"), unit.crashes.count()
        has_demo = unit.origins.has_demo()
    if has_demo:
        _demo_notice()
    if crashes:
        st.markdown(f"{counted(patterns, 'pattern')} known, from {counted(crashes, 'stored dump')}.")
        accuracy()
        _stale_keys()
        return
    st.markdown(
        "Give a WCR dump to learn whether this crash is known and what fixed it. "
        "Nothing is known yet: the first dumps you review become the knowledge."
    )
    if st.button(
        "Fill with demo knowledge",
        icon=":material/science:",
        help="A year of invented crashes, to look around. One click removes it.",
    ):
        _fill()


def _fill() -> None:
    bar = st.progress(0.0, "Writing a year of invented crashes")

    def show(share: float, what: str) -> None:
        bar.progress(min(share, 1.0), what)

    demo.fill(analyzer(), progress=show)
    st.rerun()


def _demo_notice() -> None:
    notice, button = st.columns([5, 1], vertical_alignment="center")
    notice.info("This is demo knowledge: invented crashes of invented customers.", icon=":material/science:")
    if button.button("Remove demo"):
        with store().transaction() as unit:
            unit.origins.remove_demo()
        st.rerun()


def _stale_keys() -> None:
    """After a frame list was edited or a customer tag learnt: bring the stored crashes along."""
    stale = index_status(store()).stale
    if not stale:
        return
    notice, button = st.columns([5, 1], vertical_alignment="center")
    notice.info(
        f"{counted(stale, 'stored dump')} still compared by earlier rules. Everything works meanwhile.",
        icon=":material/update:",
    )
    if button.button("Update them"):
        bar = st.progress(0.0, "Comparing anew")

        def show(step: Progress) -> None:
            bar.progress(step.done / step.total, f"{step.done} of {step.total}")

        reindex(store(), analyzer(), show)
        st.rerun()
