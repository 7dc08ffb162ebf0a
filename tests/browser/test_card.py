"""The verdict card and the annotated dump in a real browser: at one glance, by keyboard, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from crash_knowledge import services
from crash_knowledge.knowledge.life_cycle import PatternLifeCycle
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR
from tests.browser.test_main_job import FIRST, SCREENSHOTS, SECOND, no_exception, screenshots_folder, upload

__all__ = ["screenshots_folder"]

VARIANT, SERVICE, LOW_SPACE = "WCR_3-2_11-20-45.txt", "WCR_22-2_4-12-9.txt", "WCR_7-3_15-33-58.txt"
DATABASE, CUT_OFF = "WCR_19-3_18-2-27.txt", "WCR_28-4_10-41-6.txt"
SOLUTION = "Calculate the period of the run window, then validate the day again."
FIXED_AT = datetime(2025, 1, 15, tzinfo=UTC)
"""After the first sample, before the second."""
Settled = Callable[[Page], None]


def learn(name: str, weeks_ago: int, solution: str = "", worked: bool = True, version: str | None = None) -> None:
    """Save and review a sample beside the dashboard; with a version, its pattern is resolved in it."""
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
    review = Review("Ann Example", new_solution=solution, new_solution_worked=worked)
    learned = analyzer.save(analysis, review, datetime.now(UTC) - timedelta(weeks=weeks_ago))
    if version is not None:
        PatternLifeCycle(analyzer.store).resolve(learned.pattern.id, version, "Ann Example", learned.crash.occurred_at)


def show(page: Page, settled: Settled, name: str) -> None:
    page.goto("/analyzer")
    upload(page, SAMPLES_DIR / name)
    expect(page.get_by_role("button", name="Read the whole dump")).to_be_visible()
    settled(page)
    no_exception(page)


def serious(page: Page) -> list[tuple[str, str]]:
    return [
        (violation["id"], node["html"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical") and violation["id"] != "presentation-role-conflict"
        for node in violation["nodes"]
    ]


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="The dump")


@pytest.mark.parametrize(
    ("name", "picture", "seen"),
    [
        (
            FIRST,
            "card-nil",
            ["on air tomorrow, urgent", 'The user pressed "Validate day"', "nil got the message", "To act:"],
        ),
        (SERVICE, "card-service", ["The service CM2RunUpdateService", "dangling reference", "To act: support"]),
        (LOW_SPACE, "card-memory", ["Memory was full", "not the active process", "Kind of cause: capacity"]),
        (DATABASE, "card-database", ["ORA-00904: the database has no such column", "Kind of cause: database schema"]),
        (CUT_OFF, "card-secret", ["ask the customer to rotate it", "The dump was cut off"]),
    ],
)
def test_the_essentials_are_on_one_screen(
    page: Page, settled: Settled, name: str, picture: str, seen: list[str]
) -> None:
    show(page, settled, name)
    page.screenshot(path=SCREENSHOTS / f"{picture}.png")
    expect(page.get_by_text("New crash", exact=True)).to_be_in_viewport()
    for text in seen:
        expect(page.get_by_text(text).first).to_be_in_viewport(ratio=1)
    assert serious(page) == []


def test_a_known_crash_shows_its_fix_with_its_record(page: Page, settled: Settled) -> None:
    learn(FIRST, 3, SOLUTION)
    show(page, settled, SECOND)
    page.screenshot(path=SCREENSHOTS / "card-known.png")
    expect(page.get_by_text("Known crash", exact=True)).to_be_in_viewport()
    expect(page.get_by_text(SOLUTION).first).to_be_in_viewport()
    expect(page.get_by_text("(worked once, last 3 weeks ago on 2024r2.000.012)")).to_be_in_viewport()
    show(page, settled, VARIANT)
    page.screenshot(path=SCREENSHOTS / "card-other-customer.png")
    expect(page.get_by_text("It is new at Marea.")).to_be_in_viewport()


def test_a_fixed_crash_that_is_back_says_so(page: Page, settled: Settled) -> None:
    learn(FIRST, 3, SOLUTION, version="2024r2.000.010")
    show(page, settled, SECOND)
    page.screenshot(path=SCREENSHOTS / "card-regressed.png")
    expect(page.get_by_text("Regressed: a fixed crash is back", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("Regressed: fixed in 2024r2.000.010, seen again in 2024r2.000.012.")).to_be_in_viewport()
    assert serious(page) == []


def test_the_keyboard_alone_opens_the_dump_at_the_line_and_closes_it(page: Page, settled: Settled) -> None:
    show(page, settled, FIRST)
    page.get_by_text("Analyse dumps").focus()
    focused = ""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText")
        if focused.endswith("line 39"):
            break
    assert focused.endswith("line 39")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_text("Line 39:")).to_be_in_viewport()
    expect(dialog(page).get_by_text("▶ 39").first).to_be_in_viewport()
    assert page.url.endswith("?line=39")
    settled(page)
    page.screenshot(path=SCREENSHOTS / "dump.png")
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(dialog(page)).to_have_count(0)
    settled(page)
    assert "line=" not in page.url


def test_the_dump_is_searched_and_walked_through(page: Page, settled: Settled) -> None:
    show(page, settled, FIRST)
    page.get_by_role("button", name="Read the whole dump").click()
    expect(dialog(page).get_by_text("BEGIN RUNTIME DIAGNOSTIC DUMP")).to_be_visible()
    settled(page)
    dialog(page).get_by_label("Find in the dump").fill("allowsRunOn:")
    dialog(page).get_by_label("Find in the dump").press("Enter")
    expect(dialog(page).get_by_text("with these words, this is number 1.")).to_be_visible()
    dialog(page).get_by_role("button", name="Next", exact=True).click()
    expect(dialog(page).get_by_text("this is number 2.")).to_be_visible()
    dialog(page).get_by_role("button", name="Previous").click()
    expect(dialog(page).get_by_text("this is number 1.")).to_be_visible()
    settled(page)
    dialog(page).get_by_label("Line", exact=True).fill("1403")
    dialog(page).get_by_label("Line", exact=True).press("Enter")
    expect(dialog(page).get_by_text("Line 1,403:").first).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "dump-found.png")
    dialog(page).get_by_role("combobox", name="Section").click()
    page.get_by_role("option").filter(has_text="Memory Report").click()
    expect(dialog(page).get_by_text("Memory Report").last).to_be_visible()
    no_exception(page)


def test_an_address_with_a_line_opens_the_dump_there(page: Page, settled: Settled) -> None:
    page.goto("/analyzer?line=1403")
    upload(page, SAMPLES_DIR / FIRST)
    expect(dialog(page).get_by_text("Line 1,403:").first).to_be_in_viewport()
    assert page.url.endswith("?line=1403")


def test_a_phone_shows_it_without_sideways_scrolling(page: Page, settled: Settled) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    show(page, settled, FIRST)
    page.screenshot(path=SCREENSHOTS / "card-phone.png")
    expect(page.get_by_text("New crash", exact=True)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="line 39").click()
    expect(dialog(page).get_by_text("Line 39:")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "dump-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_is_readable_in_the_dark(page: Page, settled: Settled) -> None:
    page.emulate_media(color_scheme="dark")
    learn(FIRST, 3, SOLUTION)
    show(page, settled, SECOND)
    page.screenshot(path=SCREENSHOTS / "card-dark.png")
    assert serious(page) == []
    page.get_by_role("button", name="line 39").click()
    expect(dialog(page).get_by_text("Line 39:")).to_be_visible()
    settled(page)
    page.screenshot(path=SCREENSHOTS / "dump-dark.png")
    assert serious(page) == []
