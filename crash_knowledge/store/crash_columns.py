"""All crashes as columns in memory, so that the catalogue can filter and count them within milliseconds.

Read once, then kept up with ``catalogue_changes``. At 100,000 crashes it takes some 5 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Integer, Select, cast, extract, func, select

from crash_knowledge.store import dialect
from crash_knowledge.store.engine import WRITES
from crash_knowledge.store.schema import catalogue_changes, crash_instances, error_events, event_facts
from crash_knowledge.store.schema.catalogue import CHANGES_KEPT

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Coded = Literal["customer", "version", "severity", "kind"]
CODED: tuple[Coded, ...] = get_args(Coded)

_EVENT = error_events.c
NUMBERS = 4
"""How many columns of a crash are numbers already: its id, those of its pattern and variant, and its time."""


@dataclass(frozen=True)
class CrashColumns:
    """One row a crash, by crash id. ``pattern_id``, ``variant_id``: 0 for none. ``occurred``: seconds since 1970, UTC.

    ``codes``: for every coded column a number a crash; ``values`` says what each number stands for, 0 for not known.
    ``change``: the id of the last change that is in it.
    """

    change: int
    crash_id: Ints
    pattern_id: Ints
    variant_id: Ints
    occurred: Ints
    codes: Mapping[Coded, Codes]
    values: Mapping[Coded, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.crash_id)


class CatalogueMemory:
    """The columns that all readers of a store share."""

    def __init__(self) -> None:
        self._columns: CrashColumns | None = None

    def columns(self, connection: Connection) -> CrashColumns:
        """The crashes as this connection sees them. What a transaction has not committed yet is not shared."""
        newest = _newest_change(connection)
        known = self._columns
        if known is not None and known.change >= newest:
            return known
        if known is None or newest - known.change >= CHANGES_KEPT:
            current = _built(newest, list(connection.execute(_crashes().order_by(crash_instances.c.id))), _nothing())
        else:
            current = _updated(connection, known, newest)
        if not connection.get_execution_options().get(WRITES, False):
            self._columns = current
        return current


def _newest_change(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(catalogue_changes.c.id), 0))).scalar_one())


def _crashes() -> Select[Any]:
    kind = select(func.min(event_facts.c.value)).where(
        event_facts.c.event_id == _EVENT.id, event_facts.c.name == "kind_of_cause"
    )
    return select(
        crash_instances.c.id,
        func.coalesce(_EVENT.pattern_id, 0),
        func.coalesce(_EVENT.variant_id, 0),
        cast(extract("epoch", _EVENT.occurred_at), Integer),
        _EVENT.customer,
        _EVENT.service_version,
        _EVENT.severity,
        kind.scalar_subquery(),
    ).join(error_events, _EVENT.id == crash_instances.c.error_event_id)


def _updated(connection: Connection, known: CrashColumns, newest: int) -> CrashColumns:
    """``known`` with the crashes that changed since read again; those that are gone left out."""
    since = select(catalogue_changes.c.crash_id).where(catalogue_changes.c.id > known.change).distinct()
    changed = sorted(connection.execute(since).scalars())
    rows: list[Any] = []
    for some in dialect.chunks(changed):
        rows += connection.execute(_crashes().where(crash_instances.c.id.in_(some))).all()
    stays = ~np.isin(known.crash_id, changed)
    kept = CrashColumns(
        change=newest,
        crash_id=known.crash_id[stays],
        pattern_id=known.pattern_id[stays],
        variant_id=known.variant_id[stays],
        occurred=known.occurred[stays],
        codes={name: known.codes[name][stays] for name in CODED},
        values=known.values,
    )
    return _built(newest, rows, kept)


def _nothing() -> CrashColumns:
    none = np.empty(0, np.int64)
    codes = {name: np.empty(0, np.int32) for name in CODED}
    return CrashColumns(0, none, none, none, none, codes, dict.fromkeys(CODED, ("",)))


def _built(change: int, rows: list[Any], kept: CrashColumns) -> CrashColumns:
    """``kept`` and ``rows`` as one, by crash id."""
    columns = list(zip(*rows, strict=True)) or [()] * (NUMBERS + len(CODED))
    known = (kept.crash_id, kept.pattern_id, kept.variant_id, kept.occurred)
    crash_id, pattern_id, variant_id, occurred = (
        np.concatenate((before, np.array(column, np.int64)))
        for before, column in zip(known, columns[:NUMBERS], strict=True)
    )
    codes: dict[Coded, Codes] = {}
    values: dict[Coded, tuple[str, ...]] = {}
    for name, column in zip(CODED, columns[NUMBERS:], strict=True):
        of_value = {value: code for code, value in enumerate(kept.values[name])}
        fresh = np.array([of_value.setdefault(value or "", len(of_value)) for value in column], np.int32)
        codes[name] = np.concatenate((kept.codes[name], fresh))
        values[name] = tuple(of_value)
    order = np.argsort(crash_id, kind="stable")
    return CrashColumns(
        change=change,
        crash_id=crash_id[order],
        pattern_id=pattern_id[order],
        variant_id=variant_id[order],
        occurred=occurred[order],
        codes={name: column[order] for name, column in codes.items()},
        values=values,
    )
