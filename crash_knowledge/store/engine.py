"""Connections to the database: how they are opened, and how transactions begin.

SQLite runs in WAL with foreign keys on, and one connection serves one operation. Writers take the write lock at their
beginning (``BEGIN IMMEDIATE``), so that what they read stays true until they commit.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, StaticPool

from crash_knowledge.errors import StoreBusy, StoreError
from crash_knowledge.store import faults
from crash_knowledge.store.drivers import Driver

WRITES = "crash_knowledge_writes"


def parse_url(url: str) -> URL:
    """The SQLAlchemy URL of a store. Raises StoreError for anything but SQLite."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"{url!r} is not a database URL. Write it like sqlite:////folder/knowledge.db") from None
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(
            f"{parsed.drivername} databases are not supported. Use a URL like sqlite:////folder/knowledge.db"
        )
    if (parsed.database or "").startswith("file:") or parsed.query:
        raise StoreError(f"{url!r}: give the path alone, without file: and without options")
    return parsed


def in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def sqlite_engine(url: URL, driver: Driver, busy_timeout_seconds: float) -> Engine:
    """An engine for ``url``; its errors are StoreErrors. A new file is created readable by its owner only."""
    where = "in memory" if in_memory(url) else str(url.database)
    if not in_memory(url):
        _create_private_file(Path(where))
    engine = create_engine(
        url.set(drivername="sqlite"),
        module=driver.module,
        poolclass=StaticPool if in_memory(url) else NullPool,
        connect_args={"timeout": busy_timeout_seconds, "isolation_level": None, "check_same_thread": False},
    )

    def configure(connection: Any, _record: Any) -> None:
        driver.prepare(connection)
        connection.execute("PRAGMA foreign_keys = ON")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", _begin_within(busy_timeout_seconds, where))
    event.listen(engine, "handle_error", faults.translate(where))
    return engine


def use_write_ahead_log(engine: Engine, patience_seconds: float) -> None:
    """Switch a SQLite file to WAL, once for all. SQLite does not wait in line for this, so this does."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            with engine.connect() as connection:
                _switch_to_wal(connection)
            return
        except StoreBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _switch_to_wal(connection: Connection) -> None:
    """Outside of any transaction, hence on the driver's own connection."""
    raw: Any = connection.connection.dbapi_connection
    dbapi: Any = connection.dialect.dbapi
    try:
        if raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            raw.execute("PRAGMA journal_mode = WAL")
    except dbapi.Error as error:
        raise faults.explain(error, str(connection.engine.url.database)) from error


def _begin_within(patience_seconds: float, where: str) -> Callable[[Connection], None]:
    """What SQLAlchemy does to begin a transaction.

    SQLite lets waiting writers sleep ever longer, so that one may miss every gap between the others; here all of them
    ask again after a short, random while.
    """

    def begin(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        dbapi: Any = connection.dialect.dbapi
        if not connection.get_execution_options().get(WRITES, False):
            raw.execute("BEGIN")
            return
        deadline = time.monotonic() + patience_seconds
        raw.execute("PRAGMA busy_timeout = 0")
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                break
            except dbapi.Error as error:
                fault = faults.explain(error, where)
                if not isinstance(fault, StoreBusy) or time.monotonic() > deadline:
                    raise fault from error
                time.sleep(random.uniform(0.001, 0.01))  # noqa: S311
        raw.execute(f"PRAGMA busy_timeout = {int(patience_seconds * 1000)}")

    return begin


def _create_private_file(path: Path) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be created: {error.strerror}. "
            "Make its folder writable for this user, or set CRASH_KNOWLEDGE_DATABASE_URL to another place."
        ) from error
