"""``crash-knowledge pattern`` from outside."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.cli import commands
from crash_knowledge.errors import CorrectionRefused, LifeStepRefused, SolutionRefused
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.generator import catalogue
from tests.knowledge.dumps import dump_text, file_of

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
    assert "What helped (solution 1): Restart it. (worked once)" in shown
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


def test_a_record_that_stops_a_service_is_told() -> None:
    for day in range(3):
        dump = dump_text(catalogue.DANGLING_REFERENCE, day).replace("T3Session(8122", f"T3Session(812{day}")
        (analysis,) = services.analyzer().analyze(file_of(dump), f"WCR_{day}.txt")
        services.analyzer().save(analysis, None)
    shown = run("show", "1").output
    assert "of class CM2RunUpdateRecord stops the service CM2RunUpdateService at FJORD: 3 crashes in 3 runs" in shown
    (poison,) = json.loads(run("show", "1", "--json").stdout)["poison_records"]
    assert (
        poison["select"].splitlines()[1] == f"SELECT * FROM <table of CM2RunUpdateRecord> WHERE oid = {poison['oid']};"
    )


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


def test_resolving_muting_reopening_and_undoing() -> None:
    learn(FIRST)
    resolved = run(
        "resolve", "1", "--version", "2024r2.000.020", "--solution", "1", "--by", "Ann", "--why", "delivered"
    )
    assert "Resolved in 2024r2.000.020." in resolved.output
    shown = run("show", "1").output
    assert "Resolved in 2024r2.000.020." in shown
    assert "Line 2024r2: fixed in 2024r2.000.020 (Ann, " in shown
    assert "Restart it. delivered" in shown
    assert "What helped (solution 1): Restart it. (worked once)" in shown
    assert "Ongoing." in run("reopen", "1", "--by", "Bob").output
    assert "Resolved in 2024r2.000.020." in run("undo-step", "1", "--by", "Bob").output
    withdrawn = run("withdraw-fix", "1", "--version", "2024r2.000.020", "--by", "Bob").output
    assert "Ongoing." in withdrawn
    told = json.loads(run("show", "1", "--json").output)
    assert (told["fixes"], told["mute"]) == ([], None)
    assert [(step["kind"], step["taken_by"]) for step in told["steps"]] == [
        ("withdraw", "Bob"),
        ("reopen", "Bob"),
        ("resolve", "Ann"),
    ]


def test_each_end_of_a_mute() -> None:
    learn(FIRST)
    for end, told in (
        (("--until", "2999-12-31"), "until 31 Dec 2999"),
        (("--for-dumps", "5"), "for 5 further dumps"),
        (("--until-version", "2024r2.001"), "until a dump of 2024r2.001 or later"),
        (("--until-escalation",), "until it is seen more than 3 times as often as usual"),
    ):
        assert told in run("mute", "1", *end, "--by", "Ann", "--why", "known").output
        assert run("reopen", "1", "--by", "Ann").exit_code == 0
    for refused in (("--by", "Ann"), ("--until", "2000-01-01", "--by", "Ann")):
        assert isinstance(run("mute", "1", *refused).exception, LifeStepRefused)


def test_a_reason_is_kept_without_secrets() -> None:
    learn(FIRST)
    run("resolve", "1", "--version", "2024r2.1", "--by", "Ann", "--why", "log on with password=Geheim123")
    assert "Geheim123" not in run("show", "1", "--json").output


def test_solutions_are_added_edited_verified_and_withdrawn() -> None:
    learn(FIRST)
    added = run("add-solution", "1", "Clear the cache.", "--from-ai", "--by", "assistant").output
    assert "solution 2 of pattern 1: Proposed by AI, verified by nobody: Clear the cache." in added
    assert "Proposed: Clear the cache." in run("verify-solution", "2", "--by", "Ann").output
    changed = ("--steps", "Stop\nStart", "--link", "https://a.example/1", "--by", "Ann")
    assert run("edit-solution", "2", *changed).exit_code == 0
    shown = run("show", "1").output
    assert "    Stop\n    Start\n    https://a.example/1\n" in shown
    assert run("edit-solution", "2", "--description", "Clear it.", "--link", "", "--by", "Ann").exit_code == 0
    assert "withdrawn by Bob" in run("withdraw-solution", "2", "--by", "Bob").output
    assert "Clear it." not in run("show", "1").output
    assert "withdrawn" not in run("withdraw-solution", "2", "--back", "--by", "Bob").output
    assert "Stop" in run("show", "1").output
    assert isinstance(run("edit-solution", "2", "--link", "ftp://x", "--by", "Ann").exception, SolutionRefused)


def test_analyze_says_where_a_fix_is() -> None:
    def analyze(name: str, *options: str) -> Result:
        return CliRunner().invoke(commands, ["analyze", str(SAMPLES_DIR / name), *options])

    saved = analyze(FIRST, "--save", "--validator", "Ann", "--verdict", "right", "--fixed-in", "2024r2.000.020")
    assert "The pattern is resolved in 2024r2.000.020, for the line 2024r2." in saved.output
    (told,) = json.loads(analyze(SECOND, "--json").stdout)
    assert (told["status"], told["fixes"]) == ("resolved", ["2024r2.000.020"])
    assert (told["release"]["place"], told["release"]["is_back"]) == ("before_the_fix", False)
    sentence = "Your version 2024r2.000.012 is older than the fix: upgrade to 2024r2.000.020."
    assert told["card"]["release"] == sentence
    assert sentence in analyze(SECOND).output
    assert analyze(SECOND, "--fixed-in", "2024r2.000.020").exit_code == 2
    (new,) = json.loads(analyze(OTHER, "--json").stdout)
    assert (new["status"], new["fixes"], new["release"]) == (None, [], None)
