"""The lists that a domain expert edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge.errors import DataFileError
from crash_knowledge.redaction.words import is_masked, is_telling, names_somebody, read_words


def test_a_list_has_one_entry_a_line_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("# head\nPlan\n\nall users  # folder\n", encoding="utf-8")
    assert read_words(path) == {"plan", "all users"}


def test_a_doubled_entry_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("plan\nPLAN\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"words\.txt, line 2"):
        read_words(path)


@pytest.mark.parametrize("name", ["psi", "jan.jansen", "svc_won", "Jörg", "ops7"])
def test_telling(name: str) -> None:
    assert is_telling(name)


@pytest.mark.parametrize("name", ["jd", "1234", "admin", "Proxy", "session", "jan", "nil", "<no wonUserName>", ""])
def test_not_telling(name: str) -> None:
    assert not is_telling(name)


@pytest.mark.parametrize("value", ["<no wonUserName>", "nil", "Public", "--", "", "???", "localhost"])
def test_nobody(value: str) -> None:
    assert not names_somebody(value)


@pytest.mark.parametrize(
    "password", ["********", "", "  ", "?", ":1", "$2", "${DB_PASSWORD}", "nil", "[obfuscated]", "xxx"]
)
def test_masked(password: str) -> None:
    assert is_masked(password)


@pytest.mark.parametrize("password", ["x", "xx", "$ecret", "?a", ":colon", "*a*", "[a]", "<a>"])
def test_not_masked(password: str) -> None:
    assert not is_masked(password)
