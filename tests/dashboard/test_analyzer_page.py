"""The crash analyzer page, without a browser: what it says for what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.samples import Sample, samples
from crash_knowledge.settings import ROOT, SAMPLES_DIR

FIRST, SECOND, VARIANT = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt", "WCR_3-2_11-20-45.txt"
"""The pair of samples that show the same crash, and one of it at another customer."""


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).run()


def upload(page: AppTest, *names: str) -> AppTest:
    uploader = page.file_uploader(key="upload")
    for name in names:
        uploader.upload(name, (SAMPLES_DIR / name).read_bytes())
    return page.run()


def texts(page: AppTest) -> str:
    kinds = ("markdown", "success", "warning", "error", "info", "caption")
    return "\n".join(element.value for kind in kinds for element in page.get(kind)).replace("\\", "")


def save(page: AppTest) -> AppTest:
    return next(button for button in page.button if button.label == "Save and learn").click().run()


def field(elements: Sequence[Any], label: str) -> Any:
    return next(element for element in elements if element.label == label)


def test_an_empty_dashboard_says_how_to_begin(page: AppTest) -> None:
    assert not page.exception
    assert "Nothing is known yet" in texts(page)
    assert [button.label for button in page.button] == ["Fill with demo knowledge"]


def test_a_first_dump_is_new_and_a_reviewed_one_is_known(page: AppTest) -> None:
    upload(page, FIRST)
    assert "New crash" in texts(page)
    field(page.text_input, "Your name").input("Ann")
    field(page.text_area, "Describe a new solution").input("Calculate the period first.")
    save(page)
    assert "A new pattern was made" in texts(page)
    upload(page, SECOND)
    assert not page.exception
    assert "Known crash" in texts(page)
    assert "Calculate the period first." in texts(page)
    assert "worked once" in texts(page)


def test_a_review_without_a_name_is_refused_at_the_field_and_keeps_what_was_typed(page: AppTest) -> None:
    upload(page, FIRST)
    field(page.text_area, "Notes").input("A long story.")
    save(page)
    assert "Your name is missing" in texts(page)
    assert "Nothing you typed is lost" in texts(page)
    assert field(page.text_area, "Notes").value == "A long story."
    with services.open_store().reading() as unit:
        assert unit.crashes.count() == 0


TABS = ["Stack", "Variables", "Exception", "Processes", "Database", "Windows", "Memory", "Transcript"]
TABS += ["Findings", "Notes"]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_every_sample_is_read_and_every_tab_draws_something(page: AppTest, sample: Sample) -> None:
    upload(page, sample.file_name)
    assert "New crash" in texts(page)
    (intake,) = page.session_state["intakes"].values()
    open_tab = f"{intake.key}#{intake.analyses[0].dump.index}-tabs"
    for tab in TABS:
        page.session_state[open_tab] = tab
        page.run()
        assert not page.exception, tab
        drawn = next(element for element in page.tabs if element.label == tab)
        assert len(drawn.children) > 0, tab


def test_a_sample_is_analysed_by_its_button(page: AppTest) -> None:
    page.segmented_control(key="way").set_value("Try a sample").run()
    page.selectbox(key="sample").select_index(0).run()
    next(button for button in page.button if button.label == "Analyse this sample").click().run()
    assert "New crash" in texts(page)


@pytest.mark.parametrize(
    ("zone", "told"), [("TimeZone offset=7200\n", "16:10 local time, 14:10 UTC"), ("", "local time")]
)
def test_the_time_is_told_as_far_as_the_dump_knows_it(page: AppTest, zone: str, told: str) -> None:
    dump = f"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n\n{zone}Cause of Dump: Emergency\n"
    page.file_uploader(key="upload").upload("WCR.txt", dump.encode()).run()
    origin = next(caption.value for caption in page.caption if "WCR" in caption.value).replace("\\", "")
    assert told in origin
    assert ("UTC" in origin) == bool(zone)


def show_buttons(page: AppTest) -> dict[str, Any]:
    return {button.label: button for button in page.button if button.label.startswith("line ")}


def dump_shown(page: AppTest) -> list[str]:
    return [line for code in page.code for line in code.value.split("\n") if line.startswith("▶")]


def test_show_me_opens_the_dump_at_the_line_and_the_address_keeps_it(page: AppTest) -> None:
    upload(page, FIRST)
    assert dump_shown(page) == []
    show_buttons(page)["line 39"].click().run()
    assert not page.exception
    assert page.query_params["line"] == "39"
    (line,) = dump_shown(page)
    assert line.startswith("▶ 39  [1]")
    assert "**Line 39:** Something was nil" in texts(page)


def test_an_address_with_a_line_opens_the_dump_there(page: AppTest) -> None:
    page.query_params["line"] = "1403"
    upload(page, FIRST)
    (line,) = dump_shown(page)
    assert line.startswith("▶ 1,403")
    assert field(page.selectbox, "Section (one of 12 is unfolded)").value.title == "Scheduled Windows:"


@pytest.mark.parametrize(
    ("asked", "shown"), [("999999999", 1), ("0", 1), ("9999999999", 0), ("-5", 0), ("<b>", 0), ("²", 0)]
)
def test_an_address_with_a_line_that_is_none_does_no_harm(page: AppTest, asked: str, shown: int) -> None:
    page.query_params["line"] = asked
    upload(page, FIRST)
    assert not page.exception
    assert len(dump_shown(page)) == shown


def test_words_are_found_in_the_dump_and_counted(page: AppTest) -> None:
    page.query_params["line"] = "1"
    upload(page, FIRST)
    field(page.text_input, "Find in the dump").input("allowsRunOn:").run()
    assert not page.exception
    (line,) = dump_shown(page)
    assert "allowsRunOn:" in line
    assert "with these words, this is number 1" in texts(page)


def test_long_lines_are_cut_until_the_reader_wants_them_whole(page: AppTest) -> None:
    long = "x" * 900 + "the end"
    dump = f"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n\nCause of Dump: Emergency\n{long}\n"
    page.query_params["line"] = "4"
    page.file_uploader(key="upload").upload("WCR.txt", dump.encode()).run()
    assert dump_shown(page)[0].endswith("…")
    whole = field(page.toggle, "Show long lines whole (the longest here has 907 characters)")
    whole.set_value(True).run()
    assert not page.exception
    assert dump_shown(page)[0].endswith("the end")


def test_a_finding_helps_with_the_documentation_of_its_rule(page: AppTest) -> None:
    upload(page, FIRST)
    assert "Says what was nil" in show_buttons(page)["line 39"].help


def test_the_card_of_a_known_crash_tells_its_fix_and_its_record(page: AppTest) -> None:
    upload(page, FIRST)
    field(page.text_input, "Your name").input("Ann")
    field(page.text_area, "Describe a new solution").input("Calculate the period first.")
    save(page)
    upload(page, VARIANT)
    assert "What helped:** Calculate the period first. *(worked once, last today on 2024r2.000.012)*" in texts(page)
    assert "It is new at Marea." in texts(page)


def test_pasted_text_that_is_no_dump_says_so(page: AppTest) -> None:
    page.segmented_control(key="way").set_value("Paste text").run()
    page.text_area[0].input("Dear support, it crashed again.").run()
    next(button for button in page.button if button.label == "Analyse this text").click().run()
    assert "pasted text" in texts(page)
    assert not page.exception


def test_a_hostile_file_name_is_shown_as_plain_characters(page: AppTest) -> None:
    page.file_uploader(key="upload").upload("![x](http://evil.example/x.png) <b>.txt", b"nothing here").run()
    error = next(element.value for element in page.error)
    assert "\\!\\[x\\]" in error


def test_the_same_failure_given_twice_becomes_known_when_one_is_saved(page: AppTest) -> None:
    upload(page, FIRST, SECOND)
    assert "2 dumps read: 0 known, 2 new" in field(page.selectbox, "Dump (2 dumps read: 0 known, 2 new)").label
    field(page.text_input, "Your name").input("Ann")
    save(page)
    assert any("1 dump" not in element.label and "2 known" in element.label for element in page.selectbox)


def test_the_dashboard_tells_how_often_its_first_verdict_was_right(page: AppTest) -> None:
    upload(page, FIRST)
    field(page.text_input, "Your name").input("Ann")
    save(page)
    again = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60).run()
    assert not again.exception
    assert "The first verdict was right in 1 of 1 judged crashes" in texts(again)
