"""The crashes page, without a browser."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from crash_knowledge import services
from crash_knowledge.csv_export import COLUMNS, crashes_csv, safe_cell
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import ROOT, SAMPLES_DIR
from crash_knowledge.store.catalogue_records import CrashRow

NAMES = ("WCR_14-1_9-5-12.txt", "WCR_22-2_4-12-9.txt")


@pytest.fixture
def page() -> AppTest:
    router = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    return router.switch_page("crashes.py")


def learn() -> None:
    analyzer = services.analyzer()
    for name in NAMES:
        for analysis in analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name):
            analyzer.save(analyzer.rematch(analysis), Review("Ann"))


def shown(page: AppTest) -> list[str]:
    """The files of the crashes in the table."""
    assert not page.exception
    return list(page.dataframe[0].value["File"])


def test_an_empty_store_says_how_to_begin(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "No crash is stored yet" in page.info[0].value


def test_crashes_are_listed_and_searched(page: AppTest) -> None:
    learn()
    page.run()
    assert sorted(shown(page)) == sorted(NAMES)
    page.text_input(key="search").input("no such word").run()
    assert "No crash has all of this" in page.info[0].value


def test_the_address_keeps_search_and_filters(page: AppTest) -> None:
    learn()
    with services.open_store().reading() as unit:
        crash = unit.crashes.get(1)
    page.query_params["customer"] = crash.customer
    page.query_params["from"] = f"{crash.occurred_at:%Y-%m-%d}"
    page.query_params["until"] = f"{crash.occurred_at:%Y-%m-%d}"
    page.run()
    assert shown(page) == [crash.file_name]
    assert page.multiselect(key="customer").value == [crash.customer]


@pytest.mark.parametrize(
    "wrong",
    [{"from": "yesterday"}, {"page": "-3"}, {"page": "99"}, {"sort": "x"}, {"customer": "Nobody"}, {"crash": "x"}],
)
def test_an_address_that_makes_no_sense_is_no_error(page: AppTest, wrong: dict[str, str]) -> None:
    learn()
    for name, value in wrong.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception


def test_behind_the_last_page_is_the_first(page: AppTest) -> None:
    learn()
    page.query_params["page"] = "99"
    page.run()
    assert sorted(shown(page)) == sorted(NAMES)


def test_one_crash_is_shown_with_its_verdict_and_its_dump(page: AppTest) -> None:
    learn()
    page.query_params["crash"] = "1"
    page.run()
    assert not page.exception
    told = "\n".join(element.value for element in page.markdown)
    assert "Verdict when it was stored" in told
    assert any("Known crash" in banner.value for banner in page.success)


def test_an_unknown_crash_is_said_to_be_unknown(page: AppTest) -> None:
    learn()
    page.query_params["crash"] = "4711"
    page.run()
    assert "There is no crash 4711" in page.warning[0].value.replace("\\", "")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("  =1", "'  =1"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, safe: str) -> None:
    assert safe_cell(text) == safe


def test_the_table_for_a_spreadsheet() -> None:
    when = datetime(2024, 4, 2, 12, 0, tzinfo=UTC)
    row = CrashRow(
        1, when, '=cmd|"/c calc"', "North, East", "2024r1.001", None, None, None, "a.txt", 2, "é", "new", "exact", 0.5
    )
    parsed = list(csv.reader(io.StringIO(crashes_csv([row]).decode("utf-8-sig"))))
    assert parsed[0] == list(COLUMNS)
    assert parsed[1] == [
        *("1", "2024-04-02 12:00:00", "North, East", "2024r1.001", "", "", '\'=cmd|"/c calc"', "2", "é", "new"),
        *("exact", "0.500", "", "a.txt"),
    ]
