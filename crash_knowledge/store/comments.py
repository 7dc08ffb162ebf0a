"""What people wrote about crashes and patterns, and the tickets they linked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, Table, select

from crash_knowledge.store.repository import Repository, only_row
from crash_knowledge.store.schema import comments, ticket_links

_COMMENT = comments.c
_LINK = ticket_links.c


@dataclass(frozen=True, slots=True)
class Subject:
    """What is talked about: a failure or a pattern, one of both."""

    event_id: str | None = None
    pattern_id: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """``removed_by``, ``removed_at``: None while it stands."""

    id: int
    subject: Subject
    body: str
    written_by: str
    written_at: datetime
    removed_by: str | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketLink:
    """A ticket that a person linked. ``key``: ``PROJ-1234``."""

    id: int
    subject: Subject
    key: str
    linked_by: str
    linked_at: datetime


class Comments(Repository):
    def add(self, subject: Subject, body: str, by: str, at: datetime) -> Comment:
        """Store a comment, already redacted."""
        row_id = self._insert(comments, **_columns(subject), body=body, written_by=by, written_at=at)
        return self.get(row_id)

    def get(self, comment_id: int) -> Comment:
        """Raises UnknownRecord."""
        rows = self._rows(select(comments).where(_COMMENT.id == comment_id))
        return _comment(only_row(rows, "comment", comment_id))

    def of(self, subject: Subject) -> tuple[Comment, ...]:
        """The comments that stand, the oldest first."""
        query = select(comments).where(_about(comments, subject), _COMMENT.removed_at.is_(None))
        return tuple(_comment(row) for row in self._rows(query.order_by(_COMMENT.written_at, _COMMENT.id)))

    def remove(self, comment_id: int, by: str, at: datetime) -> None:
        """Take a comment away; its row is kept. Raises UnknownRecord: there is none, or it was removed before."""
        standing = comments.update().where(_COMMENT.id == comment_id, _COMMENT.removed_at.is_(None))
        self._change(standing.values(removed_by=by, removed_at=at), "comment", comment_id)

    def link(self, subject: Subject, key: str, by: str, at: datetime) -> TicketLink:
        """Link a ticket."""
        row_id = self._insert(ticket_links, **_columns(subject), ticket_key=key, linked_by=by, linked_at=at)
        return self.ticket(row_id)

    def ticket(self, link_id: int) -> TicketLink:
        """Raises UnknownRecord."""
        rows = self._rows(select(ticket_links).where(_LINK.id == link_id))
        return _link(only_row(rows, "ticket link", link_id))

    def tickets(self, subject: Subject) -> tuple[TicketLink, ...]:
        """The linked tickets by time; one that several people linked, or that came with a merge, is there once."""
        query = select(ticket_links).where(_about(ticket_links, subject)).order_by(_LINK.linked_at, _LINK.id)
        first: dict[str, TicketLink] = {}
        for row in self._rows(query):
            first.setdefault(row["ticket_key"], _link(row))
        return tuple(first.values())

    def unlink(self, subject: Subject, key: str) -> None:
        """Take a ticket's links from a subject."""
        self._connection.execute(ticket_links.delete().where(_about(ticket_links, subject), _LINK.ticket_key == key))


def _columns(subject: Subject) -> dict[str, object]:
    return {"error_event_id": subject.event_id, "pattern_id": subject.pattern_id}


def _about(table: Table, subject: Subject) -> ColumnElement[bool]:
    if subject.event_id is not None:
        return table.c.error_event_id == subject.event_id
    return table.c.pattern_id == subject.pattern_id


def _comment(row: RowMapping) -> Comment:
    return Comment(
        id=row["id"],
        subject=Subject(row["error_event_id"], row["pattern_id"]),
        body=row["body"],
        written_by=row["written_by"],
        written_at=row["written_at"],
        removed_by=row["removed_by"],
        removed_at=row["removed_at"],
    )


def _link(row: RowMapping) -> TicketLink:
    return TicketLink(
        id=row["id"],
        subject=Subject(row["error_event_id"], row["pattern_id"]),
        key=row["ticket_key"],
        linked_by=row["linked_by"],
        linked_at=row["linked_at"],
    )
