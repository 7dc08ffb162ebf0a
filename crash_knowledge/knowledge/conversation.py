"""What people say of crashes and patterns: comments and tickets. Each change is logged with who made it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crash_knowledge.errors import CommentRefused
from crash_knowledge.knowledge.review import LONGEST_NAME, LONGEST_TEXT
from crash_knowledge.store import Store, Unit
from crash_knowledge.store.comments import Comment, Subject, TicketLink
from crash_knowledge.tickets import TICKET_FACT, ticket_key

SubjectKind = Literal["crash", "pattern"]


@dataclass(frozen=True, slots=True)
class Talk:
    """What is known about one subject: comments and linked tickets, the oldest first.

    ``named_tickets``: keys that its dumps name, by key, apart from those that are linked.
    """

    comments: tuple[Comment, ...]
    tickets: tuple[TicketLink, ...]
    named_tickets: tuple[str, ...]


class Conversation:
    """Comments and tickets of crashes and patterns; ``redact`` takes secrets out of what people write.

    ``kind`` with ``number``: the id of a crash or of a pattern (of one that was merged: its heir is meant).
    All raise UnknownRecord for an id that is not there, and StoreError; writing raises CommentRefused with a sentence.
    """

    def __init__(self, store: Store, redact: Callable[[str], str]) -> None:
        self._store = store
        self._redact = redact

    def of(self, kind: SubjectKind, number: int) -> Talk:
        """Everything that was said of a subject."""
        with self._store.reading() as unit:
            subject = _subject(unit, kind, number)
            tickets = unit.comments.tickets(subject)
            linked = {ticket.key for ticket in tickets}
            named = tuple(key for key in _named_tickets(unit, subject) if key not in linked)
            return Talk(unit.comments.of(subject), tickets, named)

    def comment(self, kind: SubjectKind, number: int, body: str, by: str, now: datetime) -> Comment:
        """Write a comment."""
        text, name = self._redact(body.strip()), _named(by)
        if not text:
            raise CommentRefused("The comment is empty.")
        if len(text) > LONGEST_TEXT:
            raise CommentRefused(f"The comment is longer than {LONGEST_TEXT:,} characters.")
        with self._store.transaction() as unit:
            subject = _subject(unit, kind, number)
            written = unit.comments.add(subject, text, name, now)
            _log(unit, "commented", subject, name, now, "comment", None, text)
        return written

    def remove(self, comment_id: int, by: str, now: datetime) -> None:
        """Take a comment away; that it was there stays in the log."""
        name = _named(by)
        with self._store.transaction() as unit:
            unit.comments.remove(comment_id, name, now)
            comment = unit.comments.get(comment_id)
            _log(unit, "comment removed", comment.subject, name, now, "comment", comment.body, None)

    def link(self, kind: SubjectKind, number: int, key: str, by: str, now: datetime) -> TicketLink:
        """Link a ticket; refused when the key is none, or linked already."""
        name, checked = _named(by), ticket_key(key)
        if checked is None:
            raise CommentRefused("A ticket's key is letters, a hyphen and a number, such as PROJ-1234.")
        with self._store.transaction() as unit:
            subject = _subject(unit, kind, number)
            known = {ticket.key: ticket for ticket in unit.comments.tickets(subject)}
            if checked in known:
                raise CommentRefused(f"{checked} is linked already, by {known[checked].linked_by}.")
            linked = unit.comments.link(subject, checked, name, now)
            _log(unit, "ticket linked", subject, name, now, "ticket", None, checked)
        return linked

    def unlink(self, link_id: int, by: str, now: datetime) -> None:
        """Take a ticket away from its subject."""
        name = _named(by)
        with self._store.transaction() as unit:
            link = unit.comments.ticket(link_id)
            unit.comments.unlink(link.subject, link.key)
            _log(unit, "ticket unlinked", link.subject, name, now, "ticket", link.key, None)


def _subject(unit: Unit, kind: SubjectKind, number: int) -> Subject:
    if kind == "crash":
        return Subject(event_id=unit.crashes.get(number).error_event_id)
    return Subject(pattern_id=unit.patterns.current(number).id)


def _named_tickets(unit: Unit, subject: Subject) -> tuple[str, ...]:
    if subject.event_id is not None:
        facts = unit.facts.of_event(subject.event_id)
    elif subject.pattern_id is not None:
        facts = tuple(spread.fact for spread in unit.facts.of_pattern(subject.pattern_id))
    else:
        return ()
    keys = (ticket_key(fact.value) for fact in facts if fact.name == TICKET_FACT)
    return tuple(sorted({key for key in keys if key is not None}))


def _log(
    unit: Unit, action: str, subject: Subject, by: str, now: datetime, what: str, before: str | None, after: str | None
) -> None:
    changes = {what: {"before": before, "after": after}}
    if subject.event_id is not None:
        crash = unit.crashes.of_event(subject.event_id)
        unit.audit.record(action, "crash", crash.id, by, now, changes)
    elif subject.pattern_id is not None:
        unit.audit.record(action, "pattern", subject.pattern_id, by, now, changes)


def _named(by: str) -> str:
    name = by.strip()
    if not name:
        raise CommentRefused("Your name is missing: it is kept with what you write.")
    if len(name) > LONGEST_NAME:
        raise CommentRefused(f"The name is longer than {LONGEST_NAME} characters.")
    return name
