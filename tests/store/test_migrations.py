from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from crash_knowledge.errors import StoreError
from crash_knowledge.store import Store
from crash_knowledge.store.migrate import HEAD, MIGRATIONS
from crash_knowledge.store.schema import metadata


def definitions(path: Path) -> dict[str, list[str]]:
    """Name -> the parts of its definition, for every table, index and view; in order of spelling."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: _parts(sql) for name, sql in rows if name != "alembic_version"}


def _parts(sql: str) -> list[str]:
    head, _, body = " ".join(sql.replace('"', "").split()).partition("(")
    return [head.strip(), *sorted(part.strip(" )") for part in body.split(", "))]


def test_migrations_and_metadata_agree(store: Store) -> None:
    with store.reading() as unit:
        context = MigrationContext.configure(
            unit.connection, opts={"include_name": lambda name, kind, _: name != "alembic_version"}
        )
        assert compare_metadata(context, metadata) == []


def test_migrations_and_metadata_give_the_same_definitions(store: Store, tmp_path: Path) -> None:
    plain = create_engine(f"sqlite:///{tmp_path / 'plain.db'}")
    metadata.create_all(plain)
    assert definitions(tmp_path / "knowledge.db") == definitions(tmp_path / "plain.db")


def test_the_program_knows_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_applied_migrations_are_noted_once(store: Store, url: str) -> None:
    Store.open(url).close()
    with store.reading() as unit:
        rows = unit.connection.exec_driver_sql("SELECT version, name FROM schema_migrations").all()
    assert [tuple(row) for row in rows] == [
        (1, "The first schema."),
        (2, "Corrections of the grouping."),
        (3, "Fingerprint rules and customer tags."),
        (4, "Versions of the decision's weights."),
        (5, "Facts of events."),
        (6, "Life cycle of patterns, and more of solutions."),
        (7, "Tags, assignees, saved searches, and the search of crashes."),
        (8, "Comments, tickets, and the log of changes."),
        (9, "Layouts of the pattern network."),
    ]


def test_every_table_and_index_can_be_written_for_postgresql() -> None:
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert f"INDEX {index.name} ON" in str(CreateIndex(index).compile(dialect=dialect))


def test_a_newer_schema_is_refused_and_left_alone(store: Store, url: str, tmp_path: Path) -> None:
    with store.transaction() as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / "knowledge.db").read_bytes()
    with pytest.raises(StoreError, match=r"newer version of this program \(schema 9999, this program knows"):
        Store.open(url)
    assert (tmp_path / "knowledge.db").read_bytes() == before


def test_a_database_of_another_program_is_refused(url: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "knowledge.db") as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(StoreError, match="database of another program"):
        Store.open(url)


def test_a_migration_that_fails_leaves_nothing(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crash_knowledge.store.schema.schema_migrations.insert", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Store.open(url)
    assert definitions(tmp_path / "knowledge.db") == {}
    monkeypatch.undo()
    opened = Store.open(url)
    assert opened.verify() == ()


def test_processes_that_open_a_new_database_at_once_all_succeed(url: str) -> None:
    program = f"from crash_knowledge.store import Store; Store.open({url!r}); print('open')"
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    results = [process.communicate(timeout=60) for process in started]
    assert [out.strip() for out, _ in results] == ["open"] * 4, results
    with Store.open(url).reading() as unit:
        assert unit.connection.exec_driver_sql("SELECT COUNT(*) FROM schema_migrations").scalar_one() == int(HEAD)
