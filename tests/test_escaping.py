"""Texts of unknown origin, written so that they show and do nothing else."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from crash_knowledge.escaping import html_text, jira_text, markdown_code, markdown_text, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\tc\u2028d", "a b c d"),
        ("\x1b[31mred\x07", "[31mred"),
        ("left\u202eright\u200b\ufeff", "leftright"),
        ("9\u00a0h\u00a005", "9\u00a0h\u00a005"),
        ("\ud800x", "x"),
        ("é中😀", "é中😀"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "1. one",
        "2) two",
        "# head",
        "- item",
        "> quote",
        "a * b * c",
        "<b>x</b>",
        "&lt;",
        "| a | b |",
        "~~~",
        "a\\*b",
        "x_y_z",
    ],
)
def test_markdown_shows_exactly_the_characters(text: str) -> None:
    (opening, inline, closing) = MarkdownIt("commonmark").enable("table").parse(markdown_text(text))
    assert (opening.type, closing.type) == ("paragraph_open", "paragraph_close")
    assert "".join(child.content for child in inline.children or ()) == text


def test_markdown_keeps_addresses_apart() -> None:
    assert "http://" not in markdown_text("http://evil.example").replace("\\", "")
    assert "www." not in markdown_text("www.evil.example")


def test_a_fence_is_longer_than_any_in_it() -> None:
    block = markdown_code(["a", "````", "`b`\nc"])
    tokens = MarkdownIt("commonmark").parse(block)
    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content == "a\n````\n`b` c\n"


def test_html_is_safe_in_attributes_too() -> None:
    assert html_text("<a href='x\">&\x00") == "&lt;a href=&#x27;x&quot;&gt;&amp;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CM2Contract>>save", "CM2Contract>>save"),
        ("2024r2.000.012", "2024r2.000.012"),
        ("well-known, 3 - 2", "well-known, 3 - 2"),
    ],
)
def test_jira_leaves_ordinary_text_alone(text: str, shown: str) -> None:
    assert jira_text(text) == shown
