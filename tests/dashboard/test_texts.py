"""What comes out of a dump is shown as plain characters."""

from __future__ import annotations

import pytest

from pages.widgets.texts import plain


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("CM2Contract class>>new", "CM2Contract class\\>\\>new"),
        ("**bold** _it_ `code`", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\`"),
        ("<b>x</b>", "\\<b\\>x\\<\\/b\\>"),
        ("$x$ :red[a]", "\\$x\\$ \\:red\\[a\\]"),
        ("line\n# heading", "line \\# heading"),
        ("", ""),
    ],
)
def test_nothing_is_taken_for_markdown(text: str, markdown: str) -> None:
    assert plain(text) == markdown


@pytest.mark.parametrize("text", ["http://evil.example", "www.evil.example", "a@evil.example"])
def test_addresses_do_not_become_links(text: str) -> None:
    assert "\u2060" in plain(text)
