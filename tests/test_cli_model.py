"""``crash-knowledge model``: what serves, and the steps from reviews to other weights and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from crash_knowledge import services
from crash_knowledge.cli import commands
from crash_knowledge.store.decision_models import ModelBase, NewModel
from tests.knowledge.judged import BEGIN, Shown, judge, miscalibrated, repeated


def run(*args: str) -> Result:
    return CliRunner().invoke(commands, ["model", *args], catch_exceptions=True)


def status() -> list[str]:
    result = run("status")
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()[1:]


def test_before_any_review() -> None:
    assert status() == [
        "Decision: the shipped weights serve.",
        "Recalibrating: 0 judged verdicts of the weights in use; 50 more are needed.",
        "Refitting: 0 judged crashes; 300 more are needed.",
        "Not enough reviews: no verdict was judged yet.",
    ]


def test_the_text_model_is_named_too() -> None:
    assert "MiniLM" in run("status").stdout.splitlines()[0]


def test_recalibrate_and_back() -> None:
    judge(services.open_store(), miscalibrated(300, -1.0, 0.6))
    made = run("recalibrate", "--by", "Ann")
    assert (made.exit_code, made.stdout) == (0, "")
    checked, serves = made.stderr.splitlines()
    assert checked.startswith("Checked on the last 60 judged verdicts: log loss 0.")
    assert serves.startswith("Version 2 (recalibrated, 300 judged, ")
    assert f"{datetime.now(UTC):%Y-%m-%d}" in status()[0]
    assert status()[0].endswith(" UTC, by Ann.")
    assert status()[1].strip() == checked.replace("on the last 60", "on 60")
    assert "Recalibrating: 300 judged verdicts of the weights in use; possible now." in status()
    back = run("rollback", "--by", "Ben")
    assert back.stderr == "Version 1 (the shipped weights) serves again.\n"
    log = [line.split("UTC  ")[1] for line in status() if "UTC  " in line]
    assert log == [
        "rollback: version 1, by Ben",
        "recalibrate: version 2, by Ann",
        "shipped: version 1, by the program",
    ]
    again = run("rollback", "--by", "Ben", "--to", "2")
    assert again.stderr.startswith("Version 2 (recalibrated, ")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("recalibrate", "Recalibrating needs 50 judged verdicts; there are 3, so 47 are missing."),
        ("refit", "Refitting needs 300 judged verdicts; there are 3, so 297 are missing."),
        ("rollback", "There is no earlier version to go back to."),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(command: str, told: str) -> None:
    judge(services.open_store(), miscalibrated(3, -1.0, 0.6))
    before = status()
    result = run(command, "--by", "Ann")
    assert result.exit_code == 1
    assert str(result.exception) == told
    assert status() == before


@pytest.mark.parametrize("command", ["recalibrate", "refit", "rollback"])
def test_a_step_needs_somebody_who_takes_it(command: str) -> None:
    result = run(command)
    assert result.exit_code == 2
    assert "--by" in result.stderr


def test_a_version_of_another_program_is_told() -> None:
    other = ModelBase("other weights", "other features")
    with services.open_store().transaction() as unit:
        unit.decision_models.add(NewModel("recalibrated", None, {}, other, 60, 50, {}), "recalibrate", "Ann", BEGIN)
    assert status()[0] == (
        "Decision: the shipped weights serve. Version 1 (recalibrated, 60 judged, 50 right) is not used: "
        "it was made for other shipped weights or features than those of this program."
    )


def test_demo_knowledge_is_told_apart() -> None:
    judge(services.open_store().as_demo(), repeated([(Shown("exact", 0.99, True), 70)]))
    lines = status()
    assert "70 judged verdicts are demo knowledge and teach the decision nothing." in lines
    assert "Recalibrating: 0 judged verdicts of the weights in use; 50 more are needed." in lines
