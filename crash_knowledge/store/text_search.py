"""Full text over the causes and stacks of variants: which variants hold what a person looks for.

The index hangs on variants, so that crashes may move between patterns without touching it. A dictionary of all words
(``search_words``) gives those that hold a part, and the full-text index of the database the variants that hold these.
The index is derived: ``rebuild`` makes it anew from the stored variants.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, inspect, not_, select, text

from crash_knowledge.store import dialect
from crash_knowledge.store.repository import Repository, Scope
from crash_knowledge.store.schema import pattern_variants, search_words
from crash_knowledge.store.words import REVISION, SHORTEST_PART, Entry, Needle, entries_of

Ids = NDArray[np.int64]

TABLE = f"text_index_{REVISION}"
"""The name of the SQLite index; the revision of the cutting into words is part of it."""

_WORDS_AT_ONCE = 400
_VARIANTS_AT_ONCE = 1_000


class WordIndex(Protocol):
    """What a database's full-text index must do. Documents are sets of words under a variant's id."""

    def exists(self) -> bool: ...

    def holds(self, variant_id: int) -> bool: ...

    def add(self, variant_id: int, words: Iterable[str]) -> None: ...

    def remove(self, variant_id: int, words: Iterable[str]) -> None:
        """``words``: exactly those that it was added with."""

    def holding_any(self, words: list[str]) -> Ids:
        """The variants that hold at least one of these words, ascending."""

    def ids(self) -> list[int]:
        """All indexed variants, ascending."""

    def drop(self) -> None: ...


class Fts5Index:
    """SQLite's FTS5, without contents and positions; works from SQLite 3.20 on.

    Its tokeniser only splits at spaces: words consist of letters, digits, ``_`` and ``:``.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def exists(self) -> bool:
        return inspect(self._connection).has_table(TABLE)

    def holds(self, variant_id: int) -> bool:
        query = text(f"SELECT rowid FROM {TABLE} WHERE rowid = :id")  # noqa: S608
        return self.exists() and self._connection.execute(query, {"id": variant_id}).first() is not None

    def add(self, variant_id: int, words: Iterable[str]) -> None:
        self._connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} "
            "USING fts5(words, content='', detail=none, tokenize=\"ascii tokenchars '_:'\")"
        )
        insert = text(f"INSERT INTO {TABLE} (rowid, words) VALUES (:id, :words)")  # noqa: S608
        self._connection.execute(insert, {"id": variant_id, "words": _document(words)})

    def remove(self, variant_id: int, words: Iterable[str]) -> None:
        forget = text(f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', :id, :words)")  # noqa: S608
        self._connection.execute(forget, {"id": variant_id, "words": _document(words)})

    def holding_any(self, words: list[str]) -> Ids:
        if not self.exists():
            return np.empty(0, np.int64)
        query = text(f"SELECT group_concat(rowid) FROM {TABLE} WHERE {TABLE} MATCH :any")  # noqa: S608
        found = [np.empty(0, np.int64)]
        for some in dialect.chunks(words, _WORDS_AT_ONCE):
            listed = self._connection.execute(query, {"any": " OR ".join(f'"{word}"' for word in some)}).scalar_one()
            if listed:
                found.append(np.array(listed.split(","), dtype=np.int64))
        return np.unique(np.concatenate(found))

    def ids(self) -> list[int]:
        if not self.exists():
            return []
        rows = self._connection.exec_driver_sql(f"SELECT rowid FROM {TABLE} ORDER BY rowid")  # noqa: S608
        return [int(row_id) for row_id in rows.scalars()]

    def drop(self) -> None:
        names = inspect(self._connection).get_table_names()
        for name in names:
            if name.startswith("text_index_") and name.removeprefix("text_index_").isdigit():
                self._connection.exec_driver_sql(f"DROP TABLE {name}")


class TextSearch(Repository):
    """Kept by the transaction that stores or drops a variant."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._index: WordIndex = Fts5Index(scope.connection)

    def add(self, variant_id: int, cause: str, frames: Iterable[str]) -> None:
        """Index a variant, unless it is indexed already."""
        if not self._index.holds(variant_id):
            self.add_many({variant_id: entries_of((cause, *frames))})

    def add_many(self, entries: dict[int, set[Entry]]) -> None:
        """Index variants that are not indexed yet: id -> ``entries_of`` cause and frames."""
        self._learn(set[Entry]().union(*entries.values()))
        for variant_id, own in entries.items():
            self._index.add(variant_id, _words(own))

    def remove(self, variant_ids: Iterable[int]) -> None:
        """Take stored variants out of the index; to be called before they are dropped."""
        if not self._index.exists():
            return
        for variant_id, entries in _entries_of_variants(self._connection, sorted(set(variant_ids))).items():
            self._index.remove(variant_id, _words(entries))

    def variants_with(self, needle: Needle) -> Ids:
        """The variants that hold it, ascending."""
        if needle.whole:
            return self._index.holding_any([needle.text])
        entry = search_words.c
        if len(needle.text) < SHORTEST_PART:
            holds = and_(entry.parts == "", entry.word.startswith(needle.text, autoescape=True))
        else:
            within_a_part = entry.parts.contains(needle.text, autoescape=True)
            holds = and_(entry.word.contains(needle.text, autoescape=True), not_(within_a_part))
        found = self._connection.execute(select(entry.word).where(holds)).scalars()
        return self._index.holding_any(sorted(set(found)))

    def missing(self) -> bool:
        """Whether there are variants but no index of them."""
        return not self._index.exists() and bool(self._rows(select(pattern_variants.c.id).limit(1)))

    def rebuild(self) -> int:
        """Make the index anew of all stored variants; returns how many they are."""
        self._index.drop()
        self._connection.execute(search_words.delete())
        ids = list(self._connection.execute(select(pattern_variants.c.id).order_by(pattern_variants.c.id)).scalars())
        for some in dialect.chunks(ids, _VARIANTS_AT_ONCE):
            self.add_many(_entries_of_variants(self._connection, some))
        return len(ids)

    def ids(self) -> list[int]:
        """All indexed variants, ascending."""
        return self._index.ids()

    def _learn(self, entries: set[Entry]) -> None:
        unknown = sorted(entries - _known(self._connection, entries))
        if unknown:
            self._connection.execute(search_words.insert(), [{"word": one.word, "parts": one.parts} for one in unknown])


def unknown_words(connection: Connection, limit: int = 10) -> list[str]:
    """Words that variants hold but the dictionary does not; looks at the variants stored last."""
    variant_id = pattern_variants.c.id
    newest = connection.execute(select(variant_id).order_by(variant_id.desc()).limit(_VARIANTS_AT_ONCE)).scalars()
    wanted = set[Entry]().union(*_entries_of_variants(connection, list(newest)).values())
    return [entry.word for entry in sorted(wanted - _known(connection, wanted))[:limit]]


def _entries_of_variants(connection: Connection, variant_ids: list[int]) -> dict[int, set[Entry]]:
    variant = pattern_variants.c
    entries: dict[int, set[Entry]] = {}
    for some in dialect.chunks(variant_ids):
        query = select(variant.id, variant.cause, variant.frames).where(variant.id.in_(some))
        for variant_id, cause, frames in connection.execute(query):
            entries[variant_id] = entries_of((cause, *frames))
    return entries


def _known(connection: Connection, entries: set[Entry]) -> set[Entry]:
    """Those of the entries that are in the dictionary; perhaps others of the same words."""
    of_words = dialect.is_one_of(connection, search_words.c.word, sorted(_words(entries)))
    query = select(search_words.c.word, search_words.c.parts).where(of_words)
    return {Entry(word, parts) for word, parts in connection.execute(query)}


def _words(entries: Iterable[Entry]) -> set[str]:
    return {entry.word for entry in entries}


def _document(words: Iterable[str]) -> str:
    return " ".join(sorted(words))
