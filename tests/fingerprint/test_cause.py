"""The cause keeps what names the failure and loses what differs each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crash_knowledge.fingerprint.cause import error_type, normal_cause, selector_not_understood


@pytest.mark.parametrize(
    ("cause", "normal"),
    [
        ("Unhandled exception: Message not understood: #rootClass", "Message not understood: #rootClass"),
        ("Message not understood: #at:put: and arguments: #(1 'x')", "Message not understood: #at:put:"),
        ('ORA-00904: "TBI1"."REGION": invalid identifier', "ORA-00904: invalid identifier"),
        (
            "Unhandled exception:  \nORA-00942: table or view does not exist\n",
            "ORA-00942: table or view does not exist",
        ),
        ("SQLSTATE 42P01: relation missing", "SQLSTATE 42P01: relation missing"),
        ("Unhandled exception: Subscript out of bounds: 21", "Subscript out of bounds"),
        ("key not found: 29221", "key not found"),
        ("dispatcher 'Recursion 49078' (oid = 610646520) is busy", "dispatcher is busy"),
        ("cannot open C:\\Apps\\won\\file.ini now", "cannot open now"),
        ("cannot open \\\\host\\share\\file.ini now", "cannot open now"),
        ("cannot open /var/lib/won/file.ini now", "cannot open now"),
        ("no slot on 02/04/2024 at 16:10:30", "no slot on at"),
        ("Emergency: No Space Left.", "Emergency: No Space Left"),
        ("MediaGeniX.MgXViolationError", "MediaGeniX.MgXViolationError"),
        ("a 'it''s' b", "a b"),
        ("class CM2Contract failed", "class CM2Contract failed"),
        ("", ""),
        ("Unhandled exception: ", ""),
    ],
)
def test_a_cause_is_normalised(cause: str, normal: str) -> None:
    assert normal_cause(cause) == normal


@given(st.text(max_size=300))
def test_any_text_gives_one_line(cause: str) -> None:
    assert len(normal_cause(cause).splitlines()) <= 1


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_numbers_make_no_difference(one: int, other: int) -> None:
    assert normal_cause(f"Subscript out of bounds: {one}") == normal_cause(f"Subscript out of bounds: {other}")


def test_the_selector_not_understood() -> None:
    assert selector_not_understood("Message not understood: #at:put:") == "at:put:"
    assert selector_not_understood("Subscript out of bounds") is None


@pytest.mark.parametrize(
    ("cause", "exception", "kind"),
    [
        ("Message not understood: #x", "MessageNotUnderstood", "MessageNotUnderstood"),
        ("x", "MediaGeniX.MgXViolationError", "MgXViolationError"),
        ("ORA-00942: table or view does not exist", None, "ORA-00942"),
        ("", None, "unknown"),
    ],
)
def test_the_kind_of_error(cause: str, exception: str | None, kind: str) -> None:
    assert error_type(cause, exception) == kind
