"""Answering the customer and exporting a crash, on the analyzer page."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge.settings import ROOT, SAMPLES_DIR

CUT_OFF_WITH_PASSWORD = "WCR_28-4_10-41-6.txt"


@pytest.fixture
def page() -> AppTest:
    page = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).run()
    content = (SAMPLES_DIR / CUT_OFF_WITH_PASSWORD).read_bytes()
    page.file_uploader(key="upload").upload(CUT_OFF_WITH_PASSWORD, content).run()
    (intake,) = page.session_state["intakes"].values()
    for panel in ("answer", "export"):
        page.session_state[f"{intake.key}#0-{panel}"] = True
    return page.run()


def choose(page: AppTest, label: str, value: str) -> AppTest:
    return next(box for box in page.selectbox if box.label == label).set_value(value).run()


def letter(page: AppTest) -> str:
    return next(code.value for code in page.code if "WHATS'ON" in code.value)


def test_the_letter_to_the_customer_is_ready_to_be_copied(page: AppTest) -> None:
    assert not page.exception
    assert letter(page).startswith("Your WHATS'ON crash report of 28 April 2025\n\nDear Sir or Madam,")
    assert any("1 sentence is marked as not verified" in warning.value for warning in page.warning)


def test_reader_and_language_are_chosen(page: AppTest) -> None:
    choose(page, "Language", "nl")
    assert "Geachte heer, mevrouw," in letter(page)
    choose(page, "Who reads it", "developer")
    assert not page.exception
    assert "WOnUserProfile begrijpt #departmentLinks niet." in letter(page)


def test_there_is_a_button_for_every_kind_of_file(page: AppTest) -> None:
    labels = [button.label for button in page.get("download_button")]
    assert labels == [
        "Markdown",
        "E-mail draft (.eml)",
        "Ticket text (Jira)",
        "PDF",
        "HTML",
        "Markdown",
        "JSON",
    ]
