from __future__ import annotations

import numpy as np
import pytest

from crash_knowledge.network.coincidence import Coincidences, Counts, Pairs
from crash_knowledge.network.direction import directions

SHORT_NOTHING = (0, 0)


def coincidence(after: int, before: int, expected: float, short: tuple[int, int]) -> Coincidences:
    def counts(later: int, earlier: int, chance: float) -> Counts:
        one = [np.array([float(value)]) for value in (50, later + earlier, later, earlier, chance, later + earlier)]
        return Counts(*one)

    place = np.array([0])
    return Coincidences(
        pairs=Pairs(place, place + 1),
        window=np.array([21_600]),
        counts=counts(after, before, expected),
        q_value=np.array([0.001]),
        short=counts(*short, 0.1),
    )


@pytest.mark.parametrize(
    ("after", "before", "expected", "short", "told"),
    [
        (12, 1, 0.5, SHORT_NOTHING, "leads"),
        (1, 12, 0.5, SHORT_NOTHING, "follows"),
        (4, 0, 0.1, SHORT_NOTHING, "leads"),
        (3, 0, 0.1, SHORT_NOTHING, ""),
        (7, 2, 0.1, SHORT_NOTHING, ""),
        (30, 20, 1.0, SHORT_NOTHING, ""),
        (40, 17, 1.0, SHORT_NOTHING, ""),
        (40, 17, 20.0, SHORT_NOTHING, "leads"),
        (40, 8, 1.0, (12, 6), ""),
        (40, 8, 1.0, (12, 1), "leads"),
    ],
)
def test_an_order_needs_support(after: int, before: int, expected: float, short: tuple[int, int], told: str) -> None:
    found = directions(coincidence(after, before, expected, short))
    assert ("leads" if found.leads[0] else "") + ("follows" if found.follows[0] else "") == told


def test_how_sure_the_order_is() -> None:
    found = directions(coincidence(4, 0, 0.1, SHORT_NOTHING))
    assert found.p_value[0] == pytest.approx(1 / 16)
