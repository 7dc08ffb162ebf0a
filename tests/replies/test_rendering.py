"""The four formats: what is marked is visible, and nothing that came from outside can act."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, message_from_string
from email.policy import default

import pytest
from markdown_it import MarkdownIt

from crash_knowledge.replies import FORMATS, LANGUAGES, Format, Language, Paragraph, Reply, Sentence, compose, render
from tests.replies.known_crash import KNOWN, solution

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "http://evil.example/x and www.evil.example",
    "{html}<b>x</b>{html} [~admin] [click|http://evil.example] !http://evil.example/x.png!",
    "h1. Title\r\n* item\n| a | b |",
    "*bold* _it_ ~~no~~ `code` ```fence```",
    "\x1b[31mred\x07\x00\x9b",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "a\r\nBcc: victim@evil.example\r\n\r\nbody",
    "a\u2028b\u2029c\x0bd\x0ce\x85f",
    "\ud800 lone",
)
CONTROLS = set("\x00\x07\x0b\x0c\x1b\x85\x9b\u2028\u2029\u202e\u2066\u200b\ufeff\ud800")


def hostile_reply(text: str) -> Reply:
    """Worse than the composer ever makes: hostile text in every place."""
    said = Sentence(text, verified=False)
    return Reply("customer", "en", text, (Paragraph((said, said), heading=text, bullets=True),), "[not verified]")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mark_is_visible_in_every_format(form: Format, language: Language) -> None:
    reply = compose(KNOWN, "support", language)
    rendered = render(reply, form)
    if form == "eml":
        rendered = message_from_string(rendered, policy=default).get_content()
    marked = sum(not sentence.verified for sentence in reply.sentences)
    assert marked >= 4
    assert rendered.replace("\\", "").count(reply.mark) == marked + 1


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_no_control_character_comes_through(form: Format, text: str) -> None:
    rendered = render(hostile_reply(text), form)
    if form == "eml":
        message = message_from_string(rendered, policy=default)
        rendered = f"{message['Subject']}{message.get_content()}"
    assert not CONTROLS & set(rendered)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_characters_and_nothing_else(text: str) -> None:
    tokens = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(render(hostile_reply(text), "markdown"))
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "strong_open", "strong_close", "text_special", "softbreak"}
    assert [token.type for token in tokens].count("heading_open") == 2
    assert not any(token.type in ("html_block", "fence", "code_block", "table_open") for token in tokens)


@pytest.mark.parametrize("text", HOSTILE)
def test_an_email_has_the_headers_we_gave_it_and_no_others(text: str) -> None:
    message = message_from_bytes(render(hostile_reply(text), "eml").encode("ascii"), policy=default)
    assert {name.lower() for name in message} == {
        "subject",
        "content-type",
        "content-transfer-encoding",
        "content-language",
        "mime-version",
        "x-unsent",
    }
    assert not message.is_multipart()
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{html}x{html}", "\\{html\\}x\\{html\\}"),
        ("[~admin]", "\\[\\~admin\\]"),
        ("!x.png!", "\\!x.png\\!"),
        ("a|b", "a\\|b"),
        ("-gone- well-known 3 - 2", "\\-gone\\- well-known 3 - 2"),
        ("&lt; &amp A&B", "&amp;lt; &amp A&B"),
        ("??who??", "\\??who\\??"),
        ("(/) (x) (see)", "\\(/) \\(x) (see)"),
        ("C:\\new \\\\ line", "C:&#92;new &#92;&#92; line"),
    ],
)
def test_a_ticket_shows_characters_and_no_markup(text: str, shown: str) -> None:
    ticket = render(hostile_reply(text), "ticket")
    assert ticket.startswith(f"h2. {shown}\n")
    assert f"* *\\[not verified\\]* {shown}\n" in ticket


def test_an_email_is_read_as_it_was_written() -> None:
    message = message_from_string(render(compose(KNOWN, "customer", "fr"), "eml"), policy=default)
    assert message["Subject"] == "Votre rapport d'incident WHATS'ON du 14 janvier 2025"
    assert message["Content-Language"] == "fr"
    assert message["X-Unsent"] == "1"
    assert message.get_content_charset() == "utf-8"
    assert message.get_content().startswith("Madame, Monsieur,\r\n\r\nNous vous remercions")
    assert render(compose(KNOWN, "customer", "fr"), "eml").isascii()


def test_what_a_reviewer_wrote_cannot_break_out_either() -> None:
    for text in HOSTILE:
        facts = replace(KNOWN, solutions=(solution(text, worked=1),), file_name=text)
        for form in FORMATS:
            rendered = render(compose(facts, "support", "en"), form)
            assert not CONTROLS & set(rendered)
            assert "\nBcc:" not in rendered
            assert form != "markdown" or "<script" not in rendered.replace("\\<", "")
