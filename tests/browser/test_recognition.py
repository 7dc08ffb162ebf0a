"""Why a verdict is what it is, and correcting it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from crash_knowledge.settings import SAMPLES_DIR
from tests.browser.conftest import choose
from tests.browser.test_main_job import FIRST, SCREENSHOTS, SECOND, no_exception, upload

SERVICE = "WCR_22-2_4-12-9.txt"


def learn(page: Page, settled: Callable[[Page], None], name: str, verdict: str) -> None:
    page.goto("/analyzer")
    upload(page, SAMPLES_DIR / name)
    expect(page.get_by_text(verdict, exact=True)).to_be_visible()
    settled(page)
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_role("button", name="Save and learn").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def correct(page: Page, settled: Callable[[Page], None], way: str) -> None:
    page.get_by_text("Correct: merge, split, keep apart, undo").click()
    page.get_by_role("radio", name=way).click()
    settled(page)
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Your name").press("Tab")
    settled(page)


def test_a_verdict_is_explained_and_corrected(page: Page, settled: Callable[[Page], None]) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1280, "height": 1400})
    learn(page, settled, FIRST, "New crash")
    learn(page, settled, SECOND, "Known crash")
    page.get_by_text("Why this match?").click()
    expect(page.get_by_text("Frames side by side")).to_be_visible()
    expect(page.get_by_text("Patterns that were considered")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "why.png")
    page.goto("/analyzer")
    upload(page, SAMPLES_DIR / SERVICE)
    page.get_by_text("Why is it new?").click()
    expect(page.get_by_text("Patterns that were considered")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "why-new.png")
    learn(page, settled, SERVICE, "New crash")

    page.goto("/patterns?pattern=1")
    correct(page, settled, "Merge another into it")
    choose(page, page.get_by_label("The pattern that is the same crash"), "#plannedRunsFor:")
    settled(page)
    page.screenshot(path=SCREENSHOTS / "merge.png")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("1 of 1 patterns")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "merged.png")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 of 2 patterns")).to_be_visible()

    page.get_by_role("radio", name="Split it").click()
    settled(page)
    choose(page, page.get_by_label("Dumps that are another crash"), SECOND)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Becomes a pattern of its own")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "split.png")
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.get_by_text("3 of 3 patterns")).to_be_visible()
    no_exception(page)
