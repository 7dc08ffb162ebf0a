"""The scenario of seed 002 in a real browser, from the first crash to a regression at another customer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crash_knowledge import services
from crash_knowledge.wcr.generator.catalogue import MAREA
from crash_knowledge.wcr.generator.incident import Incident
from tests.browser.conftest import choose
from tests.browser.test_main_job import SCREENSHOTS, no_exception, screenshots_folder, upload
from tests.knowledge.dumps import DATABASE, FIRST_DAY, PERMISSION, RUN_WINDOW, dump_bytes

__all__ = ["screenshots_folder"]

TODAY = (datetime.now() - FIRST_DAY).days  # noqa: DTZ005 (a dump's time is local)
FROM_THE_MENU = replace(RUN_WINDOW, situation="menu")
"""The same failing code, called by another way: another stack of the same pattern."""
SOLUTION = "Calculate the period of the run window, then validate the day again."
SECOND_SOLUTION = "Install the correction of the run window."
RIGHT, UPGRADE = "Give the user the right of an editor.", "Run the upgrade script of the region mask."
FIXED_IN, OLDER, LATER = "2024r2.000.020", "2024r2.000.015", "2024r2.001.003"
TOGETHER_DAYS, OTHER_DAYS = range(-48, 0, 6), range(-50, 0, 5)
MINUTES_APART = 10


def at(days: int, minutes: int = 0) -> datetime:
    """So many days from today."""
    return FIRST_DAY + timedelta(days=TODAY + days, minutes=minutes)


class Walk:
    """A support engineer at the dashboard."""

    def __init__(self, page: Page, settled: Callable[[Page], None], folder: Path) -> None:
        self.page, self.settled, self.folder = page, settled, folder

    def analyse(self, answer: str, name: str, incident: Incident, when: datetime, **changes) -> None:
        """Upload a dump of this crash; the verdict must say this."""
        file = self.folder / f"WCR_{name}.txt"
        file.write_bytes(dump_bytes(incident, local_time=when, **changes))
        self.page.goto("/analyzer")
        upload(self.page, file)
        expect(self.page.get_by_text(answer, exact=True)).to_be_visible()
        self.settled(self.page)

    def save(self, told: str) -> None:
        self.page.get_by_label("Your name").fill("Ann Example")
        self.page.get_by_role("button", name="Save and learn").click()
        expect(self.page.get_by_text(told)).to_be_visible()
        self.settled(self.page)

    def save_new(self, solution: str) -> None:
        self.page.get_by_label("Describe a new solution").fill(solution)
        self.save("A new pattern was made")

    def open_pattern(self, pattern_id: int) -> None:
        self.page.goto(f"/patterns?pattern={pattern_id}")
        expect(self.page.get_by_role("button", name="Look for relations now")).to_be_visible()
        self.settled(self.page)
        no_exception(self.page)

    def see(self, told: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(told).first).to_be_visible()

    def picture(self, name: str) -> None:
        no_exception(self.page)
        self.page.screenshot(path=SCREENSHOTS / f"phases-{name}.png")


@pytest.fixture
def walk(page: Page, settled: Callable[[Page], None], tmp_path: Path) -> Walk:
    return Walk(page, settled, tmp_path)


def weeks_pass() -> None:
    """More dumps come in: the two that come together, and one that has nothing to do with them."""
    moments = [(RUN_WINDOW, at(day)) for day in TOGETHER_DAYS]
    moments += [(PERMISSION, at(day, MINUTES_APART)) for day in TOGETHER_DAYS]
    moments += [(DATABASE, at(day, 311)) for day in OTHER_DAYS]
    analyzer = services.analyzer()
    for seed, (incident, when) in enumerate(sorted(moments, key=lambda one: one[1]), start=100):
        (analysis,) = analyzer.analyze(dump_bytes(incident, local_time=when, seed=seed), f"WCR_{seed}.txt")
        assert not analysis.match.is_new
        analyzer.save(analysis, None)


def first_crash(walk: Walk) -> None:
    walk.analyse("New crash", "first", RUN_WINDOW, at(-60))
    walk.picture("1-new")
    walk.save_new(SOLUTION)
    walk.see("reviewers now agree with it at 67%")


def second_crash(walk: Walk) -> None:
    walk.analyse("Known crash", "second", RUN_WINDOW, at(-54), seed=2)
    walk.see(SOLUTION)
    walk.picture("2-known")
    choose(walk.page, walk.page.get_by_label("A known solution was tried"), SOLUTION)
    walk.save("reviewers now agree with it at 75%")
    walk.open_pattern(1)
    walk.see("worked twice")


def a_related_crash_and_one_of_another_type(walk: Walk) -> None:
    walk.analyse("New crash", "related", PERMISSION, at(-54, MINUTES_APART), seed=3)
    walk.save_new(RIGHT)
    walk.analyse("New crash", "database", DATABASE, at(-53), seed=4)
    walk.see("ORA-00904")
    walk.picture("4-other-type")
    walk.save_new(UPGRADE)


def the_network(walk: Walk) -> None:
    weeks_pass()
    walk.open_pattern(1)
    walk.see("No relation is known")
    walk.page.get_by_label("Your name").fill("Ann Example")
    walk.page.get_by_label("Your name").press("Enter")
    walk.settled(walk.page)
    walk.page.get_by_role("button", name="Look for relations now").click()
    walk.see("Looked at all patterns: 1 relation")
    walk.settled(walk.page)
    walk.see(re.compile(r"Within 30 minutes of \d+ of \d+ occurrences"))
    walk.page.get_by_role("button", name="Confirm", exact=True).click()
    walk.see("The relation is confirmed by a person")
    walk.settled(walk.page)
    walk.page.get_by_role("button", name="Look for relations now").scroll_into_view_if_needed()
    walk.picture("5-network")
    walk.page.get_by_role("link", name="Leads to 2").click()
    expect(walk.page.get_by_role("link", name="Follows from 1")).to_be_visible()
    walk.settled(walk.page)


def a_variant_with_a_second_solution(walk: Walk) -> None:
    walk.analyse("Known crash", "variant", FROM_THE_MENU, at(-1), seed=5)
    walk.see("(structural)")
    walk.page.get_by_label("Describe a new solution").fill(SECOND_SOLUTION)
    walk.page.get_by_text("Steps, link, version with the fix").click()
    walk.page.get_by_role("textbox", name="Fixed in version").fill(FIXED_IN)
    walk.save(f"The pattern is resolved in {FIXED_IN}, for the line 2024r2.")
    walk.open_pattern(1)
    for solution in (SOLUTION, SECOND_SOLUTION):
        walk.see(solution)
    walk.picture("6-second-solution")


def another_customer(walk: Walk) -> None:
    walk.analyse("Known crash", "other-customer", RUN_WINDOW, at(2), customer=MAREA, version=OLDER, seed=6)
    walk.see(f"Your version {OLDER} is older than the fix: upgrade to {FIXED_IN}.")
    walk.picture("6-other-customer")
    walk.save("times now")
    walk.open_pattern(1)
    walk.see("FJORD, Marea")


def a_regression(walk: Walk) -> None:
    walk.analyse("Regressed: a fixed crash is back", "back", RUN_WINDOW, at(3), customer=MAREA, version=LATER, seed=7)
    walk.see(f"Regressed: fixed in {FIXED_IN}, seen again in {LATER}.")
    walk.picture("6-regressed")
    walk.save(f"It is back: fixed in {FIXED_IN}, seen again in {LATER}.")
    walk.open_pattern(1)
    walk.see(f"Regressed, fixed in {FIXED_IN}, seen again in {LATER}.")


def test_the_six_phases(walk: Walk) -> None:
    first_crash(walk)
    second_crash(walk)
    a_related_crash_and_one_of_another_type(walk)
    the_network(walk)
    a_variant_with_a_second_solution(walk)
    another_customer(walk)
    a_regression(walk)
    assert services.open_store().verify() == ()
