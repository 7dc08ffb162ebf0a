"""``crash-knowledge queue`` and ``audit``."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from crash_knowledge.cli import commands
from crash_knowledge.settings import SAMPLES_DIR

SAMPLE = str(SAMPLES_DIR / "WCR_14-1_9-5-12.txt")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(commands, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_the_queue_tells_what_waits_until_it_is_judged() -> None:
    run("analyze", SAMPLE, "--save")
    text = run("queue")
    assert "No known pattern matched: is it really new?" in text.stdout
    assert "1 of 1 waiting verdict" in text.stderr
    (waiting,) = json.loads(run("queue", "--json").stdout)
    assert (waiting["reason"], waiting["match_level"], waiting["was_unsure"]) == ("unknown", "new", False)
    run("analyze", SAMPLE, "--save", "--validator", "Ann", "--verdict", "right")
    assert json.loads(run("queue", "--json").stdout) == []


def test_the_log_is_told_latest_first_and_filtered() -> None:
    run("analyze", SAMPLE, "--save", "--validator", "Ann", "--verdict", "right", "--solution", "Restarted it.")
    text = run("audit").stdout
    assert "crash 1: reviewed, by Ann" in text
    assert "pattern 1: created, by Ann" in text
    entries = json.loads(run("audit", "--json", "--by", "Ann", "--subject", "pattern", "--id", "1").stdout)
    assert {one["subject"] for one in entries} == {"pattern"}
    assert [one["at"] for one in entries] == sorted((one["at"] for one in entries), reverse=True)
    assert len(json.loads(run("audit", "--json", "--limit", "1").stdout)) == 1
    assert json.loads(run("audit", "--json", "--until", "2001-01-01").stdout) == []
    assert json.loads(run("audit", "--json", "--by", "Nobody").stdout) == []
