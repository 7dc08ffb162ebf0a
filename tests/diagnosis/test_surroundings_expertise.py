"""The lists that an expert edits: a mistake in one is told with its file and line."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from crash_knowledge.diagnosis.dates import day_in, moment_in
from crash_knowledge.diagnosis.expertise import EXPERTISE_DIR, expertise, load_expertise
from crash_knowledge.errors import DataFileError

LISTS = ("housekeeping_tables", "window_labels", "environments", "ordinary_classes", "months")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in LISTS:
        shutil.copy(EXPERTISE_DIR / f"{name}.txt", tmp_path)
    return tmp_path


def test_the_lists_of_the_product_are_right(folder: Path) -> None:
    assert load_expertise(folder).tables == expertise().tables


@pytest.mark.parametrize(
    ("name", "entry", "what"),
    [
        ("housekeeping_tables", "wonUserLogin", "“wonUserLogin” is not a table's name in capital letters."),
        ("environments", "production prod", "“production prod” is not a kind and its words, “test: tst uat”."),
        ("ordinary_classes", "Array much", "“Array much” is not a class and its percent, “Array 9.4”."),
        ("window_labels", "{day} : {channel}", "“{day}” is no slot; there are {date}, {channel} and {any}."),
        ("window_labels", "Plan of {channel}", "the label needs a {date} and one {channel}."),
        ("months", "thirteenth", "the list has 13 months; it needs one a line, 12."),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder: Path, name: str, entry: str, what: str) -> None:
    path = folder / f"{name}.txt"
    text = path.read_text(encoding="utf-8").rstrip("\n") + f"\n{entry}  # a comment\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        load_expertise(folder)
    assert str(raised.value) == f"{path}:{len(text.splitlines())}: {what}"


def test_a_list_that_is_not_there(folder: Path) -> None:
    (folder / "months.txt").unlink()
    with pytest.raises(DataFileError, match="cannot be read"):
        load_expertise(folder)


@pytest.mark.parametrize(
    ("table", "is_housekeeping"),
    [("PSIUSER", True), ("T3CHANGELOGDETAILS", True), ("PSIUSERGROUP", False), ("CONTRACT", False)],
)
def test_housekeeping_tables(table: str, is_housekeeping: bool) -> None:
    assert expertise().is_housekeeping(table) is is_housekeeping


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("WONV1PRD", "production"),
        ("northlightproduction", "production"),
        ("C:\\PrgX\\WhatsOnProd\\won.exe", "production"),
        ("oracle:db:1521/wonuat2", "test"),
        ("preprod", "test"),
        ("DEV", "development"),
        ("C:\\whatson\\latest\\won.exe", None),
        ("WON_TEST", "test"),
        ("WONP11", None),
        ("productionist", None),
        ("", None),
    ],
)
def test_environments(name: str, kind: str | None) -> None:
    assert expertise().environment_of(name) == kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15 Apr 2025", date(2025, 4, 15)),
        ("Maa 17 Juni 2024", date(2024, 6, 17)),
        ("3 février 2023", date(2023, 2, 3)),
        ("12. März 2024", date(2024, 3, 12)),
        ("14 Avr 2025", date(2025, 4, 14)),
        ("14 Mrt 2025", date(2025, 3, 14)),
        ("14 Okt 2025", date(2025, 10, 14)),
        ("14 Jui 2025", None),
        ("March 27, 2024", date(2024, 3, 27)),
        ("25/03/25", date(2025, 3, 25)),
        ("03/25/2025", date(2025, 3, 25)),
        ("04/05/2025", date(2025, 5, 4)),
        ("2025-04-15", date(2025, 4, 15)),
        ("31/02/2025", None),
        ("15 Foo 2025", None),
        ("nil", None),
    ],
)
def test_days_in_the_languages_of_customers(text: str, day: date | None) -> None:
    assert day_in(text) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue 2 April 2024 14:02:32.676", datetime(2024, 4, 2, 14, 2, 32)),  # noqa: DTZ001
        ("2 April 2024", None),
        ("14:02:32", None),
        ("2 April 2024 25:00:00", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert moment_in(text) == moment
