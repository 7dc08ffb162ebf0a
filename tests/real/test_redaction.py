"""Redaction of the ten real dumps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

SECRET = bytes(range(32))
NAMES = [
    "UPG_2024R1_crash_WCR_19-3_10-4-34.txt",
    "WCR_14-4_11-18-44.txt",
    "WCR_16-4_11-40-58.txt",
    "WCR_16-4_11-48-23.txt",
    "WCR_2-4_16-10-30.txt",
    "WCR_2-4_16-2-37.txt",
    "WCR_24-3_18-29-18.txt",
    "WCR_25-11_9-42-27.txt",
    "WCR_28-2_14-45-38.txt",
    "WCR_3-12_9-21-32.txt",
]
PASSWORD_LINES = {"WCR_2-4_16-10-30.txt": 31, "WCR_2-4_16-2-37.txt": 31}


@pytest.fixture(params=NAMES)
def raw(request: pytest.FixtureRequest, real_dumps: Path) -> Dump:
    (dump,) = read_dumps((real_dumps / request.param).read_bytes(), request.param).dumps
    return dump


def without_site(dump: Dump) -> str:
    return "\n".join(line for line in dump.text.split("\n") if not line.startswith("Whats'On Site:"))


def as_word(name: str) -> re.Pattern[str]:
    """The name as a word of its own: not part of an identifier, not a schema before a table (``PSI.PRODUCT``)."""
    return re.compile(rf"(?<![\w.#]){re.escape(name)}(?!\w|\.[A-Z])", re.IGNORECASE)


def test_no_name_mail_or_host_is_left(raw: Dump) -> None:
    header = raw.header
    shown = without_site(Redactor(SECRET).redact(raw).dump)
    hosts = [header.computer, header.site.host if header.site else None]
    users = [header.windows_user, None if header.user == "<no wonUserName>" else header.user]
    mails = re.findall(r"[\w.-]*[A-Za-z][\w.-]*@[A-Za-z][\w.-]+", raw.text)
    shares = re.findall(r"(?<![\\:\w])\\\\([\w.-]+)\\", raw.text)
    for name in filter(None, [*hosts, *users, *mails, *shares]):
        assert not as_word(name).search(shown), name
    assert not re.search(r"\.example\b|Example-Passw0rd|starvision|mediagenix\.com", shown, re.IGNORECASE)


def test_database_users_are_replaced_where_they_stand(raw: Dump) -> None:
    redacted = Redactor(SECRET).redact(raw).dump
    shown = [connection.username for connection in redacted.connections if connection.username]
    assert len(shown) == sum(1 for connection in raw.connections if connection.username)
    assert all(re.fullmatch(r'"?user-[0-9a-f]{10}"?', username) for username in shown)


def test_the_structure_stays(raw: Dump) -> None:
    redacted = Redactor(SECRET).redact(raw).dump
    assert redacted.text.count("\n") == raw.text.count("\n")
    assert redacted.active_process == raw.active_process
    assert redacted.quiescent_processes == raw.quiescent_processes
    assert redacted.suspended_processes == raw.suspended_processes
    assert redacted.census == raw.census
    assert redacted.memory == raw.memory
    assert [known.frame_text for known in redacted.frame_arguments] == [
        known.frame_text for known in raw.frame_arguments
    ]
    assert [[v.name for v in known.variables] for known in redacted.frame_arguments] == [
        [v.name for v in known.variables] for known in raw.frame_arguments
    ]
    assert [len(known.arguments) for known in redacted.frame_arguments] == [
        len(known.arguments) for known in raw.frame_arguments
    ]
    assert [window.model_class for window in redacted.windows] == [window.model_class for window in raw.windows]
    assert [(s.handle, s.state) for s in redacted.sessions] == [(s.handle, s.state) for s in raw.sessions]
    assert len(redacted.connections) == len(raw.connections)
    assert redacted.notes == raw.notes


def test_site_and_versions_stay_and_the_cause_too(raw: Dump) -> None:
    redacted = Redactor(SECRET).redact(raw).dump
    for name in ("site", "version", "build", "smalltalk_version", "database_client_version", "cause", "local_time"):
        assert getattr(redacted.header, name) == getattr(raw.header, name), name


def test_sql_keeps_its_tables(raw: Dump) -> None:
    tables = re.compile(r"\b(?:FROM|INTO|UPDATE) PSI\.\w+")
    assert tables.findall(Redactor(SECRET).redact(raw).dump.text) == tables.findall(raw.text)


def test_idempotent_and_deterministic(raw: Dump) -> None:
    once = Redactor(SECRET).redact(raw).dump
    again = Redactor(SECRET).redact(once)
    assert again.dump.text == once.text == Redactor(SECRET).redact(raw).dump.text
    assert again.secrets == ()


@pytest.mark.parametrize("name", NAMES)
def test_only_passwords_in_clear_are_findings(name: str, real_dumps: Path) -> None:
    (dump,) = read_dumps((real_dumps / name).read_bytes()).dumps
    lines = [finding.line for finding in Redactor(SECRET).redact(dump).secrets]
    assert lines == ([PASSWORD_LINES[name]] if name in PASSWORD_LINES else [])


def test_the_same_user_at_two_times_is_the_same_pseudonym(real_dumps: Path) -> None:
    users = set()
    for name in ("WCR_2-4_16-2-37.txt", "WCR_2-4_16-10-30.txt", "WCR_16-4_11-40-58.txt"):
        (dump,) = read_dumps((real_dumps / name).read_bytes()).dumps
        users.add(Redactor(SECRET).redact(dump).dump.header.user)
    assert len(users) == 1
