"""What every repository works with, and the writes they share."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, Update

from crash_knowledge.errors import StoreError, UnknownRecord
from crash_knowledge.store import dialect
from crash_knowledge.store.crash_columns import CatalogueMemory
from crash_knowledge.store.vector_search import VectorSearch

Query = Select[*tuple[Any, ...]]

_ID_ATTEMPTS = 100


@dataclass(slots=True)
class Scope:
    """One operation on the database. ``writes_demo``: its new rows are marked as demo knowledge."""

    connection: Connection
    vector_search: VectorSearch
    writes_demo: bool = False
    catalogue_memory: CatalogueMemory = field(default_factory=CatalogueMemory)


class Repository:
    """Base of the repositories: one table family, on one connection."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def _rows(self, select: Query) -> list[RowMapping]:
        return list(self._connection.execute(select).mappings())

    def _count(self, select: Query) -> int:
        return int(self._connection.execute(select).scalar_one())

    def _insert(self, table: Table, **values: Any) -> Any:
        """Insert a row and return its primary key."""
        result = self._connection.execute(table.insert().values(self._marked(table, values)))
        key: Any = result.inserted_primary_key
        return key[0]

    def _insert_with_new_id(self, table: Table, prefix: str, **values: Any) -> str:
        """Insert a row under a fresh id ``prefix-`` + 8 hex digits; an id already taken is drawn again."""
        statement = dialect.insert(self._connection, table).on_conflict_do_nothing(index_elements=["id"])
        for _ in range(_ID_ATTEMPTS):
            new_id = f"{prefix}-{secrets.token_hex(4)}"
            row = self._marked(table, {"id": new_id, **values})
            if self._connection.execute(statement.values(row)).rowcount == 1:
                return new_id
        raise StoreError(f"No free id was found for a new row of {table.name}; the table is nearly full.")

    def _insert_if_absent(self, table: Table, **values: Any) -> bool:
        """Insert a row unless it conflicts with one that is there; says whether it was inserted."""
        statement = dialect.insert(self._connection, table).on_conflict_do_nothing()
        return bool(self._connection.execute(statement.values(self._marked(table, values))).rowcount == 1)

    def _change(self, statement: Update, what: str, key: object) -> None:
        """Run an UPDATE that must meet exactly the row ``key``. Raises UnknownRecord."""
        if self._connection.execute(statement).rowcount == 0:
            raise UnknownRecord(f"There is no {what} {key}.")

    def _marked(self, table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
        if "is_demo" in table.c and self._scope.writes_demo:
            return {**values, "is_demo": True}
        return dict(values)


def only_row(rows: list[RowMapping], what: str, key: object) -> RowMapping:
    """The single row found for ``key``. Raises UnknownRecord when there is none."""
    if not rows:
        raise UnknownRecord(f"There is no {what} {key}.")
    return rows[0]
