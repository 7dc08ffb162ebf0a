"""Reading the log of changes: who changed what, when, with what was before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crash_knowledge.store import Store
from crash_knowledge.store.audit import AuditEntry, AuditFilter

__all__ = ["AuditEntry", "AuditFilter", "ChangeLog", "LogPage", "action_words", "changes_in_words"]

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some changes, the latest first, and how many were meant in all."""

    entries: tuple[AuditEntry, ...]
    total: int


class ChangeLog:
    """The log of changes of a store. It is written by the services that change something, and only read here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def entries(self, wanted: AuditFilter, limit: int = 100, offset: int = 0) -> LogPage:
        """The changes that were meant, the latest first."""
        with self._store.reading() as unit:
            return LogPage(unit.audit.entries(wanted, limit, offset), unit.audit.count(wanted))

    def people(self) -> tuple[str, ...]:
        """Everybody who changed something, by name."""
        with self._store.reading() as unit:
            return unit.audit.people()


def action_words(entry: AuditEntry) -> str:
    """``pattern update``."""
    return entry.action.replace("_", " ")


def changes_in_words(changes: Mapping[str, Any]) -> str:
    """``status: new → muted; reason: seen too often``; what is nested is told by its path."""
    return "; ".join(f"{path}: {said}" for path, said in _told("", changes))


def _told(path: str, value: Any) -> list[tuple[str, str]]:
    name = path.replace("_", " ")
    if not isinstance(value, Mapping):
        return [(name, _plain(value))]
    if set(value) == {"before", "after"}:
        return [(name, f"{_plain(value['before'])} → {_plain(value['after'])}")]
    return [told for key, inner in value.items() for told in _told(f"{path} {key}".strip(), inner)]


def _plain(value: Any) -> str:
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
