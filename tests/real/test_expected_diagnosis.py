"""The diagnosis of the ten real dumps against a reading by hand (``expected_diagnosis.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from crash_knowledge.diagnosis import RULES, Diagnosis, FactName, diagnose
from crash_knowledge.redaction import Redactor
from crash_knowledge.wcr.reading import read_dumps

EXPECTED = tomllib.loads((Path(__file__).parent / "expected_diagnosis.toml").read_text(encoding="utf-8"))["dump"]
FACT_TABLES = ("cause", "surroundings")


@cache
def diagnosis_of(path: Path) -> Diagnosis:
    (dump,) = read_dumps(path.read_bytes(), path.name).dumps
    return diagnose(Redactor(bytes(range(32))).redact(dump).dump)


def test_every_real_dump_was_read_by_hand(real_dumps: Path) -> None:
    assert sorted(expected["file"] for expected in EXPECTED) == sorted(path.name for path in real_dumps.glob("*.txt"))


def test_the_reading_names_only_facts_and_rules_that_exist() -> None:
    rules = {rule.__name__ for rule in RULES}
    for expected in EXPECTED:
        for table in FACT_TABLES:
            assert set(expected.get(table, {})) <= set(get_args(FactName)), expected["file"]
        assert set(expected.get("says", {})) | set(expected.get("silent", [])) <= rules, expected["file"]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected["file"])
def test_facts(real_dumps: Path, expected: dict[str, Any]) -> None:
    diagnosis = diagnosis_of(real_dumps / expected["file"])
    assert diagnosis.notes == ()
    read = {name: tuple(values) for table in FACT_TABLES for name, values in expected.get(table, {}).items()}
    assert {name: diagnosis.values(name) for name in read} == read


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: expected["file"])
def test_sentences(real_dumps: Path, expected: dict[str, Any]) -> None:
    diagnosis = diagnosis_of(real_dumps / expected["file"])
    for rule, words in expected.get("says", {}).items():
        sentences = [finding.sentence for finding in diagnosis.findings if finding.rule == rule]
        assert any(in_order(words, sentence) for sentence in sentences), (rule, sentences)
    assert {finding.rule for finding in diagnosis.findings} & set(expected["silent"]) == set()


def in_order(words: list[str], sentence: str) -> bool:
    position = 0
    for word in words:
        position = sentence.find(word, position)
        if position < 0:
            return False
        position += len(word)
    return True
