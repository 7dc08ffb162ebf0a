"""``crash-knowledge pattern`` from outside."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.cli import commands
from crash_knowledge.errors import CorrectionRefused
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR

FIRST, SECOND, OTHER = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt", "WCR_22-2_4-12-9.txt"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["pattern", *arguments])


def learn(*names: str) -> None:
    analyzer = services.analyzer()
    for name in names:
        for analysis in analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name):
            analyzer.save(analysis, Review("Ann", new_solution="Restart it."))


def occurrence_counts() -> dict[int, int]:
    store = services.open_store()
    assert store.verify() == ()
    with store.reading() as unit:
        return {pattern.id: pattern.occurrence_count for pattern in unit.patterns.list()}


def test_the_list_and_one_pattern_in_full() -> None:
    learn(FIRST, OTHER)
    listed = run("list")
    assert listed.exit_code == 0
    assert "#coversDate: not understood by nil" in listed.output
    assert [one["occurrence_count"] for one in json.loads(run("list", "--json").stdout)] == [1, 1]
    shown = run("show", "1").output
    assert "Solution: Restart it. (worked once)" in shown
    assert f"crash 1: 14 Jan 2025, FJORD, 2024r2.000.012, {FIRST}" in shown


def test_what_the_dumps_of_a_pattern_tell_together() -> None:
    learn(FIRST, SECOND)
    assert "Not enough for common factors: 2 of 3 needed incidents" in run("show", "1").output
    told = json.loads(run("show", "1", "--json").stdout)
    assert told["pattern"]["id"] == 1
    assert told["incidents"]["dumps"] == 2
    assert sorted(crash for one in told["incidents"]["each"] for crash in one["crash_ids"]) == [1, 2]
    assert told["common_factors"]["factors"] == []
    assert told["poison_records"] == []
    assert [crash["id"] for crash in told["crashes"]] == [2, 1]


def test_merge_and_undo() -> None:
    learn(FIRST, OTHER)
    assert "was merged into" in run("merge", "2", "--into", "1", "--by", "Ann").output
    assert occurrence_counts() == {1: 2}
    assert run("undo", "1", "--by", "Ann").exit_code == 0
    assert occurrence_counts() == {1: 1, 2: 1}


def test_split_after_a_preview_and_move_back() -> None:
    learn(FIRST, SECOND)
    preview = run("split", "1", "2", "--preview").output
    assert "Becomes a pattern of its own" in preview
    assert occurrence_counts() == {1: 2}
    assert run("split", "1", "2", "--by", "Ann").exit_code == 0
    assert occurrence_counts() == {1: 1, 2: 1}
    assert run("move", "2", "--to", "1", "--by", "Ann").exit_code == 0
    assert occurrence_counts() == {1: 2}


def test_patterns_kept_apart_are_not_merged() -> None:
    learn(FIRST, OTHER)
    assert run("apart", "1", "2", "--by", "Ann").exit_code == 0
    refused = run("merge", "2", "--into", "1", "--by", "Bob")
    assert isinstance(refused.exception, CorrectionRefused)
    assert "Ann" in str(refused.exception)
    assert run("apart", "1", "2", "--allow", "--by", "Ann").exit_code == 0
    assert run("same", "1", "2", "--by", "Bob").exit_code == 0
    assert len(run("corrections").output.splitlines()) == 3


def test_a_correction_needs_a_name() -> None:
    learn(FIRST, SECOND)
    assert run("merge", "2", "--into", "1").exit_code == 2
    assert isinstance(run("split", "1", "2").exception, CorrectionRefused)
