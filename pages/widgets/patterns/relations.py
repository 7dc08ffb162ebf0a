"""The relations of a pattern: what stands for each, and a person's word on it."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError, StoreError
from crash_knowledge.network.builder import Progress
from crash_knowledge.network.evidence import from_plain
from crash_knowledge.network.words import ORIGIN_WORDS, STEP_WORDS, share_done, words_from
from crash_knowledge.store.records import Judgement, Pattern
from crash_knowledge.store.relations import Relation
from crash_knowledge.wording import counted, discovery_sentence, percent
from pages.widgets.reviewer import needs_name
from pages.widgets.services import graph_builder, store
from pages.widgets.texts import plain

MOST_SHOWN = 10
DONE, REFUSED = "relations-done", "relations-refused"


def relations(pattern: Pattern, by: str) -> None:
    """The relations of a pattern, the surest first, to be confirmed or rejected by ``by``; and the way to find them."""
    with store().reading() as unit:
        standing = unit.relations.of_pattern(pattern.id)
        rejected = unit.relations.of_pattern(pattern.id, ("rejected",))
        others = unit.patterns.get_many(one.other_end(pattern.id) for one in (*standing, *rejected))
    names = {one.id: one.pattern_name for one in (pattern, *others.values())}
    st.markdown("**Relations with other patterns**")
    _just_done()
    if standing:
        _standing(standing, pattern, names, by)
    else:
        st.info(
            "No relation is known. Look for them once some patterns have come several times: "
            "what comes together, follows, takes over or has the same fix is found by counting."
        )
    if rejected:
        with st.expander(f"{counted(len(rejected), 'rejected relation')}", icon=":material/link_off:"):
            for relation in rejected:
                _relation(relation, pattern, names, by)
    _look_for_more()


def _standing(found: tuple[Relation, ...], pattern: Pattern, names: dict[int, str], by: str) -> None:
    everything = len(found) <= MOST_SHOWN or st.toggle(
        f"Show all {len(found):,}, not only the {MOST_SHOWN} surest", key=f"relations-{pattern.id}-all"
    )
    for relation in found if everything else found[:MOST_SHOWN]:
        _relation(relation, pattern, names, by)


def _relation(relation: Relation, pattern: Pattern, names: dict[int, str], by: str) -> None:
    """One relation: the way to the other pattern, how sure it is and why, and the buttons."""
    other = relation.other_end(pattern.id)
    with st.container(border=True):
        text, buttons = st.columns([4, 1], vertical_alignment="center")
        with text:
            st.page_link(
                "patterns.py",
                label=plain(f"{words_from(pattern.id, relation).capitalize()} {other}: {names[other]}"),
                icon=":material/category:",
                query_params={"pattern": str(other)},
            )
            sure = f"{percent(relation.confidence)} sure, {ORIGIN_WORDS[relation.origin]}."
            st.markdown(plain(f"{sure} {_evidence(relation, names)}"))
        with buttons:
            if relation.origin in ("confirmed", "rejected"):
                _button("Take back", "unsure", relation, by)
            else:
                _button("Confirm", "confirmed", relation, by)
                _button("Reject", "rejected", relation, by)


def _evidence(relation: Relation, names: dict[int, str]) -> str:
    try:
        return from_plain(relation.evidence).sentence(names[relation.source_id], names[relation.target_id])
    except StoreError:
        return "Its evidence cannot be read: look for relations now."


def _button(label: str, verdict: Judgement, relation: Relation, by: str) -> None:
    st.button(
        label,
        key=f"relation-{relation.id}-{verdict}",
        width="stretch",
        disabled=not by,
        help=needs_name(by),
        on_click=_judge,
        args=(relation.id, verdict, by),
    )


def _judge(relation_id: int, verdict: Judgement, by: str) -> None:
    try:
        with store().transaction() as unit:
            judged = unit.relations.judge(relation_id, verdict, by, datetime.now(UTC))
    except CrashKnowledgeError as error:
        st.session_state[REFUSED] = str(error)
        return
    st.session_state[DONE] = f"The relation is {ORIGIN_WORDS[judged.origin]}."


def _look_for_more() -> None:
    if st.button("Look for relations now", icon=":material/travel_explore:", key="relations-look"):
        _discover()


def _just_done() -> None:
    done, refused = st.session_state.pop(DONE, None), st.session_state.pop(REFUSED, None)
    if done:
        st.success(plain(done), icon=":material/hub:")
    if refused:
        st.error(plain(refused))


def _discover() -> None:
    """Go over the crashes of all patterns, then draw the page anew with what was found."""
    with st.status("Looking for relations between all patterns", expanded=True):
        bar = st.progress(0.0)

        def tell(progress: Progress) -> None:
            bar.progress(min(share_done(progress), 1.0), STEP_WORDS[progress.step])

        try:
            found = graph_builder().discover_relationships(datetime.now(UTC), tell)
        except CrashKnowledgeError as error:
            st.session_state[REFUSED] = str(error)
            st.rerun()
    st.session_state[DONE] = f"Looked at all patterns: {discovery_sentence(found)}"
    st.rerun()
