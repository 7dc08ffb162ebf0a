"""Sentences that page, terminal and files share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from crash_knowledge.store.records import Solution
from crash_knowledge.wording import ago, listed, solution_record

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
