"""The crash analyzer page, without a browser: what it says for what it is given."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.samples import samples
from crash_knowledge.settings import ROOT, SAMPLES_DIR

FIRST, SECOND = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"
"""The pair of samples that show the same crash."""


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).run()


def upload(page: AppTest, *names: str) -> AppTest:
    uploader = page.file_uploader(key="upload")
    for name in names:
        uploader.upload(name, (SAMPLES_DIR / name).read_bytes())
    return page.run()


def texts(page: AppTest) -> str:
    kinds = ("markdown", "success", "warning", "error", "info", "caption")
    return "\n".join(element.value for kind in kinds for element in page.get(kind)).replace("\\", "")


def save(page: AppTest) -> AppTest:
    return next(button for button in page.button if button.label == "Save and learn").click().run()


def field(elements, label: str):
    return next(element for element in elements if element.label == label)


def test_an_empty_dashboard_says_how_to_begin(page: AppTest) -> None:
    assert not page.exception
    assert "Nothing is known yet" in texts(page)
    assert [button.label for button in page.button] == ["Fill with demo knowledge"]


def test_a_first_dump_is_new_and_a_reviewed_one_is_known(page: AppTest) -> None:
    upload(page, FIRST)
    assert "New crash" in texts(page)
    field(page.text_input, "Your name").input("Ann")
    field(page.text_area, "Describe a new solution").input("Calculate the period first.")
    save(page)
    assert "A new pattern was made" in texts(page)
    upload(page, SECOND)
    assert not page.exception
    assert "Known crash" in texts(page)
    assert "Calculate the period first." in texts(page)
    assert "worked once" in texts(page)


def test_a_review_without_a_name_is_refused_at_the_field_and_keeps_what_was_typed(page: AppTest) -> None:
    upload(page, FIRST)
    field(page.text_area, "Notes").input("A long story.")
    save(page)
    assert "Your name is missing" in texts(page)
    assert "Nothing you typed is lost" in texts(page)
    assert field(page.text_area, "Notes").value == "A long story."
    with services.open_store().reading() as unit:
        assert unit.crashes.count() == 0


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_every_sample_is_read_and_every_tab_drawn(page: AppTest, sample) -> None:
    upload(page, sample.file_name)
    assert not page.exception
    assert "New crash" in texts(page)
