"""Where a dump comes from: ``CUSTOMER(database)``."""

from __future__ import annotations

import re

from crash_knowledge.wcr.model import Site

_POSTGRESQL = re.compile(r"postgresql:([^:]+)(?::(\d{1,5}))?_(.*)")
_ORACLE_SERVICE = re.compile(r"(?:(oracle):)?([^:/]+)(?::(\d{1,5}))?/(.*)")


def split_site(text: str) -> Site:
    """Split a site line's value.

    The database is ``WONP11`` (an alias: its kind is not told), ``oracle:host:1521/service``, ``host:1521/service``
    (Oracle's easy connect form) or ``postgresql:host:5432_name``.
    """
    customer, database = _split_parentheses(text.strip())
    kind: str | None = None
    host: str | None = None
    port: str | None = None
    service: str | None = database or None
    if match := _POSTGRESQL.fullmatch(database):
        kind = "postgresql"
        host, port, service = match.groups()
    elif match := _ORACLE_SERVICE.fullmatch(database):
        kind = "oracle"
        _, host, port, service = match.groups()
    elif ":" in database:
        prefix, _, rest = database.partition(":")
        if prefix in ("oracle", "postgresql"):
            kind, service = prefix, rest
    return Site(text, customer, kind, host, int(port) if port else None, service)


def _split_parentheses(text: str) -> tuple[str, str]:
    """Split ``CUSTOMER(database)`` at the parenthesis that the last character closes; a customer can have its own."""
    if not text.endswith(")"):
        customer, _, database = text.partition("(")
        return customer.strip(), database.strip()
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[index], 0)
        if depth == 0:
            return text[:index].strip(), text[index + 1 : -1].strip()
    return text, ""
