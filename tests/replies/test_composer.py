"""What a reply says and what it leaves out, by facts, reader and language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crash_knowledge import services
from crash_knowledge.diagnosis import Confidence, FactName
from crash_knowledge.replies import LANGUAGES, READERS, Language, Reader, ReplyFacts, compose, render, reply_facts
from crash_knowledge.replies.corrected import place_of_correction
from crash_knowledge.replies.forms import Forms
from crash_knowledge.replies.phrases import phrases
from crash_knowledge.store.records import SolutionUse
from tests.replies.known_crash import KNOWN, NEW, diagnosed, finding, only, seen, solution

EVERY_REPLY = [(reader, language) for reader in READERS for language in LANGUAGES]
KINDS = (
    "base code",
    "customer code",
    "data",
    "configuration",
    "permission",
    "upgrade script",
    "database schema",
    "client installation",
    "capacity",
    "infrastructure",
)


def text(facts: ReplyFacts, reader: Reader = "customer", language: Language = "en") -> str:
    return render(compose(facts, reader, language), "text")


def sentence(facts: ReplyFacts, beginning: str, reader: Reader = "support") -> bool:
    """Whether the sentence that begins so is verified; it must be there once."""
    (found,) = (one for one in compose(facts, reader, "en").sentences if one.text.startswith(beginning))
    return found.verified


@pytest.mark.parametrize(("reader", "language"), EVERY_REPLY)
def test_the_same_facts_give_the_same_reply(reader: Reader, language: Language) -> None:
    assert compose(KNOWN, reader, language) == compose(KNOWN, reader, language)


@pytest.mark.parametrize(
    ("confidence", "verified"), [("certain", True), ("likely", False), ("possible", False)], ids=str
)
def test_only_certain_facts_are_verified(confidence: Confidence, verified: bool) -> None:
    facts = replace(NEW, diagnosis=only("method", "Planner>>open", confidence))
    assert sentence(facts, "Innermost application method") is verified
    assert ("[not verified] Innermost" in text(facts, "support")) is not verified
    assert ("Sentences that begin with [not verified]" in text(facts, "support")) is not verified


def test_the_least_sure_of_several_values_counts() -> None:
    findings = (finding("cause", "likely", nil_candidate="a"), finding("cause", "possible", nil_candidate="b"))
    facts = replace(NEW, diagnosis=diagnosed(*findings))
    assert sentence(facts, "May have been nil: a and b.") is False


def test_a_value_is_as_sure_as_the_surest_finding_that_has_it() -> None:
    findings = (finding("cause", "possible", nil_candidate="a"), finding("cause", "certain", nil_candidate="a"))
    facts = replace(NEW, diagnosis=diagnosed(*findings))
    assert sentence(facts, "May have been nil: a.") is True


@pytest.mark.parametrize(
    ("level", "verified"), [("exact", True), ("manual", True), ("structural", False), ("semantic", False)]
)
def test_what_hangs_on_a_match_that_is_not_certain_is_not_verified(level: str, verified: bool) -> None:
    facts = replace(KNOWN, level=level)
    for beginning in ("This crash is known", "It has been recorded", "Corrected in", "This has helped"):
        assert sentence(facts, beginning) is verified
    assert sentence(facts, "We know this problem", "customer") is verified


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("reader", "language"), EVERY_REPLY)
def test_every_kind_of_cause_has_its_sentence(kind: str, reader: Reader, language: Language) -> None:
    facts = replace(NEW, diagnosis=only("kind_of_cause", kind))
    without = replace(NEW, diagnosis=diagnosed())
    said = set(compose(facts, reader, language).sentences) - set(compose(without, reader, language).sentences)
    assert len(said) == 1


def test_a_kind_of_cause_that_nobody_knows_is_not_said() -> None:
    facts = replace(NEW, diagnosis=only("kind_of_cause", "sunspots"))
    assert text(facts) == text(replace(NEW, diagnosis=diagnosed()))


@pytest.mark.parametrize(
    ("name", "value", "says", "asks_for_steps"),
    [
        ("command", "Save", "while a user was carrying out a command", True),
        ("executor", "ContractNavigator", "while a user was carrying out a command", True),
        ("service", "CM2UpdateService", "a background service that stopped", False),
        ("login", "login window", "stopped during login", True),
        ("upgrade_script", "story_PROJ_1234", "while a database upgrade was running", False),
    ],
)
def test_the_circumstance(name: FactName, value: str, says: str, asks_for_steps: bool) -> None:
    letter = text(replace(NEW, diagnosis=only(name, value)))
    assert says in letter
    assert value not in letter.replace("command", "")
    assert ("step by step" in letter) is asks_for_steps


class TestNeeds:
    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"complete": False}, "Please send us the whole file"),
            ({"local_time": None}, "the date and time at which the program stopped"),
            ({"version": None}, "which version of WHATS'ON you use"),
            ({"solutions": ()}, "step by step"),
        ],
        ids=["cut off", "no time", "no version", "no solution"],
    )
    def test_what_is_missing_is_asked_for(self, change: dict[str, object], says: str) -> None:
        whole = replace(KNOWN, complete=True)
        assert "What we need from you" not in text(whole)
        letter = text(replace(whole, **change))
        assert "What we need from you" in letter
        assert says in letter

    def test_a_password_in_clear_is_told_to_all_but_the_developer(self) -> None:
        for reader in READERS:
            told = "password" in text(KNOWN, reader)
            assert told is (reader != "developer")
            assert "password" not in text(replace(KNOWN, password_in_clear=False), reader)


class TestSolutions:
    def test_the_customer_is_told_the_proven_one_only(self) -> None:
        letter = text(KNOWN)
        assert "“Calculate the period of the contract before you plan.”" in letter
        assert "Restart" not in letter
        assert "Delete" not in letter

    def test_colleagues_are_warned_of_the_one_that_failed(self) -> None:
        assert sentence(KNOWN, "Do not try again, it did not help: Restart the client of (name withheld)") is True
        assert sentence(KNOWN, "Proposed, not tried yet: Delete the run window.") is False

    def test_without_any_the_customer_is_promised_news_and_the_developer_gets_the_task(self) -> None:
        facts = replace(KNOWN, solutions=(solution("Restart.", failed=1),), resolved_in=None)
        assert "We have no solution yet." in text(facts)
        assert "Find the cause and record the solution" in text(facts, "developer")

    @pytest.mark.parametrize(
        ("version", "says"),
        [
            ("2024r2.000.006", "Last time this helped: 30 November 2024, in version 2024r2.000.006."),
            (None, "Last time this helped: 30 November 2024."),
            ("no version", "Last time this helped: 30 November 2024."),
        ],
    )
    def test_when_it_helped_last(self, version: str | None, says: str) -> None:
        last = SolutionUse(datetime(2024, 11, 30, 8, tzinfo=UTC), version)
        assert says in text(replace(KNOWN, last_worked=last), "support")
        assert "Last time" not in text(replace(KNOWN, last_worked=None), "support")

    def test_a_long_one_is_cut(self) -> None:
        assert len(text(replace(KNOWN, solutions=(solution("word " * 5000, worked=1),)))) < 3000


class TestCorrection:
    @pytest.mark.parametrize(
        ("fixed", "version", "place"),
        [
            ("2024r2.000.013", "2024r2.000.012", "newer"),
            ("2024r2.001.001", "2024r2.000.012", "newer"),
            ("2024r2.000.012a", "2024r2.000.012", "newer"),
            ("2024r2.000.012", "2024r2.000.012", "came_back"),
            ("2024r2.000.011", "2024r2.000.012", "came_back"),
            ("2023r8.001.042", "2024r1.000.001", "came_back"),
            ("2024r1.000.001", "2023r8.001.042a", "other_line"),
            ("2024r10.000.001", "2024r9.000.002", "other_line"),
            ("the next one", "2024r2.000.012", "unknown"),
            ("2024r2.000.013", None, "unknown"),
            ("2024r2", "2024r2.000.012", "unknown"),
        ],
    )
    def test_the_place_of_a_correction(self, fixed: str, version: str | None, place: str) -> None:
        assert place_of_correction(fixed, version) == place

    @pytest.mark.parametrize(
        ("fixed", "says"),
        [
            ("2024r2.000.013", "the customer should upgrade to that version"),
            ("2025r1.000.001", "no correction is recorded for the customer's 2024r2 versions: ask for a back-port."),
            ("2024r2.000.012", "the crash has come back."),
            ("2024", "whether the customer has that version is not known."),
        ],
    )
    def test_what_it_means_for_the_customer(self, fixed: str, says: str) -> None:
        assert says in text(replace(KNOWN, resolved_in=fixed), "support")


class TestHistory:
    DAY = datetime(2025, 1, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("count", "last", "says"),
        [
            (1, DAY, "Er wurde einmal erfasst, am 1. Januar 2025."),
            (2, DAY, "Er wurde bisher zweimal erfasst, stets am 1. Januar 2025."),
            (7, datetime(2025, 3, 9, tzinfo=UTC), "7-mal erfasst, vom 1. Januar 2025 bis zum 9. März 2025."),
        ],
    )
    def test_how_often(self, count: int, last: datetime, says: str) -> None:
        assert says in text(replace(KNOWN, history=seen(count, self.DAY, last)), "manager", "de")

    def test_the_names_of_other_customers_are_told_to_nobody(self) -> None:
        for reader in READERS:
            assert "Marea" not in text(KNOWN, reader)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("-3", "had already been on air (15 January 2025)"),
        ("0", "URGENT: the schedule at work is on air on the day of the crash (15 January 2025)"),
        ("1", "URGENT: the schedule at work is on air the day after the crash (15 January 2025)"),
        ("21", "on air 21 days after the crash (15 January 2025)"),
    ],
)
def test_how_near_it_is_to_going_on_air(days: str, says: str) -> None:
    near = diagnosed(finding("urgency", "certain", schedule_date="2025-01-15", days_to_air=days))
    assert says in text(replace(NEW, diagnosis=near), "manager")


def test_a_day_that_the_calendar_does_not_have_is_not_said() -> None:
    never = diagnosed(finding("urgency", "certain", schedule_date="2025-02-30", days_to_air="1"))
    assert "on air" not in text(replace(NEW, diagnosis=never), "manager")


class TestForms:
    @pytest.mark.parametrize(
        ("language", "day", "moment", "number", "percent"),
        [
            ("en", "1 August 2025", "1 August 2025 at 09:05", "12,345.5", "87%"),
            ("nl", "1 augustus 2025", "1 augustus 2025 om 9.05 uur", "12.345,5", "87%"),
            ("fr", "1er août 2025", "1er août 2025 à 9\u00a0h\u00a005", "12\u202f345,5", "87\u00a0%"),
            ("de", "1. August 2025", "1. August 2025 um 9:05 Uhr", "12.345,5", "87\u00a0%"),
        ],
    )
    def test_dates_and_numbers(self, language: Language, day: str, moment: str, number: str, percent: str) -> None:
        forms = Forms(phrases(language))
        assert forms.date(date(2025, 8, 1)) == day
        assert forms.moment(datetime(2025, 8, 1, 9, 5)) == moment  # noqa: DTZ001 (a dump's time is local)
        assert forms.number("12345.5") == number
        assert forms.percent(0.87) == percent

    def test_it_is_never_quite_sure(self) -> None:
        assert Forms(phrases("fr")).percent(1.0) == "plus de 99\u00a0%"

    @pytest.mark.parametrize(
        ("items", "listed"), [(["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
    )
    def test_lists(self, items: list[str], listed: str) -> None:
        assert Forms(phrases("fr")).listed(items) == listed


@pytest.mark.parametrize(("reader", "language"), EVERY_REPLY)
def test_a_dump_that_says_nothing_still_gets_an_answer(reader: Reader, language: Language) -> None:
    content = b"==BEGIN RUNTIME DIAGNOSTIC DUMP\nnothing of use\n"
    (analysis,) = services.analyzer().analyze(content, "x.txt")
    facts = reply_facts(analysis)
    assert (facts.customer, facts.version, facts.local_time, facts.complete) == (None, None, None, False)
    reply = compose(facts, reader, language)
    assert all(one.text.strip() for one in reply.sentences)
    assert "None" not in render(reply, "text")
    assert "{" not in render(reply, "text")
