"""Comments, tickets and the log of changes in the store."""

from __future__ import annotations

import pytest

from crash_knowledge.errors import UnknownRecord
from crash_knowledge.store import Store
from crash_knowledge.store.audit import AuditFilter
from crash_knowledge.store.comments import Subject
from crash_knowledge.store.schema import audit_log, comments, ticket_links
from tests.store.builders import NOON, later, learn

PATTERN = Subject(pattern_id=1)


def put(store: Store, *names: str) -> list[Subject]:
    """The failures of crashes that are stored, each in a pattern of its own."""
    with store.transaction() as unit:
        return [Subject(event_id=learn(unit, name)[2].error_event_id) for name in names]


def test_comments_are_of_their_subject_and_in_order(store: Store) -> None:
    (event,) = put(store, "one")
    with store.transaction() as unit:
        unit.comments.add(PATTERN, "later", "Ben", later(hours=2))
        unit.comments.add(PATTERN, "first\nof two lines <b>", "Ann", NOON)
        unit.comments.add(event, "of the crash", "Ann", NOON)
    with store.reading() as unit:
        assert [one.body for one in unit.comments.of(PATTERN)] == ["first\nof two lines <b>", "later"]
        assert [(one.body, one.subject) for one in unit.comments.of(event)] == [("of the crash", event)]


def test_a_removed_comment_is_kept_but_not_shown_and_not_removed_twice(store: Store) -> None:
    put(store, "one")
    with store.transaction() as unit:
        comment = unit.comments.add(PATTERN, "wrong", "Ann", NOON)
        unit.comments.remove(comment.id, "Ben", later(hours=1))
    with store.reading() as unit:
        assert unit.comments.of(PATTERN) == ()
        assert unit.comments.get(comment.id).removed_by == "Ben"
    with pytest.raises(UnknownRecord), store.transaction() as unit:
        unit.comments.remove(comment.id, "Ben", later(hours=2))


def test_a_ticket_linked_by_two_is_there_once_and_unlinked_once(store: Store) -> None:
    put(store, "one")
    with store.transaction() as unit:
        unit.comments.link(PATTERN, "PROJ-2", "Ben", later(hours=1))
        unit.comments.link(PATTERN, "PROJ-1", "Ann", later(hours=2))
        unit.comments.link(PATTERN, "PROJ-2", "Ann", NOON)
    with store.reading() as unit:
        assert [(one.key, one.linked_by) for one in unit.comments.tickets(PATTERN)] == [
            ("PROJ-2", "Ann"),
            ("PROJ-1", "Ann"),
        ]
    with store.transaction() as unit:
        unit.comments.unlink(PATTERN, "PROJ-2")
    with store.reading() as unit:
        assert [one.key for one in unit.comments.tickets(PATTERN)] == ["PROJ-1"]


def test_demo_comments_go_with_the_demo_and_the_others_stay(store: Store) -> None:
    (event,) = put(store, "real")
    with store.transaction() as unit:
        unit.comments.add(event, "real", "Ann", NOON)
        unit.audit.record("commented", "crash", 1, "Ann", NOON)
    with store.as_demo().transaction() as unit:
        _, _, crash = learn(unit, "demo")
        unit.comments.add(event, "demo", "Ann", NOON)
        unit.comments.add(Subject(event_id=crash.error_event_id), "on the demo", "Ann", NOON)
        unit.comments.link(event, "DEMO-1", "Ann", NOON)
        unit.audit.record("commented", "crash", crash.id, "Ann", NOON)
    with store.transaction() as unit:
        unit.origins.remove_demo()
        rows = {table.name: unit.connection.execute(table.select()).all() for table in (comments, ticket_links)}
        logged = unit.connection.execute(audit_log.select().where(audit_log.c.is_demo)).all()
        kept = unit.comments.of(event)
    assert [one.body for one in kept] == ["real"]
    assert (len(rows["comments"]), len(rows["ticket_links"]), logged) == (1, 0, [])


def test_the_log_refers_to_evolution_and_is_filtered(store: Store) -> None:
    put(store, "one", "two")
    with store.transaction() as unit:
        unit.evolution.add(2, "muted", {"status": {"before": "new", "after": "muted"}}, None, "Ben", later(days=1))
        unit.audit.record("commented", "crash", 1, "Ann", later(days=2), {"comment": {"before": None, "after": "x"}})
    with store.reading() as unit:
        entries = unit.audit.entries(AuditFilter(), limit=10)
        assert [(one.action, one.subject, one.subject_id, one.by) for one in entries] == [
            ("commented", "crash", "1", "Ann"),
            ("muted", "pattern", "2", "Ben"),
            ("created", "pattern", "2", None),
            ("created", "pattern", "1", None),
        ]
        assert entries[1].changes == {"status": {"before": "new", "after": "muted"}}
        assert entries[1].evolution_version == 2
        assert entries[0].evolution_version is None
        assert unit.audit.people() == ("Ann", "Ben")
        for wanted, count in (
            (AuditFilter(by="Ben"), 1),
            (AuditFilter(subject="pattern"), 3),
            (AuditFilter(subject="pattern", subject_id="2"), 2),
            (AuditFilter(since=later(days=1)), 2),
            (AuditFilter(until=later(days=1)), 3),
            (AuditFilter(since=later(days=1), until=later(days=1), by="Ann"), 0),
        ):
            assert unit.audit.count(wanted) == count == len(unit.audit.entries(wanted, limit=10))
        assert unit.audit.entries(AuditFilter(), limit=1, offset=1) == entries[1:2]


def test_what_is_rolled_back_is_not_in_the_log(store: Store) -> None:
    put(store, "one")
    with pytest.raises(UnknownRecord):
        _mute_both(store, 1, 4711)
    with store.reading() as unit:
        assert unit.audit.count(AuditFilter(by="Ben")) == 0


def _mute_both(store: Store, *pattern_ids: int) -> None:
    with store.transaction() as unit:
        for pattern_id in pattern_ids:
            unit.evolution.add(pattern_id, "muted", {}, None, "Ben", NOON)


def test_verification_finds_comments_of_merged_patterns_and_logs_of_others(store: Store) -> None:
    put(store, "one", "two")
    with store.transaction() as unit:
        unit.comments.add(PATTERN, "left behind", "Ann", NOON)
        unit.connection.exec_driver_sql("UPDATE audit_log SET subject_id = '7' WHERE subject_id = '2'")
        unit.connection.exec_driver_sql("UPDATE crash_patterns SET status = 'merged', merged_into_id = 2 WHERE id = 1")
    found = {drift.where for drift in store.verify()}
    assert {"comments 1 pattern_id", "audit_log 2 subject_id"} <= found
    with store.transaction() as unit:
        unit.connection.exec_driver_sql("UPDATE audit_log SET subject_id = '2' WHERE subject_id = '7'")
        unit.connection.exec_driver_sql("UPDATE crash_patterns SET status = 'new', merged_into_id = NULL WHERE id = 1")
