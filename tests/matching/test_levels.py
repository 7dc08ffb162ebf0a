"""The bounds of the cascade hold strictly, and a hit that does not clear its bound falls through."""

import pytest

from crash_knowledge.matching.levels import BOUNDS, Found, carrying_level


def test_the_bounds() -> None:
    assert BOUNDS == {"exact": 0.95, "structural": 0.85, "semantic": 0.75, "fuzzy": 0.70}


@pytest.mark.parametrize(
    ("hits", "probability", "level"),
    [
        ((True, True, True), 0.96, "exact"),
        ((True, True, True), 0.95, "structural"),
        ((True, True, True), 0.85, "semantic"),
        ((True, True, True), 0.75, "fuzzy"),
        ((True, True, True), 0.70, "new"),
        ((True, False, False), 0.95, "fuzzy"),
        ((False, True, False), 0.99, "structural"),
        ((False, False, True), 0.99, "semantic"),
        ((False, False, False), 0.99, "fuzzy"),
        ((False, False, False), 0.5, "new"),
    ],
)
def test_the_level_that_carries(hits: tuple[bool, bool, bool], probability: float, level: str) -> None:
    assert carrying_level(Found(*hits), probability) == level
