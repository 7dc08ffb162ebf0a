"""Pseudonyms are equal exactly for equal values, and a name that only looks like one is told apart."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from crash_knowledge.redaction import Redactor
from crash_knowledge.redaction.pseudonyms import Pseudonyms

SECRET = bytes(range(32))
kinds = st.sampled_from(["user", "host", "mail", "ip"])


@given(kinds, st.text(min_size=1), st.text(min_size=1))
@example("user", "Jan.Jansen", "JAN.JANSEN")
@example("user", "jan.jansen", "jan_jansen")
def test_equal_exactly_when_the_values_are(kind: str, one: str, other: str) -> None:
    pseudonyms = Pseudonyms(SECRET)
    same = one.strip().lower() == other.strip().lower()
    assert (pseudonyms.of(kind, one) == pseudonyms.of(kind, other)) is same


@given(kinds, st.text(min_size=1))
def test_ours_are_known_and_those_of_another_installation_are_not(kind: str, value: str) -> None:
    pseudonym = Pseudonyms(SECRET).of(kind, value)
    assert Pseudonyms(SECRET).is_one(pseudonym)
    assert Pseudonyms(b"another secret").of(kind, value) != pseudonym


def test_a_host_that_looks_like_a_pseudonym_is_replaced() -> None:
    assert Redactor(SECRET).redact_text(r"\\host-0123456789\share") != r"\\host-0123456789\share"


def test_a_password_has_no_pseudonym() -> None:
    assert Pseudonyms(SECRET).of("password", "geheim") == "********"
