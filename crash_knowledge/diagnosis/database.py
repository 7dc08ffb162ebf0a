"""The database around the failure: what this session had written, what was under way, and whether versions fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crash_knowledge.diagnosis.expertise import expertise
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.places import line_with
from crash_knowledge.diagnosis.words import spoken_list
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Session

_WRITE = re.compile(
    r"\s*(insert\s+into|update|delete\s+from|merge\s+into)\s+(?:[\w$\"]+\.)?\"?([\w$]{1,128})", re.IGNORECASE
)
_DONE = {"insert": "inserted into", "update": "updated", "delete": "deleted from", "merge": "merged into"}
_MOST_TABLES = 6
_AT_WORK = {"#executing": "being executed", "#fetchingData": "fetching rows"}
_NEVER_MADE = "#new"


def written_tables(dump: Dump) -> Iterator[Finding]:
    """Lists the tables that this session of the program had written: what the user did before, in no order of time.

    Tables that every session writes by itself (``data/diagnosis/housekeeping_tables.txt``) are left out. Says nothing
    when only those were written. Example: "This session had inserted into CONTRACT, RIGHT; updated RUN".
    """
    written: dict[str, dict[str, Session]] = {}
    for session in dump.sessions:
        match = _WRITE.match(session.query) if session.query else None
        if match and not expertise().is_housekeeping(match[2].upper()):
            written.setdefault(match[1].split()[0].lower(), {}).setdefault(match[2].upper(), session)
    if not written:
        return
    parts = [f"{_DONE[verb]} {_tables(list(written[verb]))}" for verb in _verbs(written)]
    lines = tuple(next(iter(written[verb].values())).line for verb in _verbs(written))
    tables = dict.fromkeys(table for verb in _verbs(written) for table in written[verb])
    facts = tuple(Fact("written_table", table) for table in tables)
    yield Finding("written_tables", "database", f"This session had {'; '.join(parts)}", "certain", lines, facts)


def busy_statements(dump: Dump) -> Iterator[Finding]:
    """Says that statements were being executed or were fetching rows when it crashed.

    Says nothing when all statements were at rest. Example: "1 database statement was fetching rows".
    """
    busy = [session for session in dump.sessions if session.state in _AT_WORK and not session.twin]
    if not busy:
        return
    counts = Counter(_AT_WORK[str(session.state)] for session in busy)
    parts = [
        f"{n} database statement{'' if n == 1 else 's'} {'was' if n == 1 else 'were'} {what}"
        for what, n in counts.items()
    ]
    firsts = {session.state: session.line for session in reversed(busy)}
    yield Finding("busy_statements", "database", spoken_list(parts), "certain", tuple(sorted(firsts.values())))


def unmade_connection(dump: Dump) -> Iterator[Finding]:
    """Says that a database connection was never made, beside those that were: a login failed or is under way.

    Says nothing when no connection was made at all (see not_connected). Example: "1 of 3 database connections was never
    made: a login failed or is under way".
    """
    own = [connection for connection in dump.connections if not connection.twin]
    unmade = [connection for connection in own if connection.state == _NEVER_MADE]
    if unmade and len(unmade) < len(own):
        were = "was" if len(unmade) == 1 else "were"
        sentence = f"{len(unmade)} of {len(own)} database connections {were} never made: a login failed or is under way"
        yield Finding("unmade_connection", "database", sentence, "possible", tuple(c.line for c in unmade))


def version_mismatch(dump: Dump) -> Iterator[Finding]:
    """Says that program and database are of different versions: tables or columns may be missing.

    Says nothing when they agree or the database was not reached. Example: "The program is 2024r1.000.001, but the
    database is at 2023r8.001.042a: tables or columns may be missing".
    """
    header = dump.header
    program, database = header.version, header.version_on_database
    if program is None or not database or " " in database.strip() or database.strip() == program.text:
        return
    sentence = (
        f"The program is {program.text}, but the database is at {database.strip()}: tables or columns may be missing"
    )
    lines = line_with(dump, "Whats'On Version on database")
    yield Finding("version_mismatch", "database", sentence, "certain", lines)


def _verbs(written: dict[str, dict[str, Session]]) -> list[str]:
    return [verb for verb in _DONE if verb in written]


def _tables(tables: list[str]) -> str:
    more = len(tables) - _MOST_TABLES
    return ", ".join(tables[:_MOST_TABLES]) + (f" and {more} more" if more > 0 else "")
