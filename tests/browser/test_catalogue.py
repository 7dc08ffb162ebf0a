"""The catalogue in a real browser: search, facets, several patterns at once, addresses, one stored crash."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crash_knowledge import services
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR
from tests.browser.conftest import choose

ROW_HEIGHT = 35
SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@pytest.fixture
def known(installation: Path) -> list[str]:
    """Every sample, learnt; returns the names of the patterns."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    analyzer = services.analyzer()
    for sample in sorted(SAMPLES_DIR.glob("*.txt")):
        for analysis in analyzer.analyze(sample.read_bytes(), sample.name):
            analyzer.save(analyzer.rematch(analysis), Review("Ann", new_solution="Restart the service."))
    with services.open_store().reading() as unit:
        return [pattern.pattern_name for pattern in unit.patterns.list()]


def sound(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def serious_findings(page: Page) -> list[tuple[str, str]]:
    return [
        (violation["id"], node["html"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical") and violation["id"] != "presentation-role-conflict"
        for node in violation["nodes"]
    ]


def tick(page: Page, row: int) -> None:
    """Tick a row, the first is 1; the table is drawn on a canvas."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 16, box["y"] + (row + 0.5) * ROW_HEIGHT)


def test_patterns_are_searched_filtered_and_worked_with(
    page: Page, known: list[str], settled: Callable[[Page], None]
) -> None:
    with services.open_store().reading() as unit:
        customer = unit.crashes.get(1).customer or ""
    page.goto("/patterns")
    expect(page.get_by_text(f"{len(known)} of {len(known)} patterns")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "catalogue.png")
    assert serious_findings(page) == []

    page.get_by_text("Filters", exact=True).click()
    settled(page)
    choose(page, page.get_by_role("combobox", name="Customer"), customer)
    settled(page)
    assert "customer=" in page.url
    page.screenshot(path=SCREENSHOTS / "catalogue-filtered.png")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_text("Filters (1 set)")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Clear search and filters").click()
    expect(page.get_by_text(f"{len(known)} of {len(known)} patterns")).to_be_visible()
    settled(page)
    assert "customer=" not in page.url

    tick(page, 1)
    expect(page.get_by_text("1 pattern ticked")).to_be_visible()
    settled(page)
    tick(page, 3)
    expect(page.get_by_text("2 patterns ticked")).to_be_visible()
    settled(page)
    page.get_by_role("radio", name="Tag").click()
    settled(page)
    page.get_by_label("Your name").first.fill("Ann Example")
    page.get_by_label("Your name").first.press("Tab")
    settled(page)
    page.get_by_label("Tag", exact=True).last.fill("Seen together")
    page.get_by_label("Tag", exact=True).last.press("Tab")
    settled(page)
    page.get_by_role("button", name="Put the tag on").click()
    expect(page.get_by_text("2 patterns changed.")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "catalogue-bulk.png")
    with services.open_store().reading() as unit:
        assert unit.tags.all() == ("seen together",)

    page.get_by_role("textbox", name="Search in causes, stacks and names").fill("no such word at all")
    page.get_by_role("textbox", name="Search in causes, stacks and names").press("Enter")
    expect(page.get_by_text("No pattern has all of this")).to_be_visible()
    settled(page)
    assert "search=no" in page.url
    sound(page)


def test_a_pattern_is_opened_by_its_address(page: Page, known: list[str], settled: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto("/patterns?pattern=1")
    expect(page.get_by_text("crashes in the last 26 weeks")).to_be_visible()
    expect(page.get_by_text("Chains of")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "pattern.png")
    assert serious_findings(page) == []
    sound(page)


def test_a_search_is_saved_and_shown_again(page: Page, known: list[str], settled: Callable[[Page], None]) -> None:
    page.goto("/patterns?search=zzzz")
    expect(page.get_by_text("No pattern has all of this")).to_be_visible()
    page.get_by_role("button", name="Saved searches (0)").click()
    page.get_by_label("Name of the search").fill("Nothing")
    page.get_by_label("Name of the search").press("Tab")
    settled(page)
    page.get_by_label("Your name").first.fill("Ann")
    page.get_by_label("Your name").first.press("Tab")
    settled(page)
    page.get_by_role("button", name="Save search", exact=True).click()
    settled(page)
    page.goto("/patterns")
    expect(page.get_by_text(f"{len(known)} of {len(known)} patterns")).to_be_visible()
    page.get_by_role("button", name="Saved searches (1)").click()
    page.get_by_role("button", name="Nothing (Ann)").click()
    expect(page.get_by_text("No pattern has all of this")).to_be_visible()
    sound(page)


def test_a_stored_crash_opens_with_its_verdict_and_its_dump(
    page: Page, known: list[str], settled: Callable[[Page], None]
) -> None:
    page.goto("/crashes?crash=1")
    expect(page.get_by_text("Verdict when it was stored")).to_be_visible()
    expect(page.get_by_text("Known crash", exact=True)).to_be_visible()
    settled(page)
    page.get_by_text("Verdict when it was stored").scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "crash.png")
    assert serious_findings(page) == []
    page.get_by_role("button", name="Read the whole dump").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "crash-dump.png")
    sound(page)


def test_all_crashes_are_exported_for_a_spreadsheet(page: Page, known: list[str]) -> None:
    page.goto("/crashes")
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    with services.open_store().reading() as unit:
        assert len(list(csv.reader(io.StringIO(text)))) == unit.crashes.count() + 1
    assert text.startswith("crash,when (UTC),customer")
