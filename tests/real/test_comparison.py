"""Two real dumps of one user's morning, eight minutes apart, side by side."""

from __future__ import annotations

from pathlib import Path

from crash_knowledge import services
from crash_knowledge.comparison.as_text import comparison_sentences
from crash_knowledge.comparison.compare import DumpComparison, comparable_dumps, compare
from crash_knowledge.facts import crash_facts
from crash_knowledge.insights.incidents import count
from crash_knowledge.store.records import Sighting

EARLIER, LATER = "WCR_2-4_16-2-37.txt", "WCR_2-4_16-10-30.txt"


def compared(folder: Path, one: str, other: str) -> DumpComparison:
    store, redactor = services.open_store(), services.redactor()
    sides = [comparable_dumps((folder / name).read_bytes(), name, store, redactor)[0] for name in (one, other)]
    return compare(*sides)


def test_the_pair_of_the_contract_save(real_dumps: Path) -> None:
    result = compared(real_dumps, LATER, EARLIER)
    assert (result.first.file_name, result.second.file_name) == (EARLIER, LATER)
    assert result.same_exact
    assert all(pair.in_both for pair in result.frames)
    assert "113 frames in both, 0 only in the first, 0 only in the second." in comparison_sentences(result)
    nil_in_both = {one.variable for one in result.nil_variables if one.nil_in_both and "CM2LicenseWindow" in one.method}
    assert {"startDateAccuracy", "endDateAccuracy"} <= nil_in_both
    assert [one.variable for one in result.nil_variables if not one.nil_in_both].count("status") == 1
    assert result.census is not None
    changes = {change.class_name: change for change in result.census}
    grown = changes["T3ChildSet"]
    assert (grown.first_count, grown.second_count, grown.change) == (93_286, 84_356, -8_930)
    assert next(iter(changes)) == "Array"
    facts = {fact.name: fact for fact in result.facts}
    assert facts["command"].same
    assert facts["version"].same
    assert not facts["run"].same


def test_two_crashes_of_different_kinds(real_dumps: Path) -> None:
    result = compared(real_dumps, "WCR_24-3_18-29-18.txt", "WCR_28-2_14-45-38.txt")
    assert not result.same_structure
    assert result.census is None
    assert {"kind_of_cause", "customer", "version"} <= {fact.name for fact in result.facts if not fact.same}


def test_the_pair_is_one_incident_of_two_runs(real_dumps: Path) -> None:
    sightings = []
    for name in (EARLIER, LATER):
        (side,) = comparable_dumps((real_dumps / name).read_bytes(), name, services.open_store(), services.redactor())
        runs = tuple(fact.value for fact in crash_facts(side.dump, side.diagnosis) if fact.name == "run")
        header, when = side.dump.header, side.dump.utc_time
        assert when is not None
        sightings.append(Sighting(None, when, "BRX", None, header.user, header.computer, runs))
    assert count(sightings).sentence == "2 dumps, 1 user, 2 runs of the client: 1 incident."
