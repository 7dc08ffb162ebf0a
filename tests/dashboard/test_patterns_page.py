"""The patterns page, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import ROOT, SAMPLES_DIR

SAMPLE = "WCR_14-1_9-5-12.txt"


@pytest.fixture
def page() -> AppTest:
    router = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    return router.switch_page("patterns.py")


def learn() -> int:
    analyzer = services.analyzer()
    (analysis,) = analyzer.analyze((SAMPLES_DIR / SAMPLE).read_bytes(), SAMPLE)
    return analyzer.save(analysis, Review("Ann", new_solution="Restart the *service*.")).pattern.id


def test_an_empty_store_says_how_to_begin(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "No pattern is known yet" in page.info[0].value


def test_a_pattern_is_shown_with_its_solution_and_its_history(page: AppTest) -> None:
    pattern_id = learn()
    page.run()
    page.selectbox(key="pattern").select(str(pattern_id)).run()
    assert not page.exception
    shown = "\n".join(element.value for element in page.markdown)
    assert "Restart the \\*service\\*\\." in shown
    assert "worked once" in shown
    assert page.query_params["pattern"] == str(pattern_id)


def test_the_address_names_the_pattern(page: AppTest) -> None:
    pattern_id = learn()
    page.query_params["pattern"] = str(pattern_id)
    page.run()
    assert page.selectbox(key="pattern").value == str(pattern_id)


def test_an_address_of_a_pattern_that_is_not_there_shows_the_list(page: AppTest) -> None:
    learn()
    page.query_params["pattern"] = "4711"
    page.run()
    assert not page.exception
    assert page.selectbox(key="pattern").value is None


def learn_all(*names: str) -> list[int]:
    analyzer = services.analyzer()
    learnt = []
    for name in names:
        for analysis in analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name):
            learned = analyzer.save(analyzer.rematch(analysis), Review("Ann"))
            learnt.append(learned.pattern.id)
    return learnt


def shown(page: AppTest, pattern_id: int) -> AppTest:
    page.run()
    page.selectbox(key="pattern").select(str(pattern_id)).run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page


def counts() -> dict[int, int]:
    store = services.open_store()
    assert store.verify() == ()
    with store.reading() as unit:
        return {pattern.id: pattern.occurrence_count for pattern in unit.patterns.list()}


def test_two_patterns_are_merged_and_the_merge_is_undone(page: AppTest) -> None:
    one, other = learn_all(SAMPLE, "WCR_22-2_4-12-9.txt")
    shown(page, one)
    page.segmented_control(key="way-to-correct").set_value("merge").run()
    page.text_input(key="validator").input("Ann").run()
    next(box for box in page.selectbox if box.label.startswith("The pattern that is the same")).select(str(other)).run()
    press(page, "Merge")
    assert counts() == {one: 2}
    press(page, "Undo")
    assert counts() == {one: 1, other: 1}


def test_a_pattern_is_split_after_a_preview(page: AppTest) -> None:
    one, same = learn_all(SAMPLE, "WCR_16-1_16-47-3.txt")
    assert one == same
    shown(page, one)
    page.segmented_control(key="way-to-correct").set_value("split").run()
    page.text_input(key="validator").input("Ann").run()
    with services.open_store().reading() as unit:
        newest = unit.crashes.of_pattern(one)[0].id
    page.multiselect(key=f"split-{one}").set_value([newest]).run()
    assert any("Becomes a pattern of its own" in element.value for element in page.markdown)
    press(page, "Split")
    assert sorted(counts().values()) == [1, 1]


def test_patterns_kept_apart_cannot_be_merged(page: AppTest) -> None:
    one, other = learn_all(SAMPLE, "WCR_22-2_4-12-9.txt")
    shown(page, one)
    page.segmented_control(key="way-to-correct").set_value("apart").run()
    page.text_input(key="validator").input("Ann").run()
    next(box for box in page.selectbox if "never be merged" in box.label).select(str(other)).run()
    press(page, "Keep apart")
    page.segmented_control(key="way-to-correct").set_value("merge").run()
    next(box for box in page.selectbox if box.label.startswith("The pattern that is the same")).select(str(other)).run()
    press(page, "Merge")
    assert "Ann" in page.error[0].value
    assert counts() == {one: 1, other: 1}


def listed(page: AppTest) -> list[str]:
    """The names of the patterns in the table."""
    assert not page.exception
    return list(page.dataframe[0].value["Pattern"])


def name_of(pattern_id: int) -> str:
    with services.open_store().reading() as unit:
        return unit.patterns.get(pattern_id).pattern_name


def test_patterns_are_searched_and_filtered(page: AppTest) -> None:
    one, other = learn_all(SAMPLE, "WCR_22-2_4-12-9.txt")
    page.run()
    assert sorted(listed(page)) == sorted(map(name_of, (one, other)))
    page.text_input(key="search").input("oversDat").run()
    assert listed(page) == [name_of(one)]
    page.text_input(key="search").input("").run()
    page.multiselect(key="status").set_value(["new"]).run()
    assert len(listed(page)) == 2
    page.multiselect(key="solution").set_value(["with a solution"]).run()
    assert "No pattern has all of this" in page.info[0].value


def test_a_pattern_that_the_filters_hide_stays_open(page: AppTest) -> None:
    one, other = learn_all(SAMPLE, "WCR_22-2_4-12-9.txt")
    page.query_params["pattern"] = str(other)
    page.query_params["search"] = "oversDat"
    page.run()
    assert listed(page) == [name_of(one)]
    assert page.selectbox(key="pattern").value == str(other)
    assert any(
        name_of(other).replace("#", "") in heading.value.replace("\\", "").replace("#", "")
        for heading in page.subheader
    )


def test_counts_stand_under_each_filter(page: AppTest) -> None:
    learn_all(SAMPLE, "WCR_16-1_16-47-3.txt", "WCR_22-2_4-12-9.txt")
    page.run()
    assert any(caption.value.replace("\\", "") == "new 1 · ongoing 1" for caption in page.caption)


def test_a_merged_pattern_leads_to_its_heir(page: AppTest) -> None:
    one, other = learn_all(SAMPLE, "WCR_22-2_4-12-9.txt")
    PatternCorrections(services.open_store()).merge([one], other, "Ann", datetime.now(UTC))
    page.query_params["pattern"] = str(one)
    page.run()
    assert page.selectbox(key="pattern").value == str(other)
