"""The resolutions page, without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.knowledge.resolutions import ResolutionDesk
from crash_knowledge.settings import ROOT, SAMPLES_DIR
from crash_knowledge.store.records import Chain
from pages.widgets.resolutions.lists import ORDERS

SAMPLES = ("WCR_14-1_9-5-12.txt", "WCR_22-2_4-12-9.txt")


@pytest.fixture
def page() -> AppTest:
    router = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    return router.switch_page("resolutions.py")


@pytest.fixture
def desk() -> ResolutionDesk:
    return ResolutionDesk(services.open_store(), services.redactor().redact_text)


def store_crash(name: str = SAMPLES[0]) -> str:
    """Save a dump without a review; returns its chain."""
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
    return analyzer.save(analysis, None).crash.chain_id


def opened(page: AppTest, chain_id: str) -> AppTest:
    page.query_params["chain"] = chain_id
    page.run()
    page.text_input(key="validator").input("Ann Example").run()
    return page


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def chain(chain_id: str) -> Chain:
    with services.open_store().reading() as unit:
        return unit.chains.of_event(unit.error_events.of_handle(chain_id) or "")


def shown(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption, *page.text])


def test_an_empty_store_says_what_opens_a_chain(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "A chain opens by itself when a dump is saved" in page.info[0].value


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        ("Waiting for a person", "No chain waits for a person."),
        ("Time to resolution", "No chain with a known time is resolved yet."),
        ("Hotspots", "No pattern has an unresolved failure."),
    ],
)
def test_every_empty_view_explains_itself(page: AppTest, view: str, sentence: str) -> None:
    page.query_params["show"] = view
    page.run()
    assert not page.exception
    assert sentence in page.info[0].value


def test_the_order_of_open_chains_is_in_the_address(page: AppTest, desk: ResolutionDesk) -> None:
    for name in SAMPLES:
        store_crash(name)
    expected: Mapping[str, list[str]] = {
        label: [one.chain_id for one in desk.open_chains(order)] for order, label in ORDERS.items()
    }
    for order, chains in expected.items():
        page.query_params["order"] = order
        page.run()
        assert not page.exception
        assert list(page.dataframe[0].value["Chain"]) == chains


def test_an_unknown_chain_is_said_and_leads_back(page: AppTest) -> None:
    page.query_params["chain"] = "chain-ffffffff"
    page.run()
    assert "chain" in page.warning[0].value
    press(page, "Back to the list")
    assert not page.warning
    assert page.info


def test_nothing_is_done_without_a_name(page: AppTest) -> None:
    page.query_params["chain"] = store_crash()
    page.run()
    assert next(button for button in page.button if button.label == "Record the attempt").disabled


def test_a_chain_goes_from_error_through_attempts_to_resolution_and_back(page: AppTest) -> None:
    chain_id = store_crash()
    opened(page, chain_id)
    page.text_area[0].input("Restarted the *service* of owner@example.com")
    page.radio[0].set_value("same_error")
    press(page, "Record the attempt")
    assert [one.outcome for one in chain(chain_id).attempts] == ["same_error"]
    assert "owner@example.com" not in chain(chain_id).attempts[0].action_taken
    page.text_area[0].input("Installed the fix")
    press(page, "Record the attempt")
    fix = next(one for one in chain(chain_id).attempts if one.outcome == "unknown")
    next(box for box in page.selectbox if box.label == "The attempt that worked").select(fix.id)
    page.number_input[0].set_value(90.0)
    press(page, "Resolve")
    resolved = chain(chain_id)
    assert (resolved.status, resolved.successful_fix_id, resolved.resolution_time_minutes) == ("resolved", fix.id, 90.0)
    assert "resolved in 1\\.5 hours" in shown(page) or "resolved in 90 minutes" in shown(page)
    press(page, "Open again")
    assert chain(chain_id).status == "open"
    press(page, "Ask for a review")
    assert chain(chain_id).status == "needs_review"
    press(page, "Give it up")
    assert chain(chain_id).status == "abandoned"


def test_an_outcome_known_later_resolves_the_chain(page: AppTest, desk: ResolutionDesk) -> None:
    chain_id = store_crash()
    desk.record_attempt(chain_id, "Cleared the cache", "unknown", "Ben", datetime.now(UTC))
    opened(page, chain_id)
    press(page, "Save the outcome")
    assert "Choose what came of it." in page.error[0].value
    page.radio[1].set_value("succeeded")
    press(page, "Save the outcome")
    assert chain(chain_id).status == "resolved"


def test_an_attempt_without_words_is_refused_in_place(page: AppTest) -> None:
    chain_id = store_crash()
    opened(page, chain_id)
    press(page, "Record the attempt")
    assert "say what was done" in page.error[0].value
    assert chain(chain_id).attempts == ()


def test_the_fix_of_a_similar_failure_is_shown(page: AppTest, desk: ResolutionDesk) -> None:
    solved, again = store_crash(SAMPLES[0]), store_crash("WCR_16-1_16-47-3.txt")
    desk.record_attempt(solved, "Ran <b>repair</b> [link](http://x)", "succeeded", "Ben", datetime.now(UTC))
    opened(page, again)
    assert "Same pattern: Ran \\<b\\>repair\\<\\/b\\> \\[link\\]\\(" in shown(page)


def test_times_are_told_with_their_number(page: AppTest, desk: ResolutionDesk) -> None:
    chain_id = store_crash()
    now = datetime.now(UTC)
    fix_id = desk.record_attempt(chain_id, "Installed the fix", "unknown", "Ben", now)
    desk.resolve(chain_id, fix_id, "Ben", now + timedelta(minutes=1), 30)
    page.query_params["show"] = "Time to resolution"
    page.run()
    assert not page.exception
    assert [metric.value for metric in page.metric] == ["30 minutes", "30 minutes"]
    assert "Over 1 resolved chain whose time is known" in shown(page)
    assert [len(table.value) for table in page.dataframe] == [1, 1]
