"""Searches that people keep under a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import saved_searches

_T = saved_searches.c


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """``query``: the parameters of the address, ``text=overlap&status=new``."""

    id: int
    name: str
    query: str
    owner: str
    saved_at: datetime


class SavedSearches(Repository):
    def save(self, name: str, query: str, owner: str, at: datetime) -> SavedSearch:
        """Keep a search; one of the same owner and name is replaced. Raises ValueError without a name or an owner."""
        name, owner = " ".join(name.split()), " ".join(owner.split())
        if not name or not owner:
            raise ValueError("a saved search needs a name and an owner")
        row = {"name": name, "query": query, "owner": owner, "saved_at": at}
        statement = dialect.insert(self._connection, saved_searches).values(row)
        changed = {"query": query, "saved_at": at}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["owner", "name"], set_=changed))
        return next(one for one in self.all() if (one.name, one.owner) == (name, owner))

    def all(self) -> tuple[SavedSearch, ...]:
        """Every saved search, by name, then owner."""
        return tuple(SavedSearch(**row) for row in self._rows(select(saved_searches).order_by(_T.name, _T.owner)))

    def remove(self, search_id: int) -> bool:
        """Forget a saved search; False when it is not there."""
        return self._connection.execute(saved_searches.delete().where(_T.id == search_id)).rowcount > 0
