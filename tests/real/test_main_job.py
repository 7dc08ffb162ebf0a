"""The main job on the real dumps: a reviewed crash is known the next time, and ten dumps are eight patterns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crash_knowledge import services
from crash_knowledge.cli import commands

SOLUTION = "Correct the configuration of the day."
PAIRS = [
    ("WCR_16-4_11-40-58.txt", "WCR_16-4_11-48-23.txt"),
    ("WCR_2-4_16-2-37.txt", "WCR_2-4_16-10-30.txt"),
]
"""Dumps of the same crash, the first one first."""


def analyze(*args: str) -> list[dict]:
    result = CliRunner().invoke(commands, ["analyze", *args, "--json"])
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def paths(folder: Path, names) -> list[str]:
    return [str(folder / name) for name in names]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
@pytest.mark.parametrize("reverse", [False, True], ids=["in order", "in reverse"])
def test_a_reviewed_crash_is_known_with_its_solution(real_dumps: Path, pair, reverse: bool) -> None:
    first, second = paths(real_dumps, reversed(pair) if reverse else pair)
    (saved,) = analyze(first, "--save", "--validator", "Ann", "--verdict", "right", "--solution", SOLUTION)
    assert saved["is_new"] is True
    (verdict,) = analyze(second)
    assert (verdict["is_new"], verdict["pattern_id"], verdict["level"]) == (False, saved["pattern_id"], "exact")
    assert verdict["confidence"] > 0.95
    (solution,) = verdict["solutions"]
    assert (solution["description"], solution["success_count"]) == (SOLUTION, 1)
    text = CliRunner().invoke(commands, ["analyze", second]).stdout
    assert f"  What helped: {SOLUTION} (worked once, last today on " in text


@pytest.mark.parametrize("reverse", [False, True], ids=["by name", "in reverse"])
def test_ten_dumps_are_eight_patterns(real_dumps: Path, reverse: bool) -> None:
    names = sorted((path.name for path in real_dumps.iterdir()), reverse=reverse)
    verdicts = analyze(*paths(real_dumps, names), "--save")
    pattern_of = {Path(verdict["file"]).name: verdict["pattern_id"] for verdict in verdicts}
    assert len(pattern_of) == 10
    assert len(set(pattern_of.values())) == 8
    assert all(pattern_of[first] == pattern_of[second] for first, second in PAIRS)
    with services.open_store().reading() as unit:
        assert sorted(pattern.occurrence_count for pattern in unit.patterns.list()) == [1] * 6 + [2] * 2
    assert services.open_store().verify() == ()


def test_reading_them_again_knows_every_one_as_stored(real_dumps: Path) -> None:
    files = paths(real_dumps, sorted(path.name for path in real_dumps.iterdir()))
    saved = analyze(*files, "--save")
    again = analyze(*files)
    assert [verdict["stored_before"] for verdict in again] == [verdict["saved"]["crash_id"] for verdict in saved]
    assert [verdict["pattern_id"] for verdict in again] == [verdict["pattern_id"] for verdict in saved]
    assert {verdict["level"] for verdict in again} == {"exact"}
