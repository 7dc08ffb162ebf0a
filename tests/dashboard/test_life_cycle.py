"""The life of a pattern on its page, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR

SAMPLE = "WCR_14-1_9-5-12.txt"
KEY = "life-1"


def of_the_first_pattern() -> None:
    """The widget alone, as the page draws it."""
    from pages.widgets.life_cycle import life_cycle
    from pages.widgets.reviewer import your_name
    from pages.widgets.services import store

    with store().reading() as unit:
        pattern = unit.patterns.get(1)
    life_cycle(pattern, your_name(), "life-1")


@pytest.fixture
def page() -> AppTest:
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / SAMPLE).read_bytes(), SAMPLE)
    assert analyzer.save(analysis, Review("Ann", new_solution="Restart it.")).pattern.id == 1
    return AppTest.from_function(of_the_first_pattern, default_timeout=60).run()


def told(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(element.value for element in page.markdown)


def choose(page: AppTest, way: str) -> AppTest:
    page.text_input(key="validator").set_value("Ann")
    return page.button_group(key=f"{KEY}-way").set_value(way).run()


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def test_resolving_in_a_version_and_undoing(page: AppTest) -> None:
    choose(page, "resolve")
    page.text_input(key=f"{KEY}-version").set_value("2024r2.000.020")
    page.text_input(key=f"{KEY}-why").set_value("delivered")
    page.selectbox(key=f"{KEY}-solution").select(1)
    press(page, "Resolve in a version")
    assert "Resolved in 2024r2" in told(page)
    assert "Restart it" in told(page)
    press(page, "Undo")
    assert "New\\." in told(page)
    assert "undone by Ann" in told(page)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("at", "until "),
        ("count", "for 10 further dumps"),
        ("escalation", "more than 3 times as often as usual"),
    ],
)
def test_muting_and_reopening(page: AppTest, end: str, sentence: str) -> None:
    choose(page, "mute")
    page.button_group(key=f"{KEY}-end").set_value(end).run()
    press(page, "Mute")
    assert "Muted by Ann" in told(page)
    assert sentence in told(page)
    choose(page, "reopen")
    press(page, "Reopen")
    assert "New\\." in told(page)


def test_muting_until_a_version(page: AppTest) -> None:
    choose(page, "mute")
    page.button_group(key=f"{KEY}-end").set_value("version").run()
    page.text_input(key=f"{KEY}-until-version").set_value("2024r3")
    press(page, "Mute")
    assert "until a dump of 2024r3 or later" in told(page)


def test_a_version_of_another_form_is_refused_in_words(page: AppTest) -> None:
    choose(page, "resolve")
    page.text_input(key=f"{KEY}-version").set_value("the next one")
    press(page, "Resolve in a version")
    assert "is not a version" in page.error[0].value


def test_without_a_name_nothing_is_done(page: AppTest) -> None:
    page.button_group(key=f"{KEY}-way").set_value("mute").run()
    press(page, "Mute")
    assert "Your name is missing" in page.error[0].value
