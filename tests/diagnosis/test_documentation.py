"""Every rule is documented, and the document in the repository is the one that the rules write."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import RULES, diagnose
from crash_knowledge.diagnosis.documentation import FILE, KINDS, documentation_of, rules_markdown
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.reading import read_dumps


def test_the_document_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == rules_markdown(), "run: make docs"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_tells_what_it_says_when_and_how(rule) -> None:
    told = documentation_of(rule.__name__)
    assert told is not None
    assert told.says.endswith(".")
    assert '"' not in told.says.splitlines()[0]
    assert told.example is not None
    assert "Example" not in told.says
    assert f"### `{rule.__name__}`" in rules_markdown()


@pytest.mark.parametrize("file", sorted(SAMPLES_DIR.glob("*.txt")), ids=lambda file: file.name)
def test_a_finding_is_documented_under_its_kind(file) -> None:
    for dump in read_dumps(file.read_bytes()).dumps:
        for finding in diagnose(dump).findings:
            told = documentation_of(finding.rule)
            assert told is not None
            assert told.kind == finding.kind


def test_a_rule_that_does_not_exist_has_no_documentation() -> None:
    assert documentation_of("no_such_rule") is None


def test_kinds_stand_in_the_order_of_the_document() -> None:
    text = rules_markdown()
    places = [text.index(f"## {heading}\n") for heading in KINDS.values() if f"## {heading}\n" in text]
    assert places == sorted(places)
