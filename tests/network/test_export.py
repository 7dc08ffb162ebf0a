from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from crash_knowledge.errors import StoreError
from crash_knowledge.network.evidence import Neighbours, Said, SharedFix, Succession, Together, from_plain, to_plain
from crash_knowledge.network.export import export
from crash_knowledge.store.relations import Graph, GraphPattern, Relation
from tests.store.builders import NOON

NASTY = '=cmd|"\x00\x1b <b>&\n\u202e'

EVIDENCE = [
    Together(360, "target", 40, 12, 10, 3, 1.5, 11, ("North", "South"), 130.0, 0.01, 0.02),
    Succession(2, 3, -2.0, None, "2024r2", 0.7, same_methods=True),
    SharedFix("Raise it.", "Raise the limit.", 0.83, None),
    SharedFix("Raise it.", "Raise it.", 1.0, None),
    SharedFix("One.", "Two.", 1.0, "PSI-12"),
    Neighbours(0.62, 1),
    Said("Ann", ""),
]
SENTENCES = [
    "Within 6 hours of 12 of 40 occurrences of “B” came “A”: 10 times after it, 3 times before; by chance it would be "
    "1.5. On 11 days at 2 customers, typically 2.2 hours apart.",
    "At 2 of 3 customers with both, “A” began where “B” ended (unknown version, then 2024r2), overlapping by 2 days; "
    "the same application methods.",
    "Proven solutions read 83% alike: “Raise it.” for “A”, “Raise the limit.” for “B”.",
    "The same solution is proven for both: “Raise it.”.",
    "Proven solutions of both link to PSI-12.",
    "The most frequent stacks of “A” and “B” are 62% alike and share 1 application method.",
    "Ann linked “A” and “B”.",
]


def graph() -> Graph:
    patterns = tuple(GraphPattern(n, name, "new", None, 5, NOON, NOON) for n, name in ((1, NASTY), (2, "Plain")))
    relation = Relation(7, 1, 2, "causes", 0.87654, "inferred", to_plain(EVIDENCE[0]), NOON, NOON)
    return Graph(patterns, (relation,))


@pytest.mark.parametrize(("evidence", "sentence"), list(zip(EVIDENCE, SENTENCES, strict=True)))
def test_evidence_is_kept_as_plain_values_and_told_in_words(evidence, sentence: str) -> None:
    kept = json.loads(json.dumps(to_plain(evidence)))
    assert from_plain(kept) == evidence
    assert from_plain(kept).sentence("A", "B") == sentence


@pytest.mark.parametrize("stored", [{}, {"form": "together"}, {"form": "new", "by": "x"}])
def test_evidence_of_an_unknown_form_is_refused(stored: dict[str, str]) -> None:
    with pytest.raises(StoreError, match="unknown form"):
        from_plain(stored)


def test_graphml_is_well_formed_whatever_the_names() -> None:
    root = ElementTree.fromstring(export(graph(), "graphml"))
    texts = [one.text for one in root.iter() if one.tag.endswith("data")]
    assert '=cmd|" <b>& ' in texts
    assert "causes" in texts
    assert len([one for one in root.iter() if one.tag.endswith("}edge")]) == 1


def test_csv_holds_no_formulas() -> None:
    (row,) = csv.DictReader(io.StringIO(export(graph(), "csv")))
    assert row["source"].startswith("'=cmd")
    assert (row["relation"], row["confidence"], row["target"]) == ("causes", "0.8765", "Plain")
    assert row["evidence"].startswith("Within 6 hours of 12 of 40 occurrences of “Plain” came ")


def test_json_tells_the_figures_too() -> None:
    told = json.loads(export(graph(), "json"))
    assert [one["id"] for one in told["patterns"]] == [1, 2]
    assert told["relations"][0]["figures"]["together"] == 12
