"""The rules in force for a store: this installation's lists and what its stored dumps taught."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crash_knowledge.fingerprint.model import Fingerprint
from crash_knowledge.fingerprint.rules import FINGERPRINT_VERSION, Rules, rules_with
from crash_knowledge.matching.terms import class_ending_like
from crash_knowledge.store import Store, Unit

EARLIER_RULES = 3
"""So many sets of earlier rules are tried in a lookup, the latest first; a re-keyed store has none."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """``current``: what new fingerprints are made by; ``earlier``: rules that some stored crashes are keyed by still.

    Rules of another version of the program are not among the earlier ones: this one cannot make their keys any more.
    """

    current: Rules
    earlier: tuple[Rules, ...] = ()


def rule_book(store: Store) -> RuleBook:
    """The rules in force now. Raises StoreError, DataFileError."""
    with store.reading() as unit:
        tags, in_use = unit.rules.tags(), unit.rules.in_use()
    current = rules_with(tags)
    others = [Rules.from_content(content) for version, content in in_use.items() if version != current.version]
    earlier = [rules for rules in others if rules.program == FINGERPRINT_VERSION]
    return RuleBook(current, tuple(earlier[:EARLIER_RULES]))


def learn_rules(unit: Unit, fingerprint: Fingerprint, rules: Rules, now: datetime) -> None:
    """After a crash was stored: keep the rules that it is keyed by, and learn the customers that it names."""
    unit.rules.record(rules.version, rules.content(), now)
    unit.rules.learn_tags(fingerprint.customer_tags, now)
    current = rules_with(unit.rules.tags())
    if rules.version != current.version:
        carry_over(unit, current, now)


def carry_over(unit: Unit, current: Rules, now: datetime) -> None:
    """Count variants as made by the current rules where the tags learnt since cannot change them.

    A stored class that does not end like a new tag is what it was, and so are its keys. Only what is left needs
    re-keying.
    """
    unit.rules.record(current.version, current.content(), now)
    for version, content in unit.rules.in_use().items():
        new_tags = _tags_learnt_since(Rules.from_content(content), current)
        if version != current.version and new_tags is not None:
            unit.rules.renumber(version, current.version, map(class_ending_like, new_tags))


def _tags_learnt_since(earlier: Rules, current: Rules) -> frozenset[str] | None:
    """The tags by which the rules differ; None when they differ in more, or when a new tag ends like an earlier one."""
    new = current.learnt - earlier.learnt
    if replace(earlier, learnt=current.learnt).version != current.version or not earlier.learnt <= current.learnt:
        return None
    return None if any(tag.endswith(known) for tag in new for known in earlier.learnt) else new
