"""Versions of the decision's weights: which there are, which one serves, and the steps that led there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, select

from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import decision_model_steps, decision_models

ModelKind = Literal["shipped", "recalibrated", "refitted"]
ModelAction = Literal["shipped", "recalibrate", "refit", "rollback"]

_MODEL = decision_models.c
_STEP = decision_model_steps.c
_PROGRAM = "the program"


@dataclass(frozen=True, slots=True)
class ModelBase:
    """What a version is made for: hash of the shipped weights and of the list of features."""

    weights_hash: str
    features_hash: str


@dataclass(frozen=True, slots=True)
class NewModel:
    """``weights_id``: the version whose weights it calibrates, None when it brings its own.

    ``judged_count``, ``right_count``: the judged verdicts it was made from. ``figures``: of its check.
    """

    kind: ModelKind
    weights_id: int | None
    content: Mapping[str, Any]
    base: ModelBase
    judged_count: int
    right_count: int
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A version; ``previous_id``: the one that served before. ``weights_id`` is its own id when it brings its own."""

    id: int
    kind: ModelKind
    weights_id: int
    previous_id: int | None
    content: Mapping[str, Any]
    base: ModelBase
    judged_count: int
    right_count: int
    figures: Mapping[str, Any]
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class ModelStep:
    """From ``taken_at`` on the version ``model_id`` served."""

    id: int
    action: ModelAction
    model_id: int
    taken_at: datetime
    taken_by: str


class DecisionModelVersions(Repository):
    def active_id(self) -> int | None:
        """The version that serves; None before the first."""
        found: int | None = self._connection.execute(select(_MODEL.id).where(_MODEL.is_active)).scalar_one_or_none()
        return found

    def active(self) -> StoredModel | None:
        """The version that serves; None before the first."""
        rows = self._rows(select(decision_models).where(_MODEL.is_active))
        return _model(rows[0]) if rows else None

    def get(self, model_id: int) -> StoredModel:
        """Raises UnknownRecord."""
        rows = self._rows(select(decision_models).where(_MODEL.id == model_id))
        return _model(only_row(rows, "model version", model_id))

    def list(self) -> tuple[StoredModel, ...]:
        """All versions, oldest first."""
        return tuple(_model(row) for row in self._rows(select(decision_models).order_by(_MODEL.id)))

    def steps(self) -> tuple[ModelStep, ...]:
        """All steps, oldest first."""
        rows = self._rows(select(decision_model_steps).order_by(_STEP.id))
        return tuple(
            ModelStep(row["id"], row["action"], row["model_id"], row["taken_at"], row["taken_by"]) for row in rows
        )

    def add(self, new: NewModel, action: ModelAction, by: str, at: datetime) -> StoredModel:
        """Store a version and let it serve from now on."""
        model_id = self._insert(
            decision_models,
            kind=new.kind,
            weights_id=new.weights_id,
            previous_id=self.active_id(),
            content=new.content,
            base_hash=new.base.weights_hash,
            features_hash=new.base.features_hash,
            judged_count=new.judged_count,
            right_count=new.right_count,
            figures=new.figures,
            created_at=at,
            created_by=by,
        )
        self.activate(model_id, action, by, at)
        return self.get(model_id)

    def activate(self, model_id: int, action: ModelAction, by: str, at: datetime) -> None:
        """Let a stored version serve from now on. Raises UnknownRecord."""
        self.get(model_id)
        self._connection.execute(decision_models.update().where(_MODEL.is_active).values(is_active=False))
        self._connection.execute(decision_models.update().where(_MODEL.id == model_id).values(is_active=True))
        self._insert(decision_model_steps, action=action, model_id=model_id, taken_at=at, taken_by=by)

    def serve_shipped(self, base: ModelBase, at: datetime) -> None:
        """Note that the shipped weights ``base`` serve from now on, unless a version made for them does.

        Nothing is noted while demo knowledge is written: its crashes happened in an invented past.
        """
        active = self.active()
        if (active is not None and active.base == base) or self._scope.writes_demo:
            return
        known = [one for one in self.list() if one.kind == "shipped" and one.base == base]
        if known:
            self.activate(known[-1].id, "shipped", _PROGRAM, at)
        else:
            self.add(NewModel("shipped", None, {}, base, 0, 0, {}), "shipped", _PROGRAM, at)


def _model(row: RowMapping) -> StoredModel:
    return StoredModel(
        id=row["id"],
        kind=row["kind"],
        weights_id=row["weights_id"] or row["id"],
        previous_id=row["previous_id"],
        content=row["content"],
        base=ModelBase(row["base_hash"], row["features_hash"]),
        judged_count=row["judged_count"],
        right_count=row["right_count"],
        figures=row["figures"],
        created_at=row["created_at"],
        created_by=row["created_by"],
    )
