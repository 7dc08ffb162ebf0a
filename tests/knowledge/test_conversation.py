"""Comments and tickets: what is kept, what is refused, and where they go when patterns are merged, split and undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from crash_knowledge.errors import CommentRefused, UnknownRecord
from crash_knowledge.knowledge.conversation import Conversation
from crash_knowledge.knowledge.corrections import PatternCorrections
from crash_knowledge.redaction import Redactor
from crash_knowledge.settings import Settings
from crash_knowledge.store import Store
from crash_knowledge.store.audit import AuditEntry, AuditFilter
from crash_knowledge.store.records import EventFact
from crash_knowledge.tickets import check_template, ticket_address, ticket_key
from tests.store.builders import NOON, learn


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'talk.db'}")
    yield opened
    assert opened.verify() == ()
    opened.close()


@pytest.fixture
def talk(store: Store) -> Conversation:
    with store.transaction() as unit:
        learn(unit, "one")
        learn(unit, "two")
    return Conversation(store, Redactor(bytes(32)).redact_text)


def said(talk: Conversation, number: int) -> tuple[list[str], list[str]]:
    told = talk.of("pattern", number)
    return [one.body for one in told.comments], [one.key for one in told.tickets]


def log(store: Store) -> list[AuditEntry]:
    with store.reading() as unit:
        return [one for one in unit.audit.entries(AuditFilter(), 50) if one.evolution_version is None]


def test_a_comment_is_redacted_before_it_is_stored_and_logged(talk: Conversation, store: Store) -> None:
    talk.comment("crash", 1, "Ask owner@example.com, password=hunter2", " Ann ", NOON)
    (comment,) = talk.of("crash", 1).comments
    assert comment.written_by == "Ann"
    for text in (comment.body, str(log(store))):
        assert "owner@example.com" not in text
        assert "hunter2" not in text


@pytest.mark.parametrize("body", ["", "  \n "])
def test_an_empty_comment_is_refused(talk: Conversation, body: str) -> None:
    with pytest.raises(CommentRefused, match="empty"):
        talk.comment("pattern", 1, body, "Ann", NOON)


@pytest.mark.parametrize("by", ["", "  ", "x" * 101])
def test_nobody_writes_without_a_name(talk: Conversation, store: Store, by: str) -> None:
    with pytest.raises(CommentRefused, match="name"):
        talk.comment("pattern", 1, "text", by, NOON)
    with pytest.raises(CommentRefused, match="name"):
        talk.link("pattern", 1, "PROJ-1", by, NOON)
    assert log(store) == []


def test_what_is_not_there_cannot_be_talked_about(talk: Conversation) -> None:
    for kind in ("crash", "pattern"):
        with pytest.raises(UnknownRecord):
            talk.comment(kind, 4711, "text", "Ann", NOON)


def test_each_change_is_logged_with_before_and_after(talk: Conversation, store: Store) -> None:
    comment = talk.comment("crash", 2, "text", "Ann", NOON)
    talk.remove(comment.id, "Ben", NOON + timedelta(minutes=1))
    link = talk.link("pattern", 1, " proj-12 ", "Ann", NOON + timedelta(minutes=2))
    talk.unlink(link.id, "Ben", NOON + timedelta(minutes=3))
    assert [(one.action, one.subject, one.subject_id, one.by, one.changes) for one in reversed(log(store))] == [
        ("commented", "crash", "2", "Ann", {"comment": {"before": None, "after": "text"}}),
        ("comment removed", "crash", "2", "Ben", {"comment": {"before": "text", "after": None}}),
        ("ticket linked", "pattern", "1", "Ann", {"ticket": {"before": None, "after": "PROJ-12"}}),
        ("ticket unlinked", "pattern", "1", "Ben", {"ticket": {"before": "PROJ-12", "after": None}}),
    ]
    assert said(talk, 1) == ([], [])


def test_a_ticket_is_linked_once(talk: Conversation) -> None:
    talk.link("pattern", 1, "PROJ-1", "Ann", NOON)
    with pytest.raises(CommentRefused, match="PROJ-1 is linked already, by Ann"):
        talk.link("pattern", 1, "proj-1", "Ben", NOON)
    talk.link("pattern", 2, "PROJ-1", "Ben", NOON)


def test_tickets_named_in_dumps_are_told_apart_from_linked_ones(talk: Conversation, store: Store) -> None:
    with store.transaction() as unit:
        event_id = unit.crashes.get(1).error_event_id
        facts = [EventFact("ticket", key) for key in ("ABC-2", "ABC-1", "javascript:alert(1)")]
        unit.facts.put(event_id, facts, "revision")
    talk.link("crash", 1, "ABC-2", "Ann", NOON)
    assert talk.of("crash", 1).named_tickets == ("ABC-1",)
    assert talk.of("pattern", 1).named_tickets == ("ABC-1", "ABC-2")


def test_a_merge_takes_comments_and_tickets_along_and_undoing_brings_them_back(
    talk: Conversation, store: Store
) -> None:
    corrections = PatternCorrections(store)
    talk.comment("pattern", 1, "of one", "Ann", NOON)
    talk.comment("pattern", 2, "of two", "Ann", NOON)
    talk.comment("crash", 1, "of the crash", "Ann", NOON)
    for number, key in ((1, "PROJ-1"), (1, "BOTH-1"), (2, "BOTH-1")):
        talk.link("pattern", number, key, "Ann", NOON)
    before = said(talk, 1), said(talk, 2)
    merged = corrections.merge([1], 2, "Ben", NOON)
    assert said(talk, 2) == said(talk, 1) == (["of one", "of two"], ["PROJ-1", "BOTH-1"])
    talk.comment("pattern", 1, "since", "Ann", NOON + timedelta(hours=1))
    corrections.undo(merged.id, "Ben", NOON + timedelta(hours=2))
    assert said(talk, 1) == before[0]
    assert said(talk, 2) == ([*before[1][0], "since"], before[1][1])
    assert [one.body for one in talk.of("crash", 1).comments] == ["of the crash"]


def test_a_split_leaves_the_patterns_comments_and_takes_the_crashs(talk: Conversation, store: Store) -> None:
    with store.transaction() as unit:
        _, _, crash = learn(unit, "one again", unit.patterns.get(1))
    talk.comment("pattern", 1, "of the pattern", "Ann", NOON)
    talk.comment("crash", crash.id, "of the crash", "Ann", NOON)
    PatternCorrections(store).split(1, [crash.id], "Ben", NOON)
    with store.reading() as unit:
        made = unit.crashes.get(crash.id).pattern_id or 0
    assert (said(talk, 1)[0], said(talk, made)[0]) == (["of the pattern"], [])
    assert [one.body for one in talk.of("crash", crash.id).comments] == ["of the crash"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PROJ-1", "PROJ-1"),
        (" proj-1234567 ", "PROJ-1234567"),
        ("A1-2", "A1-2"),
        ("PROJ-12345678", None),
        ("1A-2", None),
        ("P-1", None),
        ("PROJ", None),
        ("PROJ-1/../x", None),
        ("PROJ-1\nX-2", None),
        ("PROJ-１", None),
        ("javascript:alert(1)", None),
    ],
)
def test_keys(text: str, key: str | None) -> None:
    assert ticket_key(text) == key
    expected = f"https://jira.example/browse/{key}" if key else None
    assert ticket_address("https://jira.example/browse/{key}", text) == expected


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert('{key}')",
        "ftp://jira.example/{key}",
        "https:///{key}",
        "https://{key}.example/",
        "https://jira.example/browse/",
        "https://jira.example/{key}/{key}",
        "https://jira.example/a b/{key}",
        "https://jira.example/<{key}",
        "//jira.example/{key}",
    ],
)
def test_addresses_that_are_refused(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="ticket"):
        check_template(template)
    monkeypatch.setenv("CRASH_KNOWLEDGE_TICKET_URL", template)
    with pytest.raises(ValidationError):
        Settings()


def test_without_an_address_a_ticket_is_no_link() -> None:
    assert Settings().ticket_url == ""
    assert ticket_address("", "PROJ-1") is None
