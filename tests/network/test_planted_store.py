"""The whole way from stored failures to relations, on a small store with every kind planted."""

from __future__ import annotations

import pytest

from benchmarks.relations import KINDS, measure


def test_every_kind_is_found_and_naive_counts_are_far_behind() -> None:
    found = measure(seed=1, patterns=400, events=20_000, null=False)
    for kind in KINDS:
        score = found["scores"][kind]
        assert score.precision >= 0.85, kind
        assert score.recall >= 0.6, kind
    assert found["confounded_flagged"] == 0
    assert found["naive"]["co_occurs"].precision < 0.1
    assert found["naive"]["causes"].precision < 0.1


@pytest.mark.parametrize("seed", [1, 2])
def test_of_nothing_planted_nothing_is_found(seed: int) -> None:
    found = measure(seed=seed, patterns=400, events=20_000, null=True)
    assert {kind: score.found for kind, score in found["scores"].items()} == dict.fromkeys(KINDS, 0)
