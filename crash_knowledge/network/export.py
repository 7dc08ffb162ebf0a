"""The pattern network as a file: GraphML, CSV of its relations, or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

import networkx as nx

from crash_knowledge.escaping import printable
from crash_knowledge.network.evidence import from_plain
from crash_knowledge.store.relations import Graph, GraphPattern, Relation

ExportFormat = Literal["graphml", "csv", "json"]

_COLUMNS = (
    "source_id",
    "source",
    "relation",
    "target_id",
    "target",
    "confidence",
    "origin",
    "first_evidence_at",
    "last_evidence_at",
    "evidence",
)


def export(graph: Graph, form: ExportFormat) -> str:
    """The graph as text. Names are put on one line, without control characters; spreadsheets get no formulas."""
    forms: Mapping[ExportFormat, Callable[[Graph], str]] = {"graphml": _graphml, "csv": _csv, "json": _json}
    return forms[form](graph)


def sentence_of(relation: Relation, names: Mapping[int, str]) -> str:
    """What speaks for a relation, in words. Raises StoreError: evidence of an unknown form."""
    source, target = (names.get(one, f"pattern {one}") for one in (relation.source_id, relation.target_id))
    return from_plain(relation.evidence).sentence(source, target)


def _graphml(graph: Graph) -> str:
    names = _names(graph)
    made: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for pattern in graph.patterns:
        made.add_node(pattern.id, **_told_pattern(pattern))
    for relation in graph.relations:
        told = _told_relation(relation, names)
        made.add_edge(relation.source_id, relation.target_id, key=relation.id, **told)
    return "\n".join(nx.generate_graphml(made)) + "\n"


def _csv(graph: Graph) -> str:
    names = _names(graph)
    file = io.StringIO()
    writer = csv.DictWriter(file, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for relation in graph.relations:
        ends = {
            "source_id": relation.source_id,
            "source": names[relation.source_id],
            "target_id": relation.target_id,
            "target": names[relation.target_id],
        }
        row = {**ends, **_told_relation(relation, names)}
        writer.writerow({name: _no_formula(value) for name, value in row.items()})
    return file.getvalue()


def _json(graph: Graph) -> str:
    names = _names(graph)
    patterns = [{"id": one.id, **_told_pattern(one)} for one in graph.patterns]
    relations = [
        {
            "id": one.id,
            "source_id": one.source_id,
            "target_id": one.target_id,
            **_told_relation(one, names),
            "figures": dict(one.evidence),
        }
        for one in graph.relations
    ]
    return json.dumps({"patterns": patterns, "relations": relations}, indent=2) + "\n"


def _told_pattern(pattern: GraphPattern) -> dict[str, Any]:
    return {
        "name": printable(pattern.name),
        "status": pattern.status,
        "severity": pattern.severity or "",
        "occurrence_count": pattern.occurrence_count,
        "first_seen": pattern.first_seen.isoformat(),
        "last_seen": pattern.last_seen.isoformat(),
    }


def _told_relation(relation: Relation, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "relation": relation.kind,
        "confidence": round(relation.confidence, 4),
        "origin": relation.origin,
        "first_evidence_at": relation.first_evidence_at.isoformat(),
        "last_evidence_at": relation.last_evidence_at.isoformat(),
        "evidence": printable(sentence_of(relation, names)),
    }


def _names(graph: Graph) -> dict[int, str]:
    return {one.id: printable(one.name) for one in graph.patterns}


def _no_formula(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value
