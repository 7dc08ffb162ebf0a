"""The review queue, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.knowledge.queue import VerdictQueue
from crash_knowledge.settings import ROOT, SAMPLES_DIR

SAMPLES = ("WCR_14-1_9-5-12.txt", "WCR_22-2_4-12-9.txt", "WCR_16-1_16-47-3.txt")


@pytest.fixture
def page() -> AppTest:
    router = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    return router.switch_page("review_queue.py")


def save_all(*names: str) -> None:
    analyzer = services.analyzer()
    for name in names:
        (analysis,) = analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)
        analyzer.save(analyzer.rematch(analysis), None)


def left() -> list[int]:
    return [one.crash_id for one in VerdictQueue(services.open_store()).waiting()]


def heading(page: AppTest) -> str:
    return page.subheader[0].value


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label.startswith(label)).click().run()
    assert not page.exception


def named(page: AppTest) -> AppTest:
    page.run()
    page.text_input(key="validator").input("Ann Example").run()
    return page


def test_an_empty_queue_says_what_comes_here(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "Nothing waits" in page.info[0].value


def test_nothing_is_judged_without_a_name(page: AppTest) -> None:
    save_all(*SAMPLES[:1])
    page.run()
    assert next(button for button in page.button if button.label.startswith("Right")).disabled


def test_next_and_previous_walk_through_the_queue(page: AppTest) -> None:
    save_all(*SAMPLES)
    page.run()
    walk = [heading(page)]
    for _ in range(2):
        press(page, "Next")
        walk.append(heading(page))
    assert walk == [f"Crash {crash_id}" for crash_id in left()]
    assert next(button for button in page.button if button.label == "Next").disabled
    press(page, "Previous")
    assert heading(page) == walk[1]


def test_each_judgement_brings_the_next_verdict_until_nothing_is_left(page: AppTest) -> None:
    save_all(*SAMPLES)
    named(page)
    assert "3 verdicts wait for a person" in page.markdown[0].value.replace("\\", "")
    first, second, third = left()
    press(page, "Right: it is new")
    assert heading(page) == f"Crash {second}"
    assert page.success[0].value.startswith(f"Crash {first}\\: “")
    press(page, "Not sure")
    assert left() == [second, third]
    press(page, "Right: it is new")
    press(page, "Right: it is this pattern")
    assert left() == []
    assert "Nothing waits" in page.info[0].value
    with services.open_store().reading() as unit:
        said = unit.validations.of_event(unit.crashes.get(first).error_event_id)
    assert [(one.verdict, one.validated_by) for one in said] == [("confirmed", "Ann Example")]


def test_one_click_says_which_pattern_it_is_the_same_as(page: AppTest) -> None:
    save_all(*SAMPLES[:2])
    named(page)
    first = left()[0]
    press(page, "Same as")
    with services.open_store().reading() as unit:
        patterns = {unit.crashes.get(crash_id).pattern_id for crash_id in (1, 2)}
    assert len(patterns) == 1
    assert first not in left()


def test_a_known_crash_can_be_new_after_all(page: AppTest) -> None:
    save_all(SAMPLES[0], SAMPLES[2])
    named(page)
    press(page, "Right: it is new")
    press(page, "Wrong: it is a new crash")
    with services.open_store().reading() as unit:
        patterns = {unit.crashes.get(crash_id).pattern_id for crash_id in (1, 2)}
    assert len(patterns) == 2
    assert left() == []


def test_a_pattern_among_all_can_be_chosen(page: AppTest) -> None:
    save_all(*SAMPLES[:2])
    named(page)
    box = next(box for box in page.selectbox if box.label == "Or the same as this pattern")
    with services.open_store().reading() as unit:
        other = next(one.id for one in unit.patterns.list() if str(one.id) in box.options[0].split(":")[0])
    box.set_value(other).run()
    press(page, "Same as the chosen pattern")
    with services.open_store().reading() as unit:
        assert {unit.patterns.current(crash.pattern_id or 0).id for crash in unit.crashes.latest()} == {other}
