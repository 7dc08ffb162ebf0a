"""A planted secret is in nothing that the tracker and the recorders write, embed, log or return."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from crash_knowledge.causal_chains import CausalChainTracker
from crash_knowledge.hooks import ChainRecorder
from crash_knowledge.store import Store
from tests.causal_chains.conftest import GivenVectors, redact

pytestmark = pytest.mark.anyio

SECRETS = ("hunter2secret", "geheim12", "ann@customer.example", "10.20.30.40", "tok-5f3a", "AKIA77", "deep-one")


async def test_no_secret_is_written_embedded_logged_or_returned(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = GivenVectors({})
    tracker = CausalChainTracker(db=store, embedder=embedder, redact=redact)
    with caplog.at_level(logging.DEBUG, "crash_knowledge"):
        error_id = await tracker.record_error_event(
            "OSError: login failed for ann@customer.example password='hunter2secret'",
            {
                "url": "https://app:geheim12@10.20.30.40/x",
                "api_key": "AKIA77",
                "headers": [{"Authorization": "tok-5f3a"}],
                "stack_trace": "connect(password='hunter2secret')",
                "credentials": {"a": ["deep-one"]},
            },
            "session of ann@customer.example",
        )
        fix_id = await tracker.record_fix_attempt(
            error_id, "used pwd='geheim12'", "+ pwd='geheim12'", session_id="ann@customer.example"
        )
        await tracker.mark_needs_review(error_id, "ask ann@customer.example")
        await tracker.query_similar_failures("OSError for ann@customer.example")
        chain = await tracker.get_causal_chain(fix_id)
        ledger = tracker.ledger()
        assert ledger is not None
        recorder = ChainRecorder("log in", context={"password": "hunter2secret"}, ledger=ledger)
        for number in range(2):
            with pytest.raises(OSError, match="hunter2secret"), recorder.attempt(f"password='geheim12' {number}"):
                raise OSError("refused: password='hunter2secret'")
    assert recorder.error_id is not None
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).decode("latin-1")
    for secret in SECRETS:
        for place in (written, "\n".join(embedder.calls), caplog.text, str(chain)):
            assert secret not in place
    assert "********" in written
