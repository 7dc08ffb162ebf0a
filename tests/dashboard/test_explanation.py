"""The explanation on the page: what was compared, and which patterns a person's word left out."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    """One crash matched against a small store, where a reviewer may have refused the pattern it equals."""
    import streamlit as st

    from crash_knowledge.matching.cascade import SmartCrashMatcher
    from crash_knowledge.store import Store
    from pages.widgets.explanation import explanation
    from tests.matching.crashes import Knowledge, nil_in
    from tests.matching.test_explanation import refuse

    store = Store.open("sqlite://")
    knowledge = Knowledge(store, SmartCrashMatcher(store))
    first, second, _ = (knowledge.learn(nil_in(name)) for name in ("Trailer", "Trailer", "Rights"))
    if st.session_state["refused"]:
        refuse(knowledge, nil_in("Trailer"), pattern_id=first, lies_in=second)
    st.session_state["match"] = knowledge.match(nil_in("Trailer"))
    explanation(st.session_state["match"])


@pytest.fixture(params=[True, False], ids=["refused", "not refused"])
def drawn(request: pytest.FixtureRequest) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["refused"] = request.param
    return app.run()


def test_what_was_compared_stands_in_a_table(drawn: AppTest) -> None:
    assert not drawn.exception
    match = drawn.session_state["match"]
    table = drawn.dataframe[0].value
    assert list(table.columns) == ["Compared", "Found", "This says", "For (+) or against (−)"]
    assert list(table["Compared"]) == [one.compared for one in match.explanation.contributions]
    assert list(table["For (+) or against (−)"]) == [one.log_odds for one in match.explanation.contributions]
    assert "Same cause" in set(table["Compared"])
    assert f"{match.explanation.candidates[0].confidence:.1%}" in drawn.caption[0].value.replace("\\", "")


def test_patterns_that_were_left_out_are_named(drawn: AppTest) -> None:
    heads = [element.value for element in drawn.markdown]
    assert ("**Patterns that were left out**" in heads) == drawn.session_state["refused"]
    if drawn.session_state["refused"]:
        left_out = drawn.dataframe[-1].value
        assert list(left_out["Pattern"]) == ["#isTrailer not understood by nil in TrailerSlot>>doTrailerSlot"]
