"""What an expert edits under ``data/diagnosis``: it is whole, and a mistake is reported with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge.diagnosis.knowledge import FOLDER, causes, fits, load_causes, load_dull_variables
from crash_knowledge.errors import DataFileError

SHIPPED = (FOLDER / "causes.toml").read_text(encoding="utf-8")


def line_of(text: str) -> int:
    return SHIPPED[: SHIPPED.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "below", "says"),
    [
        ('code = "ORA-00904"\nkind = "database schema"', 'code = "ORA-00904"\nkind = "weather"', 1, "base code"),
        ('contains = "disk full"', 'contain = "disk full"', -1, "contain"),
        ('name = "Oracle client"', "name = 3", 0, "string"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, old: str, new: str, below: int, says: str) -> None:
    path = tmp_path / "causes.toml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        load_causes(path)
    assert says in str(raised.value)
    assert f"{path}, line {line_of(old) + below}: " in str(raised.value)


def test_a_kind_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "causes.toml"
    path.write_text(SHIPPED.replace('name = "capacity"', 'name = "data"', 1), encoding="utf-8")
    with pytest.raises(DataFileError, match="must stand there once"):
        load_causes(path)


def test_what_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "causes.toml"
    path.write_text("[[kinds]\n", encoding="utf-8")
    with pytest.raises(DataFileError, match="line 1"):
        load_causes(path)


def test_a_mistake_in_a_list(tmp_path: Path) -> None:
    (tmp_path / "boilerplate_variables.txt").write_text("# all\nname\nno name\n", encoding="utf-8")
    (tmp_path / "derived_variables.txt").write_text("calculated*\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"boilerplate_variables.txt:3: “no name” is no name"):
        load_dull_variables(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [("a", "a", True), ("a", "ab", False), ("a*", "ab", True), ("*b", "ab", True), ("*b", "ba", False)],
)
def test_patterns(pattern: str, name: str, expected: bool) -> None:
    assert fits(pattern, name) is expected


def test_a_code_that_is_spelled_out_counts_before_a_range() -> None:
    exact, ranged = causes().of_code("ORA-12899"), causes().of_code("ORA-12541")
    assert exact is not None
    assert ranged is not None
    assert (exact.kind, ranged.kind) == ("data", "infrastructure")


def test_every_signal_is_reached() -> None:
    known = causes()
    assert all(known.of_code(signal.code.rstrip("*")) is signal for signal in known.codes)
    assert all(known.of_exception(signal.class_name.strip("*")) is signal for signal in known.exceptions)
    assert all(known.of_message(signal.contains) is signal for signal in known.messages)
    assert all(known.of_selector(signal.begins) is signal for signal in known.selectors)
