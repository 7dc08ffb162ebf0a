"""``crash-knowledge network`` from outside."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.cli import commands
from crash_knowledge.errors import UnknownRecord
from tests.network.story import with_story


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["network", *arguments])


@pytest.fixture
def ends() -> tuple[int, int]:
    return with_story(services.open_store())


def test_discover_show_and_judge(ends: tuple[int, int]) -> None:
    found = run("discover")
    assert found.exit_code == 0
    assert "1 relation in " in found.stdout
    assert "causes: 1" in found.stdout
    shown = run("show")
    assert f"relation 1: {ends[0]} “Broker is lost” leads to {ends[1]} “Save fails”" in shown.stdout
    assert "inferred. Within 30 minutes of 10 of 10 occurrences of “Broker is lost” came “Save fails”" in shown.stdout
    assert run("show", str(ends[1])).stdout == shown.stdout
    assert run("show", str(ends[1] + 1)).stdout == ""
    assert run("show", "--kind", "co_occurs").stdout == ""
    assert run("reject", "1", "--by", "Ann").stdout == "Relation 1 is rejected.\n"
    assert run("show").stdout == ""
    assert "rejected. Within" in run("show", "--rejected").stdout
    assert run("confirm", "1", "--by", "Ann", "--notes", "Seen it.").stdout == "Relation 1 is confirmed.\n"
    assert "confirmed. Within" in run("show").stdout
    assert services.open_store().verify() == ()


def test_exports(ends: tuple[int, int]) -> None:
    run("discover")
    told = json.loads(run("export").stdout)
    assert [(one["source_id"], one["target_id"], one["relation"]) for one in told["relations"]] == [(*ends, "causes")]
    assert len(told["patterns"]) == 5
    assert len(json.loads(run("export", "--linked-only").stdout)["patterns"]) == 2
    assert json.loads(run("export", "--customer", "South").stdout)["patterns"] == []
    (row,) = csv.DictReader(io.StringIO(run("export", "--format", "csv").stdout))
    assert row["target"] == "Save fails"
    assert "<graphml" in run("export", "--format", "graphml").stdout


def test_what_cannot_be_done_is_said(ends: tuple[int, int]) -> None:
    assert isinstance(run("show", "999").exception, UnknownRecord)
    assert isinstance(run("confirm", "999", "--by", "Ann").exception, UnknownRecord)
    assert "--by needs a name" in run("confirm", "1", "--by", " ").output


def test_stopped_it_says_that_it_can_go_on(ends: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from crash_knowledge.network import builder

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(builder, "read", interrupted)
    stopped = run("discover")
    assert stopped.exit_code == 1
    assert "What was found by now is stored" in stopped.stderr
