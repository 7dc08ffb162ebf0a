"""Whether the fix of a resolved pattern is in the version that crashed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crash_knowledge.releases import standing
from crash_knowledge.store.records import Pattern, PatternStatus
from crash_knowledge.wcr.version import split_version

WHEN = datetime(2025, 1, 14, tzinfo=UTC)


def pattern(status: PatternStatus, fixed_in: str | None) -> Pattern:
    return Pattern(
        id=1,
        source="crash",
        pattern_name="A crash",
        error_type="crash",
        error_category=None,
        cause_of_dump="",
        stack_signature="",
        status=status,
        merged_into_id=None,
        resolved_in_version=fixed_in,
        occurrence_count=1,
        first_seen=WHEN,
        last_seen=WHEN,
        confidence_score=0.5,
        validation_count=0,
        false_positive_count=0,
        prevention_strategies=(),
        severity=None,
        version=1,
    )


@pytest.mark.parametrize("status", ["new", "ongoing", "muted"])
def test_what_was_never_resolved_has_no_standing(status: PatternStatus) -> None:
    assert standing(pattern(status, None), split_version("2024r1.000.001")) is None


@pytest.mark.parametrize(
    ("fixed_in", "version", "is_back"),
    [
        ("2024r1.000.002", "2024r1.000.002", True),
        ("2024r1.000.002", "2024r1.000.001", False),
        ("2024r1.000.002", "2024r1.000.002a", True),
        ("2024r1.000.002b", "2024r1.000.002a", False),
        ("2024r1.001.000", "2024r1.000.044", False),
        ("2024r2.000.001", "2023r10.000.044", False),
        ("2023r8.000.001", "2023r10.000.001", True),
        ("2023r10.000.001", "2023r8.009.009", False),
        ("summer release", "2024r1.000.001", False),
        ("2024r1.000.002", "unknown", False),
    ],
)
def test_a_crash_is_back_from_the_version_of_the_fix_on(fixed_in: str, version: str, is_back: bool) -> None:
    found = standing(pattern("resolved", fixed_in), split_version(version))
    assert found is not None
    assert found.is_back is is_back
    assert fixed_in in found.sentence


def test_without_a_version_nothing_is_claimed() -> None:
    found = standing(pattern("resolved", "2024r1.000.002"), None)
    assert found is not None
    assert (found.is_back, "not known" in found.sentence) == (False, True)
