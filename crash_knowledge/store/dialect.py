"""The places where SQLite and PostgreSQL want different words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ``ON CONFLICT``, for the database of ``connection``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def chunks(values: list[Any], size: int = 500) -> list[list[Any]]:
    """``values`` in pieces small enough for one IN list."""
    return [values[start : start + size] for start in range(0, len(values), size)]
