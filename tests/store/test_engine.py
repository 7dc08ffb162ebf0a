from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from crash_knowledge.errors import StoreBusy, StoreError
from crash_knowledge.store import Store
from tests.store.builders import NOON, learn, new_crash, new_pattern


def test_a_new_database_is_private_in_wal_with_foreign_keys(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "not yet there" / "knowledge.db"
    store = Store.open(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with store.reading() as unit:
        assert unit.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert unit.connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        files = [path, path.with_name("knowledge.db-wal"), path.with_name("knowledge.db-shm")]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files if file.exists()} == {0o600}


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.transaction() as unit:
            learn(unit)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    with store.reading() as unit:
        assert (unit.crashes.count(), unit.patterns.count(), unit.variants.count()) == (0, 0, 0)


def test_reading_sees_one_state_while_others_write(store: Store) -> None:
    with store.reading() as reader:
        assert reader.crashes.count() == 0
        with store.transaction() as writer:
            writer.crashes.add(new_crash(), NOON)
        assert reader.crashes.count() == 0
    with store.reading() as reader:
        assert reader.crashes.count() == 1


@pytest.mark.parametrize("in_memory", [False, True])
def test_reading_refuses_to_write(url: str, in_memory: bool) -> None:
    store = Store.open("sqlite://" if in_memory else url)
    with store.reading() as unit, pytest.raises(StoreError):
        unit.patterns.add(new_pattern())
    with store.transaction() as unit:
        unit.patterns.add(new_pattern())
        assert unit.patterns.count() == 1


def test_a_database_locked_for_too_long_is_busy(store: Store, url: str) -> None:
    impatient = Store.open(url, busy_timeout_seconds=0.05)
    with store.transaction() as unit:
        unit.crashes.add(new_crash(), NOON)
        with pytest.raises(StoreBusy, match="busy"), impatient.transaction():
            pytest.fail("the write lock is held by another")
        with impatient.reading() as reader:
            assert reader.crashes.count() == 0


def test_a_full_disk_is_said_and_nothing_of_the_change_stays(store: Store) -> None:
    with store.transaction() as unit:
        learn(unit, "before")

    def store_too_much() -> None:
        with store.transaction() as unit:
            pages = unit.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            unit.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 3}")
            learn(unit, "after", redacted_text=os.urandom(400_000).hex())

    with pytest.raises(StoreError, match="disk is full"):
        store_too_much()
    with store.reading() as unit:
        assert [crash.error_message for crash in unit.crashes.latest()] == ["before"]


def test_text_is_not_a_database(url: str, tmp_path: Path) -> None:
    (tmp_path / "knowledge.db").write_text("not a database, but long enough to look at\n" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(url)


def test_a_damaged_database_is_said(store: Store, url: str, tmp_path: Path) -> None:
    with store.transaction() as unit:
        for number in range(50):
            learn(unit, f"crash {number}")
    path = tmp_path / "damaged.db"
    with sqlite3.connect(tmp_path / "knowledge.db") as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    content = bytearray(path.read_bytes())
    content[4096 * 2 :] = b"\xff" * (len(content) - 4096 * 2)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be created.*CRASH_KNOWLEDGE_DATABASE_URL"):
        Store.open(f"sqlite:///{tmp_path}/file/knowledge.db")


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("knowledge.db", "not a database URL"),
        ("mysql://host/db", "not supported"),
        ("postgresql://host/db", "not supported"),
        ("sqlite:///file:knowledge.db?mode=ro&uri=true", "path alone"),
    ],
)
def test_other_urls_are_refused(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Store.open(url)


def test_a_value_against_the_rules_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="breaks one of its rules"), store.transaction() as unit:
        unit.patterns.add(new_pattern(source="weather"))


def test_an_in_memory_store_serves_threads_in_turn() -> None:
    store = Store.open("sqlite://")

    def write(number: int) -> None:
        for step in range(20):
            with store.transaction() as unit:
                learn(unit, f"crash {number}.{step}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as unit:
        assert unit.crashes.count() == 80
    assert store.verify() == ()


def test_an_in_memory_store_refuses_operations_within_operations() -> None:
    store = Store.open("sqlite://")
    with store.transaction(), pytest.raises(StoreError, match="one operation at a time"), store.reading():
        pytest.fail("the connection is taken")
    with store.reading() as unit:
        assert unit.crashes.count() == 0
