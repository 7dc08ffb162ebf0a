"""The phrases of the four languages: complete, alike, and told apart from wrong ones with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from crash_knowledge.errors import DataFileError
from crash_knowledge.replies import LANGUAGES, Language
from crash_knowledge.replies.phrases import PHRASES_DIR, load_phrases, phrases

ENGLISH = (PHRASES_DIR / "en.toml").read_text(encoding="utf-8")


def line_of(beginning: str) -> int:
    return next(number for number, line in enumerate(ENGLISH.split("\n"), 1) if line.startswith(beginning))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_phrases(language: Language) -> None:
    assert len(phrases(language).months) == 12


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_sentence_was_left_in_english(language: Language) -> None:
    english, other = phrases("en").templates, phrases(language).templates
    same = {
        key
        for table in ("customer", "inside")
        for key, text in english[table].items()
        if other[table][key] == text and text.count(" ") > 2
    }
    assert same == set()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('known = "We know this problem."\n', "", "[customer]", "the phrase customer.known is missing or empty."),
        ('known = "We know this problem."', 'known = " "', "known =", "the phrase customer.known is missing or empty."),
        ('known = "We know this problem."', "known = 3", "known =", "the phrase customer.known is missing or empty."),
        ('known = "We', 'known = "{who} We', "known =", "customer.known uses {who}; the names it may use: none."),
        ("{worked}, failed {failed})", "{worked}, failed)", "solution_mixed", "solution_mixed leaves out {failed}."),
        ("{site}.", "{site.__class__}.", "site =", "inside.site uses {site.__class__}; the names it may use: site."),
        ("{site}.", "{site.", "site =", "the phrase inside.site has a brace too many or too few"),
        ('site = "', 'sight = ""\nsite = "', "site =", "the phrase inside.sight is not known."),
        ("[inside]", "[outside]", "", "the table [outside] is not known."),
        ('  "July", "August",', "", "months =", "forms.months must be a list of 12 names."),
        ("[forms]", "[forms", "", "en.toml: "),
    ],
)
def test_a_wrong_phrase_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, line: str, says: str) -> None:
    assert old in ENGLISH
    path = tmp_path / "en.toml"
    path.write_text(ENGLISH.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        load_phrases(path)
    assert says in str(error.value)
    if line:
        assert f"{path}:{line_of(line)}: " in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"xx\.toml"):
        load_phrases(tmp_path / "xx.toml")


def test_what_is_filled_in_is_never_read_as_a_phrase() -> None:
    assert phrases("en").fill("inside", "site", site="{version}{0.__class__}") == "Customer: {version}{0.__class__}."
