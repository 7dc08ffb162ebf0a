"""The audit log's page, and comments and tickets where they stand, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge import settings as settings_module
from crash_knowledge.knowledge.conversation import Conversation
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import ROOT, SAMPLES_DIR

SAMPLE = "WCR_14-1_9-5-12.txt"


def page_of(name: str) -> AppTest:
    return AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).switch_page(name)


def learn() -> int:
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / SAMPLE).read_bytes(), SAMPLE)
    return analyzer.save(analysis, Review("Ann")).pattern.id


def pattern_page(pattern_id: int) -> AppTest:
    page = page_of("patterns.py")
    page.query_params["pattern"] = str(pattern_id)
    page.run()
    page.text_input(key="validator").input("Ben").run()
    return page


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def conversation() -> Conversation:
    return Conversation(services.open_store(), services.redactor().redact_text)


def test_a_comment_is_written_shown_as_plain_text_and_removed(installation: object) -> None:
    pattern_id = learn()
    page = pattern_page(pattern_id)
    key = f"pattern-{pattern_id}"
    page.text_area(key=f"{key}-comment").input("<b>See</b> [this](#here)").run()
    press(page, f"{key}-add")
    assert "<b>See</b> [this](#here)" in [element.value for element in page.text]
    assert page.text_area(key=f"{key}-comment").value == ""
    (comment,) = conversation().of("pattern", pattern_id).comments
    press(page, f"{key}-remove-{comment.id}")
    assert conversation().of("pattern", pattern_id).comments == ()


def test_what_is_refused_stays_in_the_field_with_the_reason(installation: object) -> None:
    pattern_id = learn()
    page = pattern_page(pattern_id)
    key = f"pattern-{pattern_id}"
    page.text_input(key=f"{key}-ticket").input("javascript:alert(1)").run()
    press(page, f"{key}-link")
    assert any("such as PROJ\\-1234" in element.value for element in page.error)
    assert page.text_input(key=f"{key}-ticket").value == "javascript:alert(1)"
    page.text_input(key=f"{key}-ticket").input("proj-7").run()
    press(page, f"{key}-link")
    assert [one.key for one in conversation().of("pattern", pattern_id).tickets] == ["PROJ-7"]


def test_a_ticket_leads_where_the_setting_says(installation: object, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern_id = learn()
    conversation().link("pattern", pattern_id, "PROJ-7", "Ann", datetime.now(UTC))
    assert not pattern_page(pattern_id).get("link_button")
    monkeypatch.setenv("CRASH_KNOWLEDGE_TICKET_URL", "https://jira.example/browse/{key}")
    settings_module.settings.cache_clear()
    (link,) = pattern_page(pattern_id).get("link_button")
    assert link.proto.url == "https://jira.example/browse/PROJ-7"


def test_an_empty_log_says_what_is_logged(installation: object) -> None:
    page = page_of("audit.py").run()
    assert not page.exception
    assert "No change was logged" in page.info[0].value


def test_the_log_is_filtered_by_the_address(installation: object) -> None:
    pattern_id = learn()
    conversation().comment("pattern", pattern_id, "text", "Ben", datetime.now(UTC))
    page = page_of("audit.py").run()
    assert not page.exception
    assert {"Ann", "Ben"} <= set(page.dataframe[0].value["Who"])
    page = page_of("audit.py")
    page.query_params["who"] = "Ben"
    page.query_params["what"] = "pattern"
    page.run()
    assert not page.exception
    shown = page.dataframe[0].value
    assert list(shown["Change"]) == ["commented"]
    assert list(shown["Before and after"]) == ["comment: nothing → text"]
