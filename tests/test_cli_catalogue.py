"""``pattern list``, ``pattern tag`` and ``crashes`` from outside."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.cli import commands
from crash_knowledge.errors import CorrectionRefused, UnknownRecord
from crash_knowledge.knowledge.related import related_patterns
from crash_knowledge.knowledge.review import Review
from crash_knowledge.settings import SAMPLES_DIR

NAMES = ("WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt", "WCR_22-2_4-12-9.txt")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments))


@pytest.fixture(autouse=True)
def known() -> None:
    analyzer = services.analyzer()
    for name in NAMES:
        for analysis in analyzer.analyze((SAMPLES_DIR / name).read_bytes(), name):
            analyzer.save(analyzer.rematch(analysis), Review("Ann", new_solution="Restart it."))


def ids(*arguments: str) -> list[int]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [one["id"] for one in json.loads(result.stdout)]


def test_patterns_are_searched_and_filtered() -> None:
    everything = ids("pattern", "list")
    assert len(everything) == 2
    assert ids("pattern", "list", "--search", "coversDate") == [1]
    assert ids("pattern", "list", "--search", "oversDat") == [1]
    assert ids("pattern", "list", "--search", '"oversDat"') == []
    assert ids("pattern", "list", "--customer", "Nobody") == []
    assert ids("pattern", "list", "--status", "ongoing", "--sort", "crashes") == [1]
    assert ids("pattern", "list", "--limit", "1") == everything[:1]
    assert ids("pattern", "list", "--limit", "1", "--offset", "1") == everything[1:]


def test_crashes_are_searched_and_filtered() -> None:
    assert len(ids("crashes", "list")) == 3
    assert ids("crashes", "list", "--search", "coversDate", "--sort", "first_seen") == [1, 2]
    assert ids("crashes", "list", "--until", "1999-01-01") == []
    listed = run("crashes", "list", "--counts")
    assert "status: ongoing 2, new 1" in listed.output
    assert NAMES[0] in listed.output


def test_one_crash_is_shown() -> None:
    shown = run("crashes", "show", "1").output
    assert "Verdict then: new" in shown
    assert "kind_of_cause" in shown
    assert json.loads(run("crashes", "show", "1", "--json").stdout)["file_name"] == NAMES[0]
    assert isinstance(run("crashes", "show", "99").exception, UnknownRecord)


def test_patterns_are_tagged_and_assigned() -> None:
    assert "2 patterns changed." in run("pattern", "tag", "On Air", "1", "2", "--by", "Ann").output
    assert "0 patterns changed." in run("pattern", "tag", "on air", "1", "--by", "Ann").output
    assert sorted(ids("pattern", "list", "--tag", "on air")) == [1, 2]
    assert "1 pattern changed." in run("pattern", "untag", "on air", "2", "--by", "Ann").output
    assert ids("pattern", "list", "--tag", "on air") == [1]
    run("pattern", "assign", "2", "--to", "Bob", "--by", "Ann")
    assert ids("pattern", "list", "--assignee", "Bob") == [2]
    assert "looked after by Bob" in run("pattern", "list").output
    run("pattern", "assign", "2", "--by", "Ann")
    assert ids("pattern", "list", "--assignee", "not known") == ids("pattern", "list")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("pattern", "tag", " , ", "1", "--by", "Ann"), CorrectionRefused),
        (("pattern", "tag", "x", "1", "--by", " "), CorrectionRefused),
        (("pattern", "tag", "x", "77", "--by", "Ann"), UnknownRecord),
    ],
)
def test_what_cannot_be_done_is_refused(arguments: tuple[str, ...], error: type[Exception]) -> None:
    assert isinstance(run(*arguments).exception, error)
    assert ids("pattern", "list", "--tag", "x") == []


def test_undoing_a_merge_gives_each_pattern_its_own_tags_again() -> None:
    run("pattern", "tag", "one", "1", "--by", "Ann")
    run("pattern", "tag", "other", "2", "--by", "Ann")
    run("pattern", "merge", "1", "--into", "2", "--by", "Ann")
    assert ids("pattern", "list", "--tag", "one") == ids("pattern", "list", "--tag", "other") == [2]
    run("pattern", "undo", "1", "--by", "Ann")
    assert (ids("pattern", "list", "--tag", "one"), ids("pattern", "list", "--tag", "other")) == ([1], [2])
    assert services.open_store().verify() == ()


def test_related_patterns_are_those_with_similar_stacks() -> None:
    analyzer = services.analyzer()
    for sample in sorted(SAMPLES_DIR.glob("*.txt")):
        for analysis in analyzer.analyze(sample.read_bytes(), sample.name):
            analyzer.save(analyzer.rematch(analysis), Review("Ann"))
    found = related_patterns(services.open_store(), 1)
    assert found
    assert 1 not in {one.pattern.id for one in found}
    assert all(0 < one.similarity <= 1 for one in found)
    assert [one.similarity for one in found] == sorted((one.similarity for one in found), reverse=True)
