"""A planted secret is in nothing that is written or shown: database, vectors' texts, log, JSON, terminal."""

from __future__ import annotations

import json
import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.inspection import inspection
from crash_knowledge.knowledge.review import Review
from crash_knowledge.redaction import Redactor
from crash_knowledge.replies import READERS, compose, render, reply_facts
from crash_knowledge.reports.crash_report import crash_report
from crash_knowledge.reports.rendering import render_report
from crash_knowledge.store import Store
from crash_knowledge.terminal import verdict_text
from crash_knowledge.verdict.as_json import verdict_json
from crash_knowledge.verdict.as_markdown import verdict_markdown
from crash_knowledge.verdict.card import card_of
from tests.redaction.test_planted_secrets import Planted, dump_with, planted

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
LIMIT = 10_000_000
NOW = datetime(2026, 3, 2, tzinfo=UTC)


class RememberingEmbedder(HashedEmbedder):
    """The real embedder, which also keeps what it was given."""

    def __init__(self) -> None:
        super().__init__("")
        self.texts: list[str] = []

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.texts.extend(texts)
        return super().embed(texts)


def written_by(folder: Path) -> str:
    """All bytes of all files, and what is compressed in them, as lower-case text."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return "\n".join(content.decode("latin-1") for content in contents).lower()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
@given(planted())
def test_no_planted_secret_is_kept(caplog: pytest.LogCaptureFixture, secrets: Planted) -> None:
    content = dump_with(secrets).text.encode()
    embedder = RememberingEmbedder()
    with tempfile.TemporaryDirectory() as folder, caplog.at_level(logging.DEBUG):
        store = Store.open(f"sqlite:///{folder}/knowledge.db")
        analyzer = CrashAnalyzer(store, Redactor(bytes(32)), embedder, LIMIT)
        (analysis,) = analyzer.analyze(content, f"WCR of {secrets.mail}.txt")
        learned = analyzer.save(analysis, Review("Ann", new_solution=f"Ask {secrets.mail} at {secrets.ip4}"))
        with store.reading() as unit:
            kept_dump = unit.crashes.text(learned.crash.id)
        store.close()
        database = written_by(Path(folder))
    card = card_of(analysis, NOW)
    report = crash_report(analysis, NOW)
    shown = [
        json.dumps(verdict_json(analysis, card, learned, explain=True), default=str),
        json.dumps(inspection(analysis.dump, analysis.file_name), default=str),
        verdict_text(analysis, card, learned, explain=True),
        verdict_markdown(card, learned),
        *(render_report(report, form).decode() for form in ("markdown", "html", "json")),
        *(render(compose(reply_facts(analysis), reader, "en"), "text") for reader in READERS),
        repr(learned),
    ]
    everything = "\n".join([database, kept_dump, *embedder.texts, caplog.text, *shown]).lower()
    site = f"acme({secrets.full_host}:1521/svc)".lower()
    everything = everything.replace(site, "").replace(json.dumps(site)[1:-1], "")
    for name, value in vars_of(secrets).items():
        if name != "full_host":
            assert value.lower() not in everything, name


def vars_of(secrets: Planted) -> dict[str, str]:
    return {name: str(getattr(secrets, name)) for name in secrets.__dataclass_fields__}


def test_the_scan_sees_what_is_written(tmp_path: Path) -> None:
    """The scan itself: a secret that is in a file is found, and dumps are stored compressed."""
    store = Store.open(f"sqlite:///{tmp_path}/knowledge.db")
    analyzer = CrashAnalyzer(store, Redactor(bytes(32)), HashedEmbedder(""), LIMIT)
    secrets = Planted("jo.doe", "jo", "wonp", "jo@x.example", "ts-1", "db-1.x.example", "10.1.2.3", "fd00::1", "p", "q")
    (analysis,) = analyzer.analyze(dump_with(secrets).text.encode(), "WCR.txt")
    analyzer.save(analysis, Review("Ann Example of the help desk"))
    store.close()
    database = written_by(tmp_path)
    assert "ann example of the help desk" in database
    assert ZSTD_MAGIC.decode("latin-1") in database
