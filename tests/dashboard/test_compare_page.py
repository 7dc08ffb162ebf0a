"""The compare page, and the way to it from a pattern, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.settings import ROOT, SAMPLES_DIR
from crash_knowledge.wcr.generator import catalogue
from tests.knowledge.dumps import dump_text, file_of

FIRST, SECOND = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt"


@pytest.fixture
def page() -> AppTest:
    router = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    return router.switch_page("compare.py")


def learn(*names: str) -> list[int]:
    analyzer = services.analyzer()
    analyses = [analysis for name in names for analysis in analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name)]
    return [analyzer.save(analyzer.rematch(analysis), None).crash.id for analysis in analyses]


def words(page: AppTest) -> str:
    assert not page.exception
    return "\n".join(element.value for element in page.markdown)


def test_without_two_dumps_the_page_says_what_is_missing(page: AppTest) -> None:
    learn(FIRST)
    page.run()
    assert not page.exception
    assert "Two dumps are needed" in page.info[0].value


def test_the_address_names_both_dumps(page: AppTest) -> None:
    first, second = learn(FIRST, SECOND)
    page.query_params["a"], page.query_params["b"] = str(second), str(first)
    page.run()
    shown = words(page)
    assert f"\\(crash {first}\\)" in shown.split("**Second**")[0]
    assert "Frames side by side" in shown
    frames = next(element.value for element in page.dataframe if "Application" in element.value)
    assert frames["Same"].any()


def test_two_dumps_are_chosen_on_the_page(page: AppTest) -> None:
    first, second = learn(FIRST, SECOND)
    page.run()
    page.selectbox(key="a").select(str(first)).run()
    page.selectbox(key="b").select(str(first)).run()
    assert "same dump twice" in page.warning[0].value
    page.selectbox(key="b").select(str(second)).run()
    assert "Frames side by side" in words(page)
    assert (page.query_params["a"], page.query_params["b"]) == (str(first), str(second))


def test_an_address_of_a_dump_that_is_not_there_leaves_the_choice_open(page: AppTest) -> None:
    first, _ = learn(FIRST, SECOND)
    page.query_params["a"], page.query_params["b"] = str(first), "4711"
    page.run()
    assert not page.exception
    assert page.selectbox(key="b").value is None


def test_a_dump_whose_text_is_gone_is_told(page: AppTest) -> None:
    first, second = learn(FIRST, SECOND)
    with services.open_store().transaction() as unit:
        unit.connection.exec_driver_sql("DELETE FROM raw_dumps")
    page.query_params["a"], page.query_params["b"] = str(first), str(second)
    page.run()
    assert not page.exception
    assert "dump text of crash" in page.error[0].value


def test_the_patterns_page_tells_incidents_and_factors_and_leads_here(page: AppTest) -> None:
    crash_ids = learn(FIRST, SECOND)
    with services.open_store().reading() as unit:
        pattern_ids = {unit.crashes.get(crash_id).pattern_id for crash_id in crash_ids}
    assert len(pattern_ids) == 1
    page.switch_page("patterns.py")
    page.query_params["pattern"] = str(pattern_ids.pop())
    page.run()
    shown = words(page)
    assert "**Incidents**: 2 dumps" in shown
    assert "Not enough for common factors" in shown
    page.multiselect(key="dumps-to-compare").set_value(crash_ids).run()
    assert not page.exception
    (link,) = (one for one in page.get("page_link") if one.proto.label == "Compare them side by side")
    assert "a=" in link.proto.query_string


def test_the_patterns_page_warns_of_a_record_that_stops_a_service(page: AppTest) -> None:
    for day in range(3):
        dump = dump_text(catalogue.DANGLING_REFERENCE, day).replace("T3Session(8122", f"T3Session(812{day}")
        (analysis,) = services.analyzer().analyze(file_of(dump), f"WCR_{day}.txt")
        services.analyzer().save(analysis, None)
    page.switch_page("patterns.py")
    page.query_params["pattern"] = "1"
    page.run()
    assert "stops the service CM2RunUpdateService" in page.warning[0].value
    assert "SELECT * FROM <table of CM2RunUpdateRecord> WHERE oid = " in page.code[0].value
    assert "3 incidents" in words(page)
