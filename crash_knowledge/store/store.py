"""The knowledge base: opening it, and working with it in transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from crash_knowledge.errors import StoreError
from crash_knowledge.store import engine as engines
from crash_knowledge.store.crash_columns import CatalogueMemory
from crash_knowledge.store.drivers import Driver, best_driver
from crash_knowledge.store.migrate import migrate
from crash_knowledge.store.records import Drift
from crash_knowledge.store.repository import Scope
from crash_knowledge.store.unit import Unit
from crash_knowledge.store.vector_search import VectorSearch
from crash_knowledge.store.verification import verify


class Store:
    """A knowledge base. Safe to share between threads; every operation has a connection of its own."""

    def __init__(self, engine: Engine, vector_search: VectorSearch, turns: _Turns | None, writes_demo: bool) -> None:
        self._engine = engine
        self._vector_search = vector_search
        self._turns = turns
        self._writes_demo = writes_demo
        self._catalogue_memory = CatalogueMemory()

    @classmethod
    def open(cls, url: str, *, driver: Driver | None = None, busy_timeout_seconds: float = 5.0) -> Store:
        """Open the database at ``url``, created or migrated as needed.

        ``url``: ``sqlite:////folder/knowledge.db``; ``sqlite://`` is a new one in memory.
        ``driver``: by default the best of this interpreter. ``busy_timeout_seconds``: how long writers wait in line.
        Raises StoreError when it cannot be opened or is of a newer program, StoreBusy when another program holds it.
        """
        parsed = engines.parse_url(url)
        chosen = driver or best_driver()
        engine = engines.sqlite_engine(parsed, chosen, busy_timeout_seconds)
        turns = _Turns() if engines.in_memory(parsed) else None
        if turns is None:
            engines.use_write_ahead_log(engine, busy_timeout_seconds)
        migrate(engine)
        store = cls(engine, VectorSearch(chosen.has_vectors), turns, writes_demo=False)
        store._repair_index()
        return store

    def as_demo(self) -> Store:
        """The same database; every row added through it is marked as demo knowledge."""
        return Store(self._engine, self._vector_search, self._turns, writes_demo=True)

    @contextmanager
    def transaction(self) -> Iterator[Unit]:
        """Read and write: all or nothing. The write lock is held from the beginning, so keep it short.

        Raises StoreBusy when another program holds it for longer than we wait.
        """
        with self._connection(writes=True) as connection, connection.begin():
            yield self._unit(connection)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Read one unchanging state of the database; writing is refused."""
        with self._connection(writes=False) as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            try:
                yield self._unit(connection)
            finally:
                connection.exec_driver_sql("PRAGMA query_only = OFF")

    def verify(self) -> tuple[Drift, ...]:
        """Every stored figure against the rows behind it; empty when all agree."""
        with self.reading() as unit:
            return verify(unit.connection, indexed=self._vector_search.indexed)

    def close(self) -> None:
        """Let go of the database; an in-memory one is gone."""
        self._engine.dispose()

    @contextmanager
    def _connection(self, *, writes: bool) -> Iterator[Connection]:
        if self._turns is not None:
            with self._turns.take(), self._engine.connect() as connection:
                yield connection.execution_options(**{engines.WRITES: writes})
        else:
            with self._engine.connect() as connection:
                yield connection.execution_options(**{engines.WRITES: writes})

    def _unit(self, connection: Connection) -> Unit:
        return Unit(Scope(connection, self._vector_search, self._writes_demo, self._catalogue_memory))

    def _repair_index(self) -> None:
        with self.reading() as unit:
            unsearchable = unit.text_search.missing()
        if unsearchable:
            with self.transaction() as unit:
                unit.text_search.rebuild()
        if not self._vector_search.indexed:
            return
        with self.reading() as unit:
            stale = unit.vectors.has_stale()
        if stale:
            with self.transaction() as unit:
                unit.vectors.rebuild_stale()


class _Turns:
    """An in-memory database has one connection: operations take it in turn."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._taken = False

    @contextmanager
    def take(self) -> Iterator[None]:
        with self._lock:
            if self._taken:
                raise StoreError("An in-memory store does one operation at a time; end the first before the next.")
            self._taken = True
            try:
                yield
            finally:
                self._taken = False
