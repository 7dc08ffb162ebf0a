"""Layouts of the pattern network, by the revision of what was laid out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from crash_knowledge.store.repository import Repository
from crash_knowledge.store.schema import network_layouts

LAYOUTS_KEPT = 20

_T = network_layouts.c


class Layouts(Repository):
    def get(self, revision: str) -> dict[int, tuple[float, float]] | None:
        """Pattern id -> x, y; None when this revision was not laid out yet."""
        rows = self._rows(select(_T.places).where(_T.revision == revision))
        if not rows:
            return None
        return {int(pattern_id): (float(x), float(y)) for pattern_id, (x, y) in rows[0]["places"].items()}

    def put(self, revision: str, places: Mapping[int, tuple[float, float]], at: datetime) -> None:
        """Keep a layout; one that is there already stays. Of all, the newest ``LAYOUTS_KEPT`` are kept."""
        self._insert_if_absent(network_layouts, revision=revision, places=places, made_at=at)
        newest = select(_T.revision).order_by(_T.made_at.desc(), _T.revision).limit(LAYOUTS_KEPT)
        self._connection.execute(network_layouts.delete().where(_T.revision.not_in(newest)))
