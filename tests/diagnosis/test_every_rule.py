"""Every rule has a made-up dump that it speaks of, and every kind of cause one that it is found in."""

from __future__ import annotations

from functools import cache
from typing import get_args

import pytest

from crash_knowledge.diagnosis import RULES, Diagnosis, diagnose
from crash_knowledge.diagnosis.knowledge import KindOfCause
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.wcr.generator.variants import Variant, variants
from crash_knowledge.wcr.reading import read_dumps

VARIANTS = list(variants())


@cache
def diagnoses() -> tuple[Diagnosis, ...]:
    """Of all variants, and of the bundled samples, which are generated too."""
    contents = [variant.content for variant in VARIANTS]
    contents += [path.read_bytes() for path in sorted(SAMPLES_DIR.glob("*.txt"))]
    return tuple(diagnose(dump) for content in contents for dump in read_dumps(content).dumps)


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_a_generated_dump_makes_the_rule_speak(rule: str) -> None:
    assert any(finding.rule == rule for diagnosis in diagnoses() for finding in diagnosis.findings)


@pytest.mark.parametrize("kind", get_args(KindOfCause))
def test_a_generated_dump_has_this_kind_of_cause(kind: str) -> None:
    assert any(diagnosis.value("kind_of_cause") == kind for diagnosis in diagnoses())


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_no_rule_fails_on_a_variant_and_every_line_is_in_the_file(variant: Variant) -> None:
    lines = variant.content.decode().split("\n")
    (dump,) = read_dumps(variant.content).dumps
    diagnosis = diagnose(dump)
    assert diagnosis.notes == ()
    for finding in diagnosis.findings:
        assert all(lines[line - 1].strip() for line in finding.lines), finding


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9])
def test_no_rule_fails_on_a_variant_that_was_cut_off(share: float) -> None:
    for variant in VARIANTS:
        content = variant.content
        for dump in read_dumps(content[: int(len(content) * share)]).dumps:
            assert diagnose(dump).notes == (), variant.name


def test_a_rule_does_not_speak_of_every_dump() -> None:
    """A rule without the right to say nothing would be noise; kind and code are what every crash has."""
    for rule in {rule.__name__ for rule in RULES} - {"kind_of_cause", "whose_code"}:
        assert not all(any(f.rule == rule for f in diagnosis.findings) for diagnosis in diagnoses()), rule


def test_two_variants_of_one_name_would_be_one_too_many() -> None:
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
