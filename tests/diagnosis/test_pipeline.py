"""The pipeline goes on when a rule fails, and has something to say of any dump without raising."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from crash_knowledge.diagnosis import RULES, Finding, diagnose, user_action
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.reading import read_dumps

EMPTY = b"==2024/4/2==16:10:30==BEGIN RUNTIME DIAGNOSTIC DUMP\n==2024/4/2==16:10:30==END RUNTIME DIAGNOSTIC DUMP\n"


def fails(dump: Dump) -> Iterable[Finding]:
    """Always fails."""
    raise KeyError("secret")


def speaks(dump: Dump) -> Iterable[Finding]:
    """Always speaks."""
    yield Finding("speaks", "health", "Here I am", "certain", (1,))


def test_a_failing_rule_becomes_a_note_and_the_others_go_on() -> None:
    (dump,) = read_dumps(EMPTY).dumps
    diagnosis = diagnose(dump, [fails, speaks])
    assert [finding.rule for finding in diagnosis.findings] == ["speaks"]
    (note,) = diagnosis.notes
    assert note.what == "The diagnosis rule 'fails' failed (KeyError) and said nothing"
    assert note.level == "error"


def test_an_empty_dump() -> None:
    (dump,) = read_dumps(EMPTY).dumps
    diagnosis = diagnose(dump)
    assert [finding.rule for finding in diagnosis.findings] == ["no_census"]
    assert diagnosis.notes == ()
    assert user_action(diagnosis) is None


def test_a_dump_that_ends_in_its_header() -> None:
    (dump,) = read_dumps(EMPTY.split(b"\n")[0] + b"\nWhats'On User: x").dumps
    assert diagnose(dump).notes == ()


def test_every_rule_is_documented_and_has_a_name_of_its_own() -> None:
    assert all(rule.__doc__ and rule.__doc__.endswith((".", "\n    ")) for rule in RULES)
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("path", sorted(SAMPLES_DIR.glob("*.txt")), ids=lambda path: path.name)
def test_no_rule_fails_on_a_bundled_sample(path: Path) -> None:
    for dump in read_dumps(path.read_bytes()).dumps:
        diagnosis = diagnose(dump)
        assert diagnosis.notes == ()
        assert diagnosis.findings
        assert {finding.rule for finding in diagnosis.findings} <= {rule.__name__ for rule in RULES}
