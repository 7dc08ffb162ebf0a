"""``crash-knowledge similar``, ``chain`` and ``resolve`` from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.causal_chains import RecordedError, shared_ledger
from crash_knowledge.cli import commands

ERROR = "ImportError: no module named requests"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments))


@pytest.fixture
def solved() -> RecordedError:
    """A solved failure in the store, and an open one."""
    ledger = shared_ledger()
    error_id = ledger.record_error(ERROR, {}, None)
    fix_id = ledger.record_attempt(error_id, "pip install requests")
    ledger.resolve(error_id, fix_id, 12)
    ledger.record_error("OSError: \x1b[31mdisk full", {}, None)
    return error_id


def test_similar(solved: RecordedError) -> None:
    told = run("similar", "ImportError: no module named requests")
    assert told.exit_code == 0
    assert f"1.00  {solved.chain_id}  {ERROR}" in told.stdout
    assert "pip install requests (resolved in 12 minutes)" in told.stdout
    assert "1 similar failure with a fix" in told.stderr
    (found,) = json.loads(run("similar", ERROR, "--limit", "1", "--json").stdout)
    assert (found["error_id"], found["action_taken"]) == (solved, "pip install requests")
    nothing = run("similar", "an entirely unheard-of calamity befell the seventh penguin", "--json")
    assert json.loads(nothing.stdout) == []


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_limits_out_of_range_are_wrong_usage(limit: str) -> None:
    assert run("similar", ERROR, "--limit", limit).exit_code == 2


def test_one_chain_by_any_id(solved: RecordedError) -> None:
    chain = shared_ledger().chain(solved)
    assert chain is not None
    shown = {run("chain", handle).stdout for handle in (solved, solved.chain_id, chain.successful_fix_id or "")}
    assert len(shown) == 1
    (text,) = shown
    assert f"{solved.chain_id} (resolved)" in text
    assert "pip install requests: worked" in text
    assert "Resolved, after 12 minutes" in text
    assert json.loads(run("chain", solved, "--json").stdout)["chain"]["status"] == "resolved"


def test_the_list(solved: RecordedError) -> None:
    everything = run("chain", "list")
    assert "2 of 2 chains" in everything.stderr
    still_open = run("chain", "list", "--status", "open")
    assert "1 of 1 chains" in still_open.stderr
    assert "disk full" in still_open.stdout
    assert "\x1b" not in still_open.stdout
    assert solved.chain_id not in still_open.stdout
    for order in ("oldest", "most_frequent", "most_costly"):
        listed = json.loads(run("chain", "list", "--order", order, "--json").stdout)
        assert {one["status"] for one in listed} == {"open", "resolved"}


def test_resolve(solved: RecordedError) -> None:
    ledger = shared_ledger()
    error_id = ledger.record_error("OSError: no space", {}, None)
    fix_id = ledger.record_attempt(error_id, "added a disk")
    told = run("resolve", error_id.chain_id, "--fix", fix_id, "--minutes", "7.5", "--by", "Ann")
    assert told.stdout == f"{error_id.chain_id} is resolved by {fix_id}, 7.5 minutes.\n"
    foreign = run("resolve", solved, "--fix", fix_id)
    assert foreign.exit_code == 1
    assert "does not belong to the chain" in foreign.output
    assert run("resolve", error_id, "--fix", fix_id, "--minutes", "-1").exit_code == 2
    assert run("resolve", error_id).exit_code == 2
    assert services.open_store().verify() == ()


@pytest.mark.parametrize(
    "arguments",
    [["chain", "chain-00000000"], ["chain", "nonsense"], ["resolve", "err-00000000", "--fix", "fix-00000000"]],
)
def test_an_unknown_id_is_exit_code_3(arguments: list[str]) -> None:
    """As a process: the exit code is what scripts see."""
    told = subprocess.run(
        [sys.executable, "-m", "crash_knowledge", *arguments], capture_output=True, text=True, env=os.environ
    )
    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr.startswith("Not found: There is no ")


def test_reindex_embeds_the_messages_of_failures(solved: RecordedError) -> None:
    with services.open_store().transaction() as unit:
        unit.connection.exec_driver_sql("DELETE FROM embeddings WHERE owner_type = 'error_event'")
    assert "Embedded 2 messages of failures." in run("reindex").stderr
    assert "messages of failures" not in run("reindex").stderr
