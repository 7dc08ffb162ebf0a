"""Comments and tickets of a crash or a pattern."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from crash_knowledge.errors import CrashKnowledgeError
from crash_knowledge.knowledge.conversation import SubjectKind, Talk
from crash_knowledge.knowledge.review import LONGEST_TEXT
from crash_knowledge.settings import settings
from crash_knowledge.store.comments import Comment, TicketLink
from crash_knowledge.tickets import ticket_address
from crash_knowledge.wording import counted
from pages.widgets.reviewer import needs_name
from pages.widgets.services import conversation
from pages.widgets.texts import moment, plain

LONGEST_KEY = 40


def comments(kind: SubjectKind, number: int, key: str, by: str | None = None) -> None:
    """What was said of a subject, its tickets, and the fields to add to both.

    ``key``: unique on the page. ``by``: who is at the keyboard; None asks for it here.
    """
    talk = conversation().of(kind, number)
    with st.expander(_label(talk), icon=":material/forum:", key=f"{key}-talk"):
        _tell_failure(key)
        if by is None:
            name = st.text_input("Comment as", key=f"{key}-writer", value=st.session_state.get("validator", ""))
            by = (name or "").strip()
        _tickets(talk, kind, number, by, key)
        for comment in talk.comments:
            _comment(comment, by, key)
        _write(kind, number, by, key)


def _label(talk: Talk) -> str:
    parts = [counted(len(talk.comments), "comment")] if talk.comments else []
    tickets = len(talk.tickets) + len(talk.named_tickets)
    parts += [counted(tickets, "ticket")] if tickets else []
    return f"Comments and tickets ({', '.join(parts)})" if parts else "Comments and tickets"


def _tickets(talk: Talk, kind: SubjectKind, number: int, by: str, key: str) -> None:
    if talk.named_tickets:
        st.caption("Named in the dumps:")
        with st.container(horizontal=True):
            for ticket in talk.named_tickets:
                _ticket(ticket)
    for link in talk.tickets:
        _linked(link, by, key)
    entry, button = st.columns([3, 1], vertical_alignment="bottom")
    typed = entry.text_input("Link a ticket", max_chars=LONGEST_KEY, placeholder="PROJ-1234", key=f"{key}-ticket")
    button.button(
        "Link it",
        key=f"{key}-link",
        disabled=not by,
        help=needs_name(by),
        on_click=_do,
        args=(key, f"{key}-ticket", lambda now: conversation().link(kind, number, typed or "", by, now)),
    )


def _linked(link: TicketLink, by: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _ticket(link.key)
        st.caption(plain(f"linked by {link.linked_by}, {moment(link.linked_at)}"))
        st.button(
            f"Unlink {link.key}",
            key=f"{key}-unlink-{link.id}",
            type="tertiary",
            disabled=not by,
            help=needs_name(by),
            on_click=_do,
            args=(key, None, lambda now: conversation().unlink(link.id, by, now)),
        )


def _ticket(key: str) -> None:
    address = ticket_address(settings().ticket_url, key)
    if address is None:
        st.badge(key, icon=":material/confirmation_number:")
    else:
        st.link_button(key, address, icon=":material/confirmation_number:")


def _comment(comment: Comment, by: str, key: str) -> None:
    with st.container(border=True):
        st.text(comment.body)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(f"{comment.written_by}, {moment(comment.written_at)}"))
            st.button(
                "Remove",
                key=f"{key}-remove-{comment.id}",
                type="tertiary",
                disabled=not by,
                help=needs_name(by) or "It disappears here; the log of changes keeps it.",
                on_click=_do,
                args=(key, None, lambda now: conversation().remove(comment.id, by, now)),
            )


def _write(kind: SubjectKind, number: int, by: str, key: str) -> None:
    field = f"{key}-comment"
    body = st.text_area("Write a comment", max_chars=LONGEST_TEXT, height=90, key=field)
    st.button(
        "Add the comment",
        key=f"{key}-add",
        disabled=not by,
        help=needs_name(by),
        on_click=_do,
        args=(key, field, lambda now: conversation().comment(kind, number, body or "", by, now)),
    )


def _do(key: str, field: str | None, change: Callable[[datetime], object]) -> None:
    """Make a change; then empty the field that was used. What was typed stays when it is refused."""
    try:
        change(datetime.now(UTC))
    except CrashKnowledgeError as error:
        st.session_state[f"{key}-refused"] = str(error)
    else:
        if field is not None:
            st.session_state[field] = ""


def _tell_failure(key: str) -> None:
    refused = st.session_state.pop(f"{key}-refused", None)
    if refused:
        st.error(plain(refused))
