"""The main job in a real browser: upload, verdict, review, next dump of the same crash, known with the fix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crash_knowledge.settings import ROOT, SAMPLES_DIR
from tests.browser.conftest import Dashboard, start_dashboard

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PAGES = (ROOT / "pages" / "router.py").read_text().count('st.Page("')
"""How many pages the navigation leads to."""
SOLUTION = "Calculate the period of the run window, then validate the day again."
FIRST, SECOND = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"
"""The pair of samples that show the same crash."""


@pytest.fixture(autouse=True)
def screenshots_folder() -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)


def upload(page: Page, *files: Path) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([str(file) for file in files])


def no_exception(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_reviewed_crash_is_known_the_next_time(page: Page, settled: Callable[[Page], None]) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Crash analyzer")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "empty.png")

    upload(page, SAMPLES_DIR / FIRST)
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "new.png")
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Describe a new solution").fill(SOLUTION)
    page.get_by_role("button", name="Save and learn").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "review.png")
    page.get_by_role("button", name="Save and learn").click()
    expect(page.get_by_text("A new pattern was made")).to_be_visible()
    settled(page)
    expect(page.get_by_text("A new pattern was made")).to_be_in_viewport()
    page.screenshot(path=SCREENSHOTS / "saved.png")

    page.goto("/analyzer")
    upload(page, SAMPLES_DIR / SECOND)
    expect(page.get_by_text("Known crash", exact=True)).to_be_visible()
    settled(page)
    expect(page.get_by_text("(structural)")).to_be_in_viewport()
    expect(page.get_by_text(SOLUTION)).to_be_in_viewport()
    expect(page.get_by_text("worked once")).to_be_in_viewport()
    page.screenshot(path=SCREENSHOTS / "known.png")
    no_exception(page)


@pytest.mark.parametrize("address", ["/", "/analyzer", "/patterns"])
def test_every_address_works_as_the_first_request(
    address: str, tmp_path: Path, chromium: object, installation: Path
) -> None:
    process, running = start_dashboard(installation)
    try:
        page = chromium.new_page(base_url=running.url)  # type: ignore[attr-defined]
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_test_id("stTopNavLink")).to_have_count(PAGES)
        no_exception(page)
        page.close()
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_a_bad_file_gets_its_error_and_the_others_go_on(page: Page) -> None:
    photo = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 50
    dump = (SAMPLES_DIR / FIRST).read_bytes()
    page.goto("/")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        [
            {"name": "holiday <b>photo</b>.jpg", "mimeType": "image/jpeg", "buffer": photo},
            {"name": FIRST, "mimeType": "text/plain", "buffer": dump},
        ]
    )
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="holiday <b>photo</b>.jpg")).to_be_visible()
    no_exception(page)


def test_no_serious_accessibility_finding(page: Page, settled: Callable[[Page], None]) -> None:
    page.goto("/")
    upload(page, SAMPLES_DIR / FIRST)
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    settled(page)
    findings = [
        (violation["id"], node["html"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical") and violation["id"] != "presentation-role-conflict"
        for node in violation["nodes"]
    ]
    assert findings == []


def test_the_log_of_the_server_has_no_secret_and_no_warning(page: Page, dashboard: Dashboard) -> None:
    page.goto("/")
    upload(page, SAMPLES_DIR / FIRST)
    expect(page.get_by_text("New crash", exact=True)).to_be_visible()
    log = dashboard.log.read_text(errors="replace")
    assert "Traceback" not in log
    assert "deprecat" not in log.lower()
