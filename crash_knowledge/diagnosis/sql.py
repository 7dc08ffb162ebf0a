"""What the database refused, and what it had been asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crash_knowledge.diagnosis.knowledge import causes
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.places import line_with
from crash_knowledge.diagnosis.stack import short_name
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import FrameArguments, Variable
from crash_knowledge.wcr.smalltalk import unquote

_ORACLE = re.compile(r"\bORA-\d{5}\b")
_SQLSTATE = re.compile(r"\bSQLSTATE[\s:=]*\[?'?([0-9A-Z]{5})\b", re.IGNORECASE)
_TABLE = re.compile(
    r"\b(?:from|into|update|join)\s+((?:[\w$#\"]+\.)*[\w$#\"]+)(?:\s+(?!where\b|set\b|join\b)(\w+))?", re.IGNORECASE
)
_QUALIFIED = re.compile(r'"(\w+)"\."(\w+)"')
_NUMBERS = re.compile(r"#\((-?\d+(?:\.\d+)?(?:\s+-?\d+(?:\.\d+)?)*)?\s*\)")
_ELEMENT = re.compile(r"\d+ -> ")
_PREPOSITIONS = {"SELECT": "from", "DELETE": "from", "INSERT": "into"}
_LONGEST_SQL = 200
_MOST_VALUES = 3
_SESSION_WITHIN = 12
"""Frames from the top among whose receivers the database session is looked for."""


def database_error(dump: Dump) -> Iterator[Finding]:
    """Says what the error code of the database means.

    The codes that are explained are in ``data/diagnosis/causes.toml``; another one is named only. Says nothing without
    a code. "The database answered ORA-00942: the database has no such table or view, or this database user may not see
    it".
    """
    code = error_code(dump)
    if code is None:
        return
    signal = causes().of_code(code)
    sentence = f"The database answered {code}" + (f": {signal.because}" if signal else "")
    facts = [Fact("error_code", code)]
    facts += [Fact("exception_class", short_name(dump.exception.class_name))] if dump.exception else []
    yield Finding("database_error", "cause", sentence, "certain", line_with(dump, code), tuple(facts))


def failing_sql(dump: Dump) -> Iterator[Finding]:
    """Names the statement that failed or was at work: its kind and table, and how many values were bound to it.

    The statement is that of the database session near the top of the stack. Says nothing when no session is there or
    it holds no statement. "The statement that failed: SELECT from PSI.PLAYLIST, with 1 bound value (10568); it was
    being executed".
    """
    known = _session(dump)
    query = _variable(known, "query") if known else None
    if known is None or query is None:
        return
    sql = " ".join(unquote(query.value.text).split())
    table = _table(sql, dump.cause)
    values = _bound_values(known)
    state = _variable(known, "stateHolder")
    executing = state is not None and "#executing" in state.value.text
    role = "that failed" if error_code(dump) else "at work"
    sentence = f"The statement {role}: {_spoken(sql, table)}"
    sentence += f", with {_spoken_values(values)}" if values is not None else ""
    sentence += "; it was being executed" if executing else ""
    facts = [Fact("table", table)] if table else []
    facts.append(Fact("sql", sql if len(sql) <= _LONGEST_SQL else f"{sql[:_LONGEST_SQL]} ..."))
    lines = (query.line, *((state.line,) if executing and state else ()))
    yield Finding("failing_sql", "cause", sentence, "certain" if executing else "likely", lines, tuple(facts))


def error_code(dump: Dump) -> str | None:
    """``ORA-00942``, or an SQLSTATE like ``42P01``; None when the dump's cause and exception name none."""
    texts = (dump.cause, *((dump.exception.error_string, dump.exception.parameter) if dump.exception else ()))
    for text in texts:
        if match := _ORACLE.search(text):
            return match[0]
        if match := _SQLSTATE.search(text):
            return match[1].upper()
    return None


def _session(dump: Dump) -> FrameArguments | None:
    """The innermost receiver that is a database session with a statement."""
    near = (known for known in dump.frame_arguments if known.number <= _SESSION_WITHIN)
    return next((known for known in near if _holds_statement(known)), None)


def _holds_statement(known: FrameArguments) -> bool:
    query = _variable(known, "query")
    return query is not None and query.value.text.startswith("'") and _variable(known, "connection") is not None


def _variable(known: FrameArguments, name: str) -> Variable | None:
    return next((variable for variable in known.variables if variable.name == name), None)


def _spoken(sql: str, table: str | None) -> str:
    """``SELECT from PSI.PLAYLIST``, ``INSERT into RUN``, ``UPDATE RUN``; only the first word without a table."""
    verb = sql.partition(" ")[0].upper()
    return " ".join(word for word in (verb, _PREPOSITIONS.get(verb) if table else None, table) if word)


def _table(sql: str, cause: str) -> str | None:
    """The table whose alias the error names, else the first one of the statement."""
    tables = [(match[1].replace('"', ""), match[2] or "") for match in _TABLE.finditer(sql)]
    blamed = {alias for match in _QUALIFIED.finditer(cause) for alias in match.groups()}
    named = [table for table, alias in tables if alias in blamed or table.rpartition(".")[2] in blamed]
    return next(iter([*named, *(table for table, _ in tables)]), None)


def _bound_values(known: FrameArguments) -> list[str] | None:
    """The values bound to the statement; numbers as they are, others as ``?``. None when the dump does not tell."""
    bound = _variable(known, "bindInput")
    if bound is not None and (match := _NUMBERS.fullmatch(bound.value.text)):
        return (match[1] or "").split()
    by_position = _variable(known, "bindValues")
    if by_position is not None and (count := len(_ELEMENT.findall(by_position.value.text))):
        return ["?"] * count
    return None


def _spoken_values(values: list[str]) -> str:
    if not values:
        return "no bound values"
    count = "1 bound value" if len(values) == 1 else f"{len(values)} bound values"
    shown = [] if "?" in values else values[:_MOST_VALUES]
    return f"{count} ({', '.join(shown)})" if shown else count
