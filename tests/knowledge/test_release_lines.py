"""Which versions have a fix: the rule by which a crash is back, or only old."""

from __future__ import annotations

import pytest

from crash_knowledge.knowledge.release_lines import Place, reaches, release, stands

CASES: list[tuple[str, list[str], Place, str | None]] = [
    # the version of the fix, and its neighbours
    ("2024r1.000.002", ["2024r1.000.002"], "fixed", "2024r1.000.002"),
    ("2024r1.000.001", ["2024r1.000.002"], "before_the_fix", "2024r1.000.002"),
    ("2024r1.000.003", ["2024r1.000.002"], "fixed", "2024r1.000.002"),
    ("2024r1.000.010", ["2024r1.000.009"], "fixed", "2024r1.000.009"),
    ("2024r1.000.9", ["2024r1.000.010"], "before_the_fix", "2024r1.000.010"),
    # patch letters
    ("2024r1.000.002a", ["2024r1.000.002"], "fixed", "2024r1.000.002"),
    ("2024r1.000.002", ["2024r1.000.002a"], "before_the_fix", "2024r1.000.002a"),
    ("2024r1.000.002a", ["2024r1.000.002b"], "before_the_fix", "2024r1.000.002b"),
    ("2024r1.000.002B", ["2024r1.000.002b"], "fixed", "2024r1.000.002b"),
    ("2024r1.000.003", ["2024r1.000.002z"], "fixed", "2024r1.000.002z"),
    # minor
    ("2024r1.001.000", ["2024r1.000.044"], "fixed", "2024r1.000.044"),
    ("2024r1.000.044", ["2024r1.001.000"], "before_the_fix", "2024r1.001.000"),
    ("2024r1.010.000", ["2024r1.009.000"], "fixed", "2024r1.009.000"),
    ("2024r1.002.001", ["2024r1.002"], "fixed", "2024r1.002"),
    ("2024r1.001.099", ["2024r1.002"], "before_the_fix", "2024r1.002"),
    ("2024r1", ["2024r1.002"], "before_the_fix", "2024r1.002"),
    # other lines
    ("2023r8.001.042", ["2024r1.002"], "earlier_line", "2024r1.002"),
    ("2023r8.009.009", ["2023r10.000.001"], "earlier_line", "2023r10.000.001"),
    ("2023r10.000.001", ["2023r8.000.001"], "later_line", "2023r8.000.001"),
    ("2024r2.000.001", ["2024r1.002"], "later_line", "2024r1.002"),
    ("2025r1.000.000", ["2023r8.044", "2024r1.002"], "later_line", "2024r1.002"),
    # several fixes
    ("2023r8.001.042", ["2023r8.001.044", "2024r1.002"], "before_the_fix", "2023r8.001.044"),
    ("2023r8.001.044", ["2023r8.001.044", "2024r1.002"], "fixed", "2023r8.001.044"),
    ("2024r1.001.999", ["2023r8.001.044", "2024r1.002"], "before_the_fix", "2024r1.002"),
    ("2023r9.000.001", ["2023r8.001.044", "2024r1.002"], "later_line", "2023r8.001.044"),
    ("2022r1.000.001", ["2024r1.002", "2023r8.001.044"], "earlier_line", "2023r8.001.044"),
    ("2024r1.003", ["2024r1.002", "2024r1.005"], "before_the_fix", "2024r1.005"),
    ("2024r1.005", ["2024r1.005", "2024r1.002"], "fixed", "2024r1.005"),
    # builds
    ("2024r1.000.001.22", ["2024r1.000.001.22"], "fixed", "2024r1.000.001.22"),
    ("2024r1.000.001.21", ["2024r1.000.001.22"], "before_the_fix", "2024r1.000.001.22"),
    ("2024r1.000.001.9", ["2024r1.000.001.10"], "before_the_fix", "2024r1.000.001.10"),
    ("2024r1.000[BRX].001.23", ["2024r1.000.001.22"], "fixed", "2024r1.000.001.22"),
    ("2024r1.000.001", ["2024r1.000.001.22"], "unknown_version", "2024r1.000.001.22"),
    ("2024r1.000.001.1", ["2024r1.000.001"], "fixed", "2024r1.000.001"),
    ("2024r1.000.002", ["2024r1.000.001.22"], "fixed", "2024r1.000.001.22"),
    # what cannot be compared
    ("unknown", ["2024r1.002"], "unknown_version", "2024r1.002"),
    ("", ["2024r1.002"], "unknown_version", "2024r1.002"),
    ("2024.1.002", ["2023r8.001", "2024r1.002"], "unknown_version", "2024r1.002"),
    ("2024r1.002-beta", ["2024r1.002"], "unknown_version", "2024r1.002"),
    ("2024r1.002", [], "unknown_version", None),
    ("2024r1.002", ["summer release"], "unknown_version", None),
    ("2024r1.002", ["summer release", "2024r1.001"], "fixed", "2024r1.001"),
]


@pytest.mark.parametrize(("version", "fixed_in", "place", "fix"), CASES)
def test_where_a_version_stands(version: str, fixed_in: list[str], place: Place, fix: str | None) -> None:
    fixes = [one for one in map(release, fixed_in) if one is not None]
    stand = stands(release(version), fixes)
    assert (stand.place, stand.fix.text if stand.fix else None) == (place, fix)


@pytest.mark.parametrize(("version", "fixed_in", "place", "fix"), CASES)
def test_the_order_of_the_fixes_does_not_matter(version: str, fixed_in: list[str], place: Place, fix: str) -> None:
    fixes = [one for one in map(release, reversed(fixed_in)) if one is not None]
    assert stands(release(version), fixes).place == place


@pytest.mark.parametrize(
    ("version", "build", "number"),
    [
        ("2024r1.000.001", "2024r1.000[BRX].001.1", 1),
        ("2024r1.000.001", "2024r1.000.001.22", 22),
        ("2024r1.000.001", "2024r1.000[BRX].001", None),
        ("2024r1.000.001", None, None),
        ("2024r1.000.001", "a build of another form", None),
        ("2024r1.000.001", "2023r8.000.001.7", None),
    ],
)
def test_the_build_belongs_to_its_version(version: str, build: str | None, number: int | None) -> None:
    found = release(version, build)
    assert found is not None
    assert (found.line_text, found.build) == ("2024r1", number)


@pytest.mark.parametrize(
    ("version", "bound", "reached"),
    [
        ("2024r1.002", "2024r1.002", True),
        ("2024r2.000", "2024r1.002", True),
        ("2023r8.044", "2024r1.002", False),
        ("2024r1.000.001.3", "2024r1.000.001.4", False),
        ("2024r1.000.001", "2024r1.000.001.4", False),
        ("2024r1.000.001.4", "2024r1.000.001.4", True),
        ("unknown", "2024r1.002", False),
    ],
)
def test_a_version_reaches_a_bound_in_any_line(version: str, bound: str, reached: bool) -> None:
    wanted = release(bound)
    assert wanted is not None
    assert reaches(release(version), wanted) is reached
