"""The rules that fingerprints are made by, as a value with a number of its own.

The same dump and the same rules always give the same keys. When a list is edited, a customer tag is learnt or the
program's own rules change, that is another ``Rules`` with another ``version``; keys stored under the earlier ones stay
as they are until the store is re-keyed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from crash_knowledge.fingerprint.suffixes import CustomerSuffixes, teachable
from crash_knowledge.wcr.frame_lists import FrameLists, frame_lists

FINGERPRINT_VERSION = 1
"""Rises whenever the program makes other keys from the same dump and lists."""


@dataclass(frozen=True)
class Rules:
    """Lists, learnt customer tags (only teachable ones) and the program's own rules."""

    lists: FrameLists
    learnt: frozenset[str] = frozenset()
    program: int = FINGERPRINT_VERSION

    @cached_property
    def version(self) -> int:
        """Number of this set of rules: the first 31 bits of the SHA-256 of its content."""
        content = json.dumps(self.content(), sort_keys=True, ensure_ascii=False)
        return int.from_bytes(hashlib.sha256(content.encode()).digest()[:4], "big") >> 1

    def suffixes(self, customers: Iterable[str]) -> CustomerSuffixes:
        """The endings to strip in a dump that names these customers itself."""
        named = {name for name in customers if name.isidentifier()}
        return CustomerSuffixes(frozenset(named.union(self.lists.customer_suffixes)), self.learnt)

    def content(self) -> dict[str, Any]:
        """Everything that decides about keys, as JSON has it, in an order that does not depend on the lists' order."""
        return {
            "program": self.program,
            "methods": sorted(map(list, self.lists.methods)),
            "classes": sorted(self.lists.classes),
            "selectors": sorted(self.lists.selectors),
            "framework_prefixes": sorted(self.lists.framework_prefixes),
            "customer_suffixes": sorted(self.lists.customer_suffixes),
            "learnt": sorted(self.learnt),
        }

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Rules:
        """The rules whose content was kept."""
        lists = FrameLists(
            methods=frozenset((name, selector) for name, selector in content["methods"]),
            classes=frozenset(content["classes"]),
            selectors=frozenset(content["selectors"]),
            framework_prefixes=tuple(content["framework_prefixes"]),
            customer_suffixes=tuple(content["customer_suffixes"]),
        )
        return cls(lists, frozenset(content["learnt"]), content["program"])


def rules_with(tags: Iterable[str]) -> Rules:
    """The lists of this installation with those of the customer tags that may be learnt."""
    return _rules(teachable(tags))


def shipped_rules() -> Rules:
    """The lists of this installation, with nothing learnt."""
    return _rules(frozenset())


@cache
def _rules(learnt: frozenset[str]) -> Rules:
    return Rules(frame_lists(), learnt)
