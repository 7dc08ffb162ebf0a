"""Working through failures in a real browser: the review queue by keyboard, a chain to its resolution, the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from crash_knowledge import services
from crash_knowledge.knowledge.conversation import Conversation
from crash_knowledge.knowledge.queue import VerdictQueue
from crash_knowledge.settings import SAMPLES_DIR
from tests.browser.test_main_job import SCREENSHOTS, no_exception

SAMPLES = ("WCR_14-1_9-5-12.txt", "WCR_22-2_4-12-9.txt", "WCR_16-1_16-47-3.txt")


def save_all() -> list[int]:
    """Save the samples without a review; returns the crashes in the order of the queue."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    analyzer = services.analyzer()
    for name in SAMPLES:
        (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
        analyzer.save(analyzer.rematch(analysis), None)
    return [one.crash_id for one in VerdictQueue(services.open_store()).waiting()]


def accessible(page: Page) -> None:
    """Streamlit's own hints of shortcuts are pale; the page names the keys in words too."""
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], node["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
        if not node["html"].startswith("<kbd")
    ]
    assert serious == []


def shown(page: Page, settled: Callable[[Page], None], name: str) -> None:
    settled(page)
    no_exception(page)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
    accessible(page)


def crash_heading(page: Page, crash_id: int) -> None:
    expect(page.get_by_role("heading", name=f"Crash {crash_id}", exact=True)).to_be_visible()


def test_the_queue_is_worked_through_by_keyboard(page: Page, settled: Callable[[Page], None]) -> None:
    first, second, third = save_all()
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto("/review_queue")
    crash_heading(page, first)
    page.get_by_label("Your name").fill("Ann Kind")
    page.get_by_label("Your name").press("Tab")
    shown(page, settled, "queue")
    page.get_by_role("heading", name="Review queue").click()
    page.keyboard.press("j")
    crash_heading(page, second)
    settled(page)
    page.keyboard.press("k")
    crash_heading(page, first)
    settled(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 verdicts wait for a person")).to_be_visible()
    crash_heading(page, second)
    settled(page)
    page.keyboard.press("1")
    crash_heading(page, third)
    expect(page.get_by_text("1 verdict waits for a person")).to_be_visible()
    shown(page, settled, "queue-judged")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    shown(page, settled, "queue-empty")
    with services.open_store().reading() as unit:
        crash = unit.crashes.get(second)
        assert [one.validated_by for one in unit.validations.of_event(crash.error_event_id)] == ["Ann Kind"] * 2
        assert crash.pattern_id == unit.crashes.get(first).pattern_id


def test_typing_a_name_does_not_press_the_keys_of_the_queue(page: Page, settled: Callable[[Page], None]) -> None:
    first, *_ = save_all()
    page.goto("/review_queue")
    crash_heading(page, first)
    settled(page)
    page.get_by_label("Your name").press_sequentially("Jon Nukus 123")
    page.get_by_label("Your name").press("Enter")
    settled(page)
    crash_heading(page, first)
    expect(page.get_by_text("3 verdicts wait for a person")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Jon Nukus 123")


def test_a_chain_goes_from_error_to_resolution_and_is_logged(page: Page, settled: Callable[[Page], None]) -> None:
    save_all()
    with services.open_store().reading() as unit:
        chain_id, solved = unit.crashes.get(1).chain_id, unit.crashes.get(3).chain_id
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.goto("/resolutions?order=Most+frequent+first")
    expect(page.get_by_text("3 chains open, 0 waiting for a person")).to_be_visible()
    expect(page.get_by_role("radio", name="Most frequent first")).to_be_checked()
    shown(page, settled, "resolutions-open")

    page.goto(f"/resolutions?chain={solved}")
    resolve(page, settled, "Calculated the period <script>alert(1)</script> again")
    page.goto(f"/resolutions?chain={chain_id}")
    record(page, settled, "Restarted the service", "The same error again")
    expect(page.get_by_text("The attempt was recorded.")).to_be_visible()
    expect(page.get_by_text("Same pattern: Calculated the period <script>")).to_be_visible()
    expect(page.get_by_test_id("stMermaidChart")).to_be_visible()
    expect(page.get_by_test_id("stMermaidError")).to_have_count(0)
    shown(page, settled, "resolutions-chain")
    record(page, settled, "Installed the fix", "It worked")
    expect(page.get_by_text("the chain is resolved")).to_be_visible()
    shown(page, settled, "resolutions-resolved")

    page.goto("/resolutions?show=Time+to+resolution")
    expect(page.get_by_text("Half were resolved within")).to_be_visible()
    shown(page, settled, "resolutions-times")
    page.goto("/resolutions?show=Hotspots")
    expect(page.get_by_text("1 unresolved")).to_be_visible()
    shown(page, settled, "resolutions-hotspots")
    page.goto("/audit?who=Ann+Kind&what=chain")
    expect(page.get_by_text("change", exact=False).first).to_be_visible()
    shown(page, settled, "audit")


def test_comments_and_tickets_stand_on_the_patterns_page(page: Page, settled: Callable[[Page], None]) -> None:
    save_all()
    conversation = Conversation(services.open_store(), services.redactor().redact_text)
    conversation.comment("pattern", 1, "<img src=x onerror=alert(1)> **see** below", "Ann", datetime.now(UTC))
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto("/patterns?pattern=1")
    page.get_by_text("Comments and tickets (1 comment)").click()
    expect(page.get_by_text("<img src=x onerror=alert(1)> **see** below")).to_be_visible()
    page.get_by_label("Your name").fill("Ben Kind")
    page.get_by_label("Your name").press("Tab")
    settled(page)
    page.get_by_label("Link a ticket").fill("proj-42")
    page.get_by_label("Link a ticket").press("Tab")
    settled(page)
    page.get_by_role("button", name="Link it").click()
    expect(page.get_by_text("Comments and tickets (1 comment, 1 ticket)")).to_be_visible()
    expect(page.get_by_role("button", name="Unlink PROJ-42")).to_be_visible()
    shown(page, settled, "comments")


def record(page: Page, settled: Callable[[Page], None], action: str, outcome: str) -> None:
    expect(page.get_by_label("What was done?")).to_be_visible()
    page.get_by_label("Your name").fill("Ann Kind")
    page.get_by_label("Your name").press("Tab")
    settled(page)
    page.get_by_label("What was done?").fill(action)
    page.get_by_role("radio", name=outcome).first.check(force=True)
    page.get_by_role("button", name="Record the attempt").click()
    settled(page)


def resolve(page: Page, settled: Callable[[Page], None], action: str) -> None:
    record(page, settled, action, "Not known yet")
    page.get_by_label("Minutes it took").fill("45")
    page.get_by_label("Minutes it took").press("Tab")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text("The chain is resolved.")).to_be_visible()
