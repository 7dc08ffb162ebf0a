"""A knowledge file that is wrong names the line to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from crash_knowledge.data_file import load_tables
from crash_knowledge.errors import DataFileError


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Fruit:
    name: str
    weight: int


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Basket:
    owner: str
    fruits: tuple[Fruit, ...]


GOOD = """owner = "me"

[[fruits]]
name = "apple"
weight = 3

[[fruits]]
name = "pear"
weight = 4
"""


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "fruits.toml"
    path.write_text(GOOD, encoding="utf-8")
    basket, text = load_tables(path, Basket)
    assert basket == Basket("me", (Fruit("apple", 3), Fruit("pear", 4)))
    assert text == GOOD


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("weight = 4", "weight = 'heavy'", 9),
        ("weight = 4", "colour = 'green'\nweight = 4", 9),
        ("weight = 4", "", 7),
        ('owner = "me"', "owner = 3", 1),
    ],
)
def test_a_mistake(tmp_path: Path, old: str, new: str, line: int) -> None:
    path = tmp_path / "fruits.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        load_tables(path, Basket)
    assert str(raised.value).startswith(f"{path}, line {line}: ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"none\.toml"):
        load_tables(tmp_path / "none.toml", Basket)
