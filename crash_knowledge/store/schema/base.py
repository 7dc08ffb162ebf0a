"""What all tables share: the metadata with its naming rule, and the columns that come up again and again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, MetaData, false

from crash_knowledge.store.types import CleanText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SOURCES = ("crash", "ai_call", "script_run", "manual")
LINK_ORIGINS = ("observed", "inferred", "confirmed")


def number_id() -> Column[int]:
    """A numeric primary key; numbers of removed rows are not used again."""
    return Column("id", Integer, primary_key=True)


def handle_id() -> Column[str]:
    """A primary key that people see, such as ``err-0a1b2c3d``."""
    return Column("id", CleanText, primary_key=True)


def text(name: str, **options: Any) -> Column[str]:
    return Column(name, CleanText, **options)


def required_text(name: str, **options: Any) -> Column[str]:
    return Column(name, CleanText, nullable=False, **options)


def instant(name: str) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=False)


def optional_instant(name: str) -> Column[Any]:
    return Column(name, UtcDateTime)


def counter(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def demo_mark() -> Column[bool]:
    """True for rows of the demo knowledge, which one click removes."""
    return flag("is_demo")


def refers_to(name: str, target: str, *, on_delete: str | None = None, **options: Any) -> Column[Any]:
    """A foreign key; its type is that of ``target`` (``table.column``)."""
    return Column(name, ForeignKey(target, ondelete=on_delete), **options)


def one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of ``words`` (or NULL where it may)."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_words")


def share(column: str) -> CheckConstraint:
    """The column is between 0 and 1."""
    return CheckConstraint(f"{column} BETWEEN 0 AND 1", name=f"{column}_share")


def not_negative(*columns: str) -> CheckConstraint:
    return CheckConstraint(" AND ".join(f"{column} >= 0" for column in columns), name="not_negative")
