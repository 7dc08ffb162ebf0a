"""Whose stack tells the cause: in a memory emergency the active process is only a bystander."""

from __future__ import annotations

from dataclasses import dataclass

from crash_knowledge.fingerprint.rules import Rules, shipped_rules
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.interruption import work_of
from crash_knowledge.wcr.model import Frame


@dataclass(frozen=True, slots=True)
class TellingStack:
    """The stack to fingerprint. ``culprit``: it is not the active process's."""

    process: str | None
    frames: tuple[Frame, ...]
    culprit: bool


def telling_stack(dump: Dump, rules: Rules | None = None) -> TellingStack:
    """The stack that tells the cause of this dump: the active process's, or the culprit's in a memory emergency.

    ``rules``: None is the shipped ones.
    """
    work = work_of(dump, (rules or shipped_rules()).lists.is_in_app)
    return TellingStack(work.process.name if work.process else None, work.frames, work.culprit)
