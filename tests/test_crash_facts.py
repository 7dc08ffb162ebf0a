"""The facts of a crash: kept when it is saved, made again when the rules changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from crash_knowledge import facts, services
from crash_knowledge.analyzer import CrashAnalyzer
from crash_knowledge.cli import commands
from crash_knowledge.errors import NotADump
from crash_knowledge.facts import crash_facts, facts_of_text, facts_revision, sighting_of
from crash_knowledge.fingerprint.hashed import HashedEmbedder
from crash_knowledge.insights.incidents import count
from crash_knowledge.knowledge.rediagnosis import rediagnose
from crash_knowledge.knowledge.review import Review
from crash_knowledge.store.records import EventFact
from tests.knowledge.dumps import DATABASE, RUN_WINDOW, dump_bytes


@pytest.fixture
def analyzer() -> Iterator[CrashAnalyzer]:
    analyzer = CrashAnalyzer(services.open_store(), services.redactor(), HashedEmbedder("For speed."), 10_000_000)
    yield analyzer
    assert analyzer.store.verify() == ()


def save(analyzer: CrashAnalyzer, *contents: bytes) -> list[str]:
    """The events of the crashes."""
    analyses = [analyzer.analyze(content, "WCR.txt")[0] for content in contents]
    return [analyzer.save(analysis, None).crash.error_event_id for analysis in analyses]


def stored(analyzer: CrashAnalyzer, event_id: str) -> set[EventFact]:
    with analyzer.store.reading() as unit:
        return set(unit.facts.of_event(event_id))


def age(analyzer: CrashAnalyzer) -> None:
    """As if all facts were of earlier rules, which knew less."""
    with analyzer.store.transaction() as unit:
        unit.connection.exec_driver_sql("DELETE FROM event_facts")
        unit.connection.exec_driver_sql("UPDATE crash_instances SET facts_revision = 'earlier'")


def test_a_saved_crash_has_the_facts_of_its_diagnosis_and_its_header(analyzer) -> None:
    (analysis,) = analyzer.analyze(dump_bytes(), "WCR.txt")
    found = stored(analyzer, analyzer.save(analysis, Review("Ann")).crash.error_event_id)
    established = {(fact.name, fact.value) for one in analysis.diagnosis.findings for fact in one.facts}
    assert {(name, value[:300]) for name, value in established} <= {(fact.name, fact.value) for fact in found}
    assert {EventFact("version", "2024r2.000.012"), EventFact("customer", "FJORD")} <= found
    assert {fact.value for fact in found if fact.name == "user"} == {analysis.dump.header.user}


def test_facts_hold_no_names_of_people(analyzer) -> None:
    (event_id,) = save(analyzer, dump_bytes())
    told = " ".join(fact.value for fact in stored(analyzer, event_id)).lower()
    assert "solberg" not in told
    assert "fjv-ts-04" not in told


def test_stored_text_gives_the_same_facts_as_the_dump(analyzer) -> None:
    (analysis,) = analyzer.analyze(dump_bytes(DATABASE), "WCR.txt")
    assert facts_of_text(analysis.dump.text) == crash_facts(analysis.dump, analysis.diagnosis)


def test_facts_are_made_again_in_batches_and_only_where_the_rules_changed(analyzer) -> None:
    events = save(analyzer, *(dump_bytes(RUN_WINDOW, days) for days in range(3)), dump_bytes(DATABASE))
    before = [stored(analyzer, event_id) for event_id in events]
    age(analyzer)
    told: list[int] = []
    result = rediagnose(analyzer.store, facts_of_text, facts_revision(), told.append, batch=3)
    assert (result.diagnosed, result.stopped, result.unreadable, told) == (4, False, (), [3, 4])
    assert [stored(analyzer, event_id) for event_id in events] == before
    assert rediagnose(analyzer.store, facts_of_text, facts_revision()).diagnosed == 0


def test_stopped_it_goes_on_where_it_was(analyzer) -> None:
    save(analyzer, *(dump_bytes(RUN_WINDOW, days) for days in range(4)))
    age(analyzer)
    answers = iter([False, True])
    stopped = rediagnose(analyzer.store, facts_of_text, facts_revision(), should_stop=lambda: next(answers), batch=3)
    assert (stopped.diagnosed, stopped.stopped) == (3, True)
    assert rediagnose(analyzer.store, facts_of_text, facts_revision()).diagnosed == 1


def test_a_crash_whose_text_is_no_dump_keeps_its_facts(analyzer) -> None:
    first, second = save(analyzer, dump_bytes(days=0), dump_bytes(days=1))
    with analyzer.store.transaction() as unit:
        unit.facts.put(first, [EventFact("command", "Save")], "earlier")
        crash_id = unit.facts.undiagnosed(facts_revision(), 0, 1)[0].crash_id
        unit.facts.put(second, [EventFact("command", "Save")], "earlier")

    def one_is_broken(text: str) -> tuple[EventFact, ...]:
        if "==2025/1/14==" in text:
            raise NotADump("no dump")
        return facts_of_text(text)

    result = rediagnose(analyzer.store, one_is_broken, facts_revision())
    assert (result.diagnosed, result.unreadable) == (1, (crash_id,))
    assert stored(analyzer, first) == {EventFact("command", "Save")}
    assert EventFact("command", "Save") not in stored(analyzer, second)


def test_a_crash_removed_meanwhile_is_passed_over(analyzer) -> None:
    events = save(analyzer, dump_bytes(days=0), dump_bytes(days=1))
    age(analyzer)

    def remove_then_tell(text: str) -> tuple[EventFact, ...]:
        with analyzer.store.transaction() as unit:
            unit.connection.exec_driver_sql("UPDATE error_events SET is_demo = 1 WHERE id = ?", (events[0],))
            unit.origins.remove_demo()
        return facts_of_text(text)

    assert rediagnose(analyzer.store, remove_then_tell, facts_revision()).diagnosed == 1


def test_saving_a_known_dump_again_renews_its_facts(analyzer) -> None:
    (event_id,) = save(analyzer, dump_bytes())
    before = stored(analyzer, event_id)
    age(analyzer)
    assert save(analyzer, dump_bytes()) == [event_id]
    assert stored(analyzer, event_id) == before


def test_the_revision_changes_with_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    before = facts_revision()
    facts_revision.cache_clear()
    monkeypatch.setattr(facts, "_ROOMS", ("diagnosis",))
    assert facts_revision() != before
    monkeypatch.undo()
    facts_revision.cache_clear()
    assert facts_revision() == before


def test_the_command_line_renews_facts(analyzer) -> None:
    save(analyzer, dump_bytes())
    age(analyzer)
    status = CliRunner().invoke(commands, ["reindex", "--status"])
    assert "To be diagnosed again: 1" in status.output
    assert "Diagnosed 1 crash again." in CliRunner().invoke(commands, ["reindex"]).output
    assert "To be diagnosed again: 0" in CliRunner().invoke(commands, ["reindex", "--status"]).output


def test_incidents_of_an_upload_are_those_of_the_same_dumps_stored(analyzer) -> None:
    contents = [dump_bytes(days=days) for days in (0, 0, 3)]
    analyses = [analyzer.analyze(content, "WCR.txt")[0] for content in contents]
    upload = count([sighting_of(analysis) for analysis in analyses[1:]])
    for analysis in analyses:
        analyzer.save(analysis, None)
    with analyzer.store.reading() as unit:
        assert count(unit.facts.sightings(1)) == upload
    assert (upload.dumps, upload.incidents, upload.users) == (2, 2, 1)
