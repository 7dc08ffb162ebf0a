"""Tickets of another system: what a key looks like, and where it leads."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

TICKET_FACT = "ticket"
PLACE_OF_KEY = "{key}"

_KEY = re.compile(r"[A-Z][A-Z0-9]{1,19}-[0-9]{1,7}", re.ASCII)
_NOT_IN_AN_ADDRESS = re.compile(r"[^!#-;=?-\[\]_a-z~]", re.ASCII)


def ticket_key(text: str) -> str | None:
    """The key in upper case (``PROJ-1234``), without blanks around it; None when it is none."""
    key = text.strip().upper()
    return key if _KEY.fullmatch(key) else None


def check_template(template: str) -> str:
    """The address of tickets with ``{key}`` in the place of the key; empty: tickets have no address.

    Raises ValueError with a sentence: it is no http or https address, or has not exactly one place for the key.
    """
    if not template:
        return template
    if template.count(PLACE_OF_KEY) != 1:
        raise ValueError("the ticket address needs {key} once, such as https://jira.example/browse/{key}")
    address = urlsplit(template.replace(PLACE_OF_KEY, "K-1"))
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("the ticket address must begin with http:// or https:// and a host")
    if PLACE_OF_KEY in template.split("/")[2]:
        raise ValueError("the ticket's key cannot be part of the host")
    if _NOT_IN_AN_ADDRESS.search(template.replace(PLACE_OF_KEY, "")):
        raise ValueError("the ticket address holds a character that addresses do not have")
    return template


def ticket_address(template: str, key: str) -> str | None:
    """Where the ticket is; None without a template, or when the key is none."""
    checked = ticket_key(key)
    return template.replace(PLACE_OF_KEY, checked) if template and checked else None
