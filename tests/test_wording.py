"""Sentences that page, terminal and files share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from crash_knowledge.knowledge.standing import Standing
from crash_knowledge.store.records import Solution
from crash_knowledge.wording import ago, listed, release_sentence, solution_label, solution_record

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (-1, "today"),
        (0, "today"),
        (0.4, "today"),
        (0.6, "yesterday"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (21, "3 weeks ago"),
        (59, "8 weeks ago"),
        (60, "2 months ago"),
        (729, "24 months ago"),
        (730, "2 years ago"),
    ],
)
def test_how_long_ago_is_told_in_the_largest_unit_of_which_there_are_two(days: float, told: str) -> None:
    assert ago(NOW - timedelta(days=days), NOW) == told


def test_days_are_those_of_utc() -> None:
    east = timezone(timedelta(hours=9))
    assert ago(datetime(2025, 2, 11, 1, tzinfo=east), NOW) == "today"


@pytest.mark.parametrize(
    ("names", "told"),
    [((), ""), (("A",), "A"), (("A", "B"), "A, B"), (("A", "B", "C"), "A, B and 1 more")],
)
def test_a_long_list_is_cut_and_counted(names: tuple[str, ...], told: str) -> None:
    assert listed(names, 2) == told


@pytest.mark.parametrize(
    ("worked", "failed", "told"),
    [
        (0, 0, "proposed, not tried yet"),
        (1, 0, "worked once"),
        (4, 0, "worked 4 times"),
        (0, 2, "failed twice"),
        (4, 1, "worked 4 of 5 times"),
    ],
)
def test_the_record_of_a_solution(worked: int, failed: int, told: str) -> None:
    assert solution_record(Solution(1, 1, "Restart.", worked, failed, None, NOW)) == told


RECORDED = datetime(2025, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "version", "line", "is_back", "again", "told"),
    [
        ("fixed", "2024r1.003", "2024r1", True, None, "Regressed: fixed in 2024r1.002, seen again in 2024r1.003."),
        (
            "fixed",
            "2024r1.003",
            "2024r1",
            False,
            None,
            "Fixed in 2024r1.002. This dump is of 2024r1.003, which has the fix, but it happened before the fix was "
            "recorded on 3 Mar 2025.",
        ),
        (
            "before_the_fix",
            "2024r1.001",
            "2024r1",
            False,
            "2024r1.004",
            "Your version 2024r1.001 is older than the fix: upgrade to 2024r1.002. It was seen again in 2024r1.004 "
            "since.",
        ),
        (
            "earlier_line",
            "2023r8.044",
            "2023r8",
            False,
            None,
            "Fixed in 2024r1.002, not in your 2023r8 line: ask for a back-port.",
        ),
        (
            "later_line",
            "2025r1.000",
            "2025r1",
            False,
            None,
            "Fixed in 2024r1.002; it is not known whether the fix is in line 2025r1.",
        ),
        (
            "unknown_version",
            "test release",
            None,
            False,
            None,
            "Fixed in 2024r1.002; this dump is of test release, so whether it has the fix is not known.",
        ),
        (
            "unknown_version",
            None,
            None,
            False,
            None,
            "Fixed in 2024r1.002; this dump does not tell its version, so whether it has the fix is not known.",
        ),
    ],
)
def test_what_a_version_says_of_the_fixes(place, version, line, is_back, again, told: str) -> None:
    standing = Standing(place, version, line, "2024r1.002", RECORDED, ("2024r1.002",), is_back, again)
    assert release_sentence(standing) == told


@pytest.mark.parametrize(
    ("worked", "failed", "origin", "verified_by", "told"),
    [
        (4, 1, "person", None, "What helped"),
        (0, 3, "person", None, "Did not help"),
        (0, 0, "person", None, "Proposed"),
        (0, 0, "ai", None, "Proposed by AI, verified by nobody"),
        (0, 0, "ai", "Ann", "Proposed"),
    ],
)
def test_a_failed_fix_is_called_failed_and_what_an_ai_wrote_by_its_name(
    worked: int, failed: int, origin, verified_by: str | None, told: str
) -> None:
    solution = Solution(1, 1, "Restart.", worked, failed, None, NOW, origin=origin, verified_by=verified_by)
    assert solution_label(solution) == told
