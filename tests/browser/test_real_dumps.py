"""The main job on real dumps in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import REAL_DUMPS, choose
from tests.browser.test_main_job import SCREENSHOTS, no_exception, upload

LONGEST_WAIT_SECONDS = 3
"""On a busy machine; on a free one it takes less than a second."""

SOLUTION = "Register the continuity day with the concept provider of the copyright browser."


def review(page: Page, name: str, solution: str = "") -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Describe a new solution").fill(solution)
    page.get_by_role("button", name="Save and learn").click()
    expect(page.get_by_text("A new pattern was made")).to_be_visible()


def test_the_second_dump_of_a_crash_is_known_with_its_fix(page: Page, settled: Callable[[Page], None]) -> None:
    page.goto("/")
    upload(page, REAL_DUMPS / "WCR_16-4_11-40-58.txt")
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    settled(page)
    review(page, "Ann Example", SOLUTION)

    page.goto("/analyzer")
    upload(page, REAL_DUMPS / "WCR_16-4_11-48-23.txt")
    expect(page.get_by_text("Known crash", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("(exact)")).to_be_in_viewport()
    expect(page.get_by_text(SOLUTION)).to_be_in_viewport()
    no_exception(page)


def test_the_ten_dumps_together_are_eight_patterns(page: Page, settled: Callable[[Page], None]) -> None:
    page.goto("/")
    upload(page, *sorted(REAL_DUMPS.glob("*.txt")))
    expect(page.get_by_label("Dump (10 dumps read: 0 known, 10 new)")).to_be_visible()
    settled(page)
    review(page, "Ann Example")
    for dump in sorted(REAL_DUMPS.glob("*.txt"))[1:]:
        settled(page)
        choose(page, page.get_by_role("combobox", name="Dump ("), dump.name)
        expect(page.get_by_text(f"· {dump.name}, dump 1")).to_be_visible()
        expect(page.get_by_label("Your name")).to_have_count(1)
        settled(page)
        if page.get_by_text("New crash", exact=True).is_visible():
            review(page, "Ann Example")
    expect(page.get_by_text("10 dumps read: 10 known, 0 new")).to_be_visible()
    page.goto("/patterns")
    expect(page.get_by_text("8 of 8 patterns")).to_be_visible()


def test_the_largest_dump_is_opened_at_a_line_without_waiting(page: Page, settled: Callable[[Page], None]) -> None:
    largest = max(REAL_DUMPS.glob("*.txt"), key=lambda dump: dump.stat().st_size)
    page.goto("/analyzer")
    upload(page, largest)
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "card-real.png")
    started = time.monotonic()
    page.get_by_role("button", name="line ").first.click()
    expect(page.get_by_role("dialog").get_by_text("▶").first).to_be_visible()
    assert time.monotonic() - started < LONGEST_WAIT_SECONDS
    settled(page)
    page.screenshot(path=SCREENSHOTS / "dump-real.png")
    assert len(page.get_by_role("dialog").inner_text()) < 100_000
    no_exception(page)


def test_ten_real_dumps_are_shown_without_an_exception(
    page: Page, settled: Callable[[Page], None], tmp_path: Path
) -> None:
    page.goto("/")
    for dump in sorted(REAL_DUMPS.glob("*.txt")):
        page.goto("/analyzer")
        upload(page, dump)
        expect(page.get_by_text("New crash", exact=True)).to_be_visible()
        for tab in page.get_by_role("tab").all():
            tab.click()
            settled(page)
            no_exception(page)
