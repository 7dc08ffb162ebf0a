"""Links that people attach to what they write: web addresses without secrets, which are kept as written."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

LONGEST_LINK = 2_000

_SECRET_NAME = re.compile(r"pass(word|wd)?|pwd|token|secret|api_?key|signature", re.IGNORECASE)


def link_problem(link: str) -> str | None:
    """Why a link cannot be kept, as a sentence; None for a good one, and for none at all."""
    if not link:
        return None
    if len(link) > LONGEST_LINK:
        return f"The link is longer than {LONGEST_LINK:,} characters."
    if any(character.isspace() or not character.isprintable() or character in '<>"`\\' for character in link):
        return "The link contains characters that no web address has."
    try:
        parts = urlsplit(link)
        host, user = parts.hostname, parts.username
    except ValueError:
        return "The link is not a web address."
    if parts.scheme not in ("http", "https") or not host:
        return "The link must begin with http:// or https://."
    if user is not None:
        return "The link contains a user name; leave it out."
    if any(_SECRET_NAME.search(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return "The link carries a password or a token; leave it out."
    return None
