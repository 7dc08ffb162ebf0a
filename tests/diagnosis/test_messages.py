"""Objects and classes that do not understand: what they have instead, and where they come from."""

from __future__ import annotations

import pytest

from crash_knowledge.diagnosis import diagnose
from tests.diagnosis.dumps import NOT_UNDERSTOOD, dump, said, silent, text_at

WRONG = "MediaGeniX.Profile(Object)>>doesNotUnderstand:"
SENDER = "MediaGeniX.Copier>>copy"
ASKED = ("MessageNotUnderstood", "a Message with selector: #departmentLinks and arguments: #()")


def receiver(*names: str) -> str:
    lines = [f"[1] {WRONG}", "\tReceiver: (id=3) a Profile"]
    return "\n".join([*lines, *(f"\t[{i}] {name:<32}(id=9) 'x'" for i, name in enumerate(names, start=1)), ""])


def loop(text: str) -> str:
    return f"[3] OrderedCollection>>do:\n\tReceiver: (id=5) OrderedCollection ({text})\n\t[1] firstIndex  (id=1) 1\n"


def test_facts_of_a_message() -> None:
    diagnosis = diagnose(dump([NOT_UNDERSTOOD, SENDER]))
    assert diagnosis.value("exception_class") == "MessageNotUnderstood"
    assert diagnosis.value("missing_message") == "open"
    assert diagnosis.value("receiver_class") == "UndefinedObject"
    assert diagnose(dump(["MediaGeniX.Plan class(Object)>>doesNotUnderstand:"])).value("receiver_class") == "Plan class"


@pytest.mark.parametrize(
    ("names", "spoken"),
    [
        (["roleLinks", "userLinks", "name"], "roleLinks and userLinks"),
        (["roleLinks", "departmentLink", "userLinks"], "departmentLink, roleLinks and userLinks"),
        (["department"], "department"),
    ],
)
def test_wrong_receiver(names: list[str], spoken: str) -> None:
    raw = dump([WRONG, SENDER], exception=ASKED, arguments=receiver(*names))
    finding = said(raw, "wrong_receiver")
    assert finding.sentence == (
        f"Profile has no departmentLinks but has {spoken}: the code may have been written for objects of another class"
    )
    assert finding.confidence == "possible"
    assert text_at(raw, finding.lines[0]).startswith("[1]")


@pytest.mark.parametrize(
    ("frames", "arguments"),
    [
        ([WRONG, SENDER], receiver("name")),
        ([WRONG, SENDER], ""),
        ([NOT_UNDERSTOOD, SENDER], receiver("roleLinks")),
        (["MediaGeniX.Profile class(Object)>>doesNotUnderstand:", SENDER], receiver("roleLinks")),
    ],
)
def test_nothing_is_said_of_a_receiver_without_a_like_name(frames: list[str], arguments: str) -> None:
    assert silent(dump(frames, exception=ASKED, arguments=arguments), "wrong_receiver")


@pytest.mark.parametrize(
    ("elements", "ending"),
    [
        ("a MediaGeniX.User (oid = 3) a Profile", "; the collection it came from has User in it too"),
        ("a Profile a MediaGeniX.User (oid = 3)", "of another class"),
    ],
)
def test_a_collection_of_several_classes(elements: str, ending: str) -> None:
    arguments = receiver("roleLinks") + loop(elements)
    raw = dump([WRONG, SENDER, "OrderedCollection>>do:"], exception=ASKED, arguments=arguments)
    assert said(raw, "wrong_receiver").sentence.endswith(ending)


CLASS = "MediaGeniX.PlaylistACME class(Object)>>doesNotUnderstand:"
LOOK_UP = [CLASS, "[] in MediaGeniX.Concepts>>for:", "Dictionary>>at:ifAbsent:", "MediaGeniX.Concepts>>for:"]


def dictionary(keys: str, asked: str) -> str:
    lines = ["[3] Dictionary>>at:ifAbsent:", f"\tReceiver: (id=5) Dictionary ({keys})", "\t[1] tally  (id=2) 2"]
    return "\n".join([*lines, f"\tArg1: (id=6) {asked}", ""])


def test_class_not_known() -> None:
    raw = dump(LOOK_UP, arguments=dictionary("MediaGeniX.Slot -> 1 MediaGeniX.Day -> 2", "MediaGeniX.PlaylistACME"))
    finding = said(raw, "class_not_known")
    assert finding.sentence == "PlaylistACME is not among the 2 classes known in Concepts>>for: (Slot and Day)"
    assert text_at(raw, finding.lines[0]).startswith("[3] Dictionary")


@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        ("MediaGeniX.PlaylistACME -> 1 MediaGeniX.Day -> 2", "MediaGeniX.PlaylistACME"),
        ("MediaGeniX.Slot -> 1", "#name"),
    ],
)
def test_nothing_is_said_of_another_look_up(keys: str, asked: str) -> None:
    assert silent(dump(LOOK_UP, arguments=dictionary(keys, asked)), "class_not_known")
