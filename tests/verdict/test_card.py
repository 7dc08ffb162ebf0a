"""The verdict card: which answer, what at first glance and in which order, the same everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from crash_knowledge import services
from crash_knowledge.analyzer import Analysis
from crash_knowledge.diagnosis import Diagnosis, Fact, Finding
from crash_knowledge.knowledge.life_cycle import PatternLifeCycle
from crash_knowledge.knowledge.review import Review
from crash_knowledge.samples import samples
from crash_knowledge.settings import SAMPLES_DIR
from crash_knowledge.terminal import verdict_text
from crash_knowledge.verdict.as_json import verdict_json
from crash_knowledge.verdict.as_markdown import verdict_markdown
from crash_knowledge.verdict.card import MOST_AT_FIRST_GLANCE, Statement, VerdictCard, aside, card_of

FIRST, SECOND, VARIANT = "WCR_14-1_9-5-12.txt", "WCR_16-1_16-47-3.txt", "WCR_3-2_11-20-45.txt"
SERVICE, LOW_SPACE, CUT_OFF = "WCR_22-2_4-12-9.txt", "WCR_7-3_15-33-58.txt", "WCR_28-4_10-41-6.txt"
NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
BETWEEN_FIRST_AND_SECOND = datetime(2025, 1, 15, tzinfo=UTC)


@cache
def content_of(name: str) -> bytes:
    return (SAMPLES_DIR / name).read_bytes()


def analysed(name: str) -> Analysis:
    (analysis,) = services.analyzer().analyze(content_of(name), name)
    return analysis


def card(name: str, now: datetime = NOW) -> VerdictCard:
    return card_of(analysed(name), now)


def learn(name: str, review: Review | None = None, now: datetime = NOW) -> int:
    return services.analyzer().save(analysed(name), review, now).pattern.id


def with_findings(*findings: Finding) -> VerdictCard:
    return card_of(replace(analysed(CUT_OFF), secrets=(), diagnosis=Diagnosis(findings, ())), NOW)


def test_a_new_crash_says_what_the_dump_tells() -> None:
    shown = card(FIRST)
    assert (shown.answer, shown.title, shown.confidence, shown.fix) == ("new", "New crash", None, None)
    assert shown.name == "#coversDate: not understood by nil in CM2RunWindow>>allowsRunOn:"
    assert "Your review makes it known" in (shown.without_fix or "")
    assert [fact.value for fact in shown.origin if fact.name in ("Customer", "Version")] == ["FJORD", "2024r2.000.012"]
    topics = list(dict.fromkeys(one.topic for one in shown.statements))
    assert topics[:5] == ["urgency", "action", "who_acts", "cause", "code"]


def test_a_known_crash_says_what_helped_when_and_where() -> None:
    learn(FIRST, Review("Ann", new_solution="Calculate the period first."), NOW - timedelta(days=21))
    shown = card(SECOND)
    assert (shown.answer, shown.title) == ("known", "Known crash")
    assert shown.confidence is not None
    assert shown.confidence > 0.5
    assert shown.fix is not None
    assert (shown.fix.label, shown.fix.description) == ("What helped", "Calculate the period first.")
    assert shown.fix.record == "worked once, last 3 weeks ago on 2024r2.000.012"
    assert shown.who == ("Seen once at 1 site, on 14 Jan 2025.", "Seen at FJORD on 2024r2.000.012.")


def test_a_likeness_is_a_variant_and_new_at_this_customer() -> None:
    learn(FIRST)
    shown = card(VARIANT)
    assert shown.answer in ("known", "variant")
    assert (shown.answer == "variant") == (analysed(VARIANT).match.level in ("semantic", "fuzzy"))
    assert shown.who[-1] == "It is new at Marea."
    assert shown.without_fix == "No solution is recorded yet. If you find one, write it in the review."


@pytest.mark.parametrize("level", ["semantic", "fuzzy"])
def test_the_levels_of_likeness_are_variants(level: str) -> None:
    learn(FIRST)
    known = analysed(SECOND)
    alike = replace(known, judged=replace(known.judged, match=replace(known.match, level=level)))
    assert card_of(alike, NOW).title == "Variant of a known crash"


@pytest.mark.parametrize(
    ("version", "answer", "told"),
    [
        ("2024r2.000.012", "regressed", "fixed in 2024r2.000.012, seen again in 2024r2.000"),
        ("2024r2.000.020", "known", "is older than the fix: upgrade to 2024r2.000.020."),
        ("2024r5.000.001", "known", "not in your 2024r2 line: ask for a back-port."),
    ],
)
def test_a_resolved_crash_is_back_only_in_a_version_that_has_the_fix(version: str, answer: str, told: str) -> None:
    pattern_id = learn(FIRST)
    PatternLifeCycle(services.open_store()).resolve(pattern_id, version, "Ann", BETWEEN_FIRST_AND_SECOND)
    shown = card(SECOND)
    assert shown.answer == answer
    assert told in (shown.release or "")


def test_a_crash_from_before_the_fix_was_recorded_is_not_back() -> None:
    pattern_id = learn(FIRST)
    PatternLifeCycle(services.open_store()).resolve(pattern_id, "2024r2.000.010", "Ann", NOW)
    assert card(SECOND).answer == "known"


def test_secrets_and_the_health_of_the_dump_warn() -> None:
    shown = card(CUT_OFF)
    assert [(one.topic, one.rule) for one in shown.warnings] == [("secret", None), ("health", "cut_off")]
    assert "password in clear" in shown.warnings[0].sentence
    assert "no_census" in [one.rule for one in shown.more]


def test_a_missing_census_warns_where_memory_is_the_trouble() -> None:
    memory = Finding("memory_full", "memory", "Memory was full.", "certain", (1,))
    census = Finding("no_census", "health", "No census.", "certain", ())
    assert [one.rule for one in with_findings(memory, census).warnings] == ["no_census"]
    assert with_findings(census).warnings == ()


@pytest.mark.parametrize(("days", "first"), [("1", True), ("0", True), ("7", True), ("8", False), ("-3", False)])
def test_what_is_on_air_soon_comes_first(days: str, first: bool) -> None:
    air = Finding("near_to_air", "urgency", "On air.", "certain", (1,), (Fact("days_to_air", days),))
    cause = Finding("not_understood", "cause", "Nil.", "certain", (2,))
    topics = [one.topic for one in with_findings(cause, air).statements]
    assert topics == (["urgency", "cause"] if first else ["cause", "urgency"])


def test_facts_decide_who_acts_and_what_was_unsaved() -> None:
    kind = Finding("kind_of_cause", "cause", "Data.", "likely", (1,), (Fact("kind_of_cause", "data"),))
    lost = Finding("lost_work", "records", "Lost.", "likely", (2,), (Fact("unsaved", "A window"),))
    assert [one.label for one in with_findings(lost, kind).statements] == ["Who should act", "Unsaved work"]


@pytest.mark.parametrize(("confidence", "told"), [("certain", "test"), ("likely", "test (likely)")])
def test_the_environment_is_told_with_how_sure_it_is(confidence, told: str) -> None:
    finding = Finding("environment_of_program", "run", "A test.", confidence, (1,), (Fact("environment", "test"),))
    assert [fact.value for fact in with_findings(finding).origin if fact.name == "Environment"] == [told]


def test_the_first_glance_is_short_and_nothing_is_lost() -> None:
    many = tuple(Finding(f"rule_{n}", "cause", f"Sentence {n}.", "likely", (n,)) for n in range(1, 9))
    shown = with_findings(*many)
    assert [one.rule for one in shown.statements] == ["rule_1", "rule_2"]
    assert [one.rule for one in shown.more] == [f"rule_{n}" for n in range(3, 9)]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_every_finding_of_every_sample_is_on_its_card_once(sample) -> None:
    for analysis in services.analyzer().analyze(sample.read(), sample.file_name):
        shown = card_of(analysis, NOW)
        assert len(shown.statements) <= MOST_AT_FIRST_GLANCE
        told = [one.sentence for one in shown.all_statements if one.rule is not None]
        assert sorted(told) == sorted(finding.sentence for finding in analysis.diagnosis.findings)
        assert len([one for one in shown.all_statements if one.rule is None]) == len(analysis.secrets)


@pytest.mark.parametrize(
    ("confidence", "lines", "told"),
    [
        ("certain", (3412,), "line 3,412"),
        ("likely", (39, 40), "likely, lines 39 and 40"),
        ("possible", (1, 2, 3), "possible, lines 1, 2 and 3"),
        ("likely", (), "likely"),
        ("certain", (), ""),
    ],
)
def test_the_aside_tells_how_sure_and_where(confidence, lines: tuple[int, ...], told: str) -> None:
    assert aside(Statement("cause", "What went wrong", "Nil.", confidence, lines, "a_rule")) == told


def test_terminal_markdown_and_json_say_what_the_page_says() -> None:
    learn(FIRST, Review("Ann", new_solution="Calculate the *period* first."), NOW - timedelta(days=1))
    analysis = analysed(SECOND)
    shown = card_of(analysis, NOW)
    text = verdict_text(analysis, shown)
    markdown = verdict_markdown(shown)
    values = verdict_json(analysis, shown)["card"]
    for statement in (*shown.statements, *shown.warnings):
        assert statement.sentence in text
        assert statement.sentence in markdown.replace("\\", "")
    assert [one["sentence"] for one in values["statements"]] == [one.sentence for one in shown.statements]
    assert "What helped: Calculate the *period* first. (worked once, last yesterday on 2024r2.000.012)" in text
    assert "Calculate the \\*period\\* first." in markdown
    assert values["fix"]["record"] == "worked once, last yesterday on 2024r2.000.012"


def test_the_culprit_of_used_up_memory_is_at_first_glance() -> None:
    rules = [one.rule for one in card(LOW_SPACE).statements]
    assert "culprit" in rules
    assert "memory_full" in rules


def test_the_dangling_reference_of_a_service_is_at_first_glance() -> None:
    rules = [one.rule for one in card(SERVICE).statements]
    assert {"in_service", "dangling_reference"} <= set(rules)
