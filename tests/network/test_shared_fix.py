from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crash_knowledge.network.shared_fix import same_cures
from crash_knowledge.store.relations import VerifiedSolution
from tests.store.builders import NOON


def solution(number: int, pattern_id: int, text: str, link: str | None = None) -> VerifiedSolution:
    return VerifiedSolution(number, pattern_id, text, link, NOON)


def embed(texts: Sequence[str]) -> np.ndarray:
    """Texts by their counts of the letters a, b and c."""
    rows = np.array([[text.count(letter) for letter in "abc"] for text in texts], dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


SOLUTIONS = [
    solution(1, 1, "aaab"),
    solution(2, 2, "aaac"),
    solution(3, 3, "ccc"),
    solution(4, 1, "aaab "),
    solution(5, 4, "b", "ticket 7"),
    solution(6, 5, "c", "ticket 7"),
    solution(7, 6, "AAAB"),
]


def pairs(cures) -> dict[tuple[int, int], tuple[float, str | None]]:
    return {(cure.one.pattern_id, cure.other.pattern_id): (round(cure.similarity, 2), cure.link) for cure in cures}


def test_solutions_that_read_alike_and_those_with_the_same_link() -> None:
    found = pairs(same_cures(SOLUTIONS, embed))
    assert found == {
        (1, 2): (0.9, None),
        (1, 6): (1.0, None),
        (2, 6): (0.9, None),
        (3, 5): (1.0, None),
        (4, 5): (1.0, "ticket 7"),
    }


def test_without_a_text_model_only_links_and_texts_count() -> None:
    assert pairs(same_cures(SOLUTIONS, None)) == {(1, 6): (1.0, None), (4, 5): (1.0, "ticket 7")}


def test_of_no_solutions_nothing_is_said() -> None:
    assert same_cures([], embed) == ()
