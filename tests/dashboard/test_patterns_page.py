"""The patterns page, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import ROOT, SAMPLES_DIR

SAMPLE = "WCR_14-1_9-5-12.txt"


@pytest.fixture
def page() -> AppTest:
    router = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    return router.switch_page("patterns.py")


def learn() -> int:
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / SAMPLE).read_bytes(), SAMPLE)
    return analyzer.save(analysis, Review("Ann", new_solution="Restart the *service*.")).pattern.id


def test_an_empty_store_says_how_to_begin(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "No pattern is known yet" in page.info[0].value


def test_a_pattern_is_shown_with_its_solution_and_its_history(page: AppTest) -> None:
    pattern_id = learn()
    page.run()
    page.selectbox(key="pattern").select(str(pattern_id)).run()
    assert not page.exception
    shown = "\n".join(element.value for element in page.markdown)
    assert "Restart the \\*service\\*\\." in shown
    assert "worked once" in shown
    assert page.query_params["pattern"] == str(pattern_id)


def test_the_address_names_the_pattern(page: AppTest) -> None:
    pattern_id = learn()
    page.query_params["pattern"] = str(pattern_id)
    page.run()
    assert page.selectbox(key="pattern").value == str(pattern_id)


def test_an_address_of_a_pattern_that_is_not_there_shows_the_list(page: AppTest) -> None:
    learn()
    page.query_params["pattern"] = "4711"
    page.run()
    assert not page.exception
    assert page.selectbox(key="pattern").value is None
