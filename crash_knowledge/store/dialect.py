"""The places where SQLite and PostgreSQL want different words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ``ON CONFLICT``, for the database of ``connection``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def is_one_of(connection: Connection, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether ``column`` holds one of very many numbers or texts, given to the database as one parameter."""
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, wanted, postgresql.ARRAY(column.type)))
    listed = func.json_each(json.dumps(wanted)).table_valued("value")
    return column.in_(select(listed.c.value))


def chunks(values: list[Any], size: int = 500) -> list[list[Any]]:
    """``values`` in pieces small enough for one IN list."""
    return [values[start : start + size] for start in range(0, len(values), size)]
