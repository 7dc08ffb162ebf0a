"""Texts of unknown origin made harmless for the format they are written in."""

from __future__ import annotations

import html
import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$&^=\"/@])")
_MARKDOWN_NUMBER = re.compile(r"^(\d+)([.)])")
_MARKDOWN_ADDRESS = re.compile(r"(:(?=//)|www(?=\.))", re.IGNORECASE)
_JIRA = re.compile(
    r"[{}\[\]*_^~|!#\\]"
    r"|\((?=[xyin!?/*+\-])|:(?=[()DPp|/])"
    r"|(?<!\w)[-+](?!\s)|(?<=\w)[-+](?!\w)"
    r"|\?(?=\?)|&(?=#?\w+;)"
)
_JIRA_ENTITIES = {"\\": "&#92;", "&": "&amp;"}
_WORD_JOINER = "\u2060"


def printable(text: str) -> str:
    """The text on one line, without control, direction and other invisible characters; every kind of space stays."""
    flat = re.sub(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", text)
    return "".join(c for c in flat if not unicodedata.category(c).startswith("C"))


def markdown_text(text: str) -> str:
    """The text as Markdown that shows exactly its characters; addresses do not become links."""
    apart = _MARKDOWN_ADDRESS.sub(rf"\1{_WORD_JOINER}", printable(text))
    return _MARKDOWN_NUMBER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", apart))


def markdown_code(lines: list[str]) -> str:
    """Lines as a fenced block, with a fence longer than any run of backticks in them."""
    shown = [printable(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *shown, fence])


def jira_text(text: str) -> str:
    """The text as Jira wiki markup that shows exactly its characters."""
    apart = _MARKDOWN_ADDRESS.sub(rf"\1{_WORD_JOINER}", printable(text))
    return _JIRA.sub(lambda found: _JIRA_ENTITIES.get(found[0], f"\\{found[0]}"), apart)


def html_text(text: str) -> str:
    """The text for HTML and XML, also inside quoted attributes."""
    return html.escape(printable(text), quote=True)
