"""The verdict card as Markdown, for tickets and chats: ``analyze --format markdown``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crash_knowledge.knowledge.learner import Learned
from crash_knowledge.verdict.card import Fix, Statement, VerdictCard, aside
from crash_knowledge.wording import visible

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$])")


def verdict_markdown(card: VerdictCard, learned: Learned | None = None) -> str:
    """The card in the order of the page; every text of a dump is shown as it is, none of it is markup."""
    fixes = [fix for fix in (card.fix, *card.other_fixes) if fix]
    parts = [
        f"## {card.title}: {escaped(card.name)}",
        escaped(" ".join(filter(None, (card.how_sure, card.release)))),
        "\n".join(map(_fix, fixes)) or (card.without_fix or ""),
        escaped(" ".join(card.who)),
        _list(card.statements),
        _list(card.warnings),
        "\n".join(f"- {fact.name}: {escaped(fact.value)}" for fact in (*card.crash, *card.origin)),
        escaped(card.stored or ""),
        escaped(" ".join(("Saved.", *learned.sentences))) if learned else "",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def escaped(text: str) -> str:
    """The text on one line as Markdown that shows exactly its characters."""
    return _MARKUP.sub(r"\\\1", visible(text))


def _fix(fix: Fix) -> str:
    return f"- **{fix.label}:** {escaped(fix.description)} ({escaped(fix.record)})"


def _list(statements: Iterable[Statement]) -> str:
    return "\n".join(map(_statement, statements))


def _statement(statement: Statement) -> str:
    evidence = f" *({aside(statement)})*" if aside(statement) else ""
    return f"- **{statement.label}:** {escaped(statement.sentence)}{evidence}"
