"""Memory: how full, what was asked, what grew, which limits."""

from __future__ import annotations

import pytest

from crash_knowledge.wcr.description import ExceptionText
from tests.diagnosis.described import block, described, facts, findings, memory, said, shown

LOW_SPACE = {
    "cause": "Emergency: No Space Left.",
    "exception": ExceptionText("LowSpaceInterrupt", "No Space Left", "nil"),
}


def test_memory_full_tells_the_amounts() -> None:
    finding = said(described(memory=memory(471_000), **LOW_SPACE), "memory_full")
    assert finding.sentence == "Memory was full: 460 MB of 512 MB used (90 %)"
    assert facts(finding) == {"memory_used_mb": ["460"], "memory_limit_mb": ["512"]}


@pytest.mark.parametrize(("total_kb", "speaks"), [(471_860, True), (471_000, False)])
def test_memory_nearly_full_begins_at_ninety_percent(total_kb: int, speaks: bool) -> None:
    found = findings(described(memory=memory(total_kb)), "memory_full")
    assert [finding.confidence for finding in found] == (["certain"] if speaks else [])


def test_a_request_that_was_too_large_and_who_made_it() -> None:
    dump = described(
        ("ByteArray class(Behavior)>>basicNew:", "MediaGeniX.Settings>>packed"),
        exception=ExceptionText("AllocationFailure", "x", "#basicNew: (158614803)"),
        memory=memory(400_000),
    )
    finding = said(dump, "too_large_request")
    assert finding.sentence == (
        "An object of 151 MB could not be made (a ByteArray, for Settings>>packed): 391 MB of 512 MB were in use"
    )
    assert facts(finding) == {"memory_asked_mb": ["151"], "memory_used_mb": ["391"], "memory_limit_mb": ["512"]}


def test_a_request_without_a_number_says_nothing() -> None:
    exception = ExceptionText("AllocationFailure", "x", "nil")
    assert findings(described(exception=exception, memory=memory(400_000)), "too_large_request") == []


@pytest.mark.parametrize(
    ("config_kb", "sentence"),
    [
        (262_144, "The configuration file sets a memory limit of 256 MB, but the program runs with one of 512 MB"),
        (524_288, None),
        (None, None),
    ],
)
def test_another_limit_than_the_file_sets(config_kb: int | None, sentence: str | None) -> None:
    found = findings(described(memory=memory(100_000, config_kb=config_kb)), "memory_limit_differs")
    assert [finding.sentence for finding in found] == ([sentence] if sentence else [])


@pytest.mark.parametrize(
    ("total_kb", "old", "speaks"), [(511_607, 99.07, True), (511_607, 90.0, False), (200_000, 99.07, False)]
)
def test_a_full_space(total_kb: int, old: float, speaks: bool) -> None:
    found = findings(described(memory=memory(total_kb, old=old)), "full_space")
    expected = "The space for old objects was full (470 MB, 99 %); the garbage collector was marking"
    assert [finding.sentence for finding in found] == ([expected] if speaks else [])


def test_what_grew_and_where_it_stands() -> None:
    census = (("Array", 900_000, 900_000), ("MediaGeniX.CostDefinition", 50_000, 3_000_000), ("Other", 10, 6_100_000))
    dump = described(memory=memory(500_000), census=census)
    finding = said(dump, "grown_classes")
    assert finding.sentence == (
        "What grew in memory: Other takes 61 % of all bytes (10 objects) and "
        "CostDefinition takes 30 % of all bytes (50,000 objects)"
    )
    assert facts(finding) == {"memory_grew": ["Other", "CostDefinition"]}
    assert shown(dump, finding) == ["Other\t10\t6100000", "MediaGeniX.CostDefinition\t50000\t3000000"]


@pytest.mark.parametrize(
    ("total_kb", "array_bytes", "grew"),
    [
        (500_000, 2_700_000, []),
        (500_000, 2_900_000, ["Array"]),
        (200_000, 2_900_000, []),
    ],
)
def test_an_ordinarily_large_class_has_grown_at_three_times_its_share(
    total_kb: int, array_bytes: int, grew: list[str]
) -> None:
    """Of 10,000,000 bytes; the rest are many small classes. Array ordinarily takes 9.4 %."""
    rest = tuple((f"Small{number}", 10, (10_000_000 - array_bytes) // 40) for number in range(40))
    found = findings(described(memory=memory(total_kb), census=(("Array", 9, array_bytes), *rest)), "grown_classes")
    assert [value for finding in found for value in facts(finding)["memory_grew"]] == grew


@pytest.mark.parametrize(("count", "speaks"), [("18502120", True), ("999999", False), ("nil", False)])
def test_a_runaway_counter(count: str, speaks: bool) -> None:
    transaction = block(1, "MediaGeniX.T3Transaction>>do:", "a MediaGeniX.T3Transaction", cacheInvalidationCount=count)
    dump = described(frame_blocks=(transaction,))
    found = findings(dump, "runaway_counter")
    assert [finding.sentence for finding in found] == (
        ["A transaction threw its caches away 18,502,120 times: probably the same work was done over and over"]
        if speaks
        else []
    )
    assert all("cacheInvalidationCount" in line for finding in found for line in shown(dump, finding))
