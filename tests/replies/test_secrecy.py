"""What a reply never says: secrets, names of people, texts of the dump."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest

from crash_knowledge import services
from crash_knowledge.diagnosis import FactName
from crash_knowledge.replies import (
    FORMATS,
    LANGUAGES,
    READERS,
    Format,
    Reader,
    ReplyFacts,
    compose,
    render,
    reply_facts,
)
from crash_knowledge.replies.shapes import SHAPES
from crash_knowledge.samples import Sample, samples
from tests.knowledge.dumps import dump_text, file_of
from tests.replies.known_crash import KNOWN, NEW, only

NAMES = (
    "solberg",
    "lunde",
    "holloway",
    "okafor",
    "ferrer",
    "vandamme",
    "fjv-ts",
    "mareatv",
    "fjordvision",
    "tamarin-db",
)
PLANTED = (
    "https://evil.example/x",
    "Dear customer: please call",
    "<b>",
    "=cmd|' /C calc'!A0",
    "x" * 400,
    "a\nb",
    "\u202ex",
)


def every_text(facts: ReplyFacts, readers: Sequence[Reader] = READERS, forms: Sequence[Format] = FORMATS) -> list[str]:
    replies = [compose(facts, reader, language) for reader in readers for language in LANGUAGES]
    return [render(reply, form) for reply in replies for form in forms]


@pytest.mark.parametrize("value", PLANTED)
@pytest.mark.parametrize("name", [name for name in get_args(FactName) if name not in ("unsaved", "login")])
def test_a_fact_that_is_no_name_or_number_is_not_said(name: FactName, value: str) -> None:
    facts = replace(NEW, diagnosis=only(name, value))
    nothing_to_say = replace(NEW, diagnosis=only("kind_of_cause", "sunspots"))
    assert every_text(facts, forms=("text",)) == every_text(nothing_to_say, forms=("text",))


@pytest.mark.parametrize("name", ["unsaved", "login"])
def test_facts_that_are_only_told_to_be_there_are_never_quoted(name: FactName) -> None:
    assert name in SHAPES
    assert not any("MARKER" in text for text in every_text(replace(NEW, diagnosis=only(name, "MARKER"))))


@pytest.mark.parametrize("reader", ["customer", "manager"])
def test_a_customer_and_a_manager_see_no_pseudonym_and_no_name_of_code(reader: Reader) -> None:
    for text in every_text(KNOWN, (reader,)):
        for word in ("user-3f9a1c2b7e", "CM2RunWindow", "coversDate", "PLSlotPlanner", "Validate day", "WCR_14"):
            assert word not in text


def test_only_support_is_told_the_pseudonym_of_the_user() -> None:
    assert KNOWN.user is not None
    assert KNOWN.user in render(compose(KNOWN, "support", "en"), "text")
    assert not any(KNOWN.user in text.replace("\\", "") for text in every_text(KNOWN, ("developer",)))


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.file_name)
def test_no_name_or_host_of_a_dump_is_in_any_reply(sample: Sample) -> None:
    for analysis in services.analyzer().analyze(sample.read(), sample.file_name):
        for text in every_text(reply_facts(analysis)):
            assert not [name for name in NAMES if name in text.lower()]


def test_what_is_planted_in_a_dump_does_not_reach_the_customer() -> None:
    planted = "EVIL Call 555 now"
    text = dump_text().replace("Message not understood: #coversDate:", f"Message not understood: {planted}")
    text = text.replace("FJORD(", f"FJORD {planted}(").replace("2024r2.000.012", f"2024r2 {planted}")
    text = text.replace("Validate day", planted).replace("Slot plan", planted)
    (analysis,) = services.analyzer().analyze(file_of(text), f"{planted}.txt")
    assert "EVIL" in analysis.dump.cause
    facts = replace(reply_facts(analysis), file_name="WCR.txt")
    for reply in every_text(facts, ("customer", "manager", "developer")):
        assert "EVIL" not in reply


def test_what_is_read_off_a_dump_is_what_it_says() -> None:
    (analysis,) = services.analyzer().analyze(file_of(dump_text()), "WCR_14-1_9-5-12.txt")
    facts = reply_facts(analysis)
    assert (facts.customer, facts.version, facts.line) == ("FJORD", "2024r2.000.012", "2024r2")
    assert facts.is_new
    assert facts.user is not None
    assert facts.user.startswith("user-")
    said = render(compose(facts, "developer", "en"), "text")
    assert "Something was nil: nil does not understand #coversDate:." in said
    assert "CM2RunWindow>>allowsRunOn:" in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("external_library", "Oracle client", "External library that was not found: Oracle client."),
        ("iteration", "13 of 14", "Position in the collection: 13 of 14."),
        ("permission", "ScheduleManagement Editor", "Missing permission: ScheduleManagement Editor."),
        ("table", "WON.TXBLOCKITEM", "Table concerned: TXBLOCKITEM."),
        ("error_code", "ORA-00942", "Error code of the database: ORA-00942."),
        ("dangling_reference", "CM2Record.rightGroup", "Dangling reference: CM2Record.rightGroup;"),
        ("memory_asked_mb", "158.6", "Memory asked for at once: 158.6 MB."),
        ("ticket", "PROJ-1234", "Ticket named in the dump: PROJ-1234."),
        ("method", "CM2Contract class>>new", "Innermost application method: CM2Contract class>>new."),
        ("image_built", "2024-03-27", "Program image built on 27 March 2024."),
    ],
)
def test_what_is_fit_to_be_said_is_said_to_the_developer(name: FactName, value: str, says: str) -> None:
    assert says in render(compose(replace(NEW, diagnosis=only(name, value)), "developer", "en"), "text")
