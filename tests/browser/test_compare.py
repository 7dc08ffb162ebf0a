"""Comparing two dumps, from the pattern's page to the differences, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crash_knowledge import services
from crash_knowledge.settings import SAMPLES_DIR
from tests.browser.conftest import choose

FIRST, SECOND = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"


@pytest.fixture
def crash_ids(installation) -> list[int]:
    """Two stored dumps of one pattern."""
    analyzer = services.analyzer()
    found = []
    for name in (FIRST, SECOND):
        (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
        found.append(analyzer.save(analysis, None).crash.id)
    return found


def choose_one_more(page: Page, settled: Callable[[Page], None], name: str) -> None:
    """Choose a dump among several; once more when the page was drawn anew under the click."""
    chosen = page.get_by_test_id("stMultiSelect").filter(has_text="Compare two of them").filter(has_text=name)
    for _ in range(3):
        choose(page, page.get_by_role("combobox", name="Compare two of them"), name)
        page.keyboard.press("Escape")
        settled(page)
        if chosen.count():
            return
    raise AssertionError(f"{name} could not be chosen")


def test_two_dumps_of_a_pattern_are_compared(
    crash_ids: list[int], page: Page, settled: Callable[[Page], None], tmp_path
) -> None:
    page.goto("/patterns?pattern=1")
    settled(page)
    expect(page.get_by_text("2 incidents")).to_be_visible()
    for name in (FIRST, SECOND):
        choose_one_more(page, settled, name)
    page.get_by_role("link", name="Compare them side by side").click()
    expect(page.get_by_role("heading", name="Compare two dumps")).to_be_visible()
    settled(page)
    assert {f"{side}={crash_id}" for side, crash_id in zip("ab", crash_ids, strict=True)} == set(
        page.url.partition("?")[2].split("&")
    )
    expect(page.get_by_text("Frames side by side, innermost first")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.screenshot(path=tmp_path / "compare.png")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
