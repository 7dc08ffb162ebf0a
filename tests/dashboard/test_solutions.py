"""The solutions of a pattern on its page, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR

SAMPLE = "WCR_14-1_9-5-12.txt"
KEY = "solutions-1"


def of_the_first_pattern() -> None:
    """The widget alone, as the page draws it."""
    from pages.widgets.reviewer import your_name
    from pages.widgets.services import store
    from pages.widgets.solutions import solutions_of

    with store().reading() as unit:
        pattern = unit.patterns.get(1)
    solutions_of(pattern, your_name(), "solutions-1")


@pytest.fixture
def page() -> AppTest:
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / SAMPLE).read_bytes(), SAMPLE)
    analyzer.save(analysis, Review("Ann", new_solution="Restart the *client*.", new_solution_worked=False))
    with analyzer.store.transaction() as unit:
        unit.solutions.record_outcome(1, worked=False)
    now = datetime.now(UTC)
    services.solution_desk().add(1, "Clear it.", "assistant", now, link="https://a.example/1", origin="ai")
    return AppTest.from_function(of_the_first_pattern, default_timeout=60).run()


def told(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(element.value for element in page.markdown)


def choose(page: AppTest, solution_id: int, way: str) -> AppTest:
    page.text_input(key="validator").set_value("Ann")
    page.selectbox(key=f"{KEY}-chosen").select(solution_id).run()
    return page.button_group(key=f"{KEY}-way").set_value(way).run()


def test_a_failed_fix_is_shown_as_failed_and_markdown_as_text(page: AppTest) -> None:
    assert "Did not help: Restart the \\*client\\*\\. *(failed once" in told(page)
    assert "Proposed by AI, verified by nobody: Clear it" in told(page)


def test_a_person_stands_behind_what_an_ai_wrote(page: AppTest) -> None:
    choose(page, 2, "verify")
    page.button(key=f"{KEY}-verify").click().run()
    assert "Proposed: Clear it" in told(page)
    assert page.success[0].value == "It is proposed from now on."


def test_withdrawing_and_bringing_back(page: AppTest) -> None:
    choose(page, 1, "withdraw")
    page.button(key=f"{KEY}-withdraw").click().run()
    assert "Withdrawn by Ann\\: Restart" in told(page)
    page.button(key=f"{KEY}-back-1").click().run()
    assert "Withdrawn" not in told(page)


def test_editing_says_what_is_wrong_with_a_link(page: AppTest) -> None:
    choose(page, 1, "edit")
    link = next(field for field in page.text_input if field.label == "Link to more about it")
    link.set_value("javascript:alert(1)")
    next(button for button in page.button if button.label == "Save the solution").click()
    page.run()
    assert "must begin with http" in page.error[0].value
