"""Column types: text any database accepts, plain JSON, and instants that are always UTC."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(text: str) -> str:
    """``text`` with NUL and lone surrogates, which databases refuse, replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def plain_json(value: Any) -> Any:
    """``value`` as JSON holds it: objects, arrays, clean text, finite numbers, booleans, null.

    Non-finite floats become null, keys become text. Raises TypeError for anything JSON has no form for.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {clean_text(str(key)): plain_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain_json(item) for item in items]
    raise TypeError(f"a JSON column cannot hold a {type(value).__name__}: {value!r:.80}")


class CleanText(TypeDecorator[str]):
    """Text of any length and content; NUL and lone surrogates are stored as U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class PlainJson(TypeDecorator[Any]):
    """JSON text on SQLite, JSONB on PostgreSQL; Python None is SQL NULL."""

    impl = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return plain_json(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: takes aware datetimes of any zone, stores UTC, gives back aware UTC. Naive ones are a ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a timestamp needs a time zone: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
