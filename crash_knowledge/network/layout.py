"""Where the patterns of a graph are drawn: groups apart from each other, each group spread within its disc.

Communities are placed by a spring layout of the graph of communities, pushed apart until their discs do not overlap,
and each is laid out by a spring layout of its own. The same graph always gives the same places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from crash_knowledge.network.figures import SEED, communities, undirected
from crash_knowledge.store import Store
from crash_knowledge.store.relations import Graph

Floats = NDArray[np.float64]
Places = Mapping[int, tuple[float, float]]

LAYOUT_VERSION = 1
"""Of this way of laying out; layouts kept of another are made again."""

_GAP = 1.0
_PUSHES = 60
_ITERATIONS = 50
_ITERATIONS_WITHIN = 30
_GOLDEN_ANGLE = float(np.pi * (3.0 - np.sqrt(5.0)))
_LARGEST_SPRING = 1_200
"""A group of more patterns is laid out as a spiral, by id: springs would take minutes."""

_DECIMALS = 3


def revision_of(graph: Graph) -> str:
    """What the layout depends on, in short: the same patterns and relations have the same revision."""
    patterns = sorted(one.id for one in graph.patterns)
    related = sorted((one.source_id, one.target_id, one.kind, round(one.confidence, 3)) for one in graph.relations)
    return sha256(f"{LAYOUT_VERSION} {patterns} {related}".encode()).hexdigest()


def stored_layout(store: Store, graph: Graph, now: datetime) -> Places:
    """The layout of a graph, from the store where it was laid out before; else it is made and kept."""
    revision = revision_of(graph)
    with store.reading() as unit:
        known = unit.layouts.get(revision)
    if known is not None:
        return known
    places = layout(graph)
    with store.transaction() as unit:
        unit.layouts.put(revision, places, now)
    return places


def layout(graph: Graph) -> dict[int, tuple[float, float]]:
    """Pattern id -> x, y. Distances are about 1 between neighbours."""
    made = undirected(graph)
    groups = communities(made)
    if not groups:
        return {}
    radii = np.sqrt([float(len(group)) for group in groups])
    centres = _centres(made, groups, radii)
    places: dict[int, tuple[float, float]] = {}
    for group, centre, radius in zip(groups, centres, radii, strict=True):
        for pattern_id, offset in zip(group, _within(made, group) * radius, strict=True):
            x, y = np.round(centre + offset, _DECIMALS)
            places[pattern_id] = (float(x), float(y))
    return places


def _centres(made: nx.Graph[int], groups: Sequence[Sequence[int]], radii: Floats) -> Floats:
    """Groups that have relations with others by springs and pushed apart, the others around them, the largest first."""
    place = {pattern_id: number for number, group in enumerate(groups) for pattern_id in group}
    ends = {(place[one], place[other]) for one, other in made.edges if place[one] != place[other]}
    between = sorted({(min(pair), max(pair)) for pair in ends})
    joined = sorted({group for pair in between for group in pair})
    centres = np.zeros((len(groups), 2))
    if joined:
        linked: nx.Graph[int] = nx.Graph()
        linked.add_nodes_from(joined)
        linked.add_edges_from(between)
        scale = float(np.sqrt(np.square(radii[joined]).sum()))
        springs = nx.spring_layout(linked, seed=SEED, iterations=_ITERATIONS, scale=scale)
        centres[joined] = _pushed_apart(np.array([springs[group] for group in joined]), radii[joined])
    reach = float((np.linalg.norm(centres, axis=1) + radii)[joined].max()) if joined else 0.0
    apart = np.setdiff1d(np.arange(len(groups)), joined)
    centres[apart] = _around(radii[apart], reach)
    return centres


def _around(radii: Floats, inner: float) -> Floats:
    """Centres of discs outside a circle of radius ``inner``, spread as on a sunflower by their areas (Vogel 1979)."""
    area = np.square(2.0 * radii + _GAP)
    distance = np.sqrt(inner**2 + np.cumsum(area) - area / 2) + (radii + _GAP if inner else 0.0)
    angle = np.arange(len(radii)) * _GOLDEN_ANGLE
    return np.stack((distance * np.cos(angle), distance * np.sin(angle)), axis=1)


def _pushed_apart(centres: Floats, radii: Floats) -> Floats:
    """The centres, moved until discs of the radii hardly overlap."""
    wanted = radii[:, None] + radii[None, :] + _GAP
    np.fill_diagonal(wanted, 0.0)
    for _ in range(_PUSHES):
        apart = centres[:, None, :] - centres[None, :, :]
        distance = np.sqrt(np.square(apart).sum(axis=2)) + 1e-6
        overlap = np.maximum(wanted - distance, 0.0)
        if not overlap.any():
            break
        centres = centres + (apart * (overlap / distance)[:, :, None]).sum(axis=1) * 0.3
    return centres


def _within(made: nx.Graph[int], group: Sequence[int]) -> Floats:
    """Places of a group's patterns in the disc of radius 1."""
    if len(group) == 1:
        return np.zeros((1, 2))
    if len(group) > _LARGEST_SPRING:
        return _spiral(len(group))
    ordered: nx.Graph[int] = nx.Graph()
    ordered.add_nodes_from(group)
    ordered.add_edges_from(sorted(made.subgraph(group).edges))
    springs = nx.spring_layout(ordered, seed=SEED, iterations=_ITERATIONS_WITHIN)
    places = np.array([springs[one] for one in group])
    return places / max(float(np.sqrt(np.square(places).sum(axis=1)).max()), 1e-6)


def _spiral(count: int) -> Floats:
    """So many places, evenly spread over the disc of radius 1."""
    number = np.arange(count)
    radius, angle = np.sqrt((number + 0.5) / count), number * _GOLDEN_ANGLE
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
