from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import sqlean.dbapi2 as sqlean

from crash_knowledge.store import Store
from crash_knowledge.store.drivers import Driver, best_driver, can_load_extensions, choose_driver
from tests.store.builders import NOON, new_pattern, new_variant


class Able:
    def enable_load_extension(self, enabled: bool) -> None: ...


def module(name: str, *, able: bool) -> ModuleType:
    made = ModuleType(name)
    made.Connection = Able if able else object  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("standard_can", "sqlean_can", "vectors_installed", "chosen", "has_vectors"),
    [
        (True, True, True, "sqlite3", True),
        (False, True, True, "sqlean", True),
        (False, False, True, "sqlite3", False),
        (True, True, False, "sqlite3", False),
        (False, True, False, "sqlite3", False),
    ],
)
def test_the_standard_driver_is_preferred_where_it_can_carry_vectors(
    standard_can: bool, sqlean_can: bool, vectors_installed: bool, chosen: str, has_vectors: bool
) -> None:
    candidates = [module("sqlite3", able=standard_can), module("sqlean.dbapi2", able=sqlean_can)]
    driver = choose_driver(candidates, vectors_installed=vectors_installed)
    assert (driver.name, driver.has_vectors) == (chosen, has_vectors)


def test_without_sqlean_the_standard_driver_serves() -> None:
    driver = choose_driver([module("sqlite3", able=False)], vectors_installed=True)
    assert (driver.name, driver.has_vectors) == ("sqlite3", False)


def test_this_interpreter_carries_vectors() -> None:
    driver = best_driver()
    assert driver.has_vectors
    assert driver.name == ("sqlite3" if can_load_extensions(sqlite3) else "sqlean")


@pytest.mark.parametrize(
    "driver", [Driver(sqlean, has_vectors=True), Driver(sqlite3, has_vectors=False)], ids=["sqlean", "standard"]
)
def test_every_driver_reads_what_another_wrote(url: str, driver: Driver) -> None:
    with Store.open(url).transaction() as unit:
        unit.patterns.add(new_pattern("é 😀"))
    opened = Store.open(url, driver=driver)
    with opened.transaction() as unit:
        assert unit.patterns.list()[0].pattern_name == "é 😀"
        unit.patterns.record_occurrence(1, NOON)
    with Store.open(url).reading() as unit:
        assert unit.patterns.get(1).occurrence_count == 1


PROGRAM = """
import json, sys
import numpy as np
from crash_knowledge.store import Store
from crash_knowledge.store.drivers import best_driver
store = Store.open(sys.argv[1])
with store.reading() as unit:
    found = unit.vectors.nearest("model", np.array([1.0, 0.2, 0.0]), 2)
    stale = unit.vectors.has_stale()
driver = best_driver()
print(json.dumps([driver.name, driver.has_vectors, stale, found]))
"""


def pythons_like_this() -> list[str]:
    """Interpreters of this version on this machine: this one, and the system's where it is of the same version."""
    found = [sys.executable]
    system = Path("/usr/bin/python3")
    version = "import sys; print(sys.version_info[:2] == tuple(map(int, sys.argv[1:])))"
    if system.exists():
        asked = [str(system), "-c", version, *map(str, sys.version_info[:2])]
        answer = subprocess.run(asked, capture_output=True, text=True, check=True)
        found += [str(system)] if answer.stdout.strip() == "True" else []
    return found


@pytest.mark.parametrize("python", pythons_like_this())
def test_every_python_finds_the_same_neighbours(url: str, python: str) -> None:
    with Store.open(url).transaction() as unit:
        pattern = unit.patterns.add(new_pattern())
        for number, vector in enumerate([(1, 0, 0), (0, 1, 0), (1, 1, 0)]):
            variant = unit.variants.add(pattern.id, new_variant(str(number)), NOON)
            unit.vectors.put(variant.id, "model", "hash", np.array(vector, dtype=np.float32))
    asked = [python, "-c", PROGRAM, url]
    paths = {"PYTHONPATH": ":".join(one for one in sys.path if one)}
    answer = subprocess.run(asked, capture_output=True, text=True, env=paths, check=True)
    name, has_vectors, stale, found = json.loads(answer.stdout)
    assert (name in ("sqlite3", "sqlean"), has_vectors, stale) == (True, True, False)
    assert [one for one, _ in found] == [1, 3]
    assert [cosine for _, cosine in found] == pytest.approx([0.980580676, 0.832050294], abs=1e-6)
