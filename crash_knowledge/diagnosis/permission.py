"""Which right was missing on what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crash_knowledge.diagnosis.knowledge import causes
from crash_knowledge.diagnosis.model import Fact, Finding
from crash_knowledge.diagnosis.stack import known_of
from crash_knowledge.wcr.dump import Dump
from crash_knowledge.wcr.model import Frame

_SYMBOL = re.compile(r"#([A-Za-z_]\w*)")
_OBJECT = re.compile(r"(?:an? )?(?:\w+\.)?([A-Z]\w+) ?(?:\(|$)")
_WITHIN = 8
"""Frames from the top among which the check of the permission is looked for."""


def missing_permission(dump: Dump) -> Iterator[Finding]:
    """Says which right the user lacked, in which area, and on what kind of object.

    Says nothing unless a check of permissions raised the error. "The user lacks the right Editor in ScheduleManagement
    (on a PLDaySchedule)".
    """
    check = permission_check(dump)
    if check is None:
        return
    known = known_of(dump, check)
    texts = [argument.value.text for argument in known.arguments if not argument.temporary] if known else []
    rights, lines = _rights(texts), (known.line, check.line) if known else (check.line,)
    subject = next((match[1] for text in texts if rights and (match := _OBJECT.match(text))), None)
    if not rights and dump.exception is not None:
        rights, lines = _rights([dump.exception.parameter]), (dump.exception.line, check.line)
    if not rights:
        return
    area = f" in {', '.join(rights[:-1])}" if len(rights) > 1 else ""
    on = f" (on a {subject})" if subject else ""
    sentence = f"The user lacks the right {rights[-1]}{area}{on}"
    yield Finding("missing_permission", "cause", sentence, "certain", lines, (Fact("permission", " ".join(rights)),))


def permission_check(dump: Dump) -> Frame | None:
    """The frame that found a right missing, by the selectors in ``data/diagnosis/causes.toml``."""
    frames = dump.active_process.frames[:_WITHIN] if dump.active_process else ()
    for frame in frames:
        signal = causes().of_selector(frame.selector)
        if signal is not None and signal.kind == "permission":
            return frame
    return None


def _rights(texts: Sequence[str]) -> list[str]:
    """The symbols, area first and right last, each once."""
    return list(dict.fromkeys(symbol for text in texts if text.startswith("#") for symbol in _SYMBOL.findall(text)))
