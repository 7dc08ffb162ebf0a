"""What the database driver complains about, in words a person can act on."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import StatementError

from crash_knowledge.errors import StoreBusy, StoreError

_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_CONSTRAINT, _TOOBIG = 19, 18

_SENTENCES = {
    _READONLY: "it is read-only. Make the file and its folder writable for this user",
    _IOERR: "the disk reported an error. Check the disk, then restore the last backup if the error stays",
    _CORRUPT: "it is damaged. Restore the last backup, or move the file away to start with an empty one",
    _FULL: "the disk is full. Free some space and try again; nothing of this change was saved",
    _CANTOPEN: "it cannot be opened. Check that its folder exists and is writable for this user",
    _NOTADB: "it is not a database. Choose another path, or move the file away to start with an empty one",
    _CONSTRAINT: "it refused a value that breaks one of its rules",
    _TOOBIG: "one value is too large for a single row",
}


def explain(error: BaseException, where: str) -> StoreError:
    """The StoreError for a driver's ``error`` on the database ``where`` (a path, or a URL without password)."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (_BUSY, _LOCKED):
        return StoreBusy(f"The database {where} is busy: another program is writing to it. Try again in a moment.")
    sentence = _SENTENCES.get(code, "it reported an error")
    return StoreError(f"The database {where} could not be used: {sentence}. ({error})")


def translate(where: str) -> Any:
    """A listener for SQLAlchemy's ``handle_error`` that raises the StoreError instead of the driver's error."""

    def raise_explained(context: ExceptionContext) -> None:
        original = context.original_exception
        if isinstance(context.sqlalchemy_exception, StatementError) and isinstance(original, TypeError | ValueError):
            raise original
        if context.sqlalchemy_exception is not None:
            raise explain(original, where) from original

    return raise_explained
