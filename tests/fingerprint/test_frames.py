"""Frames lose what varies between customers, builds and block nesting, and keep what tells."""

import pytest

from crash_knowledge.fingerprint.frames import class_of, is_in_app, normal_frames, receiver_of_not_understood
from crash_knowledge.wcr.frames import parse_frame


@pytest.mark.parametrize(
    ("text", "customers", "shown"),
    [
        ("MediaGeniX.CM2Contract>>save", (), "CM2Contract>>save"),
        ("optimized [] in [] in MediaGeniX.CM2Contract>>save", (), "CM2Contract>>save"),
        ("[] in MediaGeniX.CM2ContractACME(MediaGeniX.CM2Contract)>>save", (), "CM2Contract>>save"),
        ("MediaGeniX.CM2ContractACME>>save", ("ACME",), "CM2Contract>>save"),
        ("MediaGeniX.CM2ContractACME>>save", (), "CM2ContractACME>>save"),
        ("MediaGeniX.CM2ContractBRX>>save", (), "CM2Contract>>save"),
        ("MediaGeniX.CM2ContractACME class>>openOn:", ("ACME",), "CM2Contract class>>openOn:"),
        ("MediaGeniX.FooACME class(MediaGeniX.Foo class)>>openOn:", (), "Foo class>>openOn:"),
        ("UndefinedObject(Object)>>doesNotUnderstand:", (), "UndefinedObject>>doesNotUnderstand:"),
        ("MediaGeniX.DayACME class(Object)>>doesNotUnderstand:", ("ACME",), "Day class>>doesNotUnderstand:"),
        ("MediaGeniX.Channel(MediaGeniX.LeafOfTree)>><", (), "LeafOfTree>><"),
        ("ACME>>run", ("ACME",), "ACME>>run"),
        ("XYACME>>run", ("ACME",), "XYACME>>run"),
        ("std::vector<int>::at(unsigned long)", (), "std::vector<int>::at(unsigned long)"),
        ("std::map<int, std::vector<int>>::at(int)", (), "std::map<int, std::vector<int>>::at(int)"),
        ("g_main_context_dispatch", (), "g_main_context_dispatch"),
        ("??", (), "??"),
    ],
)
def test_a_frame_is_shown_normalised(text: str, customers: tuple[str, ...], shown: str) -> None:
    (frame,) = normal_frames([text], customers)
    assert frame.text == shown
    assert frame.method == shown.lower()


def test_repeats_collapse_into_the_first() -> None:
    texts = ["A>>run", "[] in B>>do", "optimized [] in B>>do", "MediaGeniX.BX(B)>>do", "A>>run"]
    frames = normal_frames(texts)
    assert [(frame.number, frame.text) for frame in frames] == [(1, "A>>run"), (2, "B>>do"), (5, "A>>run")]


@pytest.mark.parametrize(
    ("text", "in_app"),
    [
        ("MediaGeniX.CM2LicenseWindow>>reliesOnNonExistingOtherRight", True),
        ("MediaGeniX.PLPlannerBRX(MediaGeniX.PLPlanner)>>doCreate", True),
        ("BlockClosure>>on:do:", False),
        ("optimized [] in Process class>>forBlock:priority:", False),
        ("UndefinedObject(Object)>>doesNotUnderstand:", False),
        ("MediaGeniX.CM2Contract(Object)>>subscriptBoundsError", False),
        ("IdentitySet(Collection)>>detect:ifNone:", False),
        ("MediaGeniX.MAF2Widget>>redButtonPressedEvent:", False),
        ("MediaGeniX.CM2Navigator(MediaGeniX.MAFApplicationModel)>>executeCommand:", False),
        ("MediaGeniX.T3Transaction>>immediateDo:", False),
        ("OOPStorageManager>>inTransactionWhile:", False),
        ("MediaGeniX.MAFia>>run", True),
        ("main", True),
    ],
)
def test_in_app_is_what_no_list_names(text: str, in_app: bool) -> None:
    assert is_in_app(parse_frame(text)) is in_app
    assert normal_frames([text])[0].in_app is in_app


@pytest.mark.parametrize(
    ("texts", "receiver"),
    [
        (["UndefinedObject(Object)>>doesNotUnderstand:", "A>>run"], "UndefinedObject"),
        (["MediaGeniX.Day class(Object)>>doesNotUnderstand:"], "Day class"),
        (["A>>run", "UndefinedObject(Object)>>doesNotUnderstand:"], None),
        ([], None),
    ],
)
def test_the_receiver_of_a_message_not_understood(texts: list[str], receiver: str | None) -> None:
    assert receiver_of_not_understood(normal_frames(texts)) == receiver


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("cm2contract>>save", "cm2contract"),
        ("day class>>open:", "day"),
        ("nux::view::draw(bool)", "nux::view"),
        ("org.eclipse.ui.part.close", "org.eclipse.ui.part"),
        ("main", "main"),
    ],
)
def test_the_class_of_a_method(method: str, name: str) -> None:
    assert class_of(method) == name
