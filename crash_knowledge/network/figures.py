"""Figures of the network: groups of patterns, the patterns between groups, and root causes, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from crash_knowledge.network.evidence import Together, from_plain
from crash_knowledge.store.relations import Graph, Relation

SEED = 1
"""Of all random choices, so that the same network always gives the same figures."""

_PATHS_FROM = 100
"""Betweenness is estimated from so many patterns where there are more."""

_INTERVAL = 0.95


@dataclass(frozen=True, slots=True)
class Community:
    """Patterns that are related among each other more than to others, the most frequent first."""

    pattern_ids: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """A pattern by which groups hang together. ``communities``: their places; ``betweenness``: the share of the
    shortest ways between any two patterns that lead over it."""

    pattern_id: int
    communities: tuple[int, ...]
    betweenness: float
    sentence: str


@dataclass(frozen=True, slots=True)
class RootCause:
    """What a pattern leads to. ``failures``: of other patterns after it, beyond chance, with their 95 % interval.

    ``leads_to``: directly; ``in_the_end``: patterns reached over several steps, those included. ``is_first``: nothing
    known leads to it.
    """

    pattern_id: int
    failures: float
    at_least: float
    at_most: float
    leads_to: tuple[int, ...]
    in_the_end: int
    is_first: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    communities: tuple[Community, ...]
    bridges: tuple[Bridge, ...]
    root_causes: tuple[RootCause, ...]


def figures(graph: Graph, most_bridges: int = 10) -> NetworkFigures:
    """All figures of a graph as it is filtered."""
    names = {one.id: one.name for one in graph.patterns}
    groups = communities(undirected(graph))
    told = tuple(Community(group, _community_sentence(group, graph, names)) for group in groups if len(group) > 1)
    return NetworkFigures(told, _bridges(graph, groups, names)[:most_bridges], root_causes(graph))


def undirected(graph: Graph) -> nx.Graph[int]:
    """The patterns, with one edge between two that have any relation; ``weight``: the greatest confidence."""
    made: nx.Graph[int] = nx.Graph()
    made.add_nodes_from(sorted(one.id for one in graph.patterns))
    for relation in sorted(graph.relations, key=lambda one: (one.source_id, one.target_id, one.kind)):
        known = made.get_edge_data(relation.source_id, relation.target_id, {"weight": 0.0})
        made.add_edge(relation.source_id, relation.target_id, weight=max(known["weight"], relation.confidence))
    return made


def communities(made: nx.Graph[int]) -> tuple[tuple[int, ...], ...]:
    """Groups by Louvain's method (Blondel et al. 2008), the largest first; ids ascending."""
    found = nx.community.louvain_communities(made, weight="weight", seed=SEED)
    return tuple(sorted((tuple(sorted(group)) for group in found), key=lambda group: (-len(group), group)))


def root_causes(graph: Graph) -> tuple[RootCause, ...]:
    """Patterns that lead to others, ranked by the failures that followed them beyond chance."""
    leads: nx.DiGraph[int] = nx.DiGraph()
    causes = [one for one in graph.relations if one.kind == "causes"]
    leads.add_edges_from((one.source_id, one.target_id) for one in causes)
    names = {one.id: one.name for one in graph.patterns}
    sources = sorted({one.source_id for one in causes})
    roots = [_root_cause(pattern_id, causes, leads, names) for pattern_id in sources]
    return tuple(sorted(roots, key=lambda one: (-one.failures, -one.in_the_end, one.pattern_id)))


def _root_cause(
    pattern_id: int, causes: Sequence[Relation], leads: nx.DiGraph[int], names: Mapping[int, str]
) -> RootCause:
    own = [one for one in causes if one.source_id == pattern_id]
    counted = [evidence for one in own if isinstance(evidence := from_plain(one.evidence), Together)]
    together, chance = sum(one.together for one in counted), sum(one.by_chance for one in counted)
    low, high = poisson_interval(together)
    failures, at_least, at_most = (max(count - chance, 0.0) for count in (together, low, high))
    targets = tuple(sorted(one.target_id for one in own))
    reached = len(nx.descendants(leads, pattern_id))
    further = f"; {_counted(reached, 'pattern')} in the end" if reached > len(targets) else ""
    is_first = leads.in_degree(pattern_id) == 0
    origin = "nothing known leads to it" if is_first else "other patterns lead to it"
    sentence = (
        f"“{names[pattern_id]}” brought about {failures:,.0f} failures of {_counted(len(targets), 'other pattern')} "
        f"({at_least:,.0f} to {at_most:,.0f} with 95 % certainty, chance taken off){further}; {origin}."
    )
    return RootCause(pattern_id, failures, at_least, at_most, targets, reached, is_first, sentence)


def poisson_interval(count: int) -> tuple[float, float]:
    """The exact 95 % interval of a Poisson count (Garwood 1936)."""
    from scipy.special import gammaincinv  # type: ignore[import-untyped]

    tail = (1.0 - _INTERVAL) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1.0 - tail))


def _bridges(graph: Graph, groups: Sequence[Sequence[int]], names: Mapping[int, str]) -> tuple[Bridge, ...]:
    made = undirected(graph)
    place = {pattern_id: number for number, group in enumerate(groups) for pattern_id in group}
    between = nx.betweenness_centrality(made, k=min(_PATHS_FROM, len(made)) or None, seed=SEED)
    found = []
    for pattern_id in made:
        joined = tuple(sorted({place[pattern_id], *(place[other] for other in made[pattern_id])}))
        if len(joined) > 1 and between[pattern_id] > 0:
            share = between[pattern_id]
            sentence = (
                f"“{names[pattern_id]}” joins {len(joined)} groups: {share:.0%} of the shortest ways between any two "
                "patterns lead over it."
            )
            found.append(Bridge(pattern_id, joined, share, sentence))
    return tuple(sorted(found, key=lambda one: (-one.betweenness, one.pattern_id)))


def _community_sentence(group: Iterable[int], graph: Graph, names: Mapping[int, str]) -> str:
    members = set(group)
    inside = sum(one.source_id in members and one.target_id in members for one in graph.relations)
    most = next(one for one in graph.patterns if one.id in members)
    return (
        f"{len(members)} patterns with {_counted(inside, 'relation')} among each other, most frequent of them "
        f"“{names[most.id]}” ({_counted(most.occurrence_count, 'crash', 'crashes')})."
    )


def _counted(count: int, noun: str, plural: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"
