"""The rules of the diagnosis for readers, from their docstrings: ``python -m crash_knowledge.diagnosis.documentation``.

A docstring tells in its first sentence what the rule says, then when it says so; a sentence in double quotes at its
end is an example.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crash_knowledge.diagnosis.model import FindingKind
from crash_knowledge.diagnosis.pipeline import RULES, Rule

FILE = Path(__file__).parents[2] / "docs" / "rules.md"

KINDS: dict[FindingKind, str] = {
    "cause": "What went wrong",
    "action": "What was being done",
    "code": "Whose code",
    "urgency": "On air",
    "records": "Records",
    "database": "Database",
    "memory": "Memory",
    "run": "The run of the program",
    "secret": "Secrets",
    "health": "The dump itself",
}
"""The kinds of findings with their headings, in the order of the document."""

HEAD = """\
# What the diagnosis says of a dump

Written by `make docs` from the rules themselves. A rule says one thing of a dump, with the lines where it can be seen,
or nothing. *Certain*: the dump says so. *Likely*: it follows from what the dump says, as a rule. *Possible*: a
candidate to look at.
"""

_EXAMPLE = re.compile(r'\s*(?:Example:\s*)?"([A-Z0-9][^"]*(?:"[^"]*"[^"]*)*)"\.?\s*$')


@dataclass(frozen=True, slots=True)
class RuleDocumentation:
    """What a rule says; ``example`` is a sentence as it says it, None without one."""

    name: str
    kind: FindingKind
    says: str
    example: str | None


def documentation_of(rule_name: str) -> RuleDocumentation | None:
    """What a rule tells of itself; None for a rule that does not exist."""
    return next((_read(rule) for rule in RULES if rule.__name__ == rule_name), None)


def rules_markdown(rules: Sequence[Rule] = RULES) -> str:
    """The document of all rules, by kind and then in the order in which they are asked."""
    documented = [_read(rule) for rule in rules]
    parts = [HEAD]
    for kind, heading in KINDS.items():
        of_kind = [one for one in documented if one.kind == kind]
        if of_kind:
            parts.append(f"## {heading}\n")
            parts += map(_section, of_kind)
    return "\n".join(parts)


def _read(rule: Rule) -> RuleDocumentation:
    text = inspect.getdoc(rule) or ""
    example = _EXAMPLE.search(text)
    says = text[: example.start()] if example else text
    return RuleDocumentation(rule.__name__, _kind_of(rule), says.strip(), _one_line(example[1]) if example else None)


def _kind_of(rule: Rule) -> FindingKind:
    """The kind of a rule's findings, as its module writes it beside the rule's name."""
    source = inspect.getsource(sys.modules[rule.__module__])
    for kind in KINDS:
        if re.search(rf'"{rule.__name__}",\s*"{kind}"', source):
            return kind
    raise ValueError(f"The rule {rule.__name__} does not name its kind beside its name.")


def _section(rule: RuleDocumentation) -> str:
    paragraphs = [_one_line(paragraph) for paragraph in rule.says.split("\n\n")]
    example = [f"> {rule.example}"] if rule.example else []
    return "\n\n".join([f"### `{rule.name}`", *paragraphs, *example]) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    target.write_text(rules_markdown(), encoding="utf-8")
    print(f"{target}: {len(RULES)} rules")
