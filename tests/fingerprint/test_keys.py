"""Which crashes have equal keys, and which have not."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash_knowledge.fingerprint.keys import fingerprint_stack
from crash_knowledge.fingerprint.naming import pattern_name, stack_signature
from crash_knowledge.fingerprint.rules import shipped_rules

CAUSE = "Unhandled exception: Message not understood: #isFree"
STACK = [
    "UndefinedObject(Object)>>doesNotUnderstand:",
    "MediaGeniX.CM2Slot>>isFree",
    "[] in MediaGeniX.CM2Day>>firstFreeSlot",
    "OrderedCollection>>do:",
    "MediaGeniX.CM2DayBRX(MediaGeniX.CM2Day)>>firstFreeSlot",
    "MediaGeniX.PLPlanner>>doPlan",
    "MediaGeniX.MAFCommand>>executeFor:",
    "optimized [] in Process class>>forBlock:priority:",
]


def with_frame(place: int, text: str) -> list[str]:
    return [*STACK[:place], text, *STACK[place + 1 :]]


@pytest.mark.parametrize(
    ("cause", "frames", "exact", "structural"),
    [
        ("Message not understood: #isFree", STACK, True, True),
        (CAUSE.replace("isFree", "isBusy"), STACK, False, False),
        (
            CAUSE,
            with_frame(4, "optimized [] in [] in MediaGeniX.CM2DaySX(MediaGeniX.CM2Day)>>firstFreeSlot"),
            True,
            True,
        ),
        (CAUSE, with_frame(6, "MediaGeniX.MAFCommand>>executeNow"), False, True),
        (CAUSE, with_frame(3, "Set>>do:"), False, True),
        (CAUSE, with_frame(1, "MediaGeniX.CM2Slot>>isReserved"), False, False),
        (CAUSE, with_frame(0, "MediaGeniX.CM2Slot(Object)>>doesNotUnderstand:"), False, True),
        (CAUSE, STACK[:6], False, True),
    ],
)
def test_what_changes_a_key(cause: str, frames: list[str], exact: bool, structural: bool) -> None:
    known, new = fingerprint_stack(CAUSE, STACK), fingerprint_stack(cause, frames)
    assert (known.exact == new.exact) is exact
    assert (known.structural == new.structural) is structural


def test_a_stack_without_in_app_frames_tells_by_its_process() -> None:
    plumbing = ["BlockClosure>>on:do:", "optimized [] in Process class>>forBlock:priority:"]
    one = fingerprint_stack("x", plumbing, process="Launcher")
    assert one.structural == fingerprint_stack("x", plumbing, process="Launcher").structural
    assert one.structural != fingerprint_stack("x", plumbing, process="Service").structural


def test_the_seed_keys_are_literal() -> None:
    found = fingerprint_stack(CAUSE, STACK)
    assert found.seed_exact == hashlib.sha256("\n".join([CAUSE, *STACK[:3]]).encode()).hexdigest()
    methods = ["doesNotUnderstand:", "isFree", "firstFreeSlot"]
    assert found.seed_structural == hashlib.sha256("\n".join(methods).encode()).hexdigest()


def test_the_parts_of_a_fingerprint() -> None:
    found = fingerprint_stack(CAUSE, STACK, exception_class="MessageNotUnderstood", process="Launcher")
    assert found.version == shipped_rules().version
    assert (found.error_type, found.cause) == ("MessageNotUnderstood", "Message not understood: #isFree")
    assert (found.receiver_class, found.process, found.culprit) == ("UndefinedObject", "Launcher", False)
    assert [frame.text for frame in found.in_app] == [
        "CM2Slot>>isFree",
        "CM2Day>>firstFreeSlot",
        "CM2Day>>firstFreeSlot",
        "PLPlanner>>doPlan",
    ]
    assert found.semantic_text == (
        "Message not understood is Free\nCM2 Slot is Free\nCM2 Day first Free Slot\nPL Planner do Plan"
    )


@given(st.text(max_size=100), st.lists(st.text(max_size=80), max_size=20))
def test_any_cause_and_any_lines_have_a_fingerprint(cause: str, lines: list[str]) -> None:
    found = fingerprint_stack(cause, lines)
    assert (
        len({len(key) for key in (found.exact, found.structural, found.seed_exact, found.seed_structural)} - {64}) == 0
    )
    assert pattern_name(found)


def test_the_name_of_a_pattern() -> None:
    found = fingerprint_stack(CAUSE, STACK)
    assert pattern_name(found) == "#isFree not understood by nil in CM2Slot>>isFree"
    other = fingerprint_stack("Message not understood: #run", ["MediaGeniX.Foo class(Object)>>doesNotUnderstand:"])
    assert pattern_name(other) == "#run not understood by Foo class in Foo class>>doesNotUnderstand:"
    low = replace(found, cause="Emergency: No Space Left", culprit=True, process="Launcher")
    assert pattern_name(low) == "Emergency: No Space Left in CM2Slot>>isFree (process Launcher)"
    assert len(pattern_name(fingerprint_stack("x" * 500, []))) == 160


def test_the_signature_is_the_first_frames_that_tell() -> None:
    assert stack_signature(fingerprint_stack(CAUSE, STACK)) == (
        "CM2Slot>>isFree < CM2Day>>firstFreeSlot < PLPlanner>>doPlan"
    )
