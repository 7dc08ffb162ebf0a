"""Groups, bridges, root causes and the layout of a small network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import networkx as nx
import numpy as np
import pytest

from crash_knowledge.network.evidence import Neighbours, Together, to_plain
from crash_knowledge.network.figures import figures, poisson_interval
from crash_knowledge.network.layout import layout, revision_of, stored_layout
from crash_knowledge.store import Store
from crash_knowledge.store.layouts import LAYOUTS_KEPT
from crash_knowledge.store.relations import Graph, GraphPattern, Relation, RelationKind
from tests.store.builders import NOON

TRIANGLES = [(1, 2), (2, 3), (1, 3), (4, 5), (5, 6), (4, 6), (3, 4)]


def graph(pairs: Iterable[tuple[int, int]], patterns: int = 7) -> Graph:
    return Graph(
        tuple(
            GraphPattern(one, f"Pattern {one}", "new", None, 100 - one, NOON, NOON) for one in range(1, patterns + 1)
        ),
        tuple(
            relation(number, "related_to", one, other, Neighbours(0.9, 3))
            for number, (one, other) in enumerate(pairs, 1)
        ),
    )


def relation(number: int, kind: RelationKind, source: int, target: int, evidence: Together | Neighbours) -> Relation:
    return Relation(number, source, target, kind, 0.9, "inferred", to_plain(evidence), NOON, NOON)


def led(together: int, by_chance: float) -> Together:
    return Together(30, "source", 50, together, together, 0, by_chance, together, ("North",), 5.0, 0.001, 0.001)


def test_groups_and_the_patterns_between_them() -> None:
    found = figures(graph(TRIANGLES))
    assert [one.pattern_ids for one in found.communities] == [(1, 2, 3), (4, 5, 6)]
    assert found.communities[0].sentence == (
        "3 patterns with 3 relations among each other, most frequent of them “Pattern 1” (99 crashes)."
    )
    assert {one.pattern_id for one in found.bridges} == {3, 4}
    assert found.bridges[0].sentence == (
        "“Pattern 3” joins 2 groups: 40% of the shortest ways between any two patterns lead over it."
    )


def test_root_causes_are_ranked_by_what_they_lead_to() -> None:
    causes = (
        relation(1, "causes", 1, 2, led(30, 2.0)),
        relation(2, "causes", 1, 3, led(12, 0.5)),
        relation(3, "causes", 3, 4, led(9, 0.0)),
        relation(4, "co_occurs", 5, 6, led(90, 0.0)),
    )
    found = figures(replace(graph([]), relations=causes)).root_causes
    assert [(one.pattern_id, one.leads_to, one.in_the_end, one.is_first) for one in found] == [
        (1, (2, 3), 3, True),
        (3, (4,), 1, False),
    ]
    low, high = poisson_interval(42)
    assert (found[0].failures, found[0].at_least, found[0].at_most) == (39.5, low - 2.5, high - 2.5)
    assert found[0].sentence == (
        "“Pattern 1” brought about 40 failures of 2 other patterns (28 to 54 with 95 % certainty, chance taken off); "
        "3 patterns in the end; nothing known leads to it."
    )
    assert "other patterns lead to it." in found[1].sentence


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (10, 4.795, 18.390), (100, 81.364, 121.627)])
def test_the_interval_of_a_count(count: int, low: float, high: float) -> None:
    """Values of Garwood's table."""
    assert poisson_interval(count) == pytest.approx((low, high), abs=0.001)


def test_an_empty_network_has_no_figures() -> None:
    found = figures(Graph((), ()))
    assert (found.communities, found.bridges, found.root_causes) == ((), (), ())
    assert layout(Graph((), ())) == {}


def test_the_layout_is_the_same_every_time_and_keeps_groups_apart() -> None:
    cliques = nx.connected_caveman_graph(8, 10)
    many = graph([(one + 1, other + 1) for one, other in cliques.edges], patterns=85)
    places = layout(many)
    assert places == layout(many)
    assert set(places) == {one.id for one in many.patterns}
    at = np.array([places[one] for one in range(1, 81)]).reshape(8, 10, 2)
    centres = at.mean(axis=1)
    widest = np.linalg.norm(at - centres[:, None], axis=2).max()
    nearest = min(np.linalg.norm(one - other) for k, one in enumerate(centres) for other in centres[:k])
    assert nearest > widest
    distances = np.linalg.norm(at.reshape(-1, 2)[:, None] - at.reshape(-1, 2)[None], axis=2) + np.eye(80)
    assert distances.min() > 0.01


def test_a_layout_is_kept_for_its_revision(store: Store) -> None:
    small, other = graph(TRIANGLES), graph(TRIANGLES[:-1])
    assert revision_of(small) == revision_of(replace(small, relations=small.relations[::-1]))
    assert revision_of(small) != revision_of(other)
    places = stored_layout(store, small, NOON)
    with store.transaction() as unit:
        unit.layouts.put(revision_of(small), {1: (0.0, 0.0)}, NOON)
    assert stored_layout(store, small, NOON + timedelta(days=1)) == places
    for number in range(LAYOUTS_KEPT):
        with store.transaction() as unit:
            unit.layouts.put(f"later {number}", {}, NOON + timedelta(days=2 + number))
    with store.reading() as unit:
        assert unit.layouts.get(revision_of(small)) is None
        assert unit.layouts.get("later 0") == {}
