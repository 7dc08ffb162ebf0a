"""Fixed and back again, in a real browser: review, resolved in a version, an older dump, a dump that has the fix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import SCREENSHOTS, no_exception, screenshots_folder, upload
from tests.knowledge.dumps import FIRST_DAY, dump_bytes

__all__ = ["screenshots_folder"]

SOLUTION = "Install the correction of the run window."
FIXED_IN, OLDER, LATER, OTHER_LINE = "2024r2.000.020", "2024r2.000.015", "2024r2.001.003", "2023r8.001.042"
TODAY = (datetime.now() - FIRST_DAY).days  # noqa: DTZ005 (a dump's time is local)


def written(folder: Path, days: int, version: str) -> Path:
    """A dump of the same crash, that happened so many days from today, in a version."""
    file = folder / f"WCR_{version}.txt"
    file.write_bytes(dump_bytes(days=TODAY + days, version=version))
    return file


def show(page: Page, settled: Callable[[Page], None], dump: Path, answer: str, told: str, picture: str) -> None:
    """The verdict on a dump, which says this of the fix."""
    page.goto("/analyzer")
    upload(page, dump)
    expect(page.get_by_text(answer, exact=True)).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / f"{picture}.png")
    expect(page.get_by_text(told)).to_be_in_viewport()


def save(page: Page, settled: Callable[[Page], None]) -> None:
    page.get_by_role("button", name="Save and learn").click()
    expect(page.get_by_text("times now")).to_be_visible()
    settled(page)
    no_exception(page)


def on_the_page_of_the_pattern(page: Page, settled: Callable[[Page], None], told: str, picture: str) -> None:
    page.goto("/patterns?pattern=1")
    expect(page.get_by_text(told).first).to_be_visible()
    settled(page)
    page.get_by_text(told).first.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / f"{picture}.png")
    no_exception(page)


def test_a_fixed_crash_is_back_only_where_the_fix_is(
    page: Page, settled: Callable[[Page], None], tmp_path: Path
) -> None:
    page.goto("/analyzer")
    upload(page, written(tmp_path, -3, "2024r2.000.012"))
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    settled(page)
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Describe a new solution").fill(SOLUTION)
    page.get_by_text("Steps, link, version with the fix").click()
    page.get_by_role("textbox", name="Fixed in version").fill(FIXED_IN)
    page.get_by_role("button", name="Save and learn").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "regression-review.png")
    page.get_by_role("button", name="Save and learn").click()
    expect(page.get_by_text(f"The pattern is resolved in {FIXED_IN}, for the line 2024r2.")).to_be_visible()
    settled(page)
    on_the_page_of_the_pattern(page, settled, f"Resolved in {FIXED_IN}.", "regression-resolved")

    older = f"Your version {OLDER} is older than the fix: upgrade to {FIXED_IN}."
    show(page, settled, written(tmp_path, 2, OLDER), "Known crash", older, "regression-older")
    page.get_by_label("Your name").fill("Ann Example")
    save(page, settled)
    on_the_page_of_the_pattern(page, settled, f"Resolved in {FIXED_IN}.", "regression-still-resolved")
    other = f"Fixed in {FIXED_IN}, not in your 2023r8 line: ask for a back-port."
    show(page, settled, written(tmp_path, 2, OTHER_LINE), "Known crash", other, "regression-other-line")

    back = f"Regressed: fixed in {FIXED_IN}, seen again in {LATER}."
    show(page, settled, written(tmp_path, 3, LATER), "Regressed: a fixed crash is back", back, "regression-back")
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_role("button", name="Save and learn").click()
    expect(page.get_by_text(f"It is back: fixed in {FIXED_IN}, seen again in {LATER}.")).to_be_visible()
    settled(page)
    again = f"Regressed, fixed in {FIXED_IN}, seen again in {LATER}."
    on_the_page_of_the_pattern(page, settled, again, "regression-regressed")
