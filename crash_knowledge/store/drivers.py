"""Which SQLite driver serves the store, and whether it can carry the vector index.

Many Pythons are built without loadable extensions. Order: the standard ``sqlite3`` where it can load them, else
``sqlean.py``, else the standard one without a vector index (NumPy searches instead).
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Driver:
    """A DBAPI module for SQLite. ``has_vectors``: connections can load sqlite-vec."""

    module: ModuleType
    has_vectors: bool

    @property
    def name(self) -> str:
        return self.module.__name__.partition(".")[0]

    def prepare(self, connection: Any) -> None:
        """Load sqlite-vec into a fresh DBAPI ``connection``, where the driver can."""
        if not self.has_vectors:
            return
        import sqlite_vec

        connection.enable_load_extension(True)
        sqlite_vec.load(connection)
        connection.enable_load_extension(False)


def can_load_extensions(module: Any) -> bool:
    """Whether connections of the DBAPI ``module`` have the call that loads extensions."""
    return hasattr(module.Connection, "enable_load_extension")


def choose_driver(candidates: Sequence[ModuleType], *, vectors_installed: bool) -> Driver:
    """The first candidate that can load extensions; without one, the first of all without vectors."""
    if vectors_installed:
        for module in candidates:
            if can_load_extensions(module):
                return Driver(module, has_vectors=True)
    return Driver(candidates[0], has_vectors=False)


@cache
def best_driver() -> Driver:
    """The driver of this interpreter, chosen once per process."""
    candidates: list[ModuleType] = [sqlite3]
    sqlean = _import_or_none("sqlean.dbapi2")
    if sqlean is not None:
        candidates.append(sqlean)
    return choose_driver(candidates, vectors_installed=_import_or_none("sqlite_vec") is not None)


def _import_or_none(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
